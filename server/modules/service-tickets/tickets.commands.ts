import type { output } from 'zod';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  serviceTicketErrors,
  type serviceTickets,
  type TicketDetail,
  type TicketLog,
  type ticketDraft,
} from '#shared/service-tickets/contract.ts';
import { isOpenTicket, serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { deadlinesOf, type TicketPriority } from '#shared/service-tickets/sla.ts';
import { dateOf } from '#shared/values/time.ts';
import { scopeOf } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import { workCalendar } from '../../kernel/calendar.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { nextNumber } from '../../kernel/numbering.ts';
import { lockVisible, transition } from '../../kernel/transition.ts';
import { wordsOf } from '../audit/change-words.ts';
import { acceptWork, refuseWork } from './ticket-acceptance.commands.ts';
import { endAssignment, requireEngineer, sendEngineer } from './ticket-assignment.commands.ts';
import { tellAbout } from './ticket-notices.ts';
import {
  lockTicket,
  logTicket,
  momentBetween,
  requireFiles,
  type Ticket,
  updateTicket,
} from './ticket-record.ts';
import { refreshSearch } from './ticket-search.commands.ts';
import {
  primaryContact,
  requireContact,
  requireCustomer,
  requireEquipment,
  requireOwnUnit,
  takenFromUnit,
} from './ticket-subject.ts';
import { getLog, getTicket, requireSeen } from './tickets.queries.ts';
import { ticketSearch } from './tickets.search.ts';

type Draft = output<typeof ticketDraft>;
type Body<E extends keyof typeof serviceTickets> =
  Request<(typeof serviceTickets)[E]> extends { body: infer B } ? B : never;

/** Opens a ticket: what is not said about customer, contact, site and warranty comes from the unit and the customer. */
export async function createTicket(work: Work, { assignedTo, ...draft }: Draft): Promise<TicketDetail> {
  if (assignedTo !== undefined) {
    scopeOf(work.actor, 'serviceTickets.dispatch');
    await requireEngineer(work, assignedTo);
  }
  const ticket = await insertTicket(work, draft);
  if (assignedTo !== undefined) await sendEngineer(work, ticket, assignedTo, null);
  return getTicket(work, ticket.id);
}

async function insertTicket(work: Work, draft: Omit<Draft, 'assignedTo'>): Promise<Ticket> {
  const { actor, now } = work;
  const equipment = draft.equipmentId ? await requireEquipment(work, draft.equipmentId) : null;
  const customerId = draft.customerId ?? equipment?.customerId;
  if (customerId === undefined) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'customerId', message: '请选择客户或设备' }] });
  }
  const customer = await requireCustomer(work, customerId);
  if (equipment) requireOwnUnit(equipment, customerId);
  const isWorkday = await work.settings.get(workCalendar, work.db);
  const said = draft.province || draft.city || draft.address;
  const site = said ? draft : customer;
  const id = newId();
  const fields = {
    ticketType: draft.ticketType,
    ticketTitle: draft.ticketTitle,
    priority: draft.priority,
    problemDescription: draft.problemDescription ?? null,
    customerId,
    ...(await contactOf(work, draft, customerId, customer.phone)),
    province: site.province ?? null,
    city: site.city ?? null,
    address: site.address ?? null,
    latitude: draft.coordinates?.latitude ?? null,
    longitude: draft.coordinates?.longitude ?? null,
    equipmentId: equipment?.id ?? null,
    productId: draft.productId ?? equipment?.productId ?? null,
    expectedResolveDate: draft.expectedResolveDate ?? null,
    ...takenFromUnit(equipment, dateOf(now)),
    ...deadlinesOf(draft.priority, now, isWorkday),
  };
  const no = await nextNumber(work.db, 'TICKET', now);
  const ticket = await work.db
    .insertInto('serviceTickets')
    .values({
      id,
      no,
      ...fields,
      ...ticketSearch({ no, ...fields, customerName: customer.customerName, equipment }),
      status: serviceTicketMachine.initial,
      participantIds: [actor.userId],
      reportedAt: now,
      lastStepAt: now,
      createdBy: actor.userId,
      createdAt: now,
      updatedAt: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await logTicket(work, id, { logType: 'create' });
  work.audit({
    action: 'serviceTickets.created',
    entity: 'serviceTickets',
    entityId: id,
    changes: diff({}, { no, ...fields }),
  });
  return ticket;
}

/** Whom to ask for: as said, otherwise the contact that was chosen, otherwise the customer's primary one. */
async function contactOf(
  work: Work,
  draft: Pick<Draft, 'customerContactId' | 'contactName' | 'contactPhone'>,
  customerId: string,
  customerPhone: string | null,
) {
  const { customerContactId, contactName, contactPhone } = draft;
  if (!customerContactId && (contactName || contactPhone)) {
    return {
      customerContactId: null,
      contactName: contactName ?? null,
      contactPhone: contactPhone ?? customerPhone,
    };
  }
  const contact = customerContactId
    ? await requireContact(work, customerId, customerContactId)
    : await primaryContact(work, customerId);
  return {
    customerContactId: contact?.id ?? null,
    contactName: contactName ?? contact?.name ?? null,
    contactPhone: contactPhone ?? contact?.phone ?? customerPhone,
  };
}

/** Changes the given fields of an open ticket. Of one that has ended only who has paid. */
export async function editTicket(
  work: Work,
  id: string,
  { version, paymentStatus, updateReason, coordinates, ...fields }: Body<'update'>,
): Promise<TicketDetail> {
  const ticket = await lockTicket(work, id, version);
  const edits = coordinates !== undefined || Object.values(fields).some((value) => value !== undefined);
  if (edits && !isOpenTicket(ticket.status)) throw serviceTicketErrors.TICKET_ENDED();
  if (paymentStatus !== undefined && ticket.paymentStatus === null) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'paymentStatus', message: '完工之后才有费用' }] });
  }
  const changes = {
    ...fields,
    ...(paymentStatus === undefined ? {} : { paymentStatus }),
    ...(coordinates === undefined
      ? {}
      : { latitude: coordinates?.latitude ?? null, longitude: coordinates?.longitude ?? null }),
    ...(await followingChanges(work, ticket, fields)),
  };
  await updateTicket(work, ticket, changes);
  const changed = diff(ticket, changes);
  await refreshSearch(work.db, { ...ticket, ...dropUndefined(changes) });
  const reason = updateReason ?? null;
  const labels = wordsOf('serviceTickets', changed, { now: work.now }).map(({ label }) => label);
  await logTicket(work, id, {
    logType: 'update',
    logContent: [labels.join('、'), reason].filter(Boolean).join('：') || null,
  });
  work.audit({
    action: 'serviceTickets.updated',
    entity: 'serviceTickets',
    entityId: id,
    changes: changed,
    reason,
  });
  return getTicket(work, id);
}

