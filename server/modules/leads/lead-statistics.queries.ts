import { SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { INTENTION_LABELS, type leads } from '#shared/leads/contract.ts';
import { leadMachine, OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import { share } from '../../kernel/cache.ts';
import type { Context } from '../../kernel/context.ts';
import { type LeadFilter, type LeadQuery, leadFilter, leadParts, leadRows } from './lead-filters.ts';
import { leadList } from './leads.queries.ts';

const KINDS = ['status', 'source', 'intention'] as const;
type Kind = (typeof KINDS)[number];

/** Leads that are alike in every kind. */
type LeadGroup = Readonly<Record<Kind, string>> & { readonly count: number };

/** What passes a filter by kind, read once. */
export async function groupLeads({ db, cache }: Context, filter: LeadFilter): Promise<LeadGroup[]> {
  const columns = KINDS.map((kind) => `leads.${kind}` as const);
  const groups = await Promise.all(
    leadParts(filter).map(({ flags, values }) =>
      share(cache, 'leads', ['by kind', flags, values], () =>
        leadRows(db, flags, values)
          .select(({ fn }) => [...columns, fn.countAll<number>().as('count')])
          .groupBy(columns)
          .execute(),
      ),
    ),
  );
  return groups.flat();
}

/** How many of some groups are of each value of a kind; without one of them: none. */
export function countsOf<K extends string>(
  groups: readonly LeadGroup[],
  kind: Kind,
  labels: Readonly<Record<K, string>>,
): Record<K, number> {
  const counts = Object.fromEntries(Object.keys(labels).map((key) => [key, 0])) as Record<string, number>;
  for (const group of groups) counts[group[kind]] = (counts[group[kind]] ?? 0) + group.count;
  return counts as Record<K, number>;
}

/** Counts within the scope, by day of registration. */
export async function leadStatistics(
  context: Context,
  query: Request<typeof leads.statistics>['query'],
): Promise<Answer<typeof leads.statistics>> {
  const filters = { from: query.from, to: query.to, ownerId: query.ownerId };
  const count = async (more: Partial<LeadQuery>) =>
    leadList.count(context, await leadFilter(context, { ...filters, ...more }));
  const [groups, pool, overdue] = await Promise.all([
    groupLeads(context, await leadFilter(context, filters)),
    count({ pool: true, status: [...OPEN_LEAD_STATUSES] }),
    count({ due: 'overdue' }),
  ]);
  const total = groups.reduce((sum, group) => sum + group.count, 0);
  const byStatus = countsOf(groups, 'status', leadMachine.states);
  return {
    total,
    byStatus,
    bySource: countsOf(groups, 'source', SOURCE_LABELS),
    byIntention: countsOf(groups, 'intention', INTENTION_LABELS),
    pool,
    overdue,
    conversionRate: total === 0 ? 0 : Math.round((byStatus.converted / total) * 1000) / 10,
  };
}
