import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  serviceTicketErrors,
  type serviceTickets,
  type TicketDetail,
} from '#shared/service-tickets/contract.ts';
import { type ServiceTicketStatus, serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import type { AnyWork, Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { transition } from '../../kernel/transition.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { tellAbout } from './ticket-notices.ts';
import { lockTicket, logTicket, type Ticket } from './ticket-record.ts';
import { getTicket } from './tickets.queries.ts';

type Body<E extends keyof typeof serviceTickets> =
  Request<(typeof serviceTickets)[E]> extends { body: infer B } ? B : never;

/** Sends somebody, or somebody else. */
export async function assignTicket(
  work: Work,
  id: string,
  { version, assignedTo, assignReason }: Body<'assign'>,
): Promise<TicketDetail> {
  // Accounts are locked before tickets, everywhere.
  await requireEngineer(work, assignedTo);
  const ticket = await lockTicket(work, id, version);
  if (ticket.assignedTo === assignedTo && serviceTicketMachine.can(statusOf(ticket), 'transfer'))
    throw serviceTicketErrors.TICKET_ALREADY_ASSIGNED();
  await sendEngineer(work, ticket, assignedTo, assignReason ?? null);
  return getTicket(work, id);
}

const statusOf = (ticket: Ticket) => ticket.status as ServiceTicketStatus;

/** Throws TICKET_ENGINEER_INVALID unless this person can work on tickets, and stays so until the transaction ends. */
export async function requireEngineer(work: AnyWork, userId: string): Promise<void> {
  if (await lockAssignable(work.db, userId, 'serviceTickets.work')) return;
  throw serviceTicketErrors.TICKET_ENGINEER_INVALID({
    fields: [{ field: 'assignedTo', message: '这位同事不能接工单' }],
  });
}

/** Gives a locked ticket to an engineer who can take it. Answers the assignment. */
export async function sendEngineer(
  work: AnyWork,
  ticket: Ticket,
  engineerId: string,
  reason: string | null,
  { automatic = false }: { automatic?: boolean } = {},
): Promise<string> {
  const action = serviceTicketMachine.can(statusOf(ticket), 'assign') ? 'assign' : 'transfer';
  const assignmentId = newId();
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, action, {
    automatic,
    changes: {
      assignedTo: engineerId,
      assignmentId,
      participantIds: withParticipant(ticket, engineerId),
      lastStepAt: work.now,
    },
    reason,
  });
  await endAssignment(work, ticket);
  await work.db
    .insertInto('ticketAssignments')
    .values({
      id: assignmentId,
      ticketId: ticket.id,
      engineerId,
      assignedBy: work.actor?.userId ?? null,
      reason,
      assignedAt: work.now,
    })
    .execute();
  const { name } = await work.db
    .selectFrom('users')
    .select('name')
    .where('id', '=', engineerId)
    .executeTakeFirstOrThrow();
  await logTicket(work, ticket.id, {
    logType: action,
    logContent: reason === null ? name : `${name}：${reason}`,
  });
  tellAbout(work, ticket, 'assigned', assignmentId, [engineerId], reason);
  tellAbout(work, ticket, 'transferred', assignmentId, [ticket.assignedTo], reason);
  return assignmentId;
}

const withParticipant = ({ participantIds }: Ticket, userId: string): string[] =>
  participantIds.includes(userId) ? participantIds : [...participantIds, userId];

/** Says how far whoever had a locked ticket was; nothing when nobody had it. */
export async function endAssignment(work: AnyWork, ticket: Ticket): Promise<void> {
  if (ticket.assignmentId === null) return;
  await work.db
    .updateTable('ticketAssignments')
    .set({ endedAt: work.now, endedStatus: ticket.status })
    .where('id', '=', ticket.assignmentId)
    .execute();
}

/** Where somebody may have been when they were sent away, and can go on. */
const GOES_ON = serviceTicketMachine.actions.reclaim.to as readonly ServiceTicketStatus[];

/**
 * The former engineer, who went on without a signal, takes a ticket back and goes on where they were. The old assignment
 * stands again, so that what waits on their phone still fits.
 */
export async function reclaimTicket(
  work: Work,
  id: string,
  { assignment, reason }: Body<'reclaim'>,
): Promise<TicketDetail> {
  const ticket = await lockTicket(work, id);
  const former = await work.db
    .selectFrom('ticketAssignments')
    .selectAll()
    .where('id', '=', assignment)
    .where('ticketId', '=', id)
    .where('engineerId', '=', work.actor.userId)
    .executeTakeFirst();
  if (!former) throw httpErrors.NOT_FOUND();
  if (ticket.assignmentId === assignment) throw serviceTicketErrors.TICKET_ALREADY_ASSIGNED();
  if (ticket.status === 'on_site' && ticket.assignedTo !== work.actor.userId) {
    throw serviceTicketErrors.TICKET_RECLAIM_REFUSED({
      values: { assignee: await assigneeOf(work, ticket) },
    });
  }
  const to = GOES_ON.find((status) => status === former.endedStatus) ?? 'assigned';
  const other = await assignerOf(work, ticket);
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, 'reclaim', {
    to,
    changes: { assignedTo: work.actor.userId, assignmentId: assignment, lastStepAt: work.now },
    reason,
  });
  await endAssignment(work, ticket);
  await work.db
    .updateTable('ticketAssignments')
    .set({ endedAt: null, endedStatus: null })
    .where('id', '=', assignment)
    .execute();
  const logId = await logTicket(work, id, { logType: 'reclaim', logContent: reason });
  tellAbout(work, ticket, 'reclaimed', logId, [ticket.assignedTo, other, former.assignedBy], reason);
  return getTicket(work, id);
}

/** Who sent whoever has a ticket; null: nobody. */
export async function assignerOf({ db }: AnyWork, { assignmentId }: Ticket): Promise<string | null> {
  if (assignmentId === null) return null;
  const { assignedBy } = await db
    .selectFrom('ticketAssignments')
    .select('assignedBy')
    .where('id', '=', assignmentId)
    .executeTakeFirstOrThrow();
  return assignedBy;
}

/** The name of whoever has a ticket. */
export async function assigneeOf({ db }: AnyWork, { assignedTo }: Ticket): Promise<string> {
  if (assignedTo === null) return '调度';
  const { name } = await db
    .selectFrom('users')
    .select('name')
    .where('id', '=', assignedTo)
    .executeTakeFirstOrThrow();
  return name;
}