const dropUndefined = <T extends object>(changes: T) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<Ticket>;

/** What changes because something else does: deadlines with the priority, the warranty with the unit, the contact. */
async function followingChanges(
  work: Work,
  ticket: Ticket,
  fields: Pick<
    Body<'update'>,
    'priority' | 'equipmentId' | 'productId' | 'customerContactId' | 'contactName' | 'contactPhone'
  >,
): Promise<Partial<Ticket>> {
  const changes: Partial<Ticket> = {};
  const { priority, equipmentId, productId, customerContactId, contactName, contactPhone } = fields;
  if (priority !== undefined && priority !== (ticket.priority as TicketPriority)) {
    const isWorkday = await work.settings.get(workCalendar, work.db);
    Object.assign(changes, deadlinesOf(priority, ticket.reportedAt, isWorkday));
  }
  if (equipmentId !== undefined && equipmentId !== ticket.equipmentId) {
    const equipment = equipmentId === null ? null : await requireEquipment(work, equipmentId);
    if (equipment) requireOwnUnit(equipment, ticket.customerId);
    Object.assign(changes, takenFromUnit(equipment, dateOf(ticket.reportedAt)));
    if (equipment && productId === undefined) changes.productId = equipment.productId;
  }
  if (customerContactId && customerContactId !== ticket.customerContactId) {
    const contact = await requireContact(work, ticket.customerId, customerContactId);
    if (contactName === undefined) changes.contactName = contact.name;
    if (contactPhone === undefined) changes.contactPhone = contact.phone;
  }
  return changes;
}

