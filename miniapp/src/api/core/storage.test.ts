import { expect, test } from 'vitest';
import { createAnswerCache } from './answer-cache';
import { createStorage } from './storage';
import { memoryStore } from './testing';

test('a value comes back as it was; what is missing or spoilt is null', () => {
  const store = memoryStore();
  const storage = createStorage(store);
  expect(storage.write('a', { n: [1, '二'] })).toBe(true);
  expect(storage.read('a')).toEqual({ n: [1, '二'] });
  store.set('genjin:b', '{');
  expect([storage.read('b'), storage.read('c')]).toEqual([null, null]);
  expect(storage.keys('')).toEqual(['a', 'b']);
});

test('makes room by dropping what can be read again', () => {
  const store = memoryStore();
  const storage = createStorage(store);
  storage.write('cache:1', 'x');
  storage.write('draft:1', 'y');
  const set = store.set.bind(store);
  store.set = (key, text) => {
    if (store.get('genjin:cache:1') !== null) throw new Error('quota');
    set(key, text);
  };
  expect(storage.write('outbox:1', 'z')).toBe(true);
  expect(storage.keys('')).toEqual(['draft:1', 'outbox:1']);
});

test('refuses what no phone would take, and says so', () => {
  expect(createStorage(memoryStore()).write('a', 'x'.repeat(400_000))).toBe(false);
});

test('answers are kept for one person, up to a number of them', () => {
  const storage = createStorage(memoryStore());
  let user = 'li';
  const cache = createAnswerCache(
    storage,
    () => user,
    () => 1_000,
  );
  for (let i = 0; i < 200; i++) cache.write(`detail:${i}`, { i }, 500);
  expect(cache.read('detail:199')).toEqual({ data: { i: 199 }, updatedAt: 500 });
  expect(cache.read('detail:0')).toBeNull();
  expect(storage.keys('cache:').length).toBeLessThanOrEqual(121);
  user = 'zhou';
  expect(cache.read('detail:199')).toBeNull();
  cache.clear();
  expect(storage.keys('cache:')).toEqual([]);
});
