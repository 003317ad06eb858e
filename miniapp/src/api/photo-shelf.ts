import Taro from '@tarojs/taro';
import type { PhotoShelf } from './core/photo-store';
import type { FileSource } from './file-exchange';

// WeChat's side; webpack takes photo-shelf.h5.ts for a browser.
const files = () => Taro.getFileSystemManager();
const folder = () => `${Taro.env.USER_DATA_PATH}/photos`;
/** The time is in the name: WeChat tells nothing about a file but its size. */
const nameOf = (ref: string, keptAt: number) => `${keptAt}_${ref}.jpg`;
const PLACE = /^(\d+)_(.+)\.jpg$/;

function names(): string[] {
  try {
    return files().readdirSync(folder());
  } catch {
    // Before the first photo there is no folder.
    return [];
  }
}

const pathOf = (ref: string): string | null => {
  const name = names().find((candidate) => PLACE.exec(candidate)?.[2] === ref);
  return name === undefined ? null : `${folder()}/${name}`;
};

const sizeOf = (path: string) => (files().statSync(path) as Taro.Stats).size;

/** Photos as files below USER_DATA_PATH, which WeChat leaves alone until the mini-program is removed. */
export const photoShelf: PhotoShelf<FileSource> = {
  bytesOf: async (path) => sizeOf(path as string),
  async put(ref, path, keptAt) {
    try {
      files().mkdirSync(folder(), true);
    } catch {
      // It is there.
    }
    files().copyFileSync(path as string, `${folder()}/${nameOf(ref, keptAt)}`);
  },
  open: async (ref) => pathOf(ref),
  async remove(ref) {
    const path = pathOf(ref);
    if (path !== null) files().unlinkSync(path);
  },
  async list() {
    return names().flatMap((name) => {
      const [, keptAt, ref] = PLACE.exec(name) ?? [];
      if (keptAt === undefined || ref === undefined) return [];
      return [{ ref, bytes: sizeOf(`${folder()}/${name}`), keptAt: Number(keptAt) }];
    });
  },
};
