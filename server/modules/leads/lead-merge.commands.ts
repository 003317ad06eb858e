import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  hasContact,
  type LeadDetail,
  leadErrors,
  type leads,
  MERGE_FIELD_LABELS,
  MERGE_FIELDS,
  type MergeField,
} from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus } from '#shared/leads/machine.ts';
import { latest } from '#shared/values/time.ts';
import { reaches, visible } from '../../kernel/access.ts';
import { type Changes, diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockReferred, takeFollowUpsOf } from '../customers/customer-follow-ups.ts';
import { moveFollowUps, moveFollowUpsBack } from '../followups/followups.commands.ts';
import { summarizeFollowUps } from '../followups/followups.summary.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { tellNewOwner } from '../ownership/ownership.commands.ts';
import { unmovedSince } from '../ownership/ownership.queries.ts';
import { moveTasks } from '../tasks/task-moves.ts';
import { undoUntil } from './lead-merged.queries.ts';
import { changeOwner, freeFromFormerOwner, lockOwners } from './lead-ownership.commands.ts';
import { type Lead, lockLead, lockReferredLead, moveLead, updateLead } from './lead-record.ts';
import { getLead } from './leads.queries.ts';
import { searchColumns } from './leads.search.ts';

// Accounts are locked before leads, and leads in the order of their ids: two merges of the same leads wait for each other,
// and the second finds one of them gone.

type Merge = Request<typeof leads.merge>['body'];
/** What the survivor had that a new owner overwrites. */
type Held = Pick<Lead, 'assignedAt' | 'poolEnteredAt'>;

const isOpen = ({ status }: Lead): boolean => isOpenLead(status as LeadStatus);
const nameOf = ({ no, customerName }: Pick<Lead, 'no' | 'customerName'>): string => `${no} ${customerName}`;
const isEmpty = (value: unknown): boolean => value === null || value === '';

/** Makes two leads one: the other goes into the given one, with everything that was said and is to be done. */
export async function mergeLeads(work: Work, id: string, body: Merge): Promise<LeadDetail> {
  const { otherId, fields, reason } = body;
  if (id === otherId)
    throw leadErrors.MERGE_SAME({ fields: [{ field: 'otherId', message: '不能并入自己' }] });
  const workers = await lockOwners(work, [id, otherId]);
  const versions = { [id]: body.version, [otherId]: body.otherVersion };
  const locked: Record<string, Lead> = {};
  for (const each of [id, otherId].sort()) locked[each] = await lockLead(work, each, versions[each]);
  const [mine, theirs] = [locked[id] as Lead, locked[otherId] as Lead];
  requireMergeable(mine, theirs);

  const { ownerId: owner, ...chosen } = choose(mine, theirs, fields);
  const to = newOwner(mine, owner, fields.ownerId === 'theirs', workers);
  const { moved, unshared } = await moveBelongings(work, theirs, mine);
  const { last, kept } = await summarizeFollowUps(work.db, 'leadId', id);
  const next = isOpen(mine) && mine.nextFollowUpAt === null ? theirs : mine;
  const taken: Partial<Lead> = {
    ...chosen,
    isContacted: mine.isContacted || theirs.isContacted,
    nextFollowUpAt: next.nextFollowUpAt,
    nextFollowUpContent: next.nextFollowUpContent,
    lastContactAt: to === null ? latest(mine.lastContactAt, last?.happenedAt) : work.now,
  };
  const more = { ...taken, ...kept, ...searchColumns({ ...mine, ...taken }) };
  let changeId: string | null = null;
  if (to === null) await updateLead(work, mine, more);
  else changeId = await changeOwner(work, mine, { kind: 'merge', to, reason, more });
  const after = await stored(work, id);
  // What was said with it was said with the survivor.
  const contacted = after.status === 'new' && kept.followUpCount > 0;
  if (contacted) await moveLead(work, after, 'contact', { automatic: true });

  await updateLead(work, theirs, { deletedAt: work.now, mergedInto: id });
  const taskIds = await moveTasks(work, 'leads', otherId, id);
  const changes: Changes = {
    ...diff(mine, { ...taken, ...(to === null ? {} : { ownerId: to }) }),
    ...(contacted ? { status: [mine.status, 'contacted'] as const } : {}),
  };
  const { assignedAt, poolEnteredAt } = mine;
  await work.db
    .insertInto('leadMerges')
    .values({
      id: newId(),
      survivorId: id,
      absorbedId: otherId,
      reason,
      actorId: work.actor.userId,
      at: work.now,
      taken: JSON.stringify(changes),
      held: JSON.stringify({ assignedAt, poolEnteredAt } satisfies Held),
      changeId,
      followupIds: moved,
      sharedIds: unshared,
      taskIds,
    })
    .execute();
  const about = (lead: Lead) => ({ lead: [null, nameOf(lead)] as const });
  work.audit({
    action: 'leads.merged',
    entity: 'leads',
    entityId: id,
    changes: { ...changes, ...about(theirs) },
    reason,
  });
  work.audit({
    action: 'leads.absorbed',
    entity: 'leads',
    entityId: otherId,
    changes: about(mine),
    reason,
  });
  if (changeId) tellNewOwner(work, to, changeId);
  return getLead(work, id);
}

