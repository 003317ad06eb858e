import type { AnyWork } from '../../kernel/context.ts';
import type { Ticket } from './ticket-record.ts';
import { type TicketNews, ticketTold } from './tickets.events.ts';

/** Lets people know what happened to a ticket, except whoever did it. @param key the occasion */
export function tellAbout(
  work: AnyWork,
  { id }: Pick<Ticket, 'id'>,
  news: TicketNews,
  key: string,
  people: readonly (string | null)[],
  reason: string | null = null,
): void {
  const userIds = [...new Set(people)].filter((person) => person !== null && person !== work.actor?.userId);
  if (userIds.length === 0) return;
  work.emit(ticketTold, {
    ticketId: id,
    news,
    key,
    userIds: userIds as string[],
    by: work.actor?.name ?? null,
    reason,
  });
}
