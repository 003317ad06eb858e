import { expect, test } from 'vitest';
import { createSessionStore } from './session';
import { createStorage } from './storage';
import { login, memoryStore } from './testing';

test('a session survives a restart with the key of its refresh', () => {
  const storage = createStorage(memoryStore());
  const before = createSessionStore(storage);
  before.keep(login('li'));
  const after = createSessionStore(storage);
  expect(after.get()).toEqual(before.get());
  expect(after.get()?.refreshKey).toBeTruthy();
});

test('each refresh token has a refresh key of its own', () => {
  const session = createSessionStore(createStorage(memoryStore()));
  session.keep(login('li', 1));
  const first = session.get()?.refreshKey;
  session.keep(login('li', 2));
  expect(session.get()?.refreshKey).not.toBe(first);
});

test('what another tab did is seen on reload, and listeners hear of it', () => {
  const storage = createStorage(memoryStore());
  const [here, there] = [createSessionStore(storage), createSessionStore(storage)];
  let heard = 0;
  here.subscribe(() => heard++);
  there.keep(login('li'));
  expect(here.reload()?.user.id).toBe('li');
  there.end();
  expect(here.reload()).toBeNull();
  expect(heard).toBe(2);
});

test('a phone without room keeps the session until the app is closed', () => {
  const store = memoryStore();
  store.full = true;
  const session = createSessionStore(createStorage(store));
  session.keep(login('li'));
  expect(session.reload()?.user.id).toBe('li');
});

test('anything else under the key is nobody', () => {
  const storage = createStorage(memoryStore());
  storage.write('session', { accessToken: 'x' });
  expect(createSessionStore(storage).get()).toBeNull();
});
