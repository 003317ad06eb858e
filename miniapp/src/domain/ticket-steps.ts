/** The steps of an engineer: saved on the phone first, sent in their order, once in effect. */

import { customers } from '#shared/customers/contract.ts';
import type { Answer, CallInput, EndpointDefinition } from '#shared/http/endpoint.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { serviceTicketMachine, type TicketStep } from '#shared/service-tickets/machine.ts';
import type { Position } from '#shared/values/position.ts';
import { toInstant } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { type Submitted, submit } from '../api/outbox';
import { refreshAll, showDetail } from '../api/query';
import { toast } from '../ui';

/** Where a ticket shows. */
export const TICKET_VIEWS = [
  serviceTickets.list,
  serviceTickets.get,
  customers.timeline,
  workbench.get,
] as const;

type StepEndpoint<S extends TicketStep> = (typeof serviceTickets)[S];
type Facts = 'assignment' | 'happenedAt' | 'position';
export type StepWords<S extends TicketStep> = Omit<NonNullable<CallInput<StepEndpoint<S>>['body']>, Facts>;

/**
 * Makes a step now.
 * @throws ApiError when the server refuses it while somebody waits: nothing is queued then
 */
export async function takeStep<S extends TicketStep>(
  ticket: Pick<TicketDetail, 'id' | 'no' | 'assignment'>,
  step: S,
  words: StepWords<S>,
  position: Position | null = null,
): Promise<Submitted<TicketDetail>> {
  const { label } = serviceTicketMachine.actions[step];
  const facts = { assignment: ticket.assignment?.id, happenedAt: toInstant(Date.now()), position };
  const input = { params: { id: ticket.id }, body: { ...words, ...facts } };
  const result = (await submit(serviceTickets[step] as EndpointDefinition, input as never, {
    label: `${label} ${ticket.no}`,
    recordId: ticket.id,
  })) as Submitted<Answer<typeof serviceTickets.get>>;
  if (result.state === 'queued') toast(`已记下“${label}”，有网络时自动同步`);
  else showTicket(result.data);
  return result;
}

/** Shows what a write brought along. */
export function showTicket(ticket: TicketDetail): void {
  showDetail(serviceTickets.get, { params: { id: ticket.id } }, ticket);
  void refreshAll(serviceTickets.list, serviceTickets.logs, customers.timeline, workbench.get);
}
