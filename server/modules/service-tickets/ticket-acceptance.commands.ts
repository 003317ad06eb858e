import { type ServiceTicketAction, serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import type { Position } from '#shared/values/position.ts';
import type { Instant } from '#shared/values/time.ts';
import type { AnyWork } from '../../kernel/context.ts';
import { transition } from '../../kernel/transition.ts';
import { tellAbout } from './ticket-notices.ts';
import { logTicket, type Ticket } from './ticket-record.ts';
import { ticketResolved } from './tickets.events.ts';

/** By hand: the signature and whose it is. By word: what was said to whom. */
type Word =
  | {
      readonly signature: Signature;
      readonly signerName: string;
      /** Without it: now. */
      readonly at?: Instant;
      readonly position?: Position | null;
    }
  | { readonly note: string };

/** The customer takes the work of a locked ticket: on whatever screen, or by word to the desk. */
export async function acceptWork(work: AnyWork, ticket: Ticket, word: Word): Promise<void> {
  const signs = 'signature' in word;
  const at = (signs && word.at) || work.now;
  const action: ServiceTicketAction = signs ? 'sign' : 'confirm';
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, action, {
    automatic: work.actor === null,
    changes: { lastStepAt: at, ...(signs ? { signerName: word.signerName, signedAt: at } : {}) },
    reason: signs ? null : word.note,
  });
  // Beside the transition, whose changes are kept in the log of operations, too.
  if (signs) {
    await work.db
      .updateTable('serviceTickets')
      .set({ signature: JSON.stringify(word.signature) })
      .where('id', '=', ticket.id)
      .execute();
  }
  const logId = await logTicket(work, ticket.id, {
    logType: action,
    logContent: signs ? null : word.note,
    actorName: signs ? word.signerName : null,
    happenedAt: at,
    position: (signs && word.position) || null,
  });
  work.emit(ticketResolved, { ticketId: ticket.id });
  tellAbout(work, ticket, 'accepted', logId, [ticket.createdBy, ticket.assignedTo]);
}

/** The customer does not take the work: whoever was there goes again. */
export async function refuseWork(
  work: AnyWork,
  ticket: Ticket,
  { reason, customerName = null }: { readonly reason: string; readonly customerName?: string | null },
): Promise<void> {
  await transition(work, 'serviceTickets', serviceTicketMachine, ticket, 'refuse', {
    automatic: work.actor === null,
    changes: { lastStepAt: work.now, resolvedAt: null, resolveMinutes: null },
    reason,
  });
  const logId = await logTicket(work, ticket.id, {
    logType: 'refuse',
    logContent: reason,
    actorName: customerName,
  });
  tellAbout(work, ticket, 'refused', logId, [ticket.createdBy, ticket.assignedTo], reason);
}
