import { type SelectQueryBuilder, sql } from 'kysely';
import { serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { DB } from '../../kernel/schema.ts';
import { transition } from '../../kernel/transition.ts';
import type { HandedOver, TicketHandover } from '../identity/handover.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { endAssignment, sendEngineer } from './ticket-assignment.commands.ts';
import { logTicket, type Ticket } from './ticket-record.ts';

/** What somebody still has to do: what the desk can give to somebody else. */
const inHand = (db: Queryable) =>
  db
    .selectFrom('serviceTickets')
    .where('deletedAt', 'is', null)
    .where('status', 'in', [...serviceTicketMachine.actions.transfer.from]) as SelectQueryBuilder<
    DB,
    'serviceTickets',
    Record<never, never>
  >;

const canWork = (work: Work, userId: string): Promise<boolean> =>
  lockAssignable(work.db, userId, 'serviceTickets.work');

/** Tickets as something that somebody else takes over: an engineer, or the desk until it sends one. */
export const ticketHandover: TicketHandover = {
  async count(db, from) {
    const { count } = await inHand(db)
      .select(sql<number>`count(*)`.as('count'))
      .where('assignedTo', '=', from)
      .executeTakeFirstOrThrow();
    return count;
  },

  async handOver(work, from, to, reason) {
    if (from === to) return [];
    const tickets = await inHand(work.db)
      .selectAll()
      .where('assignedTo', '=', from)
      .orderBy('id')
      .forUpdate()
      .execute();
    if (tickets.length === 0) return [];
    const engineer = to !== null && (await canWork(work, to)) ? to : null;
    const moved: HandedOver[] = [];
    for (const ticket of tickets) {
      const changeId =
        engineer === null
          ? await giveToDesk(work, ticket, reason)
          : await sendEngineer(work, ticket, engineer, reason, { automatic: true });
      moved.push({ recordId: ticket.id, changeId, cleared: null });
    }
    return moved;
  },

  async giveBack(work, items, to, reason) {
    const changes = new Map(items.map(({ recordId, changeId }) => [recordId, changeId]));
    const tickets = await work.db
      .selectFrom('serviceTickets')
      .selectAll()
      .where(sql<boolean>`id = any(${[...changes.keys()]}::uuid[])`)
      .where('deletedAt', 'is', null)
      .where('status', 'in', ['pending', ...serviceTicketMachine.actions.transfer.from])
      .orderBy('id')
      .forUpdate()
      .execute();
    if (tickets.length === 0 || !(await canWork(work, to))) return 0;
    let returned = 0;
    for (const ticket of tickets) {
      if (changes.get(ticket.id) !== (await lastAssignment(work, ticket))) continue;
      await sendEngineer(work, ticket, to, reason, { automatic: true });
      returned++;
    }
    return returned;
  },
};

/** Answers the assignment that this ended. */
async function giveToDesk(work: Work, ticket: Ticket, reason: string): Promise<string> {
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, 'decline', {
    automatic: true,
    changes: { assignedTo: null, assignmentId: null, lastStepAt: work.now },
    reason,
  });
  await endAssignment(work, ticket);
  await logTicket(work, ticket.id, { logType: 'decline', logContent: reason });
  return ticket.assignmentId as string;
}

/** Who has a ticket or, while nobody has it, had it last. */
async function lastAssignment({ db }: Work, { id, assignmentId }: Ticket): Promise<string | null> {
  if (assignmentId !== null) return assignmentId;
  const last = await db
    .selectFrom('ticketAssignments')
    .select('id')
    .where('ticketId', '=', id)
    .orderBy('assignedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.id ?? null;
}
