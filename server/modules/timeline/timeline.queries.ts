import { type RawBuilder, sql } from 'kysely';
import type * as z from 'zod';
import { actionWords, MODULE_LABELS } from '#shared/audit/actions.ts';
import type { TicketLogType } from '#shared/service-tickets/contract.ts';
import type { TimelineEntry, TimelinePage, timelineQuery } from '#shared/timeline/contract.ts';
import { maskDigits } from '#shared/values/phone.ts';
import type { Instant } from '#shared/values/time.ts';
import { may, scopeOf, visible } from '../../kernel/access.ts';
import type { Changes } from '../../kernel/audit.ts';
import type { Context } from '../../kernel/context.ts';
import { after, readCursor, writeCursor } from '../../kernel/list.ts';
import { wordsOf } from '../audit/change-words.ts';

const TIMELINE_ORDER = { column: 'at', type: 'timestamptz' } as const;

/** A kind of record that things happen to, in its words. */
export interface TimelineSource {
  readonly entity: 'leads' | 'customers';
  /** The column of `followups` that points at it. */
  readonly followUps: 'lead_id' | 'customer_id';
  /** The states of its machines. */
  readonly states: Readonly<Record<string, string>>;
  /** How it began, with whom (null: with nobody) and how. */
  created(ownerName: string | null, reason: string | null): Pick<TimelineEntry, 'title' | 'reason'>;
  /** What the log knows beside its edits and that people want to see here. */
  readonly more?: readonly string[];
  /** The same, where it happened to the record itself and not to what became part of it. */
  readonly own?: readonly string[];
}

interface TimelineOptions {
  /** Hides contact details. */
  readonly masked?: boolean;
  /** The leads that became part of it: what happened to them is its past. */
  readonly absorbed?: readonly string[];
}

