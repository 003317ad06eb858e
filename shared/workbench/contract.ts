import * as z from 'zod';
import { endpoint } from '../http/endpoint.ts';
import { filtersOf } from '../http/page.ts';
import { leadFilters, leadItem } from '../leads/contract.ts';
import { ticketFilters, ticketItem } from '../service-tickets/contract.ts';
import { taskFilters, taskItem } from '../tasks/contract.ts';

const common = {
  title: z.string(),
  /** What to do when there is nothing here. */
  empty: z.string(),
  count: z.number(),
};

const leadSection = z.object({
  kind: z.literal('leads'),
  key: z.enum([
    'overdue',
    'today',
    'fresh',
    'teamOverdue',
    'toAccept',
    'soonRecycled',
    'pool',
    'registered',
    'unassigned',
  ]),
  ...common,
  filters: filtersOf(leadFilters),
  /** The first few. */
  leads: z.array(leadItem),
});
export type LeadSection = z.infer<typeof leadSection>;

const taskSection = z.object({
  kind: z.literal('tasks'),
  key: z.enum(['tasksOverdue', 'tasksToday']),
  ...common,
  filters: filtersOf(taskFilters),
  tasks: z.array(taskItem),
});
export type TaskSection = z.infer<typeof taskSection>;

const ticketSection = z.object({
  kind: z.literal('tickets'),
  key: z.enum(['ticketsOverdue', 'ticketsToAccept', 'ticketsToDispatch', 'ticketsInWork']),
  ...common,
  filters: filtersOf(ticketFilters),
  tickets: z.array(ticketItem),
});
export type TicketSection = z.infer<typeof ticketSection>;

const section = z.discriminatedUnion('kind', [leadSection, taskSection, ticketSection]);
export type WorkbenchSection = z.infer<typeof section>;

export const workbench = {
  get: endpoint({
    method: 'GET',
    path: '/api/workbench',
    permission: 'signed-in',
    summary: '今日：按角色列出现在要做的事',
    response: z.object({
      date: z.string(),
      /** Notifications that have not been read. */
      unread: z.number(),
      sections: z.array(section),
    }),
  }),
};
