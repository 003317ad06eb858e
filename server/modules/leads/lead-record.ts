import { httpErrors } from '#shared/http/errors.ts';
import { type Intention, leadErrors } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { AnyWork, Work } from '../../kernel/context.ts';
import {
  lockVisible,
  type Row,
  type TransitionOptions,
  transition,
  withPermission,
} from '../../kernel/transition.ts';
import { type PlannedTask, settlePlanned } from '../tasks/planned-tasks.ts';
import { survivorOf } from './lead-merged.queries.ts';
import { getLead } from './leads.queries.ts';

/** A lead as it is stored. */
export type Lead = Row<'leads'>;

/** A lead that nobody has to accept. */
export const ANSWERED = {
  acceptBy: null,
  offeredGroupId: null,
  offeredTo: null,
} as const satisfies Partial<Lead>;

/** Working on a lead accepts it: what is written beside a contact or a step. */
const accepted = (lead: Lead): Partial<Lead> => (lead.acceptBy === null ? {} : ANSWERED);

/** A lead within the command's scope, locked. Throws NOT_FOUND, STALE, or LEAD_IN_POOL for what must be claimed first. */
export async function lockLead(work: Work, id: string, version?: number): Promise<Lead> {
  try {
    return await lockVisible(work, 'leads', id, { version, current: () => getLead(work, id) });
  } catch (error) {
    if ((error as { code?: string }).code !== 'NOT_FOUND') throw error;
    if (await isInPool(work, id)) throw leadErrors.LEAD_IN_POOL();
    const mergedInto = await seenSurvivorOf(work, id);
    throw mergedInto ? httpErrors.NOT_FOUND({ details: { mergedInto } }) : error;
  }
}

/** Locks a lead whoever asks, deleted or not, for what follows from something they may do. */
export const lockReferredLead = (work: Work, id: string): Promise<Lead> =>
  work.db.selectFrom('leads').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();

/** What became of a lead that was merged, if the actor sees that. */
async function seenSurvivorOf(work: Work, id: string): Promise<string | null> {
  const survivor = await survivorOf(work.db, id);
  if (survivor === null) return null;
  const { scope } = withPermission(work, 'leads.read');
  const seen = await work.db
    .selectFrom('leads')
    .select('id')
    .where('id', '=', survivor)
    .where(visible(scope, 'leads'))
    .executeTakeFirst();
  return seen?.id ?? null;
}

/** Like `lockLead`; of a lead that was merged, what it became. */
export async function lockLeadOrSurvivor(work: Work, id: string): Promise<Lead> {
  try {
    return await lockLead(work, id);
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { mergedInto?: string } };
    if (code !== 'NOT_FOUND') throw error;
    // Without a survivor the merge may have been taken back between the two looks: then it is there again.
    return lockLead(work, details?.mergedInto ?? id);
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

/** What is agreed with a lead, as the task of whoever follows it: only of one that is somebody's work. */
function planOf(lead: Lead): PlannedTask | null {
  const { ownerId, nextFollowUpAt } = lead;
  const isWork = ownerId !== null && lead.deletedAt === null && isOpenLead(lead.status as LeadStatus);
  if (!isWork || nextFollowUpAt === null) return null;
  return {
    type: 'lead_follow_up',
    title: `跟进 ${lead.customerName}`,
    description: lead.nextFollowUpContent,
    priority: lead.intention as Intention,
    assigneeId: ownerId,
    dueAt: nextFollowUpAt,
  };
}

/**
 * Brings the task of whoever follows a locked lead in line with the lead. Asks nothing when none was or is planned, or
 * when nothing about it changed.
 * @param done what was said in the contact that just took place
 */
export async function settleLead(
  work: AnyWork,
  before: Lead,
  after: Lead,
  done: string | null = null,
): Promise<void> {
  const [was, is] = [planOf(before), planOf(after)];
  if (was === null && is === null) return;
  if (done === null && was && is && Object.keys(diff({ ...was }, { ...is })).length === 0) return;
  await settlePlanned(work, { entity: 'leads', id: before.id }, is, done);
}

/** @param done what was said in the contact that just took place, if it is why the lead changes */
export async function updateLead(
  work: AnyWork,
  lead: Lead,
  changes: Partial<Lead>,
  done: string | null = null,
): Promise<void> {
  await work.db
    .updateTable('leads')
    .set({
      // Each contact counts itself.
      ...('followUpCount' in changes ? accepted(lead) : {}),
      ...changes,
      version: lead.version + 1,
      updatedAt: work.now,
    })
    .where('id', '=', lead.id)
    .execute();
  await settleLead(work, lead, { ...lead, ...changes }, done);
}

type LeadAction = keyof typeof leadMachine.actions;
type Move = TransitionOptions & { readonly changes?: Partial<Lead>; readonly to?: LeadStatus };

/** @param done what was said in the contact that just took place, if it is why the lead moves */
export async function moveLead(
  work: Work,
  lead: Lead,
  action: LeadAction,
  options: Move,
  done: string | null = null,
): Promise<void> {
  const from = { ...lead, status: lead.status as LeadStatus };
  const status = await transition(work, 'leads', leadMachine, from, action, {
    ...options,
    changes: { ...accepted(lead), ...options.changes },
  });
  await settleLead(work, lead, { ...lead, ...options.changes, status }, done);
}
