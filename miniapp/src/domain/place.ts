import type { Coordinates } from '#shared/values/position.ts';

/** The mainland and its islands lie between these; no latitude there is a longitude as well. */
const LATITUDES = [3, 54] as const;
const LONGITUDES = [73, 136] as const;
const within = (value: number, [from, to]: readonly [number, number]) => value >= from && value <= to;

/**
 * A place in China out of what a map lets people copy: two numbers in either order, also inside of an address.
 * @returns null when there is none in it
 */
export function placeOf(text: string): Coordinates | null {
  const match = /(\d{1,3}\.\d+)\s*(?:[,，;；\s]|%2C)\s*(\d{1,3}\.\d+)/i.exec(text);
  if (!match) return null;
  const [first, second] = [Number(match[1]), Number(match[2])];
  if (within(first, LATITUDES) && within(second, LONGITUDES)) return { latitude: first, longitude: second };
  if (within(second, LATITUDES) && within(first, LONGITUDES)) return { latitude: second, longitude: first };
  return null;
}
