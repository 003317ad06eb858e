import { expect, it } from 'vitest';
import { defineMachine } from './machine.ts';

const door = defineMachine({
  states: { open: '开', shut: '关', locked: '锁' },
  initial: 'shut',
  actions: {
    open: { from: ['shut'], to: 'open', label: '打开', permission: 'leads.update' },
    shut: { from: ['open'], to: 'shut', label: '关上', permission: 'leads.update' },
    lock: { from: ['shut'], to: 'locked', label: '锁上', permission: 'leads.update' },
    unlock: { from: ['locked'], to: ['shut', 'open'], label: '开锁', permission: 'leads.update' },
  },
});

it('a machine says what can be done in a state, and nothing else', () => {
  expect(door.available('shut')).toEqual(['open', 'lock']);
  expect(door.available('locked')).toEqual(['unlock']);
  expect(door.can('open', 'lock')).toBe(false);
  expect(door.can('open', 'shut')).toBe(true);
});

it('a machine gives the schemas of its states and actions', () => {
  expect(door.status.options).toEqual(['open', 'shut', 'locked']);
  expect(door.action.options).toEqual(['open', 'shut', 'lock', 'unlock']);
  expect(door.status.safeParse('ajar').success).toBe(false);
});
