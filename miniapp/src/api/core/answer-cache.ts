import { DAY_MS } from '#shared/values/time.ts';
import { CACHE_FOLDER, type Storage } from './storage';

export interface CachedAnswer<T> {
  readonly data: T;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** What was read from the server, kept for when there is no network. */
export interface AnswerCache {
  read<T>(key: string): CachedAnswer<T> | null;
  write(key: string, data: unknown, updatedAt: number): void;
  clear(): void;
}

const INDEX = `${CACHE_FOLDER}index`;
/** Twenty tickets read ahead leave room for what people open themselves. */
const MAX_ENTRIES = 120;
const MAX_UNITS = 100_000;
const MAX_AGE_MS = 14 * DAY_MS;

/** Bounded: the entries written longest ago go first. Each person has their own. */
export function createAnswerCache(
  storage: Storage,
  userId: () => string | null,
  now: () => number,
): AnswerCache {
  const place = (key: string) => `${CACHE_FOLDER}${userId() ?? 'guest'}:${key}`;
  return {
    read<T>(key: string): CachedAnswer<T> | null {
      const found = storage.read<CachedAnswer<T>>(place(key));
      return found && now() - found.updatedAt < MAX_AGE_MS ? found : null;
    },
    write(key, data, updatedAt) {
      if (userId() === null || JSON.stringify(data).length > MAX_UNITS) return;
      const at = place(key);
      const others = (storage.read<string[]>(INDEX) ?? []).filter((entry) => entry !== at);
      const kept = [at, ...others].slice(0, MAX_ENTRIES);
      for (const old of others.slice(MAX_ENTRIES - 1)) storage.remove(old);
      if (storage.write(at, { data, updatedAt })) storage.write(INDEX, kept);
    },
    clear() {
      for (const key of storage.keys(CACHE_FOLDER)) storage.remove(key);
    },
  };
}
