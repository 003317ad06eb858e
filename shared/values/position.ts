import * as z from 'zod';

/** Degrees in GCJ-02, the system that maps in mainland China and `wx.chooseLocation` use. */
const latitude = z.number().min(-90).max(90);
const longitude = z.number().min(-180).max(180);

export const coordinates = z.strictObject({ latitude, longitude });
export type Coordinates = z.infer<typeof coordinates>;

/** Where a phone says that it is. */
export const position = z.strictObject({
  latitude,
  longitude,
  /** In metres. */
  accuracy: z.number().min(0).max(1_000_000),
});
export type Position = z.infer<typeof position>;

const EARTH_RADIUS_M = 6_371_008.8;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** In metres, along the great circle (haversine). */
export function distanceBetween(a: Coordinates, b: Coordinates): number {
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const h =
    half(a.latitude, b.latitude) +
    Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * half(a.longitude, b.longitude);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}
