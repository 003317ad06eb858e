import { sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads, TimelineEntry } from '#shared/leads/contract.ts';
import { type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { maskDigits } from '#shared/values/phone.ts';
import type { Context } from '../../kernel/context.ts';
import { after, readCursor, writeCursor } from '../../kernel/list.ts';
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
         next_follow_up_content`,
        'followups',
        'deleted_at is null and lead_id',
      )}
      union all
      ${part(
        `id, at, action as kind, actor_id, from_status, to_status, reason,
         null::uuid, null::uuid, null, null, null, null, null::timestamptz, null`,
        'status_changes',
        "entity = 'leads' and entity_id",
      )}
      union all
      ${part(
        `id, at, kind, actor_id, null, null, reason,
         from_owner_id, to_owner_id, null, null, null, null, null::timestamptz, null`,
        'lead_ownership_changes',
        'lead_id',
      )}
    ) as entries
    join users on users.id = entries.actor_id
    left join users as source on source.id = entries.from_owner_id
    left join users as target on target.id = entries.to_owner_id
    order by at desc, id desc limit ${limit}`.execute(context.db);
  const list = rows.slice(0, query.pageSize);
  const last = list.at(-1);
  return {
    list: list.map((row) => presentEntry(row, contactMasked)),
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
}

function presentEntry(row: TimelineRow, masked: boolean): TimelineEntry {
  const text = (value: string | null) => (value !== null && masked ? maskDigits(value) : value);
  const base = { id: row.id, at: row.at, actorName: row.actorName, reason: text(row.reason), followUp: null };
  if (row.method) {
    return {
      ...base,
      kind: 'followUp',
      title: '',
      followUp: {
        method: row.method,
        content: text(row.content) ?? '',
        result: text(row.result),
        customerFeedback: text(row.customerFeedback),
        nextFollowUpAt: row.nextFollowUpAt,
        nextFollowUpContent: text(row.nextFollowUpContent),
      },
    };
  }
  if (row.from && row.to) {
    return {
      ...base,
      kind: 'status',
      title: `${leadMachine.states[row.from]} → ${leadMachine.states[row.to]}`,
    };
  }
  const owner = row.toName ?? '公海';
  if (row.kind === 'create')
    return { ...base, kind: 'created', title: `登记线索，跟进人：${owner}`, reason: null };
  const titles: Readonly<Record<string, string>> = {
    assign: `${row.fromName ? `${row.fromName} → ` : '分派给 '}${owner}`,
    claim: '从公海领取',
    release: '退回公海',
  };
  return { ...base, kind: 'ownership', title: titles[row.kind] ?? owner };
}
