import { type PoolRule, pool } from '#shared/pool/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import { createMemoryCache } from '../kernel/cache.ts';
import type { JobContext } from '../kernel/events.ts';
import { runAcceptance, runRecycling } from '../modules/leads/lead-pool.recycle.ts';
import type { Reply, TestApp, TestUser } from './createTestApp.ts';
import { testSigner } from './outside.ts';

const contextOf = (t: TestApp): JobContext => ({
  database: t.database,
  clock: t.clock,
  cache: createMemoryCache(),
  signer: testSigner,
  jobs: t.jobs,
});

/** What the clock starts for the pool. */
export const recycling = (t: TestApp): Promise<void> => runRecycling(contextOf(t));
/** What the clock starts for leads that must be accepted. */
export const acceptance = (t: TestApp): Promise<void> => runAcceptance(contextOf(t));

/** Changes a rule as it is now. */
export async function setPool(
  t: TestApp,
  as: TestUser,
  departmentId: PoolRule['departmentId'],
  changes: object,
): Promise<Reply<PoolRule>> {
  const { list } = (await t.call(pool.rules, {}, { as })).data;
  const version = list.find((rule) => rule.departmentId === departmentId)?.version ?? 0;
  return t.call(pool.setRule, { params: { departmentId }, body: { ...changes, version } }, { as });
}

/** No lead, nothing said, no groups, and no limits. */
export async function startPoolOver(t: TestApp, now: Instant): Promise<void> {
  await t.db.deleteFrom('recycleWarnings').execute();
  await t.db.deleteFrom('notifications').execute();
  await t.db.deleteFrom('ownershipChanges').where('kind', '=', 'claim').execute();
  await t.db.updateTable('leads').set({ deletedAt: now, offeredGroupId: null }).execute();
  await t.db.deleteFrom('assignmentGroups').execute();
  await t.db.deleteFrom('offDuty').execute();
  await t.db.deleteFrom('poolRules').where('departmentId', 'is not', null).execute();
  const none = { claimCap: null, holdingCap: null, cooldownDays: 0, protectionDays: 0 };
  const never = { recycleHigh: null, recycleMedium: null, recycleLow: null };
  await t.db
    .updateTable('poolRules')
    .set({ ...none, ...never, warnDays: [3, 1], exemptIds: [], version: 1 })
    .execute();
  t.clock.set(now);
}
