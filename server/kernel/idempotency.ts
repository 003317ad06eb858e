import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import { sql } from 'kysely';
import { httpErrors } from '#shared/http/errors.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from './database.ts';

/** How long an answer is kept for a retry: longer than a phone stays without a signal over a weekend. */
export const KEEP_MS = 7 * 86_400_000;

export interface IdempotentRequest {
  /** Whose key it is; keys of different people never meet. */
  readonly scope: string;
  /** As the client sent it, 8 to 200 characters. */
  readonly key: string;
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest();

// Answers may hold tokens. Only the hash of the key is stored, so a copy of the table opens none of them.
const sealingKey = (key: string) => Buffer.from(hkdfSync('sha256', key, '', 'genjin idempotent answer', 32));
const NONCE = Buffer.alloc(12);

function seal(key: string, text: string): Buffer {
  // One key seals one answer, so the constant nonce is used once.
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), NONCE);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function open(key: string, sealed: Uint8Array): string {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), NONCE);
  decipher.setAuthTag(bytes.subarray(-16));
  return decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8');
}

/**
 * Claims the key inside the transaction of the write. Answers the stored answer when the write was done before, null when
 * it is to be done now. Throws IDEMPOTENCY_MISMATCH for a key used for something else, IN_FLIGHT while another
 * transaction holds it.
 */
export async function claimKey(
  db: Queryable,
  request: IdempotentRequest,
  now: Instant,
): Promise<string | null> {
  const keyHash = sha256(request.key);
  const fingerprint = sha256(`${request.method} ${request.url} ${JSON.stringify(request.body ?? null)}`);
  const claimed = await sql`
    insert into idempotency_keys (scope, key_hash, fingerprint, created_at)
    select ${request.scope}, ${keyHash}, ${fingerprint}, ${now}::timestamptz
    where pg_try_advisory_xact_lock(hashtextextended(${request.scope + request.key}, 0))
    on conflict do nothing`.execute(db);
  if (claimed.numAffectedRows === 1n) return null;

  const stored = await db
    .selectFrom('idempotencyKeys')
    .select(['fingerprint', 'response'])
    .where('scope', '=', request.scope)
    .where('keyHash', '=', keyHash)
    .executeTakeFirst();
  if (!stored?.response) throw httpErrors.IN_FLIGHT();
  if (!fingerprint.equals(stored.fingerprint)) throw httpErrors.IDEMPOTENCY_MISMATCH();
  return open(request.key, stored.response);
}

/** Whether a write that took place at this instant was answered under this key. */
export async function wasAnswered(
  db: Queryable,
  { scope, key }: Pick<IdempotentRequest, 'scope' | 'key'>,
  at: Instant,
): Promise<boolean> {
  const answered = await db
    .selectFrom('idempotencyKeys')
    .select('scope')
    .where('scope', '=', scope)
    .where('keyHash', '=', sha256(key))
    .where('createdAt', '=', at)
    .where('response', 'is not', null)
    .executeTakeFirst();
  return answered !== undefined;
}

/** Keeps the answer, in the same transaction. */
export async function keepAnswer(db: Queryable, request: IdempotentRequest, answer: string): Promise<void> {
  await db
    .updateTable('idempotencyKeys')
    .set({ response: seal(request.key, answer) })
    .where('scope', '=', request.scope)
    .where('keyHash', '=', sha256(request.key))
    .execute();
}

/** Gives the key back: the command was refused, and a retry shall be judged anew. */
export async function releaseKey(db: Queryable, request: IdempotentRequest): Promise<void> {
  await db
    .deleteFrom('idempotencyKeys')
    .where('scope', '=', request.scope)
    .where('keyHash', '=', sha256(request.key))
    .execute();
}

/** Forgets answers that nobody will ask for again. */
export async function forgetOldKeys(db: Queryable, now: Instant): Promise<void> {
  const limit = new Date(Date.parse(now) - KEEP_MS).toISOString();
  await db.deleteFrom('idempotencyKeys').where('createdAt', '<', limit).execute();
}
