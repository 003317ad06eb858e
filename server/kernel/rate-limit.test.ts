import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisUrl } from '../testing/database.ts';
import { newId } from './new-id.ts';
import { createMemoryRateLimiter, createRedisRateLimiter, type RateLimiter } from './rate-limit.ts';
import { connectRedis } from './redis.ts';

const redis = redisUrl ? connectRedis(redisUrl) : null;
beforeAll(async () => redis && void (await once(redis, 'ready')));
afterAll(() => redis?.disconnect());

const limiters: readonly (readonly [string, boolean, () => RateLimiter])[] = [
  ['in memory', true, () => createMemoryRateLimiter()],
  ['in Redis', redis !== null, () => createRedisRateLimiter(redis as Redis)],
];

describe.each(limiters)('a limit %s', (_, available, create) => {
  describe.runIf(available)('', () => {
    let limiter: RateLimiter;
    let key: string;

    beforeEach(() => {
      limiter = create();
      key = newId();
    });

    it('lets so many through and then says how many seconds to wait', async () => {
      for (let i = 0; i < 3; i++) expect(await limiter.take(key, 3, 60)).toBe(0);
      const wait = await limiter.take(key, 3, 60);
      expect(wait).toBeGreaterThan(55);
      expect(wait).toBeLessThanOrEqual(60);
      expect(await limiter.take(newId(), 3, 60)).toBe(0);
    });

    it('does not become longer by trying', async () => {
      await limiter.take(key, 1, 1);
      for (let i = 0; i < 5; i++) expect(await limiter.take(key, 1, 1)).toBe(1);
      await sleep(1_050);
      expect(await limiter.take(key, 1, 1)).toBe(0);
    });

    it('counts calls at the same moment exactly', async () => {
      const waits = await Promise.all(Array.from({ length: 50 }, () => limiter.take(key, 10, 60)));
      expect(waits.filter((wait) => wait === 0)).toHaveLength(10);
    });
  });
});

describe.runIf(redis !== null)('limits in Redis', () => {
  it('are shared by several processes', async () => {
    const key = newId();
    const [one, other] = [createRedisRateLimiter(redis as Redis), createRedisRateLimiter(redis as Redis)];
    await one.take(key, 2, 60);
    await other.take(key, 2, 60);
    expect(await one.take(key, 2, 60)).toBeGreaterThan(0);
  });

  it('are those of Redis, however busy the process is when the answer comes', async () => {
    const key = newId();
    const limiter = createRedisRateLimiter(redis as Redis);
    expect(await limiter.take(key, 1, 60)).toBe(0);
    const taken = limiter.take(key, 1, 60);
    const freeAgain = performance.now() + 1_500;
    while (performance.now() < freeAgain);
    expect(await taken).toBeGreaterThan(0);
  });
});

it('a limit stays a limit while Redis is away', async () => {
  const away = connectRedis('redis://127.0.0.1:9');
  const limiter = createRedisRateLimiter(away);
  const waits = [];
  for (let i = 0; i < 4; i++) waits.push(await limiter.take('k', 2, 60));
  expect(waits.map((wait) => wait > 0)).toEqual([false, false, true, true]);
  away.disconnect();
});

describe('a clock that has jumped back', () => {
  it('keeps nobody out for longer than the limit says', async () => {
    let now = 7_200_000;
    const limiter = createMemoryRateLimiter(() => now);
    for (let i = 0; i < 3; i++) await limiter.take('key', 2, 60);
    now = 0;
    expect(await limiter.take('key', 2, 60)).toBe(0);
    await limiter.take('key', 2, 60);
    expect(await limiter.take('key', 2, 60)).toBe(60);
  });

  it.runIf(redis !== null)('of Redis does not, either', async () => {
    const limiter = createRedisRateLimiter(redis as Redis);
    const key = newId();
    for (let i = 0; i < 3; i++) await limiter.take(key, 2, 60);
    // As Redis itself would see the end of the window then.
    await redis?.pexpire(`genjin:limit:${key}`, 7_260_000);
    expect(await limiter.take(key, 2, 60)).toBe(0);
    await limiter.take(key, 2, 60);
    expect(await limiter.take(key, 2, 60)).toBeGreaterThan(55);
  });
});
