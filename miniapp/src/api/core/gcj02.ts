import type { Coordinates } from '#shared/values/position.ts';

/** Semi-major axis and squared eccentricity of the Krasovsky 1940 ellipsoid, on which GCJ-02 is computed. */
const AXIS_M = 6_378_245;
const ECCENTRICITY = 0.006_693_421_622_965_943;

const { PI, abs, sin, cos, sqrt } = Math;

/** The box outside of which maps are not shifted; Hong Kong, Macau and Taiwan lie inside of it and shift likewise. */
const isShifted = ({ latitude, longitude }: Coordinates) =>
  latitude >= 0.8293 && latitude <= 55.8271 && longitude >= 72.004 && longitude <= 137.8347;

/** What both directions share: three waves each. */
const waves = (x: number, amplitudes: readonly (readonly [number, number])[]) =>
  amplitudes.reduce((sum, [amplitude, frequency]) => sum + amplitude * sin(x * frequency * PI), 0) * (2 / 3);

const RIPPLE = [
  [20, 6],
  [20, 2],
] as const;

function northward(x: number, y: number): number {
  return (
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * sqrt(abs(x)) +
    waves(x, RIPPLE) +
    waves(y, [
      [20, 1],
      [40, 1 / 3],
      [160, 1 / 12],
      [320, 1 / 30],
    ])
  );
}

function eastward(x: number, y: number): number {
  return (
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * sqrt(abs(x)) +
    waves(x, RIPPLE) +
    waves(x, [
      [20, 1],
      [40, 1 / 3],
      [150, 1 / 12],
      [300, 1 / 30],
    ])
  );
}

/**
 * A position of a satellite receiver (WGS-84) as maps in mainland China draw it (GCJ-02), in degrees; elsewhere as it
 * is. The published approximation, right to about a metre: github.com/googollee/eviltransform, whose points test it.
 */
export function gcj02Of(point: Coordinates): Coordinates {
  if (!isShifted(point)) return point;
  const { latitude, longitude } = point;
  const x = longitude - 105;
  const y = latitude - 35;
  const angle = (latitude / 180) * PI;
  const flat = 1 - ECCENTRICITY * sin(angle) ** 2;
  const metresNorth = ((AXIS_M * (1 - ECCENTRICITY)) / (flat * sqrt(flat))) * (PI / 180);
  const metresEast = (AXIS_M / sqrt(flat)) * cos(angle) * (PI / 180);
  return {
    latitude: latitude + northward(x, y) / metresNorth,
    longitude: longitude + eastward(x, y) / metresEast,
  };
}
