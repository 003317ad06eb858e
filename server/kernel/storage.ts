import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';

/** Where the contents of files lie: a directory of this machine, or a bucket. Keys are ours, never a person's words. */
export interface Storage {
  /** Throws when it is not certainly stored; a part of it is then not there either. */
  put(key: string, content: Uint8Array, mimeType: string): Promise<void>;
  /** Null when it is not there. */
  get(key: string): Promise<Buffer | null>;
  /** Nothing happens when it is not there. */
  remove(key: string): Promise<void>;
}

/** A key that says nothing, in one of 65 536 folders of its month. */
export function newStorageKey(now: string): string {
  const name = randomBytes(18).toString('hex');
  return `${now.slice(0, 7)}/${name.slice(0, 4)}/${name.slice(4)}`;
}

const KEY = /^\d{4}-\d{2}\/[0-9a-f]{4}\/[0-9a-f]{32}$/;

export function createDiskStorage(directory: string): Storage {
  const placeOf = (key: string) => {
    if (!KEY.test(key)) throw new Error('This is no storage key');
    return join(directory, key);
  };
  return {
    async put(key, content) {
      const place = placeOf(key);
      const draft = `${place}.part`;
      await mkdir(dirname(place), { recursive: true });
      try {
        const file = await open(draft, 'w');
        try {
          await file.writeFile(content);
          // What the database says is there outlives a power cut, and so must this.
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(draft, place);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    async get(key) {
      try {
        return await readFile(placeOf(key));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async remove(key) {
      await rm(placeOf(key), { force: true });
      await rm(`${placeOf(key)}.part`, { force: true });
    },
  };
}

export interface BucketOptions {
  readonly bucket: string;
  /** Of an S3-compatible service; without it: Amazon's. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const CONNECT_MS = 3_000;
const ANSWER_MS = 15_000;

export function createBucketStorage(
  { bucket, endpoint, region, ...credentials }: BucketOptions,
  { answerMs = ANSWER_MS }: { answerMs?: number } = {},
): Storage {
  const client = new S3Client({
    region,
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    credentials,
    maxAttempts: 3,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: answerMs,
      // Otherwise it only warns.
      throwOnRequestTimeout: true,
    },
  });
  return {
    async put(Key, Body, ContentType) {
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType }));
    },
    async get(Key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
        return Body ? Buffer.from(await Body.transformToByteArray()) : null;
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    async remove(Key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    },
  };
}
