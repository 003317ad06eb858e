import { sql } from 'kysely';
import type { Grants } from '#shared/access/permissions.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import {
  type Intention,
  LEAD_RECORD_ACTIONS,
  type LeadDetail,
  type LeadItem,
  type LeadRecordAction,
} from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { type DueRules, nextDueAt } from '#shared/leads/overdue.ts';
import type { AvailableAction } from '#shared/machine.ts';
import { maskContact, maskDigits } from '#shared/values/phone.ts';
import type { Instant } from '#shared/values/time.ts';
import { deleted, holds, may, type Rights, reaches, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList } from '../../kernel/list.ts';
import { prepare } from '../../kernel/prepared.ts';
import { machineActions } from '../../kernel/transition.ts';
import { dueRules } from '../reminders/rules.ts';
import { type LeadQuery, type LeadRows, leadFilter, leadParts, leadRows, scopeIn } from './lead-filters.ts';
import { survivorOf, undoUntil } from './lead-merged.queries.ts';
import { type PoolJudgement, poolJudgement, takenAt } from './lead-pool.rules.ts';

const itemColumns = [
  'leads.id',
  'leads.no',
  'leads.customerName',
  'leads.phone',
  'leads.wechat',
  'leads.otherHandle',
  'leads.contactPerson',
  'leads.customerType',
  'leads.province',
  'leads.city',
  'leads.hotelRooms',
  'leads.source',
  'leads.status',
  'leads.intention',
  'leads.isContacted',
  'leads.ownerId',
  'owner.name as ownerName',
  'leads.createdBy',
  'registrant.name as registrantName',
  'leads.createdAt',
  'leads.assignedAt',
  'leads.poolEnteredAt',
  'leads.lastContactAt',
  'leads.acceptBy',
  'leads.lastFollowUpAt',
  'leads.lastFollowUpContent',
  'leads.nextFollowUpAt',
  'leads.nextFollowUpContent',
  'leads.deletedAt',
  'leads.version',
] as const;

const withPeople = (rows: LeadRows) =>
  rows
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .innerJoin('users as registrant', 'registrant.id', 'leads.createdBy');

/** What masking and the due date are computed from, as stored. */
interface Stored {
  phone: string | null;
  wechat: string | null;
  otherHandle: string | null;
  contactPerson: string | null;
  lastFollowUpContent: string | null;
  nextFollowUpContent: string | null;
  status: string;
  intention: string;
  ownerId: string | null;
  ownerName: string | null;
  createdBy: string;
  registrantName: string;
  createdAt: string;
  assignedAt: string | null;
  lastContactAt: string;
  nextFollowUpAt: string | null;
  deletedAt: string | null;
  held: boolean;
}

/** What decides when a lead is due and when the pool takes it: kept settings, so that no lead costs a query. */
interface Judgement {
  readonly due: DueRules;
  readonly pool: PoolJudgement;
}

const judgementOf = async (context: Context): Promise<Judgement> => ({
  due: await dueRules(context),
  pool: await poolJudgement(context),
});

/** What a person sees of a stored lead: contact details masked in the pool, people by name, and when it is due. */
function present<T extends Stored>({ now }: Pick<Context, 'now'>, judgement: Judgement, row: T) {
  const { ownerId, ownerName, createdBy, registrantName, lastContactAt, held, ...rest } = row;
  const mask = (text: string | null) => (text === null || held ? text : maskContact(text));
  const maskText = (text: string | null) => (text === null || held ? text : maskDigits(text));
  const status = row.status as LeadStatus;
  const intention = row.intention as Intention;
  const worked = ownerId !== null && isOpenLead(status) && row.deletedAt === null;
  const due = worked
    ? nextDueAt({ nextFollowUpAt: row.nextFollowUpAt, lastContactAt, intention }, judgement.due)
    : null;
  return {
    ...rest,
    status,
    intention,
    phone: mask(row.phone),
    wechat: mask(row.wechat),
    otherHandle: mask(row.otherHandle),
    contactPerson: mask(row.contactPerson),
    lastFollowUpContent: maskText(row.lastFollowUpContent),
    nextFollowUpContent: maskText(row.nextFollowUpContent),
    contactMasked: !held,
    owner: ownerId === null ? null : { id: ownerId, name: ownerName ?? '' },
    registrant: { id: createdBy, name: registrantName },
    nextDueAt: due,
    overdue: due !== null && due <= now,
    recycleAt: worked
      ? takenAt(judgement.pool, {
          ownerId,
          intention,
          lastContactAt,
          assignedAt: row.assignedAt ?? row.createdAt,
        })
      : null,
  };
}

/** Leads, newest first or by their last contact. */
export const leadList = defineList({
  table: 'leads',
  orders: {
    createdAt: { column: 'leads.createdAt', type: 'timestamptz' },
    lastContactAt: { column: 'leads.lastContactAt', type: 'timestamptz' },
  },
  rows: leadRows,
  parts: leadParts,
  mergesParts: true,
  columns: (rows, sortKey, flags, values) =>
    withPeople(rows).select([
      ...itemColumns,
      holds(scopeIn(flags, values)).as('held'),
      sql<string>`${sortKey}`.as('sortKey'),
    ]),
});

export async function listLeads(context: Context, query: LeadQuery): Promise<Page<LeadItem>> {
  const page = await leadList.page(context, query, await leadFilter(context, query));
  const judgement = await judgementOf(context);
  return { ...page, list: page.list.map((row) => present(context, judgement, row) as unknown as LeadItem) };
}

