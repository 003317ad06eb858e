import { type EventHandler, on } from '../../kernel/events.ts';
import {
  ensureReport,
  type ReportFacilities,
  renewReport,
  reportRequested,
} from './ticket-report.commands.ts';
import { ticketResolved } from './tickets.events.ts';

export const reportHandlers = (facilities: ReportFacilities): EventHandler[] => [
  on(ticketResolved, 'report', (context, { ticketId }) => ensureReport(context, facilities, ticketId)),
  on(reportRequested, 'report', (context, { ticketId }) => renewReport(context, facilities, ticketId)),
];
