import type { TicketType } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import { fromFen, toFen } from '#shared/values/money.ts';
import type { Visit } from '#shared/visits/contract.ts';
import type { Context } from '../../kernel/context.ts';
import type { Row } from '../../kernel/transition.ts';
import { CUSTOMER_STEPS, type CustomerStep } from './customer-steps.ts';
import { openLink } from './ticket-links.ts';

type Ticket = Row<'serviceTickets'>;
type Reading = Pick<Context, 'db'>;

/** There is something to look at and to judge. */
const DONE: readonly ServiceTicketStatus[] = ['pending_acceptance', 'resolved', 'closed'];
/** The customer has agreed. */
const ACCEPTED: readonly ServiceTicketStatus[] = ['resolved', 'closed'];
const MAX_STEPS = 30;

export const isRateable = ({ status }: Pick<Ticket, 'status'>): boolean =>
  ACCEPTED.includes(status as ServiceTicketStatus);

/** The ticket of a link, as its customer may see it. Throws NOT_FOUND. */
export async function getVisit(context: Context<null, null>, token: string): Promise<Visit> {
  return await visitOf(context, await openLink(context, token));
}

/** The ticket as its customer may see it: no ids, no telephone numbers, nothing that we say among ourselves. */
export async function visitOf({ db }: Reading, ticket: Ticket): Promise<Visit> {
  const customer = await db
    .selectFrom('customers')
    .select('customerName')
    .where('id', '=', ticket.customerId)
    .executeTakeFirstOrThrow();
  return {
    no: ticket.no,
    ticketType: ticket.ticketType as TicketType,
    ticketTitle: ticket.ticketTitle,
    customerName: customer.customerName,
    status: ticket.status as ServiceTicketStatus,
    engineer: await engineerOf({ db }, ticket),
    steps: await stepsOf({ db }, ticket),
    work: DONE.includes(ticket.status as ServiceTicketStatus) ? await workOf({ db }, ticket) : null,
    signerName: isRateable(ticket) ? ticket.signerName : null,
    canAccept: ticket.status === 'pending_acceptance',
    canRate: isRateable(ticket) && ticket.customerRating === null,
    customerRating: ticket.customerRating,
    customerFeedback: ticket.customerFeedback,
    expiresAt: ticket.linkExpiresAt as string,
  };
}

/** The family names of two characters that people still bear in numbers. */
const COMPOUND_NAMES =
  /^(欧阳|上官|司马|诸葛|司徒|东方|皇甫|尉迟|公孙|令狐|慕容|端木|夏侯|南宫|独孤|轩辕|长孙|宇文)./u;

/** `张工`: enough to know whom to ask for. */
export const engineerTitle = (name: string): string => {
  const family = COMPOUND_NAMES.exec(name)?.[1] ?? [...name][0] ?? '';
  return `${family}工`;
};

async function engineerOf({ db }: Reading, { assignedTo }: Ticket): Promise<string | null> {
  if (!assignedTo) return null;
  const { name } = await db
    .selectFrom('users')
    .select('name')
    .where('id', '=', assignedTo)
    .executeTakeFirstOrThrow();
  return engineerTitle(name);
}

async function stepsOf({ db }: Reading, { id }: Ticket): Promise<Visit['steps']> {
  const rows = await db
    .selectFrom('ticketLogs')
    .select(['logType', 'happenedAt'])
    .where('ticketId', '=', id)
    .where('logType', 'in', Object.keys(CUSTOMER_STEPS))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(MAX_STEPS)
    .execute();
  return rows
    .map(({ logType, happenedAt }) => ({ label: CUSTOMER_STEPS[logType as CustomerStep], at: happenedAt }))
    .reverse();
}

async function workOf({ db }: Reading, ticket: Ticket): Promise<Visit['work']> {
  const replacedParts = await db
    .selectFrom('ticketParts')
    .select(['partName', 'quantity'])
    .where('ticketId', '=', ticket.id)
    .orderBy('position')
    .execute();
  return {
    problemAnalysis: ticket.problemAnalysis ?? '',
    solution: ticket.solution ?? '',
    replacedParts,
    totalCost: fromFen(toFen(ticket.partsCost) + toFen(ticket.serviceFee)),
    isFree: ticket.paymentStatus === 'waived',
  };
}
