import { describe, expect, test } from 'vitest';
import { gcj02Of } from './gcj02';

describe('a position of a satellite receiver', () => {
  test.each([
    ['Shanghai', 31.1774276, 121.5272106, 31.17530398364597, 121.531541859215],
    ['Shenzhen', 22.543847, 113.912316, 22.540796131694766, 113.9171764808363],
    ['Beijing', 39.911954, 116.377817, 39.91334545536069, 116.38404722455657],
  ])('in %s is where Chinese maps draw it', (_city, latitude, longitude, north, east) => {
    const shifted = gcj02Of({ latitude, longitude });
    expect(shifted.latitude).toBeCloseTo(north, 6);
    expect(shifted.longitude).toBeCloseTo(east, 6);
  });

  test('abroad stays as it is', () => {
    const newYork = { latitude: 40.7128, longitude: -74.006 };
    expect(gcj02Of(newYork)).toEqual(newYork);
  });
});
