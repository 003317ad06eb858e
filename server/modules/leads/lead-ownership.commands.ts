import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { type LeadDetail, leadErrors, type leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { may, visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { AnyWork, Work } from '../../kernel/context.ts';
import { withPermission } from '../../kernel/transition.ts';
import { lockAlone, lockAssignable } from '../identity/identity.queries.ts';
import { type OwnershipChange, recordOwnership, tellNewOwner } from '../ownership/ownership.commands.ts';
import { claimRefusal, requireRoom } from './lead-pool.limits.ts';
import { ANSWERED, type Lead, lockLead, settleLead, updateLead } from './lead-record.ts';
import { getLead } from './leads.queries.ts';

// Ownership changes here and nowhere else, each time with a reason and a row of history. Accounts are locked before leads,
// everywhere: whoever is given something keeps their account as it is until the transaction ends.

/** Why a lead changes hands: everything but its registration. */
export type OwnershipKind = Exclude<OwnershipChange['kind'], 'create'>;

export interface OwnerChange {
  readonly kind: OwnershipKind;
  /** Null: the pool. */
  readonly to: string | null;
  readonly reason: string;
  /** The rule that moves it, in words; without it: somebody decided. */
  readonly rule?: string | null;
  /** What else changes with the owner. */
  readonly more?: Partial<Lead>;
}

/** What becomes of a lead with its owner. */
function ownedBy(work: AnyWork, to: string | null): Partial<Lead> {
  if (to !== null) {
    return { ...ANSWERED, ownerId: to, assignedAt: work.now, poolEnteredAt: null, lastContactAt: work.now };
  }
  return {
    ...ANSWERED,
    ownerId: null,
    assignedAt: null,
    poolEnteredAt: work.now,
    nextFollowUpAt: null,
    nextFollowUpContent: null,
  };
}

/**
 * Changes the owner of a locked lead: checks what its kind demands, then writes owner, history and audit; the planned task
 * follows. Whether the caller may is decided before.
 * @returns the row of history
 */
export async function changeOwner(work: AnyWork, lead: Lead, change: OwnerChange): Promise<string> {
  const { kind, to, more = {} } = change;
  if (kind !== 'handover' && kind !== 'merge') requireOpen(lead);
  if (to !== null && lead.ownerId === to && kind !== 'merge') throw leadErrors.LEAD_ALREADY_OWNED();
  if (kind === 'assign' || kind === 'transfer') await requireRoom(work, to as string);
  await updateLead(work, lead, { ...ownedBy(work, to), ...more });
  return writeDown(work, lead, change);
}

/** Leaves the row of history and the entry of a change that was made. */
async function writeDown(work: AnyWork, lead: Lead, change: OwnerChange): Promise<string> {
  const { kind, to, reason, rule, more = {} } = change;
  const changeId = await recordOwnership(
    work,
    { entity: 'leads', id: lead.id },
    { kind, from: lead.ownerId, to, reason, rule },
  );
  const { nextFollowUpAt, nextFollowUpContent } = more;
  const changes = diff(lead, { ownerId: to, nextFollowUpAt, nextFollowUpContent });
  const about = { entityId: lead.id, changes, reason };
  if (kind === 'claim') {
    work.audit({ action: 'leads.claimed', entity: 'leads', ...about, reason: null });
  } else if (kind === 'recycle') {
    work.audit({ action: 'leads.recycled', entity: 'leads', ...about });
  } else if (kind === 'reassign') {
    work.audit({ action: 'leads.reassigned', entity: 'leads', ...about });
  } else {
    work.audit({ action: to === null ? 'leads.released' : 'leads.assigned', entity: 'leads', ...about });
  }
  return changeId;
}

/** Whom a new lead goes to: the author if they do sales, whoever they name if they may, otherwise the pool. */
export async function ownerOfNew(work: Work, wished: string | null | undefined): Promise<string | null> {
  const { actor } = work;
  if (wished === undefined) {
    if (!may(actor, 'leads.progress')) return null;
    await requireAssignable(work, actor.userId);
    return actor.userId;
  }
  if (wished === null) return null;
  if (wished === actor.userId) {
    await requireAssignable(work, wished);
    return wished;
  }
  if (!may(actor, 'leads.dispatch')) throw leadErrors.OWNER_NOT_ALLOWED();
  await lockAlone(work.db, wished);
  await requireAssignable(work, wished);
  await requireRoom(work, wished);
  return wished;
}

/** Also keeps the account as it is until the transaction ends: whoever is disabled meanwhile hands this lead over too. */
async function requireAssignable(work: AnyWork, userId: string): Promise<void> {
  if (!(await lockAssignable(work.db, userId))) throw notAssignable();
}

const notAssignable = () =>
  leadErrors.OWNER_NOT_ASSIGNABLE({ fields: [{ field: 'ownerId', message: '这位同事不能跟进线索' }] });

/** Whoever assigns within a department gives within it too; beyond it they would lose sight of the lead. */
export function reachesOwner({ scope: { actor, reach } }: Work, userId: string): boolean {
  const team = reach === 'department' ? actor.teamIds : [actor.userId];
  return reach === 'all' || team.includes(userId);
}

const beyondReach = () =>
  leadErrors.OWNER_NOT_ALLOWED({ fields: [{ field: 'ownerId', message: '只能分派给本部门的同事' }] });

/** Gives a lead to somebody, from the pool or from whoever follows it. */
export async function assignLead(
  work: Work,
  id: string,
  { version, ownerId, reason }: Request<typeof leads.assign>['body'],
): Promise<LeadDetail> {
  await lockAlone(work.db, ownerId);
  const assignable = await lockAssignable(work.db, ownerId);
  const lead = await lockLead(work, id, version);
  const changeId = await assignTo(work, lead, ownerId, assignable, reason);
  tellNewOwner(work, ownerId, changeId);
  return getLead(work, id);
}

/** Gives a locked lead to somebody whose account is locked. Answers the row of history. */
export async function assignTo(
  work: Work,
  lead: Lead,
  ownerId: string,
  assignable: boolean,
  reason: string,
  more: Partial<Lead> = {},
): Promise<string> {
  requireOpen(lead);
  if (lead.ownerId === ownerId) throw leadErrors.LEAD_ALREADY_OWNED();
  if (!assignable) throw notAssignable();
  if (!reachesOwner(work, ownerId)) throw beyondReach();
  const kind = lead.ownerId === null ? 'assign' : 'transfer';
  return changeOwner(work, lead, { kind, to: ownerId, reason, more });
}

/** Keeps the accounts of whoever follows these leads as they are. Answers those that may follow leads. */
export async function lockOwners(
  { db }: Work,
  ids: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const owners = await db.selectFrom('leads').select('ownerId').where('id', 'in', ids).execute();
  const accounts = [...new Set(owners.flatMap(({ ownerId }) => ownerId ?? []))].sort();
  const workers = new Map<string, boolean>();
  for (const account of accounts) workers.set(account, await lockAssignable(db, account));
  return workers;
}

/**
 * A lead that is work again needs somebody who works: if its owner, locked before it, no longer follows leads, it goes to the
 * pool.
 */
export async function freeFromFormerOwner(work: Work, id: string): Promise<void> {
  const lead = await work.db.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  if (lead.ownerId === null || !isOpenLead(lead.status as LeadStatus)) return;
  if (await lockAssignable(work.db, lead.ownerId)) return;
  await changeOwner(work, lead, { kind: 'release', to: null, reason: '原跟进人已不再跟进线索' });
}

/** Takes a lead out of the pool. Of many who try at once, one statement lets one through. */
export async function claimLead(work: Work, id: string): Promise<LeadDetail> {
  const { userId, name } = work.actor;
  // Alone: somebody who claims twice at once is counted once after the other.
  await lockAlone(work.db, userId);
  await requireAssignable(work, userId);
  const refusal = await claimRefusal(work, { id: userId, name }, id);
  if (refusal) throw (await whyNotClaimed(work, id)) ?? refusal.error;
  const claimed = await work.db
    .updateTable('leads')
    .set((eb) => ({ ...ownedBy(work, userId), updatedAt: work.now, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('ownerId', 'is', null)
    .where('status', 'in', ['new', 'contacted', 'qualified'])
    .where(visible(work.scope, 'leads'))
    .returningAll()
    .executeTakeFirst();
  if (!claimed) throw (await whyNotClaimed(work, id)) ?? httpErrors.NOT_FOUND();
  const before = { ...claimed, ownerId: null };
  // In the pool its registrant may have agreed on a date that nobody was to keep.
  await settleLead(work, before, claimed);
  await writeDown(work, before, { kind: 'claim', to: userId, reason: '公海领取' });
  return getLead(work, id);
}

/**
 * Why a lead cannot be claimed by anybody; null: it can. Somebody who just saw it in the pool may know who was faster;
 * nobody else learns that it exists.
 */
async function whyNotClaimed(work: Work, id: string): Promise<Error | null> {
  const { scope } = withPermission(work, 'leads.read');
  const lead = await work.db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .leftJoin('ownershipChanges as last', (join) =>
      join
        .onRef('last.entityId', '=', 'leads.id')
        .onRef('last.at', '=', 'leads.assignedAt')
        .on('last.entity', '=', 'leads'),
    )
    .select(['owner.name as ownerName', 'leads.status', 'last.kind'])
    .select(visible(scope, 'leads').as('visible'))
    .where('leads.id', '=', id)
    .where('leads.deletedAt', 'is', null)
    .executeTakeFirst();
  if (lead?.ownerName && lead.kind === 'claim') {
    return leadErrors.LEAD_ALREADY_CLAIMED({ values: { owner: lead.ownerName } });
  }
  if (!lead?.visible) return httpErrors.NOT_FOUND();
  if (lead.ownerName) return leadErrors.LEAD_ALREADY_CLAIMED({ values: { owner: lead.ownerName } });
  return isOpenLead(lead.status as LeadStatus) ? null : leadErrors.LEAD_NOT_OPEN();
}

/** Gives a lead back to the pool. */
export async function releaseLead(
  work: Work,
  id: string,
  { version, reason }: Request<typeof leads.release>['body'],
): Promise<LeadDetail> {
  await giveUp(work, { id, version }, reason);
  return getLead(work, id);
}

/** Gives one lead back to the pool. Answers the row of history. */
export async function giveUp(
  work: Work,
  { id, version }: { readonly id: string; readonly version: number },
  reason: string,
): Promise<string> {
  const lead = await lockLead(work, id, version);
  if (lead.ownerId === null) throw leadErrors.LEAD_IN_POOL();
  return changeOwner(work, lead, { kind: 'release', to: null, reason });
}

function requireOpen(lead: Lead): void {
  if (!isOpenLead(lead.status as LeadStatus)) throw leadErrors.LEAD_NOT_OPEN();
}
