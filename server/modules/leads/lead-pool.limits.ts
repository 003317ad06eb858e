import type { AppError } from '#shared/http/errors.ts';
import { OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import { poolErrors } from '#shared/pool/contract.ts';
import {
  DAY_MS,
  dateOf,
  endOfDate,
  formatAbsolute,
  type Instant,
  startOfDate,
  toInstant,
} from '#shared/values/time.ts';
import { may } from '../../kernel/access.ts';
import type { AnyWork, Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { poolRules } from './lead-pool.rules.ts';

/** A rule that stands against a claim, and until when; null: until something else changes. */
export interface ClaimRefusal {
  readonly error: AppError;
  readonly until: Instant | null;
}

type Asking = Pick<Context, 'db' | 'settings' | 'now'>;

/**
 * Which rule keeps somebody from claiming a lead now; null: none. Whoever claims has locked their own account, so that
 * they cannot claim twice at once.
 */
export async function claimRefusal(
  { db, settings, now }: Asking,
  user: { readonly id: string; readonly name: string },
  leadId: string,
): Promise<ClaimRefusal | null> {
  const terms = (await settings.get(poolRules, db)).binding(user.id);
  if (!terms) return null;
  const { claimCap, cooldownDays } = terms;
  if (cooldownDays > 0) {
    const since = await gaveUpAt(db, user.id, leadId);
    const until = since && toInstant(Date.parse(since) + cooldownDays * DAY_MS);
    if (until && until > now) {
      const values = { date: formatAbsolute(until, now), rule: terms.name, days: cooldownDays };
      return { error: poolErrors.LEAD_COOLDOWN({ values }), until };
    }
  }
  if (claimCap !== null && (await claimedSince(db, user.id, startOfDate(dateOf(now)))) >= claimCap) {
    const values = { max: claimCap, rule: terms.name };
    return { error: poolErrors.LEAD_CLAIM_CAP({ values }), until: endOfDate(dateOf(now)) };
  }
  const full = await holdingRefusal({ db, settings }, user);
  return full && { error: full, until: null };
}

/** Why somebody may not follow so many leads more; null: they may. */
async function holdingRefusal(
  { db, settings }: Pick<Context, 'db' | 'settings'>,
  user: { readonly id: string; readonly name: string },
): Promise<AppError | null> {
  const terms = (await settings.get(poolRules, db)).binding(user.id);
  if (!terms || terms.holdingCap === null) return null;
  const count = (await heldBy(db, [user.id])).get(user.id) ?? 0;
  if (count < terms.holdingCap) return null;
  const values = { owner: user.name, count, max: terms.holdingCap, rule: terms.name };
  return poolErrors.LEAD_HOLDING_CAP({ values });
}

/** Throws when somebody follows as many leads as their rule allows. Whoever sets the rules may go beyond them. */
export async function requireRoom(work: AnyWork, userId: string): Promise<void> {
  if (work.actor && may(work.actor, 'pool.manage')) return;
  const terms = (await work.settings.get(poolRules, work.db)).binding(userId);
  if (!terms || terms.holdingCap === null) return;
  const user = await work.db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  const refusal = await holdingRefusal(work, user);
  if (refusal) throw refusal;
}

/** How many open leads each of these follows; those with none are left out. */
export async function heldBy(db: Queryable, userIds: readonly string[]): Promise<Map<string, number>> {
  if (userIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('leads')
    .select(({ fn }) => ['ownerId', fn.countAll<number>().as('count')])
    .where('ownerId', 'in', [...userIds])
    .where('deletedAt', 'is', null)
    .where('status', 'in', [...OPEN_LEAD_STATUSES])
    .groupBy('ownerId')
    .execute();
  return new Map(rows.map(({ ownerId, count }) => [ownerId as string, Number(count)]));
}

async function claimedSince(db: Queryable, userId: string, since: Instant): Promise<number> {
  const { count } = await db
    .selectFrom('ownershipChanges')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('kind', '=', 'claim')
    .where('entity', '=', 'leads')
    .where('toOwnerId', '=', userId)
    .where('at', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

async function gaveUpAt(db: Queryable, userId: string, leadId: string): Promise<Instant | null> {
  const last = await db
    .selectFrom('ownershipChanges')
    .select('at')
    .where('entity', '=', 'leads')
    .where('entityId', '=', leadId)
    .where('fromOwnerId', '=', userId)
    .where('kind', 'in', ['release', 'recycle'])
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.at ?? null;
}
