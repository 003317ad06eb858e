import { sql } from 'kysely';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { type PoolRule, type pool, poolErrors } from '#shared/pool/contract.ts';
import { poolRuleWords } from '#shared/pool/words.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { newId } from '../../kernel/new-id.ts';
import { getPoolRule } from './lead-pool.queries.ts';
import { type PoolTerms, poolRules } from './lead-pool.rules.ts';

/** One change of rules after the other: a department that begins with what it inherits must inherit what is there. */
const lockRules = (db: Queryable) => sql`select pg_advisory_xact_lock(hashtext('pool.rules'))`.execute(db);

/** Sets what is given; a department that had no rule of its own begins with the one it inherited. */
export async function setPoolRule(
  work: Work,
  departmentId: PoolRule['departmentId'],
  { version, exemptIds, recycleDays, ...changes }: Request<typeof pool.setRule>['body'],
): Promise<PoolRule> {
  const { db, now } = work;
  await lockRules(db);
  const before = await getPoolRule(db, departmentId);
  if (before.version !== version) throw httpErrors.STALE({ details: { current: before } });
  if (exemptIds) await requireUsers(db, exemptIds);
  const department = departmentId === 'default' ? null : departmentId;
  const inherited = (await poolRules.load(db)).ofDepartment(department);
  const terms: PoolTerms = {
    ...inherited,
    ...changes,
    recycleDays: { ...inherited.recycleDays, ...recycleDays },
    exemptIds: [...new Set(exemptIds ?? inherited.exemptIds)],
  };
  const own = version > 0;
  const row = {
    ...columnsOf(terms),
    // What the rule takes from now on is warned of first.
    ...(own && takesTheSame(inherited, terms) ? {} : { recycleSince: now }),
    updatedAt: now,
    version: version + 1,
  };
  if (own) {
    await db.updateTable('poolRules').set(row).where('id', '=', inherited.id).execute();
  } else {
    await db
      .insertInto('poolRules')
      .values({ ...row, id: newId(), departmentId: department })
      .execute();
  }
  const after = await getPoolRule(db, departmentId);
  work.audit({
    action: 'poolRules.set',
    entity: 'poolRules',
    entityId: department,
    changes: diff(spoken(before), spoken(after)),
    reason: after.departmentName,
  });
  return after;
}

const columnsOf = ({ recycleDays, ...terms }: PoolTerms) => ({
  claimCap: terms.claimCap,
  holdingCap: terms.holdingCap,
  cooldownDays: terms.cooldownDays,
  protectionDays: terms.protectionDays,
  recycleHigh: recycleDays.high,
  recycleMedium: recycleDays.medium,
  recycleLow: recycleDays.low,
  warnDays: [...terms.warnDays],
  exemptIds: [...terms.exemptIds],
});

const takesTheSame = (a: PoolTerms, b: PoolTerms): boolean =>
  JSON.stringify([a.recycleDays, a.protectionDays, a.exemptIds]) ===
  JSON.stringify([b.recycleDays, b.protectionDays, b.exemptIds]);

/** A rule as the log says it. */
const spoken = (rule: PoolRule) => ({
  rule: poolRuleWords(
    rule,
    rule.exempt.map(({ name }) => name),
  ).join('；'),
});

async function requireUsers(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const known = await db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', [...ids])
    .execute();
  if (known.length === new Set(ids).size) return;
  throw httpErrors.VALIDATION({ fields: [{ field: 'exemptIds', message: '有同事已不存在' }] });
}

/** Lets a department follow the rule above it again. */
export async function removePoolRule(work: Work, departmentId: PoolRule['departmentId']): Promise<PoolRule> {
  const { db, now } = work;
  if (departmentId === 'default') throw poolErrors.POOL_RULE_NEEDED();
  await lockRules(db);
  const before = await getPoolRule(db, departmentId);
  if (before.version === 0) throw poolErrors.POOL_RULE_INHERITED();
  await db.deleteFrom('poolRules').where('departmentId', '=', departmentId).execute();
  // What the rule above takes from these people now is warned of first.
  const { id } = (await poolRules.load(db)).ofDepartment(departmentId);
  await db.updateTable('poolRules').set({ recycleSince: now }).where('id', '=', id).execute();
  const after = await getPoolRule(db, departmentId);
  work.audit({
    action: 'poolRules.inherited',
    entity: 'poolRules',
    entityId: departmentId,
    changes: diff(spoken(before), spoken(after)),
    reason: after.departmentName,
  });
  return after;
}
