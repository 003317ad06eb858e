import { sql } from 'kysely';
import { SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { INTENTION_LABELS, type leads } from '#shared/leads/contract.ts';
import { leadMachine, OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import type { Context } from '../../kernel/context.ts';
import { type LeadQuery, leadFilter, leadRows } from './lead-filters.ts';
import { leadList } from './leads.queries.ts';

/** Counts within the scope, by day of registration. */
export async function leadStatistics(
  context: Context,
  query: Request<typeof leads.statistics>['query'],
): Promise<Answer<typeof leads.statistics>> {
  const filters = { from: query.from, to: query.to, ownerId: query.ownerId };
  const { flags, values } = await leadFilter(context, filters);
  const groups = await leadRows(context.db, flags, values)
    .select(({ fn }) => [
      'leads.status',
      'leads.source',
      'leads.intention',
      fn.countAll<number>().as('count'),
    ])
    .groupBy(sql`grouping sets ((leads.status), (leads.source), (leads.intention))`)
    .$castTo<{ status: string | null; source: string | null; intention: string | null; count: number }>()
    .execute();
  const by = (column: 'status' | 'source' | 'intention', keys: readonly string[]) => {
    const counts = new Map(
      groups.filter((group) => group[column] !== null).map((group) => [group[column], group.count]),
    );
    return Object.fromEntries(keys.map((key) => [key, counts.get(key) ?? 0]));
  };
  const byStatus = by('status', Object.keys(leadMachine.states));
  const total = Object.values(byStatus).reduce((sum, count) => sum + count, 0);
  const count = async (more: Partial<LeadQuery>) =>
    leadList.count(context, await leadFilter(context, { ...filters, ...more }));
  return {
    total,
    byStatus,
    bySource: by('source', Object.keys(SOURCE_LABELS)),
    byIntention: by('intention', Object.keys(INTENTION_LABELS)),
    pool: await count({ pool: true, status: [...OPEN_LEAD_STATUSES] }),
    overdue: await count({ due: 'overdue' }),
    conversionRate: total === 0 ? 0 : Math.round(((byStatus.converted ?? 0) / total) * 1000) / 10,
  } as Answer<typeof leads.statistics>;
}
