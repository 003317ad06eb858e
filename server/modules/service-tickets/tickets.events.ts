import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import { customerRenamed } from '../customers/customers.events.ts';
import { equipmentRenamed } from '../equipment/equipment.events.ts';
import { notify } from '../notifications/notify.ts';
import { refreshSearchesOf } from './ticket-search.commands.ts';

/** The customer's word, in whatever way, that the work is done. */
export const ticketResolved = defineEvent<{ ticketId: string }>('serviceTickets.resolved');

/** What people are told of a ticket. */
const NEWS = {
  assigned: '新工单',
  transferred: '工单已改派',
  reclaimed: '工单由原工程师继续处理',
  declined: '工单退回，待重新派工',
  done: '工单完工，待验收',
  accepted: '客户已验收',
  refused: '验收不通过',
  cancelled: '工单已取消',
} as const;
export type TicketNews = keyof typeof NEWS;

/** Something happened to a ticket that these people should know. */
export const ticketTold = defineEvent<{
  ticketId: string;
  news: TicketNews;
  /** The occasion: the row of the log, or the assignment. */
  key: string;
  userIds: readonly string[];
  /** Who did it; null: the customer. */
  by: string | null;
  reason: string | null;
}>('serviceTickets.told');

const tell = on(
  ticketTold,
  'notice',
  async ({ database, clock }, { ticketId, news, key, userIds, by, reason }) => {
    const ticket = await database.db
      .selectFrom('serviceTickets')
      .innerJoin('customers', 'customers.id', 'serviceTickets.customerId')
      .select([
        'serviceTickets.no',
        'serviceTickets.ticketTitle',
        'serviceTickets.assignedTo',
        'customers.customerName',
      ])
      .where('serviceTickets.id', '=', ticketId)
      .where('serviceTickets.deletedAt', 'is', null)
      .executeTakeFirst();
    if (!ticket) return;
    // It was passed on before anybody was told.
    const told = news === 'assigned' ? userIds.filter((id) => id === ticket.assignedTo) : userIds;
    await notify(
      database.db,
      clock.now(),
      told.map((userId) => ({
        userId,
        key: `ticket.${news}:${key}`,
        kind: 'ticket',
        title: `${NEWS[news]}：${ticket.ticketTitle}`,
        body: [ticket.customerName, ticket.no, [by ?? '客户', reason].filter(Boolean).join('：')].join(' · '),
        target: { entity: 'serviceTickets', id: ticketId },
      })),
    );
  },
);

export const ticketHandlers: EventHandler[] = [
  tell,
  on(customerRenamed, 'ticket-search', ({ database }, { customerId }) =>
    refreshSearchesOf(database.db, 'customerId', customerId),
  ),
  on(equipmentRenamed, 'ticket-search', ({ database }, { equipmentId }) =>
    refreshSearchesOf(database.db, 'equipmentId', equipmentId),
  ),
];
