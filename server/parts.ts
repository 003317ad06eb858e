import { join } from 'node:path';
import type { Config } from './config.ts';
import { type Cache, createMemoryCache, createRedisCache } from './kernel/cache.ts';
import { type OpenDatabase, openEmbedded, openServer } from './kernel/database.ts';
import { createMemoryRateLimiter, createRedisRateLimiter, type RateLimiter } from './kernel/rate-limit.ts';
import { connectRedis } from './kernel/redis.ts';
import { createSigner, type Signer } from './kernel/signer.ts';
import { createBucketStorage, createDiskStorage, type Storage } from './kernel/storage.ts';

/** The parts that the configuration chooses: real servers where they are named, otherwise inside this process. */
export interface Parts {
  readonly database: OpenDatabase;
  readonly cache: Cache;
  readonly limiter: RateLimiter;
  readonly signer: Signer;
  readonly storage: Storage;
  /** Null: no Redis is configured. */
  readonly redis: { isUp(): boolean } | null;
  close(): Promise<void>;
}

export const openDatabase = (config: Config): Promise<OpenDatabase> =>
  config.DATABASE_URL
    ? Promise.resolve(openServer(config.DATABASE_URL, { pool: config.DATABASE_POOL }))
    : openEmbedded(config.DATA_DIR);

/** A bucket where one is named, otherwise a directory of this machine. */
const openStorage = ({ FILES_BUCKET, FILES_DIR, DATA_DIR, ...config }: Config): Storage =>
  FILES_BUCKET
    ? createBucketStorage({
        bucket: FILES_BUCKET,
        endpoint: config.S3_ENDPOINT,
        region: config.S3_REGION,
        accessKeyId: config.S3_ACCESS_KEY_ID as string,
        secretAccessKey: config.S3_SECRET_ACCESS_KEY as string,
      })
    : createDiskStorage(FILES_DIR ?? join(DATA_DIR, 'files'));

export async function openParts(config: Config): Promise<Parts> {
  const database = await openDatabase(config);
  const redis = config.REDIS_URL ? connectRedis(config.REDIS_URL) : null;
  return {
    database,
    cache: redis ? createRedisCache(redis) : createMemoryCache(),
    limiter: redis ? createRedisRateLimiter(redis) : createMemoryRateLimiter(),
    signer: createSigner(config.SECRETS_KEY ?? config.JWT_SECRET),
    storage: openStorage(config),
    redis: redis && { isUp: () => redis.status === 'ready' },
    async close() {
      redis?.disconnect();
      await database.close();
    },
  };
}
