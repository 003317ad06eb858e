import { expect, it } from 'vitest';
import { diff } from './audit.ts';

it('an audit entry shows each changed field with before and after, and nothing that stayed', () => {
  expect(diff({ name: '甲', city: '深圳', score: null }, { name: '乙', city: '深圳', score: 5 })).toEqual({
    name: ['甲', '乙'],
    score: [null, 5],
  });
});

it('counts a missing field as empty: null for null is no change, a first value is one', () => {
  expect(diff({}, { name: '甲', wechat: null })).toEqual({ name: [null, '甲'] });
  expect(diff({ name: '甲' }, { name: null })).toEqual({ name: ['甲', null] });
});

it('leaves out what was not given, and what changes by itself', () => {
  expect(
    diff(
      { name: '甲', version: 1 },
      { name: undefined, version: 2, updatedAt: 'x', searchText: 'y', id: 'z' },
    ),
  ).toEqual({});
});

it('shows false and zero', () => {
  expect(diff({ isContacted: true, score: 3 }, { isContacted: false, score: 0 })).toEqual({
    isContacted: [true, false],
    score: [3, 0],
  });
});
