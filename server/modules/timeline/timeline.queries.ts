import { sql } from 'kysely';
import type * as z from 'zod';
import { actionWords, MODULE_LABELS } from '#shared/audit/actions.ts';
import type { TimelineEntry, TimelinePage, timelineQuery } from '#shared/timeline/contract.ts';
import { maskDigits } from '#shared/values/phone.ts';
import type { Instant } from '#shared/values/time.ts';
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
  const logged = [
    ...['updated', 'deleted', 'restored'].map((verb) => `${entity}.${verb}`),
    ...(source.more ?? []),
  ]
    .map((action) => `'${action}'`)
    .join(', ');
  const before = query.cursor
    ? after(TIMELINE_ORDER, 'id', 'desc', readCursor(query.cursor, '-at', TIMELINE_ORDER.type))
    : sql`true`;
  const limit = query.pageSize + 1;
  const which = absorbed.length > 0 ? sql`= any(${[id, ...absorbed]}::uuid[])` : sql`= ${id}`;
  // Each part reads its own index and stops after a page.
  const part = (columns: string, from: string, where: string) =>
    sql`(select * from (select ${sql.raw(columns)} from ${sql.raw(from)} where ${sql.raw(where)} ${which}
      ) as part where ${before} order by at desc, id desc limit ${limit})`;
  const merges = part(
    `id, at, '${MERGED}', actor_id, (select no || ' ' || customer_name from leads where id = absorbed_id), null, reason,
     null::uuid, null::uuid, survivor_id, null, null, null, null, null::timestamptz, null, taken`,
    'lead_merges',
    'survivor_id',
  );
  const { rows } = await sql<TimelineRow>`
    select entries.*, record.no || ' ' || record.customer_name as of, users.name as actor_name, source.name as from_name, target.name as to_name
    from (
      ${part(
        `id, happened_at as at, 'followUp' as kind, author_id as actor_id, null as "from", null as "to", null as reason,
         null::uuid as from_owner_id, null::uuid as to_owner_id, null::uuid as record_id, method, content, result, customer_feedback, next_follow_up_at,
         next_follow_up_content, null::jsonb as changes`,
        'followups',
        `deleted_at is null and ${source.followUps}`,
      )}
      union all
      ${part(
        `id, at, action as kind, actor_id, from_status, to_status, reason,
         null::uuid, null::uuid, entity_id, null, null, null, null, null::timestamptz, null, null::jsonb`,
        'status_changes',
        `entity = '${entity}' and entity_id`,
      )}
      union all
      ${part(
        `id, at, kind, actor_id, null, null, reason,
         from_owner_id, to_owner_id, entity_id, null, null, null, null, null::timestamptz, null, null::jsonb`,
        'ownership_changes',
        `entity = '${entity}' and entity_id`,
      )}
      union all
      ${part(
        `id, at, action, actor_id, null, null, reason,
         null::uuid, null::uuid, entity_id, null, null, null, null, null::timestamptz, null, changes`,
        'audit_entries',
        `action in (${logged}) and entity = '${entity}' and entity_id`,
      )}
      ${entity === 'leads' ? sql`union all ${merges}` : sql``}
    ) as entries
    left join users on users.id = entries.actor_id
    left join users as source on source.id = entries.from_owner_id
    left join users as target on target.id = entries.to_owner_id
    left join leads as record on record.id = entries.record_id and record.id <> ${id}
    order by at desc, id desc limit ${limit}`.execute(context.db);
  const list = rows.slice(0, query.pageSize);
  const last = list.at(-1);
  return {
    list: list.map((row) => presentEntry(source, row, masked, context.now)),
    nextCursor: rows.length > query.pageSize && last ? writeCursor('-at', last.at, last.id) : null,
  };
}

const MERGED = 'leads.merged';

interface TimelineRow {
  id: string;
  at: string;
  kind: string;
  actorName: string | null;
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
    actorName: row.actorName ?? '系统',
    title: '',
    reason: text(row.reason),
    of: row.of,
    changes: [],
    followUp: null,
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
  if (row.from && row.to) {
    return { ...entry, kind: 'status', title: `${states[row.from]} → ${states[row.to]}` };
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
      const changes = wordsOf(entity, row.changes ?? {}, { masked, now });
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
