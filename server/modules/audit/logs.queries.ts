import { sql } from 'kysely';
import { actionWords, QUIET_ACTIONS } from '#shared/audit/actions.ts';
import type { LogEntry, logs } from '#shared/audit/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { endOfDate, type Instant, startOfDate } from '#shared/values/time.ts';
import type { Changes } from '../../kernel/audit.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineList } from '../../kernel/list.ts';
import { referencesIn, wordsOf } from './change-words.ts';

interface LogValues {
  readonly userId: string | undefined;
  readonly module: string | undefined;
  readonly action: string | undefined;
  readonly entityId: string | undefined;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

const logList = defineList({
  table: 'auditEntries',
  orders: { at: { column: 'auditEntries.at', type: 'timestamptz' } },
  rows: (db, _flags: Record<never, never>, values: LogValues) => {
    let rows = db.selectFrom('auditEntries');
    if (values.userId) rows = rows.where('auditEntries.actorId', '=', values.userId);
    if (values.module) rows = rows.where('auditEntries.entity', '=', values.module);
    if (values.entityId) rows = rows.where('auditEntries.entityId', '=', values.entityId);
    if (values.from) rows = rows.where('auditEntries.at', '>=', values.from);
    if (values.to) rows = rows.where('auditEntries.at', '<', values.to);
    return values.action
      ? rows.where('auditEntries.action', '=', values.action)
      : rows.where('auditEntries.action', 'not in', QUIET_ACTIONS);
  },
  columns: (rows, sortKey) =>
    rows
      .leftJoin('users as actor', 'actor.id', 'auditEntries.actorId')
      .select([
        'auditEntries.id',
        'auditEntries.at',
        'auditEntries.actorId',
        'actor.name as actorName',
        'auditEntries.action',
        'auditEntries.entity',
        'auditEntries.entityId',
        'auditEntries.changes',
        'auditEntries.reason',
        'auditEntries.ip',
        'auditEntries.requestId',
        sql<string>`${sortKey}`.as('sortKey'),
      ])
      .$castTo<LogRow & { sortKey: string }>(),
});

interface LogRow {
  id: string;
  at: Instant;
  actorId: string | null;
  actorName: string | null;
  action: string;
  entity: string;
  entityId: string | null;
  changes: Changes;
  reason: string | null;
  ip: string | null;
  requestId: string;
}

export async function listLogs(
  context: Context,
  query: Request<typeof logs.list>['query'],
): Promise<Answer<typeof logs.list>> {
  const { userId, module, action, entityId, from, to } = query;
  const page = await logList.page(context, query, {
    flags: {},
    values: {
      userId,
      module,
      action,
      entityId,
      from: from && startOfDate(from),
      to: to && endOfDate(to),
    },
  });
  const rows = page.list as readonly LogRow[];
  const records = await recordsOf(
    context.db,
    rows.flatMap((row) => [
      ...(row.entityId === null ? [] : [row.entityId]),
      ...referencesIn(row.entity, row.changes),
    ]),
  );
  return { ...page, list: rows.map((row) => present(row, records, context.now)) };
}

interface RecordWords {
  id: string;
  label: string;
  leadId: string | null;
  customerId: string | null;
}

/** What records are called, whichever table they are in, deleted or not: the log tells of them all. */
async function recordsOf(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, RecordWords>> {
  if (ids.length === 0) return new Map();
  const wanted = [...new Set(ids)];
  const { rows } = await sql<RecordWords>`
    select id, no || ' ' || customer_name as label, id as lead_id, null::uuid as customer_id from leads where id = any(${wanted}::uuid[])
    union all
    select id, no || ' ' || customer_name, null, id from customers where id = any(${wanted}::uuid[])
    union all
    select followups.id, coalesce(leads.no || ' ' || leads.customer_name, customers.no || ' ' || customers.customer_name),
        leads.id, case when leads.id is null then customers.id end
      from followups left join leads on leads.id = followups.lead_id
        left join customers on customers.id = followups.customer_id
      where followups.id = any(${wanted}::uuid[])
    union all
    select id, title, case when source_entity = 'leads' then source_id end,
        case when source_entity = 'customers' then source_id end from tasks where id = any(${wanted}::uuid[])
    union all
    select id, no || ' ' || ticket_title, null, customer_id from service_tickets where id = any(${wanted}::uuid[])
    union all
    select id, name, null, null from users where id = any(${wanted}::uuid[])
    union all
    select id, name, null, null from departments where id = any(${wanted}::uuid[])
    union all
    select id, name, null, null from roles where id = any(${wanted}::uuid[])`.execute(db);
  return new Map(rows.map((row) => [row.id, row]));
}

function present(row: LogRow, records: ReadonlyMap<string, RecordWords>, now: Instant): LogEntry {
  const { actorId, actorName, changes, ...rest } = row;
  const record = row.entityId === null || row.entityId === actorId ? undefined : records.get(row.entityId);
  // What is gone is still called what it was called when it went.
  const lastName = changes.name?.[1] ?? changes.name?.[0];
  const label = record?.label ?? (typeof lastName === 'string' ? lastName : null);
  const names = new Map([...records.values()].map((each) => [each.id, each.label]));
  const owner =
    ((row.action === 'leads.assigned' || row.action === 'customers.assigned') &&
      names.get(String(changes.ownerId?.[1]))) ||
    (row.action === 'tasks.assigned' && names.get(String(changes.assigneeId?.[1])));
  const title = [
    actionWords(row.action, row.entity) ?? row.action,
    label,
    ...(owner ? ['给', owner] : []),
  ].filter(Boolean);
  return {
    ...rest,
    actor: actorId === null ? null : { id: actorId, name: actorName ?? '' },
    title: title.join(' '),
    target:
      label === null
        ? null
        : { label, leadId: record?.leadId ?? null, customerId: record?.customerId ?? null },
    changes: wordsOf(row.entity, changes, { now, names }),
  };
}
