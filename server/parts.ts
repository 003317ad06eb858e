import { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { type Cache, createMemoryCache, createRedisCache } from './kernel/cache.ts';
import { type OpenDatabase, openEmbedded, openServer } from './kernel/database.ts';
import { createMemoryRateLimiter, createRedisRateLimiter, type RateLimiter } from './kernel/rate-limit.ts';

/** The parts that the configuration chooses: real servers where they are named, otherwise inside this process. */
export interface Parts {
  readonly database: OpenDatabase;
  readonly cache: Cache;
  readonly limiter: RateLimiter;
  /** Null: no Redis is configured. */
  readonly redis: { isUp(): boolean } | null;
  close(): Promise<void>;
}

export const openDatabase = (config: Config): Promise<OpenDatabase> =>
  config.DATABASE_URL
    ? Promise.resolve(openServer(config.DATABASE_URL, { pool: config.DATABASE_POOL }))
    : openEmbedded(config.DATA_DIR);

/** A connection that gives up on a command at once when Redis is away, so that nobody waits for a cache. */
function connectRedis(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 500 });
  redis.on('error', () => undefined);
  return redis;
}

export async function openParts(config: Config): Promise<Parts> {
  const database = await openDatabase(config);
  const redis = config.REDIS_URL ? connectRedis(config.REDIS_URL) : null;
  return {
    database,
    cache: redis ? createRedisCache(redis) : createMemoryCache(),
    limiter: redis ? createRedisRateLimiter(redis) : createMemoryRateLimiter(),
    redis: redis && { isUp: () => redis.status === 'ready' },
    async close() {
      redis?.disconnect();
      await database.close();
    },
  };
}
