import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { assignTicket, reclaimTicket } from './ticket-assignment.commands.ts';
import { candidatesFor } from './ticket-candidates.queries.ts';
import { ticketStatistics } from './ticket-statistics.queries.ts';
import {
  acceptTicket,
  arriveAtSite,
  declineTicket,
  departForTicket,
  resolveTicket,
  signTicket,
} from './ticket-steps.commands.ts';
import {
  addLog,
  cancelTicket,
  closeTicket,
  confirmTicket,
  createTicket,
  editTicket,
  refuseTicket,
  removeTicket,
  reopenTicket,
  restoreTicket,
} from './tickets.commands.ts';
import { getTicket, listLogs, listTickets } from './tickets.queries.ts';

/** Tickets from the desk to the site and back. */
export const ticketRoutes: Route[] = [
  read(serviceTickets.list, (context, { query }) => listTickets(context, query)),
  read(serviceTickets.statistics, (context, { query }) => ticketStatistics(context, query)),
  write(serviceTickets.create, (work, { body }) => createTicket(work, body)),
  read(serviceTickets.get, (context, { params }) => getTicket(context, params.id)),
  read(serviceTickets.logs, (context, { params, query }) => listLogs(context, params.id, query)),
  write(serviceTickets.update, (work, { params, body }) => editTicket(work, params.id, body)),
  write(serviceTickets.remove, (work, { params, body }) => removeTicket(work, params.id, body.version)),
  write(serviceTickets.restore, (work, { params, body }) => restoreTicket(work, params.id, body.version)),
  read(serviceTickets.candidates, (context, { params }) => candidatesFor(context, params.id)),
  write(serviceTickets.assign, (work, { params, body }) => assignTicket(work, params.id, body)),
  write(serviceTickets.accept, (work, { params, body }) => acceptTicket(work, params.id, body)),
  write(serviceTickets.decline, (work, { params, body }) => declineTicket(work, params.id, body)),
  write(serviceTickets.depart, (work, { params, body }) => departForTicket(work, params.id, body)),
  write(serviceTickets.arrive, (work, { params, body }) => arriveAtSite(work, params.id, body)),
  write(serviceTickets.resolve, (work, { params, body }) => resolveTicket(work, params.id, body)),
  write(serviceTickets.sign, (work, { params, body }) => signTicket(work, params.id, body)),
  write(serviceTickets.reclaim, (work, { params, body }) => reclaimTicket(work, params.id, body)),
  write(serviceTickets.confirm, (work, { params, body }) => confirmTicket(work, params.id, body)),
  write(serviceTickets.refuse, (work, { params, body }) => refuseTicket(work, params.id, body)),
  write(serviceTickets.close, (work, { params, body }) => closeTicket(work, params.id, body)),
  write(serviceTickets.reopen, (work, { params, body }) => reopenTicket(work, params.id, body)),
  write(serviceTickets.cancel, (work, { params, body }) => cancelTicket(work, params.id, body)),
  write(serviceTickets.addLog, (work, { params, body }) => addLog(work, params.id, body)),
];