/** The leads that became part of one, the last one first. */
const mergesOf = sql<{ id: string; no: string; customerName: string; at: Instant }[]>`coalesce((
  select jsonb_agg(jsonb_build_object('id', merge.id, 'no', absorbed.no, 'customerName', absorbed.customer_name,
      'at', to_char(merge.at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by merge.at desc, merge.id desc)
    from lead_merges as merge join leads as absorbed on absorbed.id = merge.absorbed_id
    where merge.survivor_id = leads.id and merge.undone_at is null), '[]'::jsonb)`;

const findLead = prepare(
  (db, grants: Grants, { id, userId, teamIds }: { id: string } & Omit<Rights, 'grants'>) => {
    const rights = { userId, teamIds, grants };
    const scope = scopeOf(rights, 'leads.read');
    return withPeople(db.selectFrom('leads').where('leads.id', '=', id) as LeadRows)
      .leftJoin('customers', (join) =>
        join
          .onRef('customers.id', '=', 'leads.customerId')
          .on('customers.deletedAt', 'is', null)
          .on(reaches(rights, 'customers.read', 'customers')),
      )
      .where(({ or }) =>
        or([visible(scope, 'leads'), ...(may(rights, 'leads.restore') ? [deleted(scope, 'leads')] : [])]),
      )
      .select([
        ...itemColumns,
        'leads.company',
        'leads.email',
        'leads.address',
        'leads.sourceAccount',
        'leads.externalClueId',
        'leads.leadTime',
        'leads.score',
        'leads.description',
        'leads.outcome',
        'leads.closeReason',
        'leads.endedAt',
        'leads.dealDate',
        'leads.dealAmount',
        'leads.followUpCount',
        'customers.id as customerId',
        'customers.customerName as knownAs',
        'leads.updatedAt',
        'leads.mergedInto',
        mergesOf.as('merges'),
        holds(scope).as('held'),
        reaches(rights, 'leads.update', 'leads').as('update'),
        reaches(rights, 'leads.progress', 'leads').as('progress'),
        reaches(rights, 'leads.assign', 'leads').as('assign'),
        reaches(rights, 'leads.release', 'leads').as('release'),
        reaches(rights, 'leads.merge', 'leads').as('merge'),
        reaches(rights, 'leads.delete', 'leads').as('remove'),
      ]);
  },
  { planOnce: true },
);

/**
 * One lead with what the caller may do with it; of one that was merged, what it became. Throws NOT_FOUND outside the scope.
 */
export async function getLead(context: Context, id: string): Promise<LeadDetail> {
  const { grants, userId, teamIds } = context.actor;
  const [row] = await findLead.execute(context.db, grants, { id, userId, teamIds });
  if (!row || row.mergedInto !== null) {
    const survivor = await survivorOf(context.db, id);
    if (survivor === null) throw httpErrors.NOT_FOUND();
    return getLead(context, survivor);
  }
  const { update, progress, assign, release, merge, remove, merges, mergedInto, ...found } = row;
  const { customerId, knownAs, ...stored } = found;
  const lead = present(context, await judgementOf(context), stored);
  const masked = lead.contactMasked;
  return {
    ...lead,
    customer: customerId === null ? null : { id: customerId, name: knownAs ?? '' },
    email: masked && row.email ? maskContact(row.email) : row.email,
    description: masked && row.description ? maskDigits(row.description) : row.description,
    closeReason: masked && row.closeReason ? maskDigits(row.closeReason) : row.closeReason,
    merges: merges.map((each) => ({
      ...each,
      undoable: merge && lead.deletedAt === null && context.now <= undoUntil(each.at),
    })),
    actions: actionsFor(context, row, { update, progress, assign, release, merge, remove }),
  } as unknown as LeadDetail;
}

type Reached = Readonly<Record<'update' | 'progress' | 'assign' | 'release' | 'merge' | 'remove', boolean>>;

function actionsFor(
  { actor }: Context,
  lead: {
    status: string;
    ownerId: string | null;
    acceptBy: string | null;
    deletedAt: string | null;
    held: boolean;
  },
  reached: Reached,
): AvailableAction[] {
  const offer = (action: LeadRecordAction, disabledReason: string | null = null): AvailableAction => ({
    action,
    label: LEAD_RECORD_ACTIONS[action],
    disabledReason,
  });
  if (lead.deletedAt) return may(actor, 'leads.restore') ? [offer('restore')] : [];
  const status = lead.status as LeadStatus;
  const pooled = lead.ownerId === null;
  const ended = isOpenLead(status) ? null : '线索已经结束，先重新打开';
  const actions: AvailableAction[] = [];
  const mine = lead.ownerId === actor.userId;
  if (mine && lead.acceptBy !== null && may(actor, 'leads.progress')) actions.push(offer('accept'));
  if (reached.update && may(actor, 'followups.create')) actions.push(offer('followUp'));
  if (pooled && may(actor, 'leads.claim')) actions.push(offer('claim', ended));
  actions.push(...machineActions(leadMachine, status, () => reached.progress));
  if (reached.update) actions.push(offer('edit'));
  if (reached.assign) actions.push(offer('assign', ended));
  if (reached.release && !pooled) actions.push(offer('release', ended));
  if (reached.merge) actions.push(offer('merge'));
  if (!lead.held && may(actor, 'leads.reveal')) actions.push(offer('reveal'));
  if (reached.remove) actions.push(offer('delete'));
  return actions;
}
