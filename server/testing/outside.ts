import { createSigner } from '../kernel/signer.ts';
import type { Storage } from '../kernel/storage.ts';
import type { WorkerDependencies } from '../modules.ts';

export const testSigner = createSigner('the-key-of-the-tests-with-32-characters');

export interface MemoryStorage extends Storage {
  readonly contents: Map<string, Buffer>;
  /** Set: the next calls fail with it, as a full disk or a bucket that is away would. */
  failure: Error | null;
}

export function createMemoryStorage(): MemoryStorage {
  const contents = new Map<string, Buffer>();
  const storage: MemoryStorage = {
    contents,
    failure: null,
    async put(key, content) {
      if (storage.failure) throw storage.failure;
      contents.set(key, Buffer.from(content));
    },
    async get(key) {
      if (storage.failure) throw storage.failure;
      return contents.get(key) ?? null;
    },
    async remove(key) {
      if (storage.failure) throw storage.failure;
      contents.delete(key);
    },
  };
  return storage;
}

/** An outside world in which nobody is reached. */
export const nobodyOutside = (): WorkerDependencies => ({
  mailer: null,
  messages: null,
  publicUrl: '',
  storage: createMemoryStorage(),
});
