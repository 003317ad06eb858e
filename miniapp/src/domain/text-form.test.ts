import { expect, it } from 'vitest';
import { defineTextForm } from './text-form';

const form = defineTextForm<'name' | 'phone' | 'rooms' | 'price' | 'level'>({
  labels: { name: '名称', phone: '电话', rooms: '客房数', price: '价格', level: '等级' },
  choices: { level: { A: 'A 重点' } },
  numbers: ['rooms'],
  amounts: ['price'],
  required: ['name'],
});
const base = form.fill({ name: '云麓酒店', phone: '13800001111', rooms: 80, price: null, level: null });

it('shows a record as text, numbers and gaps included', () => {
  expect(base).toEqual({ name: '云麓酒店', phone: '138 0000 1111', rooms: '80', price: '', level: '' });
});

it('sends only what was filled in, and an empty name to be refused', () => {
  expect(form.draft({ ...base, level: ' ' })).toEqual({
    name: '云麓酒店',
    phone: '138 0000 1111',
    rooms: 80,
  });
  expect(form.draft({ ...base, name: '' })).toMatchObject({ name: '' });
});

it('sends of an edit only what differs, and clears what was emptied', () => {
  expect(form.changes(base, { ...base, phone: '13800001111' })).toEqual({});
  expect(form.changes(base, { ...base, rooms: '', level: 'A' })).toEqual({ rooms: null, level: 'A' });
});

it('leaves what is not a number to the contract', () => {
  expect(form.changes(base, { ...base, rooms: '八十' })).toEqual({ rooms: '八十' });
});

it('sends an amount as it is typed, with commas or with fen', () => {
  expect(form.changes(base, { ...base, price: '1,280.5' })).toEqual({ price: 1280.5 });
  expect(form.changes(base, { ...base, price: '1.234' })).toEqual({ price: '1.234' });
});

it('joins the changes of two people, and asks only where both changed the same differently', () => {
  const mine = { ...base, name: '云麓国际', level: 'A' };
  const theirs = { ...base, name: '云麓大酒店', rooms: '90', level: 'A' };
  const { value, conflicts } = form.merge(base, mine, theirs);
  expect(value).toEqual({ ...theirs, name: '云麓国际' });
  expect(conflicts).toEqual(['name']);
});

it('reads a choice in its words', () => {
  expect(form.read({ ...base, level: 'A' }, 'level')).toBe('A 重点');
  expect(form.read(base, 'level')).toBe('（空）');
});
