import { Redis } from 'ioredis';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { redisUrl } from '../testing/database.ts';
import { type Cache, createMemoryCache, createRedisCache, share } from './cache.ts';
import { newId } from './new-id.ts';
import { connectRedis } from './redis.ts';

const redis = redisUrl ? new Redis(redisUrl) : null;
afterAll(() => redis?.disconnect());

const caches: readonly (readonly [string, boolean, () => Cache])[] = [
  ['in memory', true, () => createMemoryCache()],
  ['in Redis', redis !== null, () => createRedisCache(redis as Redis)],
];

describe.each(caches)('a cache %s', (_, available, create) => {
  describe.runIf(available)('', () => {
    let cache: Cache;
    let topic: string;

    beforeEach(() => {
      cache = create();
      topic = newId();
    });

    it('remembers any JSON, also nothing and zero', async () => {
      for (const value of [0, false, null, '', '深圳', { a: [1] }]) {
        await cache.set(topic, 'k', value, 60_000);
        expect(await cache.get(topic, 'k')).toEqual(value);
      }
    });

    it('knows nothing that was not set', async () => {
      await cache.set(topic, 'k', 1, 60_000);
      expect(await cache.get(topic, 'other')).toBeUndefined();
      expect(await cache.get(newId(), 'k')).toBeUndefined();
    });

    it('forgets after the time given, each entry by itself', async () => {
      await cache.set(topic, 'long', 1, 60_000);
      await cache.set(topic, 'short', 2, 30);
      expect(await cache.get(topic, 'short')).toBe(2);
      await new Promise((resolve) => setTimeout(resolve, 60));
      expect(await cache.get(topic, 'short')).toBeUndefined();
    });

    it('makes an answer once for equal questions, at the same time and after, until the topic is forgotten', async () => {
      let made = 0;
      const ask = (question: unknown) => share(cache, topic, question, async () => ++made);
      expect(await Promise.all([ask({ city: '深圳' }), ask({ city: '深圳' })])).toEqual([1, 1]);
      expect(await ask({ city: '深圳' })).toBe(1);
      expect(await ask({ city: '广州' })).toBe(2);
      await cache.forget(topic);
      expect(await ask({ city: '深圳' })).toBe(3);
    });

    it('asks again for what failed', async () => {
      const failing = share(cache, topic, 'q', () => Promise.reject(new Error('away')));
      await expect(failing).rejects.toThrow('away');
      expect(await share(cache, topic, 'q', async () => 'there')).toBe('there');
    });

    it('forgets a topic as a whole, and no other', async () => {
      const other = newId();
      await cache.set(topic, 'a', 1, 60_000);
      await cache.set(topic, 'b', 2, 60_000);
      await cache.set(other, 'a', 3, 60_000);
      await cache.forget(topic);
      expect([await cache.get(topic, 'a'), await cache.get(topic, 'b')]).toEqual([undefined, undefined]);
      expect(await cache.get(other, 'a')).toBe(3);
    });
  });
});

describe('the cache in memory', () => {
  it('goes by the clock that it was given', async () => {
    let now = 0;
    const cache = createMemoryCache(() => now);
    await cache.set('t', 'k', 1, 100);
    now = 99;
    expect(await cache.get('t', 'k')).toBe(1);
    now = 100;
    expect(await cache.get('t', 'k')).toBeUndefined();
  });

  it('does not grow without end', async () => {
    const cache = createMemoryCache();
    for (let i = 0; i <= 10_000; i++) await cache.set('t', String(i), i, 60_000);
    expect(await cache.get('t', '0')).toBeUndefined();
    expect(await cache.get('t', '10000')).toBe(10_000);
  });
});

it('a Redis that is away is a cache that knows nothing, at once', async () => {
  const away = connectRedis('redis://127.0.0.1:9');
  const cache = createRedisCache(away);
  const started = Date.now();
  await cache.set('t', 'k', 1, 60_000);
  expect(await cache.get('t', 'k')).toBeUndefined();
  await cache.forget('t');
  expect(Date.now() - started).toBeLessThan(2_000);
  away.disconnect();
});

it('a cache whose clock has jumped back makes answers anew, instead of keeping them for as long as it jumped', async () => {
  let now = 7_200_000;
  const cache = createMemoryCache(() => now);
  await cache.set('leads', 'count', 1, 3_000);
  now = 0;
  expect(await cache.get('leads', 'count')).toBeUndefined();
  await cache.set('leads', 'count', 2, 3_000);
  expect(await cache.get('leads', 'count')).toBe(2);
});
