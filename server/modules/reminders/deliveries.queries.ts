import { sql } from 'kysely';
import type { Grants } from '#shared/access/permissions.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { Intention } from '#shared/leads/contract.ts';
import { nextDueAt } from '#shared/leads/overdue.ts';
import type { Delivery, DeliveryDetail, ReminderTier, reminders } from '#shared/reminders/contract.ts';
import { endOfDate, startOfDate } from '#shared/values/time.ts';
import { reaches } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { defineList } from '../../kernel/list.ts';
import { dueRules } from './rules.ts';

const columns = [
  'reminderDeliveries.id',
  'reminderDeliveries.userId',
  'users.name as userName',
  'reminderDeliveries.address',
  'reminderDeliveries.channel',
  'reminderDeliveries.status',
  'reminderDeliveries.leads',
  'reminderDeliveries.attempts',
  'reminderDeliveries.reason',
  'reminderDeliveries.createdAt',
  'reminderDeliveries.triedAt',
  'reminderDeliveries.sentAt',
  'reminderDeliveries.version',
] as const;

function present({
  userId,
  userName,
  ...row
}: {
  userId: string | null;
  userName: string | null;
  status: string;
}) {
  const recipient = userId === null ? null : { id: userId, name: userName ?? '' };
  return { ...row, recipient, resendable: row.status === 'failed' };
}

interface Flags {
  readonly grants: Grants;
}
interface Values {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly status: readonly string[] | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const deliveryList = defineList({
  table: 'reminderDeliveries',
  orders: { createdAt: { column: 'reminderDeliveries.createdAt', type: 'timestamptz' } },
  rows: (db, { grants }: Flags, { userId, teamIds, status, from, to }: Values) => {
    let rows = db
      .selectFrom('reminderDeliveries')
      .where(reaches({ userId, teamIds, grants }, 'reminders.check', 'reminderDeliveries'));
    if (status) rows = rows.where(sql<boolean>`reminder_deliveries.status = any(${status})`);
    if (from) rows = rows.where('reminderDeliveries.createdAt', '>=', from);
    if (to) rows = rows.where('reminderDeliveries.createdAt', '<', to);
    return rows;
  },
  columns: (rows, sortKey) =>
    rows
      .leftJoin('users', 'users.id', 'reminderDeliveries.userId')
      .select([...columns, sql<string>`${sortKey}`.as('sortKey')]),
});

/** What was sent to whom, newest first. */
export async function listDeliveries(
  context: Context,
  query: Request<typeof reminders.deliveries>['query'],
): Promise<Page<Delivery>> {
  const { grants, userId, teamIds } = context.actor;
  const page = await deliveryList.page(context, query, {
    flags: { grants },
    values: {
      userId,
      teamIds,
      status: query.status,
      from: query.from && startOfDate(query.from),
      to: query.to && endOfDate(query.to),
    },
  });
  return { ...page, list: page.list.map(present) as unknown as Delivery[] };
}

/** One message. Throws NOT_FOUND outside the scope. */
export async function findDelivery({ db, actor }: Context, id: string): Promise<Delivery> {
  const row = await db
    .selectFrom('reminderDeliveries')
    .leftJoin('users', 'users.id', 'reminderDeliveries.userId')
    .select(columns)
    .where('reminderDeliveries.id', '=', id)
    .where(reaches(actor, 'reminders.check', 'reminderDeliveries'))
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  return present(row) as unknown as Delivery;
}

const MAX_LINES = 100;

/** One message with its leads, as far as the caller may see them. */
export async function getDelivery(context: Context, id: string): Promise<DeliveryDetail> {
  const { db, actor } = context;
  const delivery = await findDelivery(context, id);
  const rows = await db
    .selectFrom('reminders')
    .innerJoin('leads', 'leads.id', 'reminders.leadId')
    .select([
      'leads.id',
      'leads.no',
      'leads.customerName',
      'leads.intention',
      'leads.lastContactAt',
      'leads.nextFollowUpAt',
      'reminders.tier',
      'reminders.cycle',
    ])
    .where('reminders.deliveryId', '=', id)
    .where('leads.deletedAt', 'is', null)
    .where(reaches(actor, 'leads.read', 'leads'))
    .orderBy('reminders.cycle')
    .orderBy('leads.id')
    .limit(MAX_LINES)
    .execute();
  const rules = await dueRules(context);
  const lines = rows.map(({ id: leadId, no, customerName, tier, cycle, ...lead }) => {
    // What was agreed since belongs to another cycle.
    const same = [lead.lastContactAt, lead.nextFollowUpAt].includes(cycle);
    const due = same ? lead : { ...lead, lastContactAt: cycle, nextFollowUpAt: null };
    const dueAt = nextDueAt({ ...due, intention: lead.intention as Intention }, rules);
    return { leadId, no, customerName, tier: tier as ReminderTier, dueAt };
  });
  return { ...delivery, lines };
}
