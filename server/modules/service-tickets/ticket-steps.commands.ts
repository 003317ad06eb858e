import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  isFar,
  serviceTicketErrors,
  type serviceTickets,
  type TicketDetail,
} from '#shared/service-tickets/contract.ts';
import { costsOf } from '#shared/service-tickets/costs.ts';
import { serviceTicketMachine, type TicketStep } from '#shared/service-tickets/machine.ts';
import { MAX_YUAN } from '#shared/values/money.ts';
import { distanceBetween, type Position } from '#shared/values/position.ts';
import type { Instant } from '#shared/values/time.ts';
import { workMinutesBetween } from '#shared/values/workday.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { transition } from '../../kernel/transition.ts';
import { lockReferred } from '../customers/customer-follow-ups.ts';
import { learnPlace } from '../customers/customers.commands.ts';
import { coordinatesOf } from '../customers/customers.queries.ts';
import { acceptWork } from './ticket-acceptance.commands.ts';
import { assigneeOf, assignerOf, endAssignment } from './ticket-assignment.commands.ts';
import { tellAbout } from './ticket-notices.ts';
import { lockTicket, logTicket, momentBetween, requireFiles, type Ticket } from './ticket-record.ts';
import { getTicket } from './tickets.queries.ts';

type Body<E extends keyof typeof serviceTickets> =
  Request<(typeof serviceTickets)[E]> extends { body: infer B } ? B : never;

/** What goes with every step, as it was made on the phone. */
interface StepFacts {
  readonly assignment: string;
  readonly happenedAt: Instant;
  readonly position: Position | null;
}

/**
 * A ticket as the engineer who was sent may go on with it, locked, and when they did. Throws TICKET_REASSIGNED when it
 * went on without them: they made the step under an assignment that is no more.
 */
async function lockStep(
  work: Work,
  id: string,
  { assignment, happenedAt }: StepFacts,
): Promise<{ ticket: Ticket; at: Instant }> {
  const ticket = await lockTicket(work, id);
  if (ticket.assignmentId !== assignment || ticket.assignedTo !== work.actor.userId) {
    throw serviceTicketErrors.TICKET_REASSIGNED({
      values: { assignee: await assigneeOf(work, ticket) },
      details: { current: await getTicket(work, id) },
    });
  }
  return { ticket, at: momentBetween(ticket.lastStepAt, happenedAt, work.now) };
}

/** Moves a locked ticket one step along and writes it down. Answers the row of the log. */
async function takeStep(
  work: Work,
  ticket: Ticket,
  step: TicketStep,
  at: Instant,
  {
    changes = {},
    reason = null,
    ...log
  }: {
    changes?: Readonly<Record<string, unknown>>;
    reason?: string | null;
    logContent?: string | null;
    position: Position | null;
    distance?: number | null;
    far?: boolean;
    fileIds?: readonly string[];
  },
): Promise<string> {
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, step, {
    changes: { ...changes, lastStepAt: at },
    reason,
  });
  return logTicket(work, ticket.id, { logType: step, logContent: reason, happenedAt: at, ...log });
}

/** The first time that somebody accepts a ticket is the response to it. */
export async function acceptTicket(work: Work, id: string, facts: Body<'accept'>): Promise<TicketDetail> {
  const { ticket, at } = await lockStep(work, id, facts);
  const changes =
    ticket.firstResponseAt === null
      ? { firstResponseAt: at, responseMinutes: await workedMinutes(work, ticket, at) }
      : {};
  await takeStep(work, ticket, 'accept', at, { changes, position: facts.position });
  return getTicket(work, id);
}

/** From the report of a ticket until then, in working minutes. */
const workedMinutes = async (work: Work, { reportedAt }: Ticket, at: Instant): Promise<number> =>
  workMinutesBetween(reportedAt, at, await work.settings.get(workCalendar, work.db));

export async function departForTicket(work: Work, id: string, facts: Body<'depart'>): Promise<TicketDetail> {
  const { ticket, at } = await lockStep(work, id, facts);
  await takeStep(work, ticket, 'depart', at, { position: facts.position });
  return getTicket(work, id);
}

/** So sure has a phone to be, in metres, that we believe it where a customer is. */
const SURE_METRES = 100;

