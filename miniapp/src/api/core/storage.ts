/** What a platform offers: synchronous text under a key. `set` throws when the storage is full or forbidden. */
export interface TextStore {
  get(key: string): string | null;
  set(key: string, text: string): void;
  remove(key: string): void;
  keys(): string[];
}

export interface Storage {
  /** @returns what was written under the key; null when there is nothing or it cannot be read */
  read<T>(key: string): T | null;
  /** @returns whether it was kept */
  write(key: string, value: unknown): boolean;
  remove(key: string): void;
  /** Our keys that begin with `start`. */
  keys(start: string): string[];
}

/** WeChat refuses a value above 1 MB; text is counted in UTF-16 units, of which a Chinese character is three bytes. */
const MAX_UNITS = 300_000;

/** On H5 the origin's storage is shared with whatever else is served there. */
const PREFIX = 'genjin:';

/** Entries that may be dropped to make room: they can be fetched again. */
export const CACHE_FOLDER = 'cache:';

/** Typed values over a platform's text store. Storage never throws: it is full, forbidden or corrupt on some phone. */
export function createStorage(store: TextStore): Storage {
  const keys = (start: string): string[] => {
    try {
      return store
        .keys()
        .filter((key) => key.startsWith(PREFIX + start))
        .map((key) => key.slice(PREFIX.length));
    } catch {
      return [];
    }
  };
  const remove = (key: string): void => {
    try {
      store.remove(PREFIX + key);
    } catch {
      // A storage that cannot be written holds nothing of ours.
    }
  };
  const put = (key: string, text: string): boolean => {
    try {
      store.set(PREFIX + key, text);
      return true;
    } catch {
      return false;
    }
  };
  return {
    read<T>(key: string): T | null {
      try {
        const text = store.get(PREFIX + key);
        return text ? (JSON.parse(text) as T) : null;
      } catch {
        return null;
      }
    },
    write(key, value) {
      const text = JSON.stringify(value);
      if (text.length > MAX_UNITS) return false;
      if (put(key, text)) return true;
      for (const cached of keys(CACHE_FOLDER)) remove(cached);
      return put(key, text);
    },
    remove,
    keys,
  };
}
