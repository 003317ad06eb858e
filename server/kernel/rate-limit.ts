import type { Redis } from 'ioredis';

/** Counts calls per key in a fixed window. */
export interface RateLimiter {
  /** Counts one call. Answers the seconds to wait when the budget of the window is used up, else 0. */
  take(key: string, max: number, seconds: number): Promise<number>;
  /** Starts a key anew, e.g. an account whose owner has signed in. */
  forget(key: string): Promise<void>;
}

const MAX_KEYS = 100_000;

/** For one process. */
export function createMemoryRateLimiter(now: () => number = Date.now): RateLimiter {
  let windows = new Map<string, { count: number; until: number }>();
  return {
    async take(key, max, seconds) {
      const time = now();
      if (windows.size >= MAX_KEYS)
        windows = new Map([...windows].filter(([, window]) => window.until > time));
      let window = windows.get(key);
      // A window that ends later than any may was begun before the clock jumped back.
      if (!window || window.until <= time || window.until > time + seconds * 1000) {
        window = { count: 0, until: time + seconds * 1000 };
        windows.set(key, window);
      }
      window.count++;
      return window.count > max ? Math.ceil((window.until - time) / 1000) : 0;
    },
    async forget(key) {
      windows.delete(key);
    },
  };
}

// One round trip that cannot leave a counter without an end, nor with one that a clock which jumped back has put off.
const TAKE = `
local count = redis.call('incr', KEYS[1])
local left = redis.call('pttl', KEYS[1])
if left < 0 or left > tonumber(ARGV[1]) then
  if left > 0 then redis.call('set', KEYS[1], 1) count = 1 end
  redis.call('pexpire', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return {count, left}`;

/** For several processes. While Redis does not answer, each process counts for itself: limited, never open. */
export function createRedisRateLimiter(redis: Redis): RateLimiter {
  const fallback = createMemoryRateLimiter();
  return {
    async take(key, max, seconds) {
      try {
        const [count, ttl] = (await redis.eval(TAKE, 1, `genjin:limit:${key}`, seconds * 1000)) as [
          number,
          number,
        ];
        return count > max ? Math.max(1, Math.ceil(ttl / 1000)) : 0;
      } catch {
        return fallback.take(key, max, seconds);
      }
    },
    async forget(key) {
      await fallback.forget(key);
      await redis.del(`genjin:limit:${key}`).catch(() => undefined);
    },
  };
}
