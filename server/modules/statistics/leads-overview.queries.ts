import { sql } from 'kysely';
import { SOURCE_LABELS } from '#shared/customers/draft.ts';
import type { followups } from '#shared/followups/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { INTENTION_LABELS } from '#shared/leads/contract.ts';
import type { LeadCount, statistics } from '#shared/statistics/contract.ts';
import {
  addDays,
  type CalendarDate,
  dateOf,
  earliest,
  startOfMonth,
  startOfWeek,
} from '#shared/values/time.ts';
import { share } from '../../kernel/cache.ts';
import type { Context } from '../../kernel/context.ts';
import { countFollowUps } from '../followups/followups.queries.ts';
import { type LeadQuery, leadFilter, leadRows } from '../leads/lead-filters.ts';
import { countsOf, groupLeads } from '../leads/lead-statistics.queries.ts';
import { leadList } from '../leads/leads.queries.ts';

type LeadFilters = Pick<
  Partial<LeadQuery>,
  'from' | 'to' | 'endedFrom' | 'endedTo' | 'followedFrom' | 'followedTo'
>;
type FollowUpFilters = Pick<
  Partial<Request<typeof followups.list>['query']>,
  'onLead' | 'writtenFrom' | 'writtenTo'
>;

const TREND_DAYS = 15;

/** What the company, or the part of it that somebody sees, has of leads. Every count is the total of the list that its filters open. */
export async function leadsOverview(context: Context): Promise<Answer<typeof statistics.leadsOverview>> {
  const date = dateOf(context.now);
  const [monday, first] = [startOfWeek(date), startOfMonth(date)];
  const trendFrom = addDays(date, 1 - TREND_DAYS);
  const countLeads = async (filters: LeadFilters & { readonly status?: 'closed' | 'converted' }) => ({
    count: await leadList.count(
      context,
      await leadFilter(context, { ...filters, status: filters.status && [filters.status] }),
    ),
    filters,
  });
  const countWritten = async (from: CalendarDate) => {
    const filters = { onLead: true, writtenFrom: from, writtenTo: date } satisfies FollowUpFilters;
    return { count: await countFollowUps(context, filters), filters };
  };
  // Independent of each other, so that the slowest decides and not their sum.
  const [groups, byDay, weekLeads, weekRecords, todayLeads, todayRecords, ended, deals] = await Promise.all([
    groupLeads(context, await leadFilter(context, {})),
    countByDay(context, earliest(trendFrom, monday, first)),
    countLeads({ followedFrom: monday, followedTo: date }),
    countWritten(monday),
    countLeads({ followedFrom: date, followedTo: date }),
    countWritten(date),
    countLeads({ status: 'closed', endedFrom: date, endedTo: date }),
    countLeads({ status: 'converted', endedFrom: date, endedTo: date }),
  ]);

  const distribution = <K extends string>(
    kind: 'intention' | 'source',
    labels: Readonly<Record<K, string>>,
  ) =>
    Object.fromEntries(
      Object.entries<number>(countsOf(groups, kind, labels)).map(([key, count]) => [
        key,
        { count, filters: { [kind]: key } },
      ]),
    ) as Record<K, LeadCount>;
  const registered = (from: CalendarDate, to: CalendarDate): LeadCount => ({
    count: sum(byDay.filter((each) => from <= each.date && each.date <= to)),
    filters: { from, to },
  });
  return {
    date,
    totalLeads: { count: sum(groups), filters: {} },
    intentionDistribution: distribution('intention', INTENTION_LABELS),
    platformDistribution: distribution('source', SOURCE_LABELS),
    recentAdditions: {
      today: registered(date, date),
      thisWeek: registered(monday, date),
      thisMonth: registered(first, date),
    },
    last15DaysTrend: Array.from({ length: TREND_DAYS }, (_, i) => {
      const day = addDays(trendFrom, i);
      return { date: day, ...registered(day, day) };
    }),
    followup: { thisWeekLeadCount: weekLeads, thisWeekRecordCount: weekRecords },
    todayStats: {
      followedLeads: todayLeads,
      followupRecords: todayRecords,
      endedLeads: ended,
      dealLeads: deals,
    },
  };
}

const sum = (groups: readonly { readonly count: number }[]) =>
  groups.reduce((total, { count }) => total + count, 0);

async function countByDay(context: Context, from: CalendarDate) {
  const { flags, values } = await leadFilter(context, { from });
  const date = sql<CalendarDate>`(leads.created_at at time zone interval '8 hours')::date`;
  return share(context.cache, 'leads', ['by day', flags, values], () =>
    leadRows(context.db, flags, values)
      .select(({ fn }) => [date.as('date'), fn.countAll<number>().as('count')])
      .groupBy(date)
      .execute(),
  );
}
