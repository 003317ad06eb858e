/** Whose turn it is: pure, so that fairness is proved without a database. */

import { provinceOf, regionKey } from '#shared/values/cities.ts';

export interface Turn {
  readonly userId: string;
  readonly weight: number;
  readonly regions: readonly string[];
  /** Whoever has the most is next. */
  turn: number;
}

export interface Place {
  readonly province?: string | null | undefined;
  readonly city?: string | null | undefined;
}

/** Those who are there for a place; else those who are there for everywhere; else everybody. */
export function nearest<T extends Pick<Turn, 'regions'>>(
  members: readonly T[],
  { province, city }: Place,
): readonly T[] {
  const names = [province || (city && provinceOf(city)), city];
  const keys = names.flatMap((name) => (name ? [regionKey(name)] : []));
  const here = members.filter(({ regions }) => regions.some((region) => keys.includes(regionKey(region))));
  if (here.length > 0) return here;
  const everywhere = members.filter(({ regions }) => regions.length === 0);
  return everywhere.length > 0 ? everywhere : members;
}

/**
 * Smooth weighted round robin (as in nginx): everybody gains their weight, whoever has the most is chosen and pays the sum.
 * Over one round of all weights each is chosen exactly so often, and never in a row when it can be helped.
 */
export function takeTurn<T extends Turn>(members: readonly T[]): T | null {
  let chosen: T | null = null;
  let sum = 0;
  for (const member of members) {
    member.turn += member.weight;
    sum += member.weight;
    if (chosen === null || member.turn > chosen.turn) chosen = member;
  }
  if (chosen) chosen.turn -= sum;
  return chosen;
}