function requireMergeable(mine: Lead, theirs: Lead): void {
  if (theirs.status === 'converted') throw leadErrors.MERGE_CONVERTED();
  if (theirs.status !== 'closed' && !isOpen(mine)) throw leadErrors.MERGE_ENDED();
}

/** The values that win: mine, or theirs where that was chosen or mine is empty. What is empty never wins. */
function choose(mine: Lead, theirs: Lead, sides: Merge['fields']): Partial<Pick<Lead, MergeField>> {
  // By its source and number a platform's lead is known when it comes again.
  const fixed: readonly MergeField[] = mine.externalClueId === null ? [] : ['source'];
  const won = MERGE_FIELDS.filter((field) => {
    const wanted = sides[field] === 'theirs' || (sides[field] === undefined && isEmpty(mine[field]));
    return wanted && !fixed.includes(field) && !isEmpty(theirs[field]) && theirs[field] !== mine[field];
  });
  return Object.fromEntries(won.map((field) => [field, theirs[field]]));
}

/** Who follows the survivor from now on; null: it stays with whom it is. What has ended is nobody's work. */
function newOwner(
  mine: Lead,
  owner: string | null | undefined,
  chosen: boolean,
  workers: ReadonlyMap<string, boolean>,
): string | null {
  if (!owner || !isOpen(mine)) return null;
  const works = workers.get(owner);
  // It went to somebody else while its owner's account was being locked.
  if (works === undefined) throw httpErrors.STALE();
  if (works) return owner;
  if (!chosen) return null;
  throw leadErrors.OWNER_NOT_ASSIGNABLE({
    fields: [{ field: 'fields.ownerId', message: '这位同事不能跟进线索' }],
  });
}

const stored = (work: Work, id: string): Promise<Lead> =>
  work.db.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

const NOTHING_AGREED = { nextFollowUpAt: null, nextFollowUpContent: null };

/** Gives one lead the follow-ups of another, and with them the customer that it became. */
async function moveBelongings(work: Work, from: Lead, to: Lead): ReturnType<typeof moveFollowUps> {
  if (to.customerId === null) {
    const { moved } = await moveFollowUps(work, from.id, to.id);
    return { moved, unshared: [] };
  }
  await lockReferred(work, to.customerId);
  const belongings = await moveFollowUps(work, from.id, to.id);
  await takeFollowUpsOf(work, to.customerId, { id: to.id, ...NOTHING_AGREED });
  return belongings;
}

/** What a merge changes beside the fields of the form. */
const MORE_LABELS: Readonly<Record<string, string>> = {
  ...MERGE_FIELD_LABELS,
  isContacted: '已联系过',
  nextFollowUpAt: '下次联系',
  nextFollowUpContent: '下次内容',
  status: '状态',
};

/**
 * Takes a merge back: the absorbed lead is what it was, with what moved. The survivor gets back what it had, except for
 * what was changed since.
 */
