import { expect, test } from 'vitest';
import { DAY_MS } from '#shared/values/time.ts';
import { createDrafts } from './drafts';
import { createStorage } from './storage';
import { manualTimers, memoryStore } from './testing';

const EMPTY = { customerName: '' };
const TYPED = { customerName: '海景酒店' };

function setUp() {
  const store = memoryStore();
  const clock = manualTimers();
  let user = 'li';
  const open = () =>
    createDrafts({ storage: createStorage(store), timers: clock.timers, userId: () => user });
  return { store, ...clock, open, signIn: (id: string) => (user = id) };
}

test('words typed a moment ago are there again in a new app, with the key they would be sent with', async () => {
  const { open, advance } = setUp();
  const draft = open().open('lead', EMPTY);
  expect(draft.restoredAt).toBeNull();
  draft.change(TYPED);
  await advance(1000);
  const again = open().open('lead', EMPTY);
  expect(again.value).toEqual(TYPED);
  expect(again.restoredAt).not.toBeNull();
  expect(again.idempotencyKey).toBe(draft.idempotencyKey);
});

test('a page that is hidden keeps the last letter', () => {
  const { open } = setUp();
  const draft = open().open('lead', EMPTY);
  draft.change(TYPED);
  draft.flush();
  expect(open().open('lead', EMPTY).value).toEqual(TYPED);
});

test('a form that was only looked at leaves nothing', () => {
  const { open, store } = setUp();
  const draft = open().open('lead', EMPTY);
  draft.change(TYPED);
  draft.flush();
  draft.change(EMPTY);
  draft.flush();
  expect(store.keys()).toEqual([]);
});

test('a sent form begins again, with another key', async () => {
  const { open, advance } = setUp();
  const draft = open().open('lead', EMPTY);
  const key = draft.idempotencyKey;
  draft.change(TYPED);
  draft.clear();
  await advance(1000);
  expect(draft.value).toEqual(EMPTY);
  expect(draft.idempotencyKey).not.toBe(key);
  expect(open().open('lead', EMPTY).restoredAt).toBeNull();
});

test('forms and people do not see each other’s words', () => {
  const { open, signIn } = setUp();
  const draft = open().open('lead', EMPTY);
  draft.change(TYPED);
  draft.flush();
  expect(open().open('lead:1', EMPTY).value).toEqual(EMPTY);
  signIn('zhou');
  expect(open().open('lead', EMPTY).value).toEqual(EMPTY);
});

test('a draft is offered for seven days and then removed', async () => {
  const { open, advance, store } = setUp();
  const draft = open().open('lead', EMPTY);
  draft.change(TYPED);
  draft.flush();
  await advance(7 * DAY_MS - 1);
  open().sweep();
  expect(open().open('lead', EMPTY).value).toEqual(TYPED);
  await advance(1);
  expect(open().open('lead', EMPTY).value).toEqual(EMPTY);
  open().sweep();
  expect(store.keys()).toEqual([]);
});