/** Everything that happened to a record that the caller may see, newest first. */
export async function timelineOf(
  context: Context,
  source: TimelineSource,
  id: string,
  query: z.output<typeof timelineQuery>,
  { masked = false, absorbed = [] }: TimelineOptions = {},
): Promise<TimelinePage> {
  const { entity } = source;
  const { more = [], own = [] } = source;
  const quoted = (actions: readonly string[]) => actions.map((action) => `'${action}'`).join(', ');
  const edits = ['updated', 'deleted', 'restored'].map((verb) => `${entity}.${verb}`);
  const logged = quoted([...edits, ...more, ...own]);
  const itself =
    absorbed.length > 0 && own.length > 0
      ? sql`and (action not in (${sql.raw(quoted(own))}) or entity_id = ${id})`
      : sql``;
  const before = query.cursor
    ? after(TIMELINE_ORDER, 'id', 'desc', readCursor(query.cursor, '-at', TIMELINE_ORDER.type))
    : sql`true`;
  const limit = query.pageSize + 1;
  const which = absorbed.length > 0 ? sql`= any(${[id, ...absorbed]}::uuid[])` : sql`= ${id}`;
  // Each part reads its own index and stops after a page.
  const part = (columns: Columns, from: string, where: RawBuilder<unknown>) =>
    sql`(select * from (select ${selected(columns)} from ${sql.raw(from)} where ${where}
      ) as part where ${before} order by at desc, id desc limit ${limit})`;
  const happened = { id: 'id', at: 'at', actor_id: 'actor_id', reason: 'reason' };
  const parts = [
    part(
      {
        ...{ id: 'id', at: 'happened_at', kind: `'followUp'`, actor_id: 'author_id', method: 'method' },
        ...{ content: 'content', result: 'result', customer_feedback: 'customer_feedback' },
        ...{ next_follow_up_at: 'next_follow_up_at', next_follow_up_content: 'next_follow_up_content' },
      },
      'followups',
      sql`deleted_at is null and ${sql.raw(source.followUps)} ${which}`,
    ),
    part(
      { ...happened, kind: 'action', from: 'from_status', to: 'to_status', record_id: 'entity_id' },
      'status_changes',
      sql`entity = ${sql.lit(entity)} and entity_id ${which}`,
    ),
    part(
      {
        ...{ ...happened, kind: 'kind', record_id: 'entity_id' },
        ...{ from_owner_id: 'from_owner_id', to_owner_id: 'to_owner_id' },
      },
      'ownership_changes',
      sql`entity = ${sql.lit(entity)} and entity_id ${which}`,
    ),
    part(
      { ...happened, kind: 'action', record_id: 'entity_id', changes: 'changes' },
      'audit_entries',
      sql`action in (${sql.raw(logged)}) and entity = ${sql.lit(entity)} and entity_id ${which} ${itself}`,
    ),
  ];
  if (entity === 'leads') {
    const absorbedLead = "(select no || ' ' || customer_name from leads where id = absorbed_id)";
    parts.push(
      part(
        {
          ...{ ...happened, kind: `'${MERGED}'`, from: absorbedLead },
          ...{ record_id: 'survivor_id', changes: 'taken' },
        },
        'lead_merges',
        sql`survivor_id ${which}`,
      ),
    );
  }
  if (entity === 'customers' && may(context.actor, 'serviceTickets.read')) {
    const seen = visible(scopeOf(context.actor, 'serviceTickets.read'), 'serviceTickets');
    // Whoever signs or rates is no colleague, even where it was on the phone of one.
    const outsider = `case when log_type = 'sign' or actor_id is null then coalesce(actor_name, '客户') end`;
    parts.push(
      part(
        {
          ...{ id: 'ticket_logs.id', at: 'happened_at', kind: 'log_type', actor_id: 'actor_id' },
          ...{ outsider, reason: 'log_content', record_id: 'ticket_id' },
        },
        'ticket_logs join service_tickets on service_tickets.id = ticket_logs.ticket_id',
        sql`log_type = any(${Object.keys(TICKET_TITLES)}) and service_tickets.customer_id ${which} and ${seen}`,
      ),
    );
  }
  const { rows } = await sql<TimelineRow>`
    select entries.*, record.no || ' ' || record.customer_name as of, users.name as actor_name, source.name as from_name,
      target.name as to_name, ticket.no as ticket_no, ticket.ticket_title
    from (${sql.join(parts, sql` union all `)}) as entries
    left join users on users.id = entries.actor_id
    left join users as source on source.id = entries.from_owner_id
    left join users as target on target.id = entries.to_owner_id
    left join leads as record on record.id = entries.record_id and record.id <> ${id}
    left join service_tickets as ticket on ticket.id = entries.record_id
    order by at desc, id desc limit ${limit}`.execute(context.db);
  const list = rows.slice(0, query.pageSize);
  const last = list.at(-1);
  return {
    list: list.map((row) => presentEntry(source, row, masked, context.now)),
    nextCursor: rows.length > query.pageSize && last ? writeCursor('-at', last.at, last.id) : null,
  };
}

const MERGED = 'leads.merged';

/** What the log says of a lead and another one, in one line. */
const TOGETHER: Readonly<Record<string, { kind: TimelineEntry['kind']; title: (lead: string) => string }>> = {
  'leads.absorbed': { kind: 'merged', title: (lead) => `并入到线索 ${lead}` },
  'leads.mergeUndone': { kind: 'restored', title: (lead) => `撤销并入线索 ${lead}` },
  'leads.separated': { kind: 'restored', title: (lead) => `撤销合并，从线索 ${lead} 恢复` },
};

/** What of the life of a ticket its customer's story tells, by the type of its log. */
const TICKET_TITLES: Partial<Record<TicketLogType, string>> = {
  create: '新建工单',
  sign: '客户签字验收',
  confirm: '客户电话确认验收',
  close: '关闭工单',
  reopen: '重新打开工单',
  cancel: '取消工单',
  rate: '客户评价',
};

/** What an entry is put together from, and the type of what a part says nothing about. */
const COLUMNS = {
  id: 'uuid',
  at: 'timestamptz',
  kind: 'text',
  actor_id: 'uuid',
  outsider: 'text',
  from: 'text',
  to: 'text',
  reason: 'text',
  from_owner_id: 'uuid',
  to_owner_id: 'uuid',
  record_id: 'uuid',
  method: 'text',
  content: 'text',
  result: 'text',
  customer_feedback: 'text',
  next_follow_up_at: 'timestamptz',
  next_follow_up_content: 'text',
  changes: 'jsonb',
} as const;
type Columns = Partial<Record<keyof typeof COLUMNS, string>>;

