import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { visits } from '#shared/visits/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { requestReport } from './ticket-report.commands.ts';
import { checkReport } from './ticket-report.queries.ts';
import { acceptVisit, createLink, rateVisit, refuseVisit } from './ticket-visits.commands.ts';
import { getVisit } from './ticket-visits.queries.ts';

/** What reaches the customer: the link, what it opens, and the report. */
export const visitRoutes = ({ publicUrl }: { readonly publicUrl: string }): Route[] => [
  write(serviceTickets.createLink, (work, { params }) => createLink(work, publicUrl, params.id)),
  write(serviceTickets.createReport, (work, { params }) => requestReport(work, params.id)),
  read(visits.get, (context, { params }) => getVisit(context, params.token)),
  write(visits.accept, (work, { params, body }) => acceptVisit(work, params.token, body)),
  write(visits.refuse, (work, { params, body }) => refuseVisit(work, params.token, body.reason)),
  write(visits.rate, (work, { params, body }) => rateVisit(work, params.token, body)),
  read(visits.checkReport, (context, { body }) => checkReport(context, body)),
];
