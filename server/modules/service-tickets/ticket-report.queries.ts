import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { visits } from '#shared/visits/contract.ts';
import type { Context } from '../../kernel/context.ts';
import { reportCode, reportFacts } from './ticket-report.facts.ts';

/** As people copy it: in groups, in whatever case. */
const codeOf = (typed: string): string => typed.replace(/[\s-]/g, '').toLowerCase();

/** Whether a report on paper is one of ours, and still says what is true. */
export async function checkReport(
  { db }: Context<null, null>,
  { no, code }: Request<typeof visits.checkReport>['body'],
): Promise<Answer<typeof visits.checkReport>> {
  const report = await db
    .selectFrom('ticketReports')
    .innerJoin('serviceTickets', 'serviceTickets.id', 'ticketReports.ticketId')
    .select(['ticketReports.code', 'ticketReports.ticketId', 'serviceTickets.signedAt'])
    .where('ticketReports.code', '=', codeOf(code))
    .where('serviceTickets.no', '=', no.toUpperCase())
    .where('serviceTickets.deletedAt', 'is', null)
    .executeTakeFirst();
  if (!report) return { result: 'unknown', signedAt: null };
  const facts = await reportFacts(db, report.ticketId);
  return facts && reportCode(facts) === report.code
    ? { result: 'genuine', signedAt: report.signedAt }
    : { result: 'changed', signedAt: null };
}