const selected = (columns: Columns) =>
  sql.raw(
    (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[])
      .map((name) => `${columns[name] ?? `null::${COLUMNS[name]}`} as "${name}"`)
      .join(', '),
  );

interface TimelineRow {
  id: string;
  at: string;
  kind: string;
  actorName: string | null;
  /** Who it was when it was nobody of the company. */
  outsider: string | null;
  recordId: string | null;
  ticketNo: string | null;
  ticketTitle: string | null;
  of: string | null;
  from: string | null;
  to: string | null;
  reason: string | null;
  fromName: string | null;
  toName: string | null;
  method: NonNullable<TimelineEntry['followUp']>['method'] | null;
  content: string | null;
  result: string | null;
  customerFeedback: string | null;
  nextFollowUpAt: string | null;
  nextFollowUpContent: string | null;
  changes: Changes | null;
}

function presentEntry(
  { entity, states, created }: TimelineSource,
  row: TimelineRow,
  masked: boolean,
  now: Instant,
): TimelineEntry {
  const text = (value: string | null) => (value !== null && masked ? maskDigits(value) : value);
  const entry = {
    id: row.id,
    at: row.at,
    actorName: row.outsider ?? row.actorName ?? '系统',
    title: '',
    reason: text(row.reason),
    of: row.of,
    changes: [],
    followUp: null,
    ticket: null,
  };
  if (row.method) {
    const followUp = {
      method: row.method,
      content: text(row.content) ?? '',
      result: text(row.result),
      customerFeedback: text(row.customerFeedback),
      nextFollowUpAt: row.nextFollowUpAt,
      nextFollowUpContent: text(row.nextFollowUpContent),
    };
    return { ...entry, kind: 'followUp', followUp };
  }
  if (row.recordId && row.ticketNo && row.ticketTitle) {
    const ticket = { id: row.recordId, no: row.ticketNo, ticketTitle: row.ticketTitle };
    return { ...entry, kind: 'ticket', title: TICKET_TITLES[row.kind as TicketLogType] ?? '', ticket };
  }
  if (row.from && row.to) {
    return { ...entry, kind: 'status', title: `${states[row.from]} → ${states[row.to]}` };
  }
  const together = TOGETHER[row.kind];
  if (together) {
    const { lead, ...given } = row.changes ?? {};
    const title = together.title(String(lead?.[0] ?? lead?.[1] ?? ''));
    return { ...entry, kind: together.kind, title, changes: wordsOf(entity, given, { masked, now }) };
  }
  switch (row.kind) {
    case 'create': {
      return { ...entry, kind: 'created', ...created(row.toName, text(row.reason)) };
    }
    case 'assign':
    case 'transfer':
    case 'handover':
    case 'reassign':
    case 'merge': {
      const title = row.toName ? `${row.fromName ?? '公海'} → ${row.toName}` : '退回公海';
      return { ...entry, kind: 'ownership', title };
    }
    case 'claim':
      return { ...entry, kind: 'ownership', title: '从公海领取', reason: null };
    case 'release':
      return { ...entry, kind: 'ownership', title: '退回公海' };
    case 'recycle':
      return { ...entry, kind: 'ownership', title: '自动回收到公海' };
    case MERGED: {
      // Its owner and its status have entries of their own.
      const { ownerId: _, status: __, ...taken } = row.changes ?? {};
      const changes = wordsOf(entity, taken, { masked, now });
      return { ...entry, kind: 'merged', title: `并入线索 ${row.from}`, changes };
    }
    case `${entity}.deleted`:
      return { ...entry, kind: 'deleted', title: `删除${MODULE_LABELS[entity]}` };
    case `${entity}.restored`:
      return { ...entry, kind: 'restored', title: `恢复${MODULE_LABELS[entity]}` };
    default:
      return {
        ...entry,
        kind: 'edited',
        title: row.kind === `${entity}.updated` ? '修改资料' : (actionWords(row.kind, entity) ?? ''),
        changes: wordsOf(entity, row.changes ?? {}, { masked, now }),
      };
  }
}
