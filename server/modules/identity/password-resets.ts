import { randomBytes } from 'node:crypto';
import { type Instant, toInstant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';
import { hashSecret } from './tokens.ts';

export const RESET_MS = 30 * 60_000;

/** Makes the secret of a mailed link, of which only the hash is stored. Drops what has run out. */
export async function createReset(db: Queryable, now: Instant, userId: string): Promise<string> {
  // In hex: mail programs leave a dash at the end out of a link.
  const token = randomBytes(32).toString('hex');
  await db.deleteFrom('passwordResets').where('expiresAt', '<=', now).execute();
  await db
    .insertInto('passwordResets')
    .values({
      tokenHash: hashSecret(token),
      userId,
      createdAt: now,
      expiresAt: toInstant(Date.parse(now) + RESET_MS),
    })
    .execute();
  return token;
}

/** Whose link it is, used or not. */
export async function holderOfReset(db: Queryable, token: string): Promise<string | null> {
  const reset = await db
    .selectFrom('passwordResets')
    .select('userId')
    .where('tokenHash', '=', hashSecret(token))
    .executeTakeFirst();
  return reset?.userId ?? null;
}

/** Uses a link up. Answers false when it was used before, or is too old. */
export async function spendReset(db: Queryable, now: Instant, token: string): Promise<boolean> {
  const used = await db
    .updateTable('passwordResets')
    .set({ usedAt: now })
    .where('tokenHash', '=', hashSecret(token))
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning('userId')
    .executeTakeFirst();
  return used !== undefined;
}

/** Makes every link of an account useless: its password or its address has changed. */
export async function cancelResets(db: Queryable, now: Instant, userId: string): Promise<void> {
  await db
    .updateTable('passwordResets')
    .set({ usedAt: now })
    .where('userId', '=', userId)
    .where('usedAt', 'is', null)
    .execute();
}
