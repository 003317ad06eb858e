import type { Redis } from 'ioredis';
import { waitFor } from './patience.ts';

/**
 * A short memory for answers that may be a few seconds old. Nothing of record lives here. Entries belong to a topic
 * (the entity they were counted from), and a write to that entity forgets the topic.
 */
export interface Cache {
  get<T>(topic: string, key: string): Promise<T | undefined>;
  set(topic: string, key: string, value: unknown, ttlMs: number): Promise<void>;
  forget(topic: string): Promise<void>;
}

const SHARED_MS = 3_000;

const making = new WeakMap<Cache, Map<string, Promise<unknown>>>();

/** An answer that equal questions within a few seconds share, also those that come while it is being made. */
export function share<T>(cache: Cache, topic: string, question: unknown, make: () => Promise<T>): Promise<T> {
  const running = making.get(cache) ?? new Map<string, Promise<unknown>>();
  making.set(cache, running);
  const key = JSON.stringify(question);
  const name = `${topic} ${key}`;
  const asked = running.get(name) as Promise<T> | undefined;
  if (asked) return waitFor(asked);
  const answer = keptOrMade(cache, topic, key, make).finally(() => running.delete(name));
  running.set(name, answer);
  return waitFor(answer);
}

async function keptOrMade<T>(cache: Cache, topic: string, key: string, make: () => Promise<T>): Promise<T> {
  const known = await cache.get<T>(topic, key);
  if (known !== undefined) return known;
  const made = await make();
  await cache.set(topic, key, made, SHARED_MS);
  return made;
}

const MAX_ENTRIES = 10_000;

interface Entry {
  readonly value: unknown;
  readonly from: number;
  readonly until: number;
}

/** What was kept in the future was kept before the clock jumped back, and would be known for too long. */
const isFresh = ({ from, until }: Entry, now: number) => from <= now && now < until;

/** For one process. */
export function createMemoryCache(now: () => number = Date.now): Cache {
  const topics = new Map<string, Map<string, Entry>>();
  return {
    async get<T>(topic: string, key: string) {
      const entry = topics.get(topic)?.get(key);
      return entry && isFresh(entry, now()) ? (entry.value as T) : undefined;
    },
    async set(topic, key, value, ttlMs) {
      let entries = topics.get(topic);
      if (!entries || entries.size >= MAX_ENTRIES) {
        entries = new Map();
        topics.set(topic, entries);
      }
      const from = now();
      entries.set(key, { value, from, until: from + ttlMs });
    },
    async forget(topic) {
      topics.delete(topic);
    },
  };
}

/** For several processes. A Redis that does not answer is a cache that knows nothing. */
export function createRedisCache(redis: Redis): Cache {
  const quietly = <T>(action: Promise<T>) => action.catch(() => undefined);
  const hash = (topic: string) => `genjin:cache:${topic}`;
  return {
    async get<T>(topic: string, key: string) {
      const text = await quietly(redis.hget(hash(topic), key));
      if (!text) return undefined;
      const entry = JSON.parse(text) as Entry;
      return isFresh(entry, Date.now()) ? (entry.value as T) : undefined;
    },
    async set(topic, key, value, ttlMs) {
      const from = Date.now();
      const entry = JSON.stringify({ value, from, until: from + ttlMs } satisfies Entry);
      await quietly(redis.multi().hset(hash(topic), key, entry).pexpire(hash(topic), ttlMs).exec());
    },
    async forget(topic) {
      await quietly(redis.del(hash(topic)));
    },
  };
}
