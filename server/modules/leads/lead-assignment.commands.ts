import type { Request } from '#shared/http/endpoint.ts';
import { AppError } from '#shared/http/errors.ts';
import { type LeadDetail, leadErrors } from '#shared/leads/contract.ts';
import { type OwnershipResults, type pool, poolErrors } from '#shared/pool/contract.ts';
import type { AnyWork, Work } from '../../kernel/context.ts';
import { lockAlone, lockAssignable } from '../identity/identity.queries.ts';
import { tellNewOwner } from '../ownership/ownership.commands.ts';
import { ownersChanged } from '../ownership/ownership.events.ts';
import { openTurns } from './lead-assignment.turns.ts';
import { assignTo, changeOwner, giveUp, reachesOwner } from './lead-ownership.commands.ts';
import { ANSWERED, type Lead, lockLead, updateLead } from './lead-record.ts';
import { getLead } from './leads.queries.ts';

type Chosen = Request<typeof pool.assignMany>['body']['leads'];
type Result = OwnershipResults['list'][number];

/** What came of each of many leads, in the order in which they were asked for. */
async function each(
  leads: Chosen,
  act: (lead: Chosen[number]) => Promise<Result['owner']>,
): Promise<OwnershipResults> {
  const byId = new Map<string, Result>();
  // Locks are taken in one order, whoever asks for what.
  for (const lead of [...leads].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const { id } = lead;
    try {
      byId.set(id, { id, ok: true, owner: await act(lead), code: null, message: null });
    } catch (error) {
      // Refused before anything was written: the others are none the worse for it.
      if (!(error instanceof AppError)) throw error;
      byId.set(id, { id, ok: false, owner: null, code: error.code, message: error.message });
    }
  }
  const list = leads.map(({ id }) => byId.get(id) as Result);
  const done = list.filter(({ ok }) => ok).length;
  return { done, refused: list.length - done, list };
}

/** Gives many leads to one colleague, or to those whose turn it is. What cannot be done is said for each. */
export async function assignMany(
  work: Work,
  { leads, ownerId, groupId, reason }: Request<typeof pool.assignMany>['body'],
): Promise<OwnershipResults> {
  const given = new Map<string, string[]>();
  const gave = (to: string, changeId: string) => {
    given.set(to, [...(given.get(to) ?? []), changeId]);
  };
  const answer =
    ownerId === 'auto'
      ? await assignInTurn(work, leads, groupId, reason, gave)
      : await assignToOne(work, leads, ownerId, reason, gave);
  for (const [to, changeIds] of given) {
    const [only] = changeIds;
    if (changeIds.length === 1 && only) tellNewOwner(work, to, only);
    else if (to !== work.actor.userId) work.emit(ownersChanged, { changeIds });
  }
  work.audit({
    action: 'leads.assignedTogether',
    entity: 'leads',
    entityId: null,
    changes: countOf(answer),
    reason,
  });
  return answer;
}

type Gave = (to: string, changeId: string) => void;

async function assignToOne(work: Work, leads: Chosen, ownerId: string, reason: string, gave: Gave) {
  await lockAlone(work.db, ownerId);
  const assignable = await lockAssignable(work.db, ownerId);
  const user = await work.db.selectFrom('users').select('name').where('id', '=', ownerId).executeTakeFirst();
  return each(leads, async ({ id, version }) => {
    const lead = await lockLead(work, id, version);
    gave(ownerId, await assignTo(work, lead, ownerId, assignable, reason));
    return { id: ownerId, name: user?.name ?? '' };
  });
}

async function assignInTurn(
  work: Work,
  leads: Chosen,
  groupId: string | undefined,
  reason: string,
  gave: Gave,
) {
  const turns = await openTurns(work, groupId);
  const answer = await each(leads, async ({ id, version }) => {
    const lead = await lockLead(work, id, version);
    if (!isOpen(lead)) throw leadErrors.LEAD_NOT_OPEN();
    const fresh = { ...lead, offeredTo: null };
    const next = turns.take(fresh, (userId) => userId !== lead.ownerId && reachesOwner(work, userId));
    if ('why' in next) throw poolErrors.LEAD_NOBODY_TO_TAKE({ values: next });
    gave(next.userId, await assignTo(work, lead, next.userId, true, reason, next.offer));
    return { id: next.userId, name: next.name };
  });
  await turns.keep();
  return answer;
}

const isOpen = ({ status }: Lead) => status !== 'converted' && status !== 'closed';

/** Gives many leads back to the pool. What cannot be done is said for each. */
export async function releaseMany(
  work: Work,
  { leads, reason }: Request<typeof pool.releaseMany>['body'],
): Promise<OwnershipResults> {
  const answer = await each(leads, async (lead) => {
    await giveUp(work, lead, reason);
    return null;
  });
  work.audit({
    action: 'leads.releasedTogether',
    entity: 'leads',
    entityId: null,
    changes: countOf(answer),
    reason,
  });
  return answer;
}

/** What many results come to, for the log. */
const countOf = ({ done, refused }: OwnershipResults) => ({
  done: [null, done] as const,
  ...(refused > 0 ? { refused: [null, refused] as const } : {}),
});

/** What came of an automatic assignment: somebody, or why it stays in the pool. */
export type AutomaticAssignment =
  | { readonly ownerId: string; readonly why: null }
  | { readonly ownerId: null; readonly why: string };

/**
 * Gives a lead of the pool, which this transaction has locked or made, to whoever's turn it is in a group; without one, in
 * the oldest. When nobody can take it, it stays where it is. Throws GROUP_NOT_THERE.
 */
export async function assignAutomatically(
  work: AnyWork,
  lead: Lead,
  groupId: string | null,
): Promise<AutomaticAssignment> {
  const turns = await openTurns(work, groupId);
  const next = turns.take({ ...lead, offeredTo: null });
  if ('why' in next) return { ownerId: null, why: next.why };
  const changeId = await changeOwner(work, lead, {
    kind: 'assign',
    to: next.userId,
    reason: `自动分配：${turns.group.name}`,
    rule: turns.group.name,
    more: next.offer,
  });
  await turns.keep();
  tellNewOwner(work, next.userId, changeId);
  return { ownerId: next.userId, why: null };
}

/** Says that somebody takes on the lead that came to them by itself. */
export async function acceptLead(work: Work, id: string): Promise<LeadDetail> {
  const lead = await lockLead(work, id);
  if (lead.ownerId !== work.actor.userId) {
    if (lead.ownerId === null) throw leadErrors.LEAD_IN_POOL();
    throw poolErrors.LEAD_NOT_TO_ACCEPT();
  }
  if (lead.acceptBy === null) throw poolErrors.LEAD_NOT_TO_ACCEPT();
  await updateLead(work, lead, ANSWERED);
  work.audit({ action: 'leads.accepted', entity: 'leads', entityId: id });
  return getLead(work, id);
}
