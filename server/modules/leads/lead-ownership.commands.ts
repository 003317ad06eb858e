import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { type LeadDetail, leadErrors, type leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { may, visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { withPermission } from '../../kernel/transition.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { recordOwnership, tellNewOwner } from '../ownership/ownership.commands.ts';
import { type Lead, lockLead, settleLead, updateLead } from './lead-record.ts';
import { getLead } from './leads.queries.ts';

// Ownership changes here and nowhere else, each time with a reason and a row of history.

/** Whom a new lead goes to: the author if they do sales, whoever they name if they may, otherwise the pool. */
export async function ownerOfNew(work: Work, wished: string | null | undefined): Promise<string | null> {
  const { actor } = work;
  if (wished === undefined) {
    if (!may(actor, 'leads.progress')) return null;
    await requireAssignable(work, actor.userId);
    return actor.userId;
  }
  if (wished === null) return null;
  if (wished !== actor.userId && !may(actor, 'leads.dispatch')) throw leadErrors.OWNER_NOT_ALLOWED();
  await requireAssignable(work, wished);
  return wished;
}

/** Also keeps the account as it is until the transaction ends: whoever is disabled meanwhile hands this lead over too. */
async function requireAssignable(work: Work, userId: string): Promise<void> {
  if (await lockAssignable(work.db, userId)) return;
  throw leadErrors.OWNER_NOT_ASSIGNABLE({ fields: [{ field: 'ownerId', message: '这位同事不能跟进线索' }] });
}

/** Whoever assigns within a department gives within it too; beyond it they would lose sight of the lead. */
function requireWithinReach({ scope: { actor, reach } }: Work, userId: string): void {
  const team = reach === 'department' ? actor.teamIds : [actor.userId];
  if (reach === 'all' || team.includes(userId)) return;
  throw leadErrors.OWNER_NOT_ALLOWED({ fields: [{ field: 'ownerId', message: '只能分派给本部门的同事' }] });
}

/** Gives a lead to somebody, from the pool or from whoever follows it. */
export async function assignLead(
  work: Work,
  id: string,
  { version, ownerId, reason }: Request<typeof leads.assign>['body'],
): Promise<LeadDetail> {
  const lead = await lockLead(work, id, version);
  requireOpen(lead);
  if (lead.ownerId === ownerId) throw leadErrors.LEAD_ALREADY_OWNED();
  await requireAssignable(work, ownerId);
  requireWithinReach(work, ownerId);
  tellNewOwner(work, ownerId, await passLead(work, lead, ownerId, reason));
  return getLead(work, id);
}

/**
 * Writes a change of owner of a locked lead, with its history; `null` is the pool. Whether it may is decided before.
 * @param more what else changes with the owner
 * @returns the row of history
 */
export async function passLead(
  work: Work,
  lead: Lead,
  ownerId: string | null,
  reason: string,
  more: Partial<Lead> = {},
): Promise<string> {
  const changes =
    ownerId === null
      ? {
          ownerId,
          assignedAt: null,
          poolEnteredAt: work.now,
          nextFollowUpAt: null,
          nextFollowUpContent: null,
        }
      : { ownerId, assignedAt: work.now, poolEnteredAt: null, lastContactAt: work.now };
  await updateLead(work, lead, { ...changes, ...more });
  const kind = ownerId === null ? 'release' : 'assign';
  const changeId = await recordOwnership(
    work,
    { entity: 'leads', id: lead.id },
    { kind, from: lead.ownerId, to: ownerId, reason },
  );
  work.audit({
    action: ownerId === null ? 'leads.released' : 'leads.assigned',
    entity: 'leads',
    entityId: lead.id,
    changes: diff(lead, { ownerId, ...more }),
    reason,
  });
  return changeId;
}

/** A lead that is work again needs somebody who works: if its owner no longer follows leads, it goes to the pool. */
export async function freeFromFormerOwner(work: Work, id: string): Promise<void> {
  const lead = await work.db.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (lead.ownerId === null || !isOpenLead(lead.status as LeadStatus)) return;
  if (await lockAssignable(work.db, lead.ownerId)) return;
  await passLead(work, lead, null, '原跟进人已不再跟进线索');
}

/** Takes a lead out of the pool. Of many who try at once, one statement lets one through. */
export async function claimLead(work: Work, id: string): Promise<LeadDetail> {
  const { userId } = work.actor;
  await requireAssignable(work, userId);
  const claimed = await work.db
    .updateTable('leads')
    .set((eb) => ({
      ownerId: userId,
      assignedAt: work.now,
      poolEnteredAt: null,
      lastContactAt: work.now,
      updatedAt: work.now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .where('ownerId', 'is', null)
    .where('status', 'in', ['new', 'contacted', 'qualified'])
    .where(visible(work.scope, 'leads'))
    .returningAll()
    .executeTakeFirst();
  if (!claimed) throw await whyNotClaimed(work, id);
  // In the pool its registrant may have agreed on a date that nobody was to keep.
  await settleLead(work, { ...claimed, ownerId: null }, claimed);
  await recordOwnership(
    work,
    { entity: 'leads', id },
    { kind: 'claim', from: null, to: userId, reason: '公海领取' },
  );
  work.audit({
    action: 'leads.claimed',
    entity: 'leads',
    entityId: id,
    changes: { ownerId: [null, userId] },
  });
  return getLead(work, id);
}

/** Somebody who just saw the lead in the pool may know who was faster; nobody else learns that it exists. */
async function whyNotClaimed(work: Work, id: string): Promise<Error> {
  const { scope } = withPermission(work, 'leads.read');
  const lead = await work.db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .leftJoin('ownershipChanges as last', (join) =>
      join.onRef('last.entityId', '=', 'leads.id').onRef('last.at', '=', 'leads.assignedAt'),
    )
    .select(['owner.name as ownerName', 'leads.status', 'last.kind'])
    .select(visible(scope, 'leads').as('visible'))
    .where('leads.id', '=', id)
    .where('leads.deletedAt', 'is', null)
    .executeTakeFirst();
  if (lead?.ownerName && lead.kind === 'claim') {
    return leadErrors.LEAD_ALREADY_CLAIMED({ values: { owner: lead.ownerName } });
  }
  if (lead?.visible && lead.ownerName)
    return leadErrors.LEAD_ALREADY_CLAIMED({ values: { owner: lead.ownerName } });
  return lead?.visible ? leadErrors.LEAD_NOT_OPEN() : httpErrors.NOT_FOUND();
}

/** Gives a lead back to the pool. */
export async function releaseLead(
  work: Work,
  id: string,
  { version, reason }: Request<typeof leads.release>['body'],
): Promise<LeadDetail> {
  const lead = await lockLead(work, id, version);
  if (lead.ownerId === null) throw leadErrors.LEAD_IN_POOL();
  requireOpen(lead);
  await passLead(work, lead, null, reason);
  return getLead(work, id);
}

function requireOpen(lead: Lead): void {
  if (!isOpenLead(lead.status as LeadStatus)) throw leadErrors.LEAD_NOT_OPEN();
}