/** Checks in on site: with how far that is, as far as it is known. Far away needs a reason and a photo. */
export async function arriveAtSite(
  work: Work,
  id: string,
  { farReason, fileIds, ...facts }: Body<'arrive'>,
): Promise<TicketDetail> {
  const { ticket, at } = await lockStep(work, id, facts);
  await requireFiles(work, id, fileIds);
  const { position } = facts;
  const customer = await work.db
    .selectFrom('customers')
    .select(['latitude', 'longitude', 'address'])
    .where('id', '=', ticket.customerId)
    .executeTakeFirstOrThrow();
  const site = coordinatesOf(ticket) ?? coordinatesOf(customer);
  const distance = site && position ? Math.round(distanceBetween(site, position)) : null;
  const far = distance !== null && position !== null && isFar(distance, position.accuracy);
  if (far && (!farReason || fileIds.length === 0)) {
    throw serviceTicketErrors.TICKET_CHECK_IN_REASON({
      fields: [
        ...(farReason ? [] : [{ field: 'farReason', message: '请写原因' }]),
        ...(fileIds.length > 0 ? [] : [{ field: 'fileIds', message: '请拍照' }]),
      ],
      details: { distance },
    });
  }
  const logContent = farReason ?? null;
  await takeStep(work, ticket, 'arrive', at, { position, distance, far, fileIds, logContent });
  const atCustomer = ticket.address === null || ticket.address === customer.address;
  if (!site && position && position.accuracy <= SURE_METRES && atCustomer) {
    const { latitude, longitude } = position;
    await learnPlace(work, await lockReferred(work, ticket.customerId), { latitude, longitude });
  }
  return getTicket(work, id);
}

/** The work is done: what it was, what was done, with which parts, and what it costs. */
export async function resolveTicket(
  work: Work,
  id: string,
  { isRemote, problemAnalysis, solution, replacedParts, serviceFee, ...facts }: Body<'resolve'>,
): Promise<TicketDetail> {
  const { ticket, at } = await lockStep(work, id, facts);
  if (ticket.status === 'accepted' && !isRemote) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'isRemote', message: '没有到场，请选远程解决' }] });
  }
  const { partsCost, totalCost } = costsOf({ replacedParts, serviceFee });
  if (totalCost > MAX_YUAN) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'replacedParts', message: '费用过大' }] });
  }
  const changes = {
    isRemote: ticket.status === 'accepted',
    problemAnalysis,
    solution,
    serviceFee,
    partsCost,
    paymentStatus: ticket.isUnderWarranty || totalCost === 0 ? 'waived' : 'unpaid',
    resolvedAt: at,
    resolveMinutes: await workedMinutes(work, ticket, at),
    // What was signed before stood under something else.
    signature: null,
    signerName: null,
    signedAt: null,
  };
  const { position } = facts;
  const logId = await takeStep(work, ticket, 'resolve', at, { changes, position, logContent: solution });
  await replaceParts(work, id, replacedParts);
  tellAbout(work, ticket, 'done', logId, [ticket.createdBy]);
  return getTicket(work, id);
}

async function replaceParts(work: Work, id: string, parts: Body<'resolve'>['replacedParts']): Promise<void> {
  await work.db.deleteFrom('ticketParts').where('ticketId', '=', id).execute();
  if (parts.length === 0) return;
  await work.db
    .insertInto('ticketParts')
    .values(
      parts.map((part, position) => ({
        id: newId(),
        ticketId: id,
        position,
        productId: part.productId ?? null,
        partName: part.partName,
        partCode: part.partCode ?? null,
        quantity: part.quantity,
        unitCost: part.unitCost,
      })),
    )
    .execute();
}

/** The customer signs on the engineer's phone, under what is fixed by now. */
export async function signTicket(
  work: Work,
  id: string,
  { signerName, signature, ...facts }: Body<'sign'>,
): Promise<TicketDetail> {
  const { ticket, at } = await lockStep(work, id, facts);
  await acceptWork(work, ticket, { signature, signerName, at, position: facts.position });
  return getTicket(work, id);
}

/** Gives a ticket back to the desk. */
export async function declineTicket(
  work: Work,
  id: string,
  { reason, ...facts }: Body<'decline'>,
): Promise<TicketDetail> {
  const { ticket, at } = await lockStep(work, id, facts);
  const sender = await assignerOf(work, ticket);
  const changes = { assignedTo: null, assignmentId: null };
  const logId = await takeStep(work, ticket, 'decline', at, { changes, reason, position: facts.position });
  await endAssignment(work, ticket);
  tellAbout(work, ticket, 'declined', logId, [sender, ticket.createdBy], reason);
  return getTicket(work, id);
}