export async function undoMerge(work: Work, id: string): Promise<Answer<typeof leads.undoMerge>> {
  const found = await work.db
    .selectFrom('leadMerges')
    .innerJoin('leads', 'leads.id', 'leadMerges.survivorId')
    .selectAll('leadMerges')
    .where('leadMerges.id', '=', id)
    .where(visible(work.scope, 'leads'))
    .executeTakeFirst();
  if (!found) throw httpErrors.NOT_FOUND();
  const taken = found.taken as Changes;
  const before = (taken.ownerId?.[0] ?? null) as string | null;
  const works = before !== null && (await lockAssignable(work.db, before));
  const { survivorId, absorbedId } = found;
  const owners = await lockOwners(work, [absorbedId]);
  const locked: Record<string, Lead> = {};
  for (const each of [survivorId, absorbedId].sort())
    locked[each] = each === survivorId ? await lockLead(work, each) : await lockReferredLead(work, each);
  const [survivor, absorbed] = [locked[survivorId] as Lead, locked[absorbedId] as Lead];
  // Read again under the locks: somebody may have taken it back meanwhile.
  const { undoneAt } = await work.db
    .selectFrom('leadMerges')
    .select('undoneAt')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (undoneAt !== null) throw leadErrors.MERGE_UNDONE();
  if (work.now > undoUntil(found.at)) throw leadErrors.MERGE_TOO_OLD();
  await work.db
    .updateTable('leadMerges')
    .set({ undoneAt: work.now, undoneBy: work.actor.userId })
    .where('id', '=', id)
    .execute();

  if (survivor.customerId !== null) await lockReferred(work, survivor.customerId);
  const { followupIds: moved, sharedIds: unshared } = found;
  await moveFollowUpsBack(work, survivorId, absorbedId, { moved, unshared });
  await moveTasks(work, 'leads', survivorId, absorbedId, found.taskIds);
  if (survivor.customerId !== null)
    await takeFollowUpsOf(work, survivor.customerId, { id: survivorId, ...NOTHING_AGREED });

  const { last, kept: summary } = await summarizeFollowUps(work.db, 'leadId', survivorId);
  const { changes, kept } = giveBack(survivor, taken);
  const contactAt = latest(last?.happenedAt, survivor.assignedAt, survivor.createdAt);
  const back = {
    ...summary,
    lastContactAt: contactAt,
    ...changes,
    ...searchColumns({ ...survivor, ...changes }),
  };
  const unmoved =
    found.changeId !== null &&
    (await unmovedSince(work.db, 'leads', [{ recordId: survivorId, changeId: found.changeId }])).size > 0;
  const reason = `撤销并入 ${nameOf(absorbed)}`;
  if (unmoved && (before === null || works)) {
    const more = { ...back, ...(found.held as Held) };
    const changeId = await changeOwner(work, survivor, { kind: 'merge', to: before, reason, more });
    tellNewOwner(work, before, changeId);
  } else {
    if (found.changeId !== null) kept.unshift(MERGE_FIELD_LABELS.ownerId);
    await updateLead(work, survivor, back);
  }
  const theirs = await summarizeFollowUps(work.db, 'leadId', absorbedId);
  await updateLead(work, absorbed, { deletedAt: null, mergedInto: null, ...theirs.kept });
  const { ownerId } = absorbed;
  if (ownerId !== null && !owners.get(ownerId)) await freeFromFormerOwner(work, absorbedId);

  work.audit({
    action: 'leads.mergeUndone',
    entity: 'leads',
    entityId: survivorId,
    changes: { ...diff(survivor, changes), lead: [nameOf(absorbed), null] },
  });
  work.audit({
    action: 'leads.separated',
    entity: 'leads',
    entityId: absorbedId,
    changes: { lead: [nameOf(survivor), null] },
  });
  const { readable } = await work.db
    .selectFrom('leads')
    .select(reaches(work.actor, 'leads.read', 'leads').as('readable'))
    .where('id', '=', absorbedId)
    .executeTakeFirstOrThrow();
  const { no, customerName } = absorbed;
  return {
    lead: await getLead(work, survivorId),
    restored: { id: readable ? absorbedId : null, no, customerName },
    kept,
  };
}

/** The fields as they were before a merge, as far as nobody has changed them since, and what stays as it is. */
function giveBack(lead: Lead, taken: Changes): { changes: Partial<Lead>; kept: string[] } {
  const changes: Record<string, unknown> = {};
  const stays: string[] = [];
  for (const [field, [before, given]] of Object.entries(taken)) {
    const now = lead[field as keyof Lead];
    if (field === 'ownerId' || now === before) continue;
    // No way leads back to a lead that nobody has contacted.
    if (now === given && field !== 'status') changes[field] = before;
    else if (MORE_LABELS[field]) stays.push(field);
  }
  const reached = ['phone', 'wechat', 'otherHandle'];
  if (!hasContact({ ...lead, ...changes })) {
    for (const field of reached.filter((each) => each in changes)) {
      delete changes[field];
      stays.push(field);
    }
  }
  return { changes, kept: stays.map((field) => MORE_LABELS[field] as string) };
}
