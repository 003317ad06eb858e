import * as z from 'zod';
import { type LeadSource, SOURCE_LABELS } from '../customers/draft.ts';
import { followUpFilters } from '../followups/contract.ts';
import { endpoint } from '../http/endpoint.ts';
import { filtersOf } from '../http/page.ts';
import { INTENTION_LABELS, type Intention, leadFilters } from '../leads/contract.ts';

/** How many leads, exactly, and the filters of the list that shows them. */
const leadCount = z.object({ count: z.number(), filters: filtersOf(leadFilters) });
export type LeadCount = z.infer<typeof leadCount>;
const followUpCount = z.object({ count: z.number(), filters: filtersOf(followUpFilters) });

export const statistics = {
  leadsOverview: endpoint({
    method: 'GET',
    path: '/api/statistics/leads-overview',
    permission: 'leads.read',
    summary: '线索概览：意向与来源分布、新增、跟进、终结；每个数字附列表筛选条件',
    response: z.object({
      /** Today. Days, weeks (from Monday) and months are those of the business calendar. */
      date: z.string(),
      totalLeads: leadCount,
      intentionDistribution: z.record(z.enum(Object.keys(INTENTION_LABELS) as Intention[]), leadCount),
      platformDistribution: z.record(z.enum(Object.keys(SOURCE_LABELS) as LeadSource[]), leadCount),
      /** By the day of registration. */
      recentAdditions: z.object({ today: leadCount, thisWeek: leadCount, thisMonth: leadCount }),
      /** Oldest first, today last. */
      last15DaysTrend: z.array(leadCount.extend({ date: z.string() })),
      /** What was written down on leads in this week. */
      followup: z.object({ thisWeekLeadCount: leadCount, thisWeekRecordCount: followUpCount }),
      todayStats: z.object({
        followedLeads: leadCount,
        followupRecords: followUpCount,
        /** Closed today. */
        endedLeads: leadCount,
        /** Converted today. */
        dealLeads: leadCount,
      }),
    }),
  }),
};
