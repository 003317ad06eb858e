import { expect, it } from 'vitest';
import type { Department } from '#shared/departments/contract.ts';
import { departmentOptions, inTreeOrder, withBelow } from './department-tree';

const department = (id: string, parentId: string | null = null): Department => ({
  id,
  name: id,
  parentId,
  manager: null,
  members: 0,
  version: 1,
});
const list = [
  department('深圳组', '华南'),
  department('华北'),
  department('南山', '深圳组'),
  department('华南'),
];

it('puts each department right after the one above it', () => {
  expect(inTreeOrder(list).map(({ path, depth }) => [path, depth])).toEqual([
    ['华北', 0],
    ['华南', 0],
    ['华南 / 深圳组', 1],
    ['华南 / 深圳组 / 南山', 2],
  ]);
});

it('offers none first, and leaves out a department with everything below it', () => {
  expect(departmentOptions(list, '没有上级', withBelow(list, '深圳组'))).toEqual([
    { value: '', label: '没有上级' },
    { value: '华北', label: '华北' },
    { value: '华南', label: '华南' },
  ]);
});
