import { sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import type { TimelineEntry } from '#shared/timeline/contract.ts';
import { maskDigits } from '#shared/values/phone.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Changes } from '../../kernel/audit.ts';
import type { Context } from '../../kernel/context.ts';
import { after, readCursor, writeCursor } from '../../kernel/list.ts';
import { wordsOf } from '../audit/change-words.ts';
import { getLead } from './leads.queries.ts';

const TIMELINE_ORDER = { column: 'at', type: 'timestamptz' } as const;

/** Everything that happened to a lead, newest first. */
export async function leadTimeline(
  context: Context,
  id: string,
  query: Request<typeof leads.timeline>['query'],
): Promise<Answer<typeof leads.timeline>> {
  const { contactMasked } = await getLead(context, id);
  const before = query.cursor
    ? after(TIMELINE_ORDER, 'id', 'desc', readCursor(query.cursor, '-at', TIMELINE_ORDER.type))
    : sql`true`;
  const limit = query.pageSize + 1;
  // Each part reads its own index and stops after a page.
  const part = (columns: string, from: string, where: string) =>
    sql`(select * from (select ${sql.raw(columns)} from ${sql.raw(from)} where ${sql.raw(where)} = ${id}
      ) as part where ${before} order by at desc, id desc limit ${limit})`;
  const { rows } = await sql<TimelineRow>`
    select entries.*, users.name as actor_name, source.name as from_name, target.name as to_name
    from (
      ${part(
        `id, happened_at as at, 'followUp' as kind, author_id as actor_id, null as "from", null as "to", null as reason,
         null::uuid as from_owner_id, null::uuid as to_owner_id, method, content, result, customer_feedback, next_follow_up_at,
         next_follow_up_content, null::jsonb as changes`,
        'followups',
        'deleted_at is null and lead_id',
      )}
      union all
      ${part(
        `id, at, action as kind, actor_id, from_status, to_status, reason,
         null::uuid, null::uuid, null, null, null, null, null::timestamptz, null, null::jsonb`,
        'status_changes',
        "entity = 'leads' and entity_id",
      )}
      union all
      ${part(
        `id, at, kind, actor_id, null, null, reason,
         from_owner_id, to_owner_id, null, null, null, null, null::timestamptz, null, null::jsonb`,
        'lead_ownership_changes',
        'lead_id',
      )}
      union all
      ${part(
        `id, at, action, actor_id, null, null, reason,
         null::uuid, null::uuid, null, null, null, null, null::timestamptz, null, changes`,
        'audit_entries',
        "action in ('leads.updated', 'leads.deleted', 'leads.restored') and entity = 'leads' and entity_id",
      )}
    ) as entries
    join users on users.id = entries.actor_id
    left join users as source on source.id = entries.from_owner_id
    left join users as target on target.id = entries.to_owner_id
    order by at desc, id desc limit ${limit}`.execute(context.db);
  const list = rows.slice(0, query.pageSize);
  const last = list.at(-1);
  return {
    list: list.map((row) => presentEntry(row, contactMasked, context.now)),
    nextCursor: rows.length > query.pageSize && last ? writeCursor('-at', last.at, last.id) : null,
  };
}

interface TimelineRow {
  id: string;
  at: string;
  kind: string;
  actorName: string;
  from: LeadStatus | null;
  to: LeadStatus | null;
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

function presentEntry(row: TimelineRow, masked: boolean, now: Instant): TimelineEntry {
  const text = (value: string | null) => (value !== null && masked ? maskDigits(value) : value);
  const entry = {
    id: row.id,
    at: row.at,
    actorName: row.actorName,
    title: '',
    reason: text(row.reason),
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
    const { states } = leadMachine;
    return { ...entry, kind: 'status', title: `${states[row.from]} → ${states[row.to]}` };
  }
  switch (row.kind) {
    case 'create': {
      const title = row.toName ? `登记线索，跟进人：${row.toName}` : '登记线索，放入公海';
      return { ...entry, kind: 'created', title, reason: null };
    }
    case 'assign':
      return { ...entry, kind: 'ownership', title: `${row.fromName ?? '公海'} → ${row.toName}` };
    case 'claim':
      return { ...entry, kind: 'ownership', title: '从公海领取', reason: null };
    case 'release':
      return { ...entry, kind: 'ownership', title: '退回公海' };
    case 'leads.deleted':
      return { ...entry, kind: 'deleted', title: '删除线索' };
    case 'leads.restored':
      return { ...entry, kind: 'restored', title: '恢复线索' };
    default:
      return {
        ...entry,
        kind: 'edited',
        title: '修改资料',
        changes: wordsOf('leads', row.changes ?? {}, { masked, now }),
      };
  }
}