/** Hides a ticket; an administrator can bring it back. */
export async function removeTicket(work: Work, id: string, version: number): Promise<{ id: string }> {
  const ticket = await lockTicket(work, id, version);
  await updateTicket(work, ticket, { deletedAt: work.now });
  work.audit({ action: 'serviceTickets.deleted', entity: 'serviceTickets', entityId: id });
  return { id };
}

export async function restoreTicket(work: Work, id: string, version: number): Promise<TicketDetail> {
  const current = () => getTicket(work, id);
  const ticket = await lockVisible(work, 'serviceTickets', id, { version, current, deleted: true });
  await updateTicket(work, ticket, { deletedAt: null });
  work.audit({ action: 'serviceTickets.restored', entity: 'serviceTickets', entityId: id });
  return getTicket(work, id);
}

/** The customer has said by telephone that the work is done. */
export async function confirmTicket(
  work: Work,
  id: string,
  { version, note }: Body<'confirm'>,
): Promise<TicketDetail> {
  await acceptWork(work, await lockTicket(work, id, version), { note });
  return getTicket(work, id);
}

export async function refuseTicket(
  work: Work,
  id: string,
  { version, reason }: Body<'refuse'>,
): Promise<TicketDetail> {
  await refuseWork(work, await lockTicket(work, id, version), { reason });
  return getTicket(work, id);
}

export async function closeTicket(
  work: Work,
  id: string,
  { version, closeNote }: Body<'close'>,
): Promise<TicketDetail> {
  const ticket = await lockTicket(work, id, version);
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, 'close', {
    changes: { closedAt: work.now, lastStepAt: work.now },
    reason: closeNote,
  });
  await logTicket(work, id, { logType: 'close', logContent: closeNote });
  return getTicket(work, id);
}

/** It was not done after all: it waits for somebody to be sent, and its clock goes on from the report. */
export async function reopenTicket(
  work: Work,
  id: string,
  { version, reason }: Body<'reopen'>,
): Promise<TicketDetail> {
  const ticket = await lockTicket(work, id, version);
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, 'reopen', {
    changes: {
      assignedTo: null,
      assignmentId: null,
      closedAt: null,
      resolvedAt: null,
      resolveMinutes: null,
      lastStepAt: work.now,
    },
    reason,
  });
  await endAssignment(work, ticket);
  await logTicket(work, id, { logType: 'reopen', logContent: reason });
  return getTicket(work, id);
}

export async function cancelTicket(
  work: Work,
  id: string,
  { version, reason }: Body<'cancel'>,
): Promise<TicketDetail> {
  const ticket = await lockTicket(work, id, version);
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, 'cancel', {
    changes: { lastStepAt: work.now },
    reason,
  });
  const logId = await logTicket(work, id, { logType: 'cancel', logContent: reason });
  tellAbout(work, ticket, 'cancelled', logId, [ticket.assignedTo, ticket.createdBy], reason);
  return getTicket(work, id);
}

/** A note of whoever sees the ticket, also of somebody who was there and is no longer sent. */
export async function addLog(
  work: Work,
  id: string,
  { logType, logContent, happenedAt = work.now, fileIds }: Body<'addLog'>,
): Promise<TicketLog> {
  const { reportedAt } = await requireSeen(work, id);
  await requireFiles(work, id, fileIds);
  const logId = await logTicket(work, id, {
    logType,
    logContent,
    happenedAt: momentBetween(reportedAt, happenedAt, work.now),
    fileIds,
  });
  work.audit({ action: 'serviceTickets.commented', entity: 'serviceTickets', entityId: id });
  return getLog(work, id, logId);
}
