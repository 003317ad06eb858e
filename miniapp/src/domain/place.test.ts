import { expect, it } from 'vitest';
import { placeOf } from './place';

const westLake = { latitude: 30.2592, longitude: 120.1302 };

it.each([
  ['30.2592,120.1302'],
  ['120.1302, 30.2592'],
  ['120.1302，30.2592'],
  ['https://uri.amap.com/marker?position=120.1302,30.2592&name=x'],
  ['https://apis.map.qq.com/uri/v1/marker?marker=coord:30.2592%2C120.1302'],
])('finds the place in %s', (text) => {
  expect(placeOf(text)).toEqual(westLake);
});

it.each([['曙光路120号'], ['30.2592'], ['10.5, 20.5'], ['']])('finds none in “%s”', (text) => {
  expect(placeOf(text)).toBeNull();
});
