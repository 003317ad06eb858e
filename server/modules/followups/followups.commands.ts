import { sql } from 'kysely';
import type { output } from 'zod';
import { type followUpDraft, followUpErrors, type followups } from '#shared/followups/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { earliest } from '#shared/values/time.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockVisible, type Row } from '../../kernel/transition.ts';
import { getFollowUp, isEditable } from './followups.queries.ts';
import type { FollowUpLinks, FollowUpTarget } from './followups.target.ts';

type Draft = output<typeof followUpDraft>;

/** How far a phone's clock may be ahead of ours; what it calls the future happened now. */
const CLOCK_SKEW_MS = 3_600_000;

/** Writes a contact that took place, and tells its target. Throws NOT_FOUND for a target outside the scope. */
export async function logFollowUp(
  work: Work,
  target: FollowUpTarget,
  targetId: string,
  draft: Draft,
): Promise<Answer<typeof followups.create>> {
  const said = draft.happenedAt ?? work.now;
  const happenedAt = earliest(said, work.now);
  if (Date.parse(said) > Date.parse(work.now) + CLOCK_SKEW_MS) {
    throw followUpErrors.FOLLOW_UP_IN_FUTURE({ fields: [{ field: 'happenedAt', message: '不能晚于现在' }] });
  }
  requireNextAfter(happenedAt, draft.nextFollowUpAt);
  const links = await target.lock(work, targetId);
  const row = await work.db
    .insertInto('followups')
    .values({
      id: newId(),
      ...links,
      method: draft.method,
      content: draft.content,
      result: draft.result ?? null,
      customerFeedback: draft.customerFeedback ?? null,
      contactPerson: draft.contactPerson ?? null,
      location: draft.location ?? null,
      happenedAt,
      nextFollowUpAt: draft.nextFollowUpAt ?? null,
      nextFollowUpContent: draft.nextFollowUpContent ?? null,
      authorId: work.actor.userId,
      createdAt: work.now,
      updatedAt: work.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  work.audit({ action: 'followups.created', entity: 'followups', entityId: row.id });
  await target.refresh(work, targetId, { kind: 'added', row });
  return ownFollowUp(work, row.id);
}

/** As its author sees it, whatever became of its target. */
const ownFollowUp = (work: Work, id: string) =>
  getFollowUp({ ...work, scope: { actor: work.actor, permission: 'followups.update', reach: 'own' } }, id);

/** Follow-ups of a lead also belong to the customer that it became: both sides keep them. */
export async function shareFollowUps(work: Work, leadId: string, customerId: string): Promise<void> {
  await work.db.updateTable('followups').set({ customerId }).where('leadId', '=', leadId).execute();
}

/** Gives one lead the follow-ups of another. Answers which, and which of them have no customer yet. */
export async function moveFollowUps(
  work: Work,
  from: string,
  to: string,
): Promise<{ moved: string[]; unshared: string[] }> {
  const rows = await work.db
    .updateTable('followups')
    .set({ leadId: to })
    .where('leadId', '=', from)
    .returning(['id', 'customerId'])
    .execute();
  const unshared = rows.filter(({ customerId }) => customerId === null);
  return { moved: rows.map(({ id }) => id), unshared: unshared.map(({ id }) => id) };
}

/** Gives those of some follow-ups that one lead still has to another; the unshared ones lose their customer. */
export async function moveFollowUpsBack(
  work: Work,
  from: string,
  to: string,
  { moved, unshared }: { readonly moved: readonly string[]; readonly unshared: readonly string[] },
): Promise<void> {
  await work.db
    .updateTable('followups')
    .set({
      leadId: to,
      customerId: sql<
        string | null
      >`case when id = any(${unshared}::uuid[]) then null else followups.customer_id end`,
    })
    .where(sql<boolean>`id = any(${moved}::uuid[])`)
    .where('leadId', '=', from)
    .execute();
}

function requireNextAfter(happenedAt: string, next: string | null | undefined): void {
  if (!next || next > happenedAt) return;
  throw followUpErrors.NEXT_FOLLOW_UP_IN_PAST({
    fields: [{ field: 'nextFollowUpAt', message: '要晚于本次跟进' }],
  });
}

type TargetOf = (links: FollowUpLinks) => { target: FollowUpTarget; id: string };

async function lockEditable(
  work: Work,
  targetOf: TargetOf,
  id: string,
  version: number,
): Promise<Row<'followups'>> {
  const { target, id: targetId } = targetOf(await getFollowUp(work, id));
  await target.lockReferred(work, targetId);
  const row = await lockVisible(work, 'followups', id, {
    version,
    current: () => getFollowUp(work, id),
  });
  if (!isEditable(work, row)) throw followUpErrors.FOLLOW_UP_FROZEN();
  return row;
}

export async function updateFollowUp(
  work: Work,
  targetOf: TargetOf,
  id: string,
  { version, ...changes }: Request<typeof followups.update>['body'],
): Promise<Answer<typeof followups.update>> {
  const row = await lockEditable(work, targetOf, id, version);
  requireNextAfter(row.happenedAt, changes.nextFollowUpAt);
  await work.db
    .updateTable('followups')
    .set({ ...changes, version: version + 1, updatedAt: work.now })
    .where('id', '=', id)
    .execute();
  const changed = diff(row, changes);
  work.audit({ action: 'followups.updated', entity: 'followups', entityId: id, changes: changed });
  const owner = targetOf(row);
  const updated = { ...row, ...changes };
  await owner.target.refresh(work, owner.id, { kind: 'updated', row: updated, changes: changed });
  return ownFollowUp(work, id);
}

/** Hides a follow-up; an administrator can bring it back. */
export async function removeFollowUp(
  work: Work,
  targetOf: TargetOf,
  id: string,
  { version }: Request<typeof followups.remove>['body'],
): Promise<{ id: string }> {
  const row = await lockEditable(work, targetOf, id, version);
  await work.db
    .updateTable('followups')
    .set({ deletedAt: work.now, version: version + 1, updatedAt: work.now })
    .where('id', '=', id)
    .execute();
  work.audit({ action: 'followups.deleted', entity: 'followups', entityId: id });
  const owner = targetOf(row);
  await owner.target.refresh(work, owner.id, { kind: 'removed', row });
  return { id };
}
