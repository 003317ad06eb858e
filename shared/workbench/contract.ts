import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { leadFilters, leadItem } from '../leads/contract.ts';

const section = z.object({
  key: z.enum(['overdue', 'today', 'fresh', 'teamOverdue', 'pool', 'registered', 'unassigned']),
  title: z.string(),
  /** What to do when there is nothing here. */
  empty: z.string(),
  count: z.number(),
  /** The filters of the lead list that shows exactly these. */
  filters: z.partialRecord(
    z.enum(Object.keys(leadFilters) as (keyof typeof leadFilters)[]),
    z.union([z.string(), z.boolean()]),
  ),
  /** The first few. */
  leads: z.array(leadItem),
});
export type WorkbenchSection = z.infer<typeof section>;

export const workbench = {
  get: endpoint({
    method: 'GET',
    path: '/api/workbench',
    permission: 'signed-in',
    summary: '今日：按角色列出现在要做的事',
    response: z.object({ date: z.string(), sections: z.array(section) }),
  }),
};
