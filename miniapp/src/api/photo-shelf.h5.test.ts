import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { photoShelf } from './photo-shelf.h5';

const picture = (text: string) => new Blob([text], { type: 'image/jpeg' });

test('a browser’s database gives a photo back as it was, counts it and forgets it', async () => {
  await photoShelf.put('photo-1', picture('one'), 1_000);
  await photoShelf.put('photo-2', picture('second'), 2_000);
  expect(await photoShelf.list()).toEqual([
    { ref: 'photo-1', bytes: 3, keptAt: 1_000 },
    { ref: 'photo-2', bytes: 6, keptAt: 2_000 },
  ]);
  const found = (await photoShelf.open('photo-2')) as Blob;
  expect([found.type, await found.text()]).toEqual(['image/jpeg', 'second']);
  await photoShelf.remove('photo-2');
  expect(await photoShelf.open('photo-2')).toBeNull();
  expect(await photoShelf.list()).toHaveLength(1);
});

test('a content that the browser has no room for leaves nothing', async () => {
  const unreadable = { arrayBuffer: () => Promise.reject(new Error('QuotaExceededError')), size: 1 };
  await expect(photoShelf.put('photo-3', unreadable as never, 1)).rejects.toThrow('Quota');
  expect(await photoShelf.open('photo-3')).toBeNull();
});
