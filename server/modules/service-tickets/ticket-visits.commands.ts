import type { Answer, Request } from '#shared/http/endpoint.ts';
import { serviceTicketErrors, type serviceTickets } from '#shared/service-tickets/contract.ts';
import { type Visit, visitErrors, type visits } from '#shared/visits/contract.ts';
import type { Work } from '../../kernel/context.ts';
import { acceptWork, refuseWork } from './ticket-acceptance.commands.ts';
import { linkExpiry, linkToken, openLink } from './ticket-links.ts';
import { lockOpenedTicket, lockTicket, logTicket, type Ticket, updateTicket } from './ticket-record.ts';
import { isRateable, visitOf } from './ticket-visits.queries.ts';

/** A new address for the customer; the one before opens nothing from now on. */
export async function createLink(
  work: Work,
  publicUrl: string,
  id: string,
): Promise<Answer<typeof serviceTickets.createLink>> {
  const ticket = await lockTicket(work, id);
  if (ticket.status === 'cancelled') throw serviceTicketErrors.TICKET_ENDED();
  const link = { ticketId: id, version: ticket.linkVersion + 1, expiresAt: linkExpiry(work.now) };
  await updateTicket(work, ticket, { linkVersion: link.version, linkExpiresAt: link.expiresAt });
  await logTicket(work, id, { logType: 'link' });
  work.audit({ action: 'serviceTickets.linked', entity: 'serviceTickets', entityId: id });
  const url = `${publicUrl}/#/service/visit/index?token=${linkToken(work.signer, link)}`;
  return { url, expiresAt: link.expiresAt };
}

type Customer = Work<null, null>;

const seenAgain = async (work: Customer, { id }: Ticket): Promise<Visit> =>
  await visitOf(work, await lockOpenedTicket(work, id));

export async function acceptVisit(
  work: Customer,
  token: string,
  word: Request<typeof visits.accept>['body'],
): Promise<Visit> {
  const ticket = await openLink(work, token, { forUpdate: true });
  await acceptWork(work, ticket, word);
  return await seenAgain(work, ticket);
}

export async function refuseVisit(work: Customer, token: string, reason: string): Promise<Visit> {
  const ticket = await openLink(work, token, { forUpdate: true });
  await refuseWork(work, ticket, { reason });
  return await seenAgain(work, ticket);
}

/** Throws VISIT_NOT_RATEABLE before the customer has agreed, and VISIT_ALREADY_RATED the second time. */
export async function rateVisit(
  work: Customer,
  token: string,
  { customerRating, customerFeedback = null }: Request<typeof visits.rate>['body'],
): Promise<Visit> {
  const ticket = await openLink(work, token, { forUpdate: true });
  if (ticket.customerRating !== null) throw visitErrors.VISIT_ALREADY_RATED();
  if (!isRateable(ticket)) throw visitErrors.VISIT_NOT_RATEABLE();
  await updateTicket(work, ticket, { customerRating, customerFeedback, ratedAt: work.now });
  await logTicket(work, ticket.id, {
    logType: 'rate',
    logContent: [`${customerRating}星`, customerFeedback].filter(Boolean).join('：'),
    actorName: ticket.signerName,
  });
  work.audit({
    action: 'serviceTickets.rated',
    entity: 'serviceTickets',
    entityId: ticket.id,
    changes: { customerRating: [null, customerRating] },
  });
  return await seenAgain(work, ticket);
}
