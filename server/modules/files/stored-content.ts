import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { fileErrors } from '#shared/files/contract.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import type { AnyWork } from '../../kernel/context.ts';
import type { Database, Queryable } from '../../kernel/database.ts';
import type { Prepared } from '../../kernel/route.ts';
import { newStorageKey, type Storage } from '../../kernel/storage.ts';
import type { Content } from './received-content.ts';

/** A content that lies in the storage, for a row that is still to be written. */
export interface StoredContent extends Prepared {
  /** As its sender called it. */
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly hash: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly storageKey: string;
  readonly thumbnailKey: string | null;
  discard(): Promise<void>;
}

/** An upload takes a minute at most: what has waited longer for its row has lost it. */
const SWEPT_AFTER_MINUTES = 15;
const SWEPT_AT_ONCE = 20;

const keysOf = ({
  storageKey,
  thumbnailKey,
}: Pick<StoredContent, 'storageKey' | 'thumbnailKey'>): string[] =>
  thumbnailKey === null ? [storageKey] : [storageKey, thumbnailKey];

/** What storing threw, as its caller is told; the cause goes to the log. */
export function storageUnavailable(cause: unknown): Error {
  return Object.assign(fileErrors.STORAGE_UNAVAILABLE(), { cause });
}

/**
 * Stores a content outside of any transaction. That it was begun is written down first, so that it is found if nobody
 * comes to write its row. Throws STORAGE_UNAVAILABLE, and leaves nothing then.
 */
export async function storeContent(
  db: Queryable,
  storage: Storage,
  now: Instant,
  name: string,
  { content, mimeType, picture }: Content,
): Promise<StoredContent> {
  const stored = {
    name,
    mimeType,
    size: content.length,
    hash: createHash('sha256').update(content).digest('hex'),
    width: picture?.width ?? null,
    height: picture?.height ?? null,
    storageKey: newStorageKey(now),
    thumbnailKey: picture ? newStorageKey(now) : null,
  };
  const keys = keysOf(stored);
  // What cannot be taken back now is taken back by the sweep.
  const discard = () =>
    takeBack(db, storage, sql`storage_key = any(${keys})`).then(
      () => undefined,
      () => undefined,
    );
  await db
    .insertInto('fileUploads')
    .values(keys.map((storageKey) => ({ storageKey, startedAt: now })))
    .execute();
  try {
    await storage.put(stored.storageKey, content, mimeType);
    if (picture) await storage.put(stored.thumbnailKey as string, picture.thumbnail, 'image/jpeg');
  } catch (error) {
    await discard();
    throw storageUnavailable(error);
  }
  return { ...stored, discard };
}

/** Says that a row names the content from now on. Throws STORAGE_UNAVAILABLE when the sweep was faster. */
export async function keepContent(work: AnyWork, stored: StoredContent): Promise<void> {
  const keys = keysOf(stored);
  const { numDeletedRows } = await work.db
    .deleteFrom('fileUploads')
    .where('storageKey', 'in', keys)
    .executeTakeFirstOrThrow();
  if (Number(numDeletedRows) !== keys.length) throw fileErrors.STORAGE_UNAVAILABLE();
}

/** Gives contents to the sweep whose row names them no longer. */
export async function releaseContent(
  work: AnyWork,
  rows: readonly Pick<StoredContent, 'storageKey' | 'thumbnailKey'>[],
): Promise<void> {
  const keys = rows.flatMap(keysOf);
  if (keys.length === 0) return;
  await work.db
    .insertInto('fileUploads')
    .values(keys.map((storageKey) => ({ storageKey, startedAt: work.now })))
    .execute();
}

/**
 * Removes contents of which no row tells. Whoever deletes the row of the upload decides about its content, so it is locked
 * before and deleted after. Answers how many were looked at.
 */
async function takeBack(db: Queryable, storage: Storage, which: RawBuilder<unknown>): Promise<number> {
  return await (db as Database).transaction().execute(async (trx) => {
    const { rows } = await sql<{ storageKey: string }>`
      select storage_key from file_uploads where ${which}
      order by storage_key limit ${SWEPT_AT_ONCE} for update skip locked`.execute(trx);
    await Promise.all(rows.map(({ storageKey }) => storage.remove(storageKey)));
    const keys = rows.map(({ storageKey }) => storageKey);
    if (keys.length > 0) await trx.deleteFrom('fileUploads').where('storageKey', 'in', keys).execute();
    return rows.length;
  });
}

/** Removes what uploads left behind that ended in the middle, and what was deleted. */
export async function sweepUploads(db: Database, storage: Storage, now: Instant): Promise<void> {
  const limit = toInstant(Date.parse(now) - SWEPT_AFTER_MINUTES * 60_000);
  while ((await takeBack(db, storage, sql`started_at < ${limit}`)) === SWEPT_AT_ONCE);
}
