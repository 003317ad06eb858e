import { beforeEach, expect, test, vi } from 'vitest';
import { photoShelf } from './photo-shelf';

/** WeChat's file system, as far as photos need it. Like WeChat's it throws for what is not there. */
const disk = vi.hoisted(() => {
  const files = new Map<string, string>();
  const folders = new Set<string>();
  let room = Number.POSITIVE_INFINITY;
  const contentOf = (path: string) => {
    const content = files.get(path);
    if (content === undefined) throw new Error(`no such file or directory ${path}`);
    return content;
  };
  return {
    files,
    folders,
    hasRoomFor: (bytes: number) => {
      room = bytes;
    },
    manager: {
      readdirSync(folder: string) {
        if (!folders.has(folder)) throw new Error(`no such file or directory ${folder}`);
        return [...files.keys()]
          .filter((path) => path.startsWith(`${folder}/`))
          .map((path) => path.slice(folder.length + 1));
      },
      mkdirSync(folder: string) {
        if (folders.has(folder)) throw new Error(`file already exists ${folder}`);
        folders.add(folder);
      },
      copyFileSync(from: string, to: string) {
        const content = contentOf(from);
        if (content.length > room) throw new Error('the maximum size of the file storage limit is exceeded');
        files.set(to, content);
      },
      statSync: (path: string) => ({ size: contentOf(path).length }),
      unlinkSync: (path: string) => {
        contentOf(path);
        files.delete(path);
      },
    },
  };
});

vi.mock('@tarojs/taro', () => ({
  default: { env: { USER_DATA_PATH: 'wxfile://usr' }, getFileSystemManager: () => disk.manager },
}));

beforeEach(() => {
  disk.files.clear();
  disk.folders.clear();
  disk.hasRoomFor(Number.POSITIVE_INFINITY);
  disk.files.set('wxfile://tmp/1.jpg', 'one').set('wxfile://tmp/2.jpg', 'second');
});

test('before the first photo the folder is empty', async () => {
  expect(await photoShelf.list()).toEqual([]);
  expect(await photoShelf.open('photo-1')).toBeNull();
  await photoShelf.remove('photo-1');
});

test('photos are copied out of the temporary folder, counted, and forgotten', async () => {
  await photoShelf.put('photo-1', 'wxfile://tmp/1.jpg', 1_000);
  await photoShelf.put('photo-2', 'wxfile://tmp/2.jpg', 2_000);
  disk.files.delete('wxfile://tmp/1.jpg');
  expect(await photoShelf.list()).toEqual([
    { ref: 'photo-1', bytes: 3, keptAt: 1_000 },
    { ref: 'photo-2', bytes: 6, keptAt: 2_000 },
  ]);
  expect(disk.files.get(String(await photoShelf.open('photo-1')))).toBe('one');
  await photoShelf.remove('photo-1');
  expect(await photoShelf.open('photo-1')).toBeNull();
  expect(await photoShelf.list()).toHaveLength(1);
});

test('a full phone refuses', async () => {
  disk.hasRoomFor(2);
  await expect(photoShelf.put('photo-1', 'wxfile://tmp/1.jpg', 1_000)).rejects.toThrow('limit');
  expect(await photoShelf.list()).toEqual([]);
});
