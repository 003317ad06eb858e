import type { Request } from '#shared/http/endpoint.ts';
import { hasContact, type LeadDetail, leadErrors, type leads } from '#shared/leads/contract.ts';
import { type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { nextNumbers } from '../../kernel/numbering.ts';
import { lockVisible } from '../../kernel/transition.ts';
import { logFollowUp } from '../followups/followups.commands.ts';
import { recordOwnerships, tellNewOwner } from '../ownership/ownership.commands.ts';
import { countSuggested } from './lead-assignment.turns.ts';
import { leadTarget } from './lead-follow-ups.ts';
import { freeFromFormerOwner, lockOwners, ownerOfNew } from './lead-ownership.commands.ts';
import { lockLead, moveLead, updateLead } from './lead-record.ts';
import { getLead } from './leads.queries.ts';
import { searchColumns } from './leads.search.ts';

type Draft = Omit<Request<typeof leads.create>['body'], 'ownerId' | 'followUp'>;

/** Registers a lead, with its owner and, if given, the first follow-up. */
export async function createLead(
  work: Work,
  { ownerId: wished, followUp, ...draft }: Request<typeof leads.create>['body'],
): Promise<LeadDetail> {
  const { province = null, city = null } = draft;
  if (wished && wished !== work.actor.userId) await countSuggested(work, { province, city }, wished);
  const ownerId = await ownerOfNew(work, wished);
  const [created] = await insertLeads(work, [{ draft, ownerId }], '登记');
  const { id, changeId } = created as Inserted;
  tellNewOwner(work, ownerId, changeId);
  // The new lead is ours until the transaction ends, also in the pool, where nobody may follow up.
  if (followUp)
    await logFollowUp(
      work,
      { ...leadTarget, lock: async () => ({ leadId: id, customerId: null }) },
      id,
      followUp,
    );
  return getLead(work, id);
}

interface Inserted {
  readonly id: string;
  /** The row of its history. */
  readonly changeId: string;
}

/**
 * Writes new leads with their history, as many as fit one statement. Who may have them is decided before, and telling
 * their owners is left to the caller.
 * @param reason how they came about
 */
export async function insertLeads(
  work: Work,
  given: readonly { readonly draft: Draft; readonly ownerId: string | null }[],
  reason: string,
): Promise<Inserted[]> {
  if (given.length === 0) return [];
  const numbers = await nextNumbers(work.db, 'LEAD', work.now, given.length);
  const rows = given.map(({ draft, ownerId }, i) => {
    const fields = {
      no: numbers[i] as string,
      customerName: draft.customerName,
      phone: draft.phone ?? null,
      wechat: draft.wechat ?? null,
      otherHandle: draft.otherHandle ?? null,
      contactPerson: draft.contactPerson ?? null,
      company: draft.company ?? null,
      email: draft.email ?? null,
      province: draft.province ?? null,
      city: draft.city ?? null,
      sourceAccount: draft.sourceAccount ?? null,
    };
    return {
      id: newId(),
      ...fields,
      ...searchColumns(fields),
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
    };
  });
  await work.db.insertInto('leads').values(rows).execute();
  const changes = rows.map(({ id, ownerId }) => ({
    id,
    kind: 'create' as const,
    from: null,
    to: ownerId,
    reason,
  }));
  const changeIds = await recordOwnerships(work, 'leads', changes);
  for (const [i, { draft, ownerId }] of given.entries()) {
    const { id, no } = rows[i] as (typeof rows)[number];
    const changes = diff({}, { no, ...draft, ownerId });
    work.audit({ action: 'leads.created', entity: 'leads', entityId: id, changes });
  }
  return rows.map(({ id }, i) => ({ id, changeId: changeIds[i] as string }));
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
  await lockOwners(work, [id]);
  const lead = await lockVisible(work, 'leads', id, { version, current, deleted: true });
  if (lead.mergedInto !== null) throw leadErrors.LEAD_MERGED();
  await updateLead(work, lead, { deletedAt: null });
  work.audit({ action: 'leads.restored', entity: 'leads', entityId: id });
  await freeFromFormerOwner(work, id);
  return getLead(work, id);
}

/** Moves a lead along its machine: contacted, qualified, closed with outcome and reason, reopened to where it was. */
export async function changeLeadStatus(
  work: Work,
  id: string,
  body: Request<typeof leads.changeStatus>['body'],
): Promise<LeadDetail> {
  if (body.action === 'reopen') await lockOwners(work, [id]);
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
      await freeFromFormerOwner(work, id);
      break;
    default:
      await moveLead(work, lead, action, { reason, changes: { isContacted: true } });
  }
  return getLead(work, id);
}

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
