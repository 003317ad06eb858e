import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { hasContact, type LeadDetail, leadErrors, type leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { may, visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { nextNumber } from '../../kernel/numbering.ts';
import { lockVisible, type Row, transition, withPermission } from '../../kernel/transition.ts';
import { logFollowUp } from '../followups/followups.commands.ts';
import type { FollowUpTarget } from '../followups/followups.target.ts';
import { isAssignable } from '../identity/identity.queries.ts';
import { getLead } from './leads.queries.ts';
import { searchColumns } from './leads.search.ts';

type Lead = Row<'leads'>;

/** A lead within the command's scope, locked. Throws NOT_FOUND, STALE, or LEAD_IN_POOL for what must be claimed first. */
async function lockLead(work: Work, id: string, version?: number): Promise<Lead> {
  try {
    return await lockVisible(work, 'leads', id, { version, current: () => getLead(work, id) });
  } catch (error) {
    if ((error as { code?: string }).code === 'NOT_FOUND' && (await isInPool(work, id)))
      throw leadErrors.LEAD_IN_POOL();
    throw error;
  }
}

async function isInPool(work: Work, id: string): Promise<boolean> {
  const { scope } = withPermission(work, 'leads.read');
  const row = await work.db
    .selectFrom('leads')
    .select('ownerId')
    .where('id', '=', id)
    .where(visible(scope, 'leads'))
    .executeTakeFirst();
  return row?.ownerId === null;
}

async function updateLead(
  work: Work,
  lead: Pick<Lead, 'id' | 'version'>,
  changes: Partial<Lead>,
): Promise<void> {
  await work.db
    .updateTable('leads')
    .set({ ...changes, version: lead.version + 1, updatedAt: work.now })
    .where('id', '=', lead.id)
    .execute();
}

/** Registers a lead, with its owner and, if given, the first follow-up. */
export async function createLead(
  work: Work,
  { ownerId: wished, followUp, ...draft }: Request<typeof leads.create>['body'],
): Promise<LeadDetail> {
  const ownerId = await ownerOfNew(work, wished);
  const id = newId();
  const fields = {
    phone: draft.phone ?? null,
    wechat: draft.wechat ?? null,
    otherHandle: draft.otherHandle ?? null,
    contactPerson: draft.contactPerson ?? null,
    company: draft.company ?? null,
    email: draft.email ?? null,
    province: draft.province ?? null,
    city: draft.city ?? null,
    sourceAccount: draft.sourceAccount ?? null,
    customerName: draft.customerName,
  };
  const no = await nextNumber(work.db, 'LEAD', work.now);
  await work.db
    .insertInto('leads')
    .values({
      id,
      no,
      ...fields,
      ...searchColumns({ ...fields, no }),
      customerType: draft.customerType ?? null,
      address: draft.address ?? null,
      hotelRooms: draft.hotelRooms ?? null,
      source: draft.source,
      externalClueId: draft.externalClueId ?? null,
      leadTime: draft.leadTime ?? work.now,
      intention: draft.intention,
      isContacted: draft.isContacted,
      score: draft.score ?? null,
      description: draft.description ?? null,
      status: leadMachine.initial,
      ownerId,
      assignedAt: ownerId === null ? null : work.now,
      poolEnteredAt: ownerId === null ? work.now : null,
      lastContactAt: work.now,
      createdBy: work.actor.userId,
      createdAt: work.now,
      updatedAt: work.now,
    })
    .execute();
  await recordOwnership(work, id, { kind: 'create', from: null, to: ownerId, reason: '登记' });
  work.audit({
    action: 'leads.created',
    entity: 'leads',
    entityId: id,
    changes: diff({}, { no, ...draft, ownerId }),
  });
  if (followUp) await logFollowUp(work, leadTarget, id, followUp);
  return getLead(work, id);
}

/** Whom a new lead goes to: the author if they do sales, whoever they name if they may, otherwise the pool. */
async function ownerOfNew(work: Work, wished: string | null | undefined): Promise<string | null> {
  const { actor } = work;
  if (wished === undefined) return may(actor, 'leads.progress') ? actor.userId : null;
  if (wished === null) return null;
  if (wished !== actor.userId && !may(actor, 'leads.dispatch')) throw leadErrors.OWNER_NOT_ALLOWED();
  await requireAssignable(work, wished);
  return wished;
}

async function requireAssignable(work: Work, userId: string): Promise<void> {
  if (await isAssignable(work.db, userId)) return;
  throw leadErrors.OWNER_NOT_ASSIGNABLE({ fields: [{ field: 'ownerId', message: '这位同事不能跟进线索' }] });
}

/** Changes the given fields. Ownership and status have commands of their own. */
export async function editLead(
  work: Work,
  id: string,
  { version, ...changes }: Request<typeof leads.update>['body'],
): Promise<LeadDetail> {
  const lead = await lockLead(work, id, version);
  const edited = { ...lead, ...changes };
  if (!hasContact(edited)) {
    throw leadErrors.LEAD_CONTACT_REQUIRED({
      fields: [{ field: 'phone', message: '电话、微信、其他联系方式至少填一项' }],
    });
  }
  await updateLead(work, lead, { ...changes, ...searchColumns(edited) });
  work.audit({ action: 'leads.updated', entity: 'leads', entityId: id, changes: diff(lead, changes) });
  return getLead(work, id);
}

/** Hides a lead; an administrator can bring it back. Its follow-ups stay. */
export async function removeLead(work: Work, id: string, version: number): Promise<{ id: string }> {
  const lead = await lockLead(work, id, version);
  await updateLead(work, lead, { deletedAt: work.now });
  work.audit({ action: 'leads.deleted', entity: 'leads', entityId: id });
  return { id };
}

export async function restoreLead(work: Work, id: string, version: number): Promise<LeadDetail> {
  const current = () => getLead(work, id);
  const lead = await lockVisible(work, 'leads', id, { version, current, deleted: true });
  await updateLead(work, lead, { deletedAt: null });
  work.audit({ action: 'leads.restored', entity: 'leads', entityId: id });
  return getLead(work, id);
}

/** Moves a lead along its machine: contacted, qualified, closed with outcome and reason, reopened to where it was. */
export async function changeLeadStatus(
  work: Work,
  id: string,
  body: Request<typeof leads.changeStatus>['body'],
): Promise<LeadDetail> {
  const lead = await lockLead(work, id, body.version);
  const { action, reason } = body;
  switch (body.action) {
    case 'close':
      await moveLead(work, lead, 'close', {
        reason,
        changes: { outcome: body.outcome, closeReason: body.reason, endedAt: work.now, nextFollowUpAt: null },
      });
      break;
    case 'reopen':
      await moveLead(work, lead, 'reopen', {
        reason,
        to: await statusBeforeClosing(work, id),
        changes: { outcome: null, closeReason: null, endedAt: null, lastContactAt: work.now },
      });
      break;
    default:
      await moveLead(work, lead, action, { reason, changes: { isContacted: true } });
  }
  return getLead(work, id);
}

const moveLead = (
  work: Work,
  lead: Lead,
  action: Parameters<typeof transition<LeadStatus, keyof typeof leadMachine.actions>>[4],
  options: Parameters<typeof transition<LeadStatus, keyof typeof leadMachine.actions>>[5],
) => transition(work, 'leads', leadMachine, { ...lead, status: lead.status as LeadStatus }, action, options);

async function statusBeforeClosing(work: Work, id: string): Promise<LeadStatus> {
  const closing = await work.db
    .selectFrom('statusChanges')
    .select('fromStatus')
    .where('entity', '=', 'leads')
    .where('entityId', '=', id)
    .where('action', '=', 'close')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return (closing?.fromStatus as LeadStatus | undefined) ?? leadMachine.initial;
}

/** Books a lead as won. */
export async function convertLead(
  work: Work,
  id: string,
  body: Request<typeof leads.convert>['body'],
): Promise<LeadDetail> {
  const lead = await lockLead(work, id, body.version);
  const { dealDate, dealAmount } = body;
  await moveLead(work, lead, 'convert', {
    reason: body.reason,
    changes: { dealDate, dealAmount, endedAt: work.now, isContacted: true, nextFollowUpAt: null },
  });
  return getLead(work, id);
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
  const changes = { ownerId, assignedAt: work.now, poolEnteredAt: null, lastContactAt: work.now };
  await updateLead(work, lead, changes);
  await recordOwnership(work, id, { kind: 'assign', from: lead.ownerId, to: ownerId, reason });
  work.audit({
    action: 'leads.assigned',
    entity: 'leads',
    entityId: id,
    changes: diff(lead, { ownerId }),
    reason,
  });
  return getLead(work, id);
}

/** Takes a lead out of the pool. Of many who try at once, one statement lets one through. */
export async function claimLead(work: Work, id: string): Promise<LeadDetail> {
  const { userId } = work.actor;
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
    .returning('id')
    .executeTakeFirst();
  if (!claimed) throw await whyNotClaimed(work, id);
  await recordOwnership(work, id, { kind: 'claim', from: null, to: userId, reason: '公海领取' });
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
  const lead = await work.db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .leftJoin('leadOwnershipChanges as last', (join) =>
      join.onRef('last.leadId', '=', 'leads.id').onRef('last.at', '=', 'leads.assignedAt'),
    )
    .select(['owner.name as ownerName', 'leads.status', 'last.kind'])
    .select(visible(work.scope, 'leads').as('visible'))
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
  await updateLead(work, lead, {
    ownerId: null,
    assignedAt: null,
    poolEnteredAt: work.now,
    nextFollowUpAt: null,
    nextFollowUpContent: null,
  });
  await recordOwnership(work, id, { kind: 'release', from: lead.ownerId, to: null, reason });
  work.audit({
    action: 'leads.released',
    entity: 'leads',
    entityId: id,
    changes: { ownerId: [lead.ownerId, null] },
    reason,
  });
  return getLead(work, id);
}

function requireOpen(lead: Lead): void {
  if (!isOpenLead(lead.status as LeadStatus)) throw leadErrors.LEAD_NOT_OPEN();
}

async function recordOwnership(
  work: Work,
  leadId: string,
  change: {
    kind: 'create' | 'assign' | 'claim' | 'release';
    from: string | null;
    to: string | null;
    reason: string;
  },
): Promise<void> {
  await work.db
    .insertInto('leadOwnershipChanges')
    .values({
      id: newId(),
      leadId,
      kind: change.kind,
      fromOwnerId: change.from,
      toOwnerId: change.to,
      reason: change.reason,
      actorId: work.actor.userId,
      at: work.now,
    })
    .execute();
}

/** Leads as something that is followed up. */
export const leadTarget: FollowUpTarget = {
  column: 'leadId',

  async lock(work, id) {
    await lockLead(withPermission(work, 'leads.update'), id);
  },

  async refresh(work, id, added) {
    const lead = await work.db.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const last = await work.db
      .selectFrom('followups')
      .select(['happenedAt', 'content', 'nextFollowUpAt', 'nextFollowUpContent'])
      .select((eb) =>
        eb
          .selectFrom('followups as every')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .where('every.leadId', '=', id)
          .where('every.deletedAt', 'is', null)
          .as('count'),
      )
      .where('leadId', '=', id)
      .where('deletedAt', 'is', null)
      .orderBy('happenedAt', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const changes = {
      lastFollowUpAt: last?.happenedAt ?? null,
      lastFollowUpContent: last?.content ?? null,
      followUpCount: last?.count ?? 0,
      nextFollowUpAt: last?.nextFollowUpAt ?? null,
      nextFollowUpContent: last?.nextFollowUpContent ?? null,
      lastContactAt: latest(last?.happenedAt, lead.assignedAt, lead.createdAt),
    };
    if (added && lead.status === 'new') {
      await moveLead(work, lead, 'contact', { automatic: true, changes: { ...changes, isContacted: true } });
    } else {
      await updateLead(work, lead, { ...changes, ...(added ? { isContacted: true } : {}) });
      work.audit({ action: 'leads.contacted', entity: 'leads', entityId: id, changes: diff(lead, changes) });
    }
  },
};

const latest = (...instants: (string | null | undefined)[]): string =>
  instants
    .filter((at) => at != null)
    .sort()
    .at(-1) as string;

/** Writes a follow-up for a lead. */
export const followUpLead = (
  work: Work,
  id: string,
  draft: Request<typeof leads.followUp>['body'],
): Promise<Answer<typeof leads.followUp>> => logFollowUp(work, leadTarget, id, draft);
