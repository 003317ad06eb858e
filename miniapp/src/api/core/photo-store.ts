import { newUuid } from '#shared/values/id.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import { ApiError } from './call';
import type { KeptFile } from './outbox';
import type { Storage } from './storage';

/**
 * A photo on the phone, until the server has it. Forms keep it in their draft, the outbox in its item. Its `ref` is a
 * UUID: also the number of the file on the server, and the key under which it is sent once.
 */
export interface KeptPhoto extends KeptFile {
  /** By the phone's clock. */
  readonly takenAt: Instant;
}

/** Where a platform keeps photos: a content in a browser, the path of a file in WeChat. */
export interface PhotoShelf<C> {
  bytesOf(content: C): Promise<number>;
  /** @throws when the phone has no room */
  put(ref: string, content: C, keptAt: number): Promise<void>;
  /** @returns null when there is none; @throws when it cannot be read now */
  open(ref: string): Promise<C | null>;
  remove(ref: string): Promise<void>;
  list(): Promise<{ readonly ref: string; readonly bytes: number; readonly keptAt: number }[]>;
}

export interface PhotoStore<C> {
  /** @throws ApiError in words, when the phone has no room */
  keep(content: C, takenAt: number): Promise<KeptPhoto>;
  open(ref: string): Promise<C | null>;
  /** Removes it, unless a queued write or a draft still names it. */
  release(ref: string): Promise<void>;
  /** At start: removes what nothing names any more. */
  sweep(): Promise<void>;
}

export interface PhotoStoreDependencies<C> {
  readonly shelf: PhotoShelf<C>;
  /** Where drafts and queued writes name photos. */
  readonly storage: Storage;
  readonly now: () => number;
  readonly newRef?: () => string;
}

/** WeChat gives a mini-program 200 MB for its files; some of them are for opened documents. */
const MAX_BYTES = 150 * 1024 * 1024;
/** A form that was just opened in another window may not have saved yet what it took. */
const UNNAMED_MS = 60 * 60_000;
const FOLDERS = ['outbox:', 'draft:'];

const full = (message: string) => new ApiError({ code: 'PHONE_FULL', status: 0, message });

/** Photos outlive the app: they are written before anything names them, and removed after nothing does. */
export function createPhotoStore<C>({
  shelf,
  storage,
  now,
  newRef = () => newUuid(),
}: PhotoStoreDependencies<C>): PhotoStore<C> {
  const named = () => {
    const text = FOLDERS.flatMap((folder) => storage.keys(folder))
      .map((place) => JSON.stringify(storage.read(place)))
      .join('\n');
    // As something kept: a later step that names the file by the same number does not need its content.
    return (ref: string) => text.includes(`"ref":${JSON.stringify(ref)}`);
  };
  const removeQuietly = async (ref: string) => {
    try {
      await shelf.remove(ref);
    } catch {
      // The sweep comes again.
    }
  };
  return {
    async keep(content, takenAt) {
      const ref = newRef();
      const held = (await shelf.list()).reduce((sum, { bytes }) => sum + bytes, 0);
      if (held + (await shelf.bytesOf(content)) > MAX_BYTES)
        throw full('手机上等待上传的照片太多，请先联网同步，或到“待同步”删除不要的');
      try {
        await shelf.put(ref, content, now());
      } catch {
        await removeQuietly(ref);
        throw full('手机存储空间不足，照片没有保存，请清理后再拍');
      }
      return { ref, name: `${ref}.jpg`, takenAt: toInstant(takenAt) };
    },
    open: (ref) => shelf.open(ref),
    async release(ref) {
      if (!named()(ref)) await removeQuietly(ref);
    },
    async sweep() {
      const isNamed = named();
      const kept = await shelf.list().catch(() => []);
      for (const { ref, keptAt } of kept) {
        if (!isNamed(ref) && now() - keptAt > UNNAMED_MS) await removeQuietly(ref);
      }
    },
  };
}
