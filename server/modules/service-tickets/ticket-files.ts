import { httpErrors } from '#shared/http/errors.ts';
import { serviceTicketErrors } from '#shared/service-tickets/contract.ts';
import { may } from '../../kernel/access.ts';
import { lockVisible, withPermission } from '../../kernel/transition.ts';
import type { FileHolder } from '../files/file-holder.ts';

/**
 * Tickets as something that files hang on, as long as they are not at their end: put there by those who made them or were
 * ever sent, for photos of a former engineer may still be on the way, and by whoever answers for tickets.
 */
export const ticketFileHolder: FileHolder = {
  async lock(work, id) {
    const ticket = await lockVisible(withPermission(work, 'serviceTickets.read'), 'serviceTickets', id);
    const answers = may(work.actor, 'serviceTickets.update') || may(work.actor, 'serviceTickets.dispatch');
    if (!answers && !ticket.participantIds.includes(work.actor.userId)) throw httpErrors.FORBIDDEN();
    if (ticket.status === 'closed' || ticket.status === 'cancelled') throw serviceTicketErrors.TICKET_ENDED();
  },

  async names(work, id, fileId) {
    const log = await work.db
      .selectFrom('ticketLogs')
      .select('id')
      .where('ticketId', '=', id)
      .where(({ eb, val, ref }) => eb(val(fileId), '=', ({ fn }) => fn.any(ref('fileIds'))))
      .executeTakeFirst();
    return log !== undefined;
  },
};
