import { sql } from 'kysely';
import type { Grants } from '#shared/access/permissions.ts';
import type { FileItem } from '#shared/files/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { AvailableAction } from '#shared/machine.ts';
import {
  type serviceTickets,
  TICKET_RECORD_ACTIONS,
  type TicketDetail,
  type TicketItem,
  type TicketLog,
  type TicketLogType,
  type TicketPart,
  type TicketPaymentStatus,
  type TicketRecordAction,
  type TicketType,
} from '#shared/service-tickets/contract.ts';
import { costsOf } from '#shared/service-tickets/costs.ts';
import {
  isOpenTicket,
  type ServiceTicketStatus,
  serviceTicketMachine,
} from '#shared/service-tickets/machine.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import type { TicketPriority } from '#shared/service-tickets/sla.ts';
import { deleted, may, type Rights, reaches, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineList } from '../../kernel/list.ts';
import { prepare } from '../../kernel/prepared.ts';
import { machineActions, type Row } from '../../kernel/transition.ts';
import { coordinatesOf } from '../customers/customers.queries.ts';
import { filesOf } from '../files/files.queries.ts';
import { overdueOf, type TicketQuery, type TicketRows, ticketFilter, ticketRows } from './ticket-filters.ts';

const withNames = (rows: TicketRows) =>
  rows
    .innerJoin('customers', 'customers.id', 'serviceTickets.customerId')
    .leftJoin('equipment', 'equipment.id', 'serviceTickets.equipmentId')
    .leftJoin('users as assignee', 'assignee.id', 'serviceTickets.assignedTo');

const itemColumns = [
  'serviceTickets.id',
  'serviceTickets.no',
  'serviceTickets.ticketType',
  'serviceTickets.ticketTitle',
  'serviceTickets.priority',
  'serviceTickets.status',
  'serviceTickets.customerId',
  'customers.customerName',
  'serviceTickets.equipmentId',
  'equipment.equipmentName',
  'equipment.location as equipmentLocation',
  'serviceTickets.contactName',
  'serviceTickets.contactPhone',
  'serviceTickets.province',
  'serviceTickets.city',
  'serviceTickets.address',
  'serviceTickets.assignedTo',
  'assignee.name as assigneeName',
  'serviceTickets.isUnderWarranty',
  'serviceTickets.reportedAt',
  'serviceTickets.responseDueAt',
  'serviceTickets.resolveDueAt',
  'serviceTickets.firstResponseAt',
  'serviceTickets.resolvedAt',
  'serviceTickets.customerRating',
  'serviceTickets.createdAt',
  'serviceTickets.deletedAt',
  'serviceTickets.version',
] as const;

interface Stored {
  readonly id: string;
  readonly no: string;
  readonly ticketType: string;
  readonly ticketTitle: string;
  readonly priority: string;
  readonly status: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly equipmentId: string | null;
  readonly equipmentName: string | null;
  readonly equipmentLocation: string | null;
  readonly contactName: string | null;
  readonly contactPhone: string | null;
  readonly province: string | null;
  readonly city: string | null;
  readonly address: string | null;
  readonly assignedTo: string | null;
  readonly assigneeName: string | null;
  readonly isUnderWarranty: boolean | null;
  readonly reportedAt: string;
  readonly responseDueAt: string;
  readonly resolveDueAt: string;
  readonly firstResponseAt: string | null;
  readonly resolvedAt: string | null;
  readonly customerRating: number | null;
  readonly createdAt: string;
  readonly deletedAt: string | null;
  readonly version: number;
}

const present = ({ now }: Pick<Context, 'now'>, row: Stored): TicketItem => ({
  id: row.id,
  no: row.no,
  ticketType: row.ticketType as TicketType,
  ticketTitle: row.ticketTitle,
  priority: row.priority as TicketPriority,
  status: row.status as ServiceTicketStatus,
  customer: { id: row.customerId, customerName: row.customerName },
  equipment:
    row.equipmentId === null
      ? null
      : { id: row.equipmentId, equipmentName: row.equipmentName ?? '', location: row.equipmentLocation },
  contactName: row.contactName,
  contactPhone: row.contactPhone,
  province: row.province,
  city: row.city,
  address: row.address,
  assignee: row.assignedTo === null ? null : { id: row.assignedTo, name: row.assigneeName ?? '' },
  isUnderWarranty: row.isUnderWarranty,
  reportedAt: row.reportedAt,
  responseDueAt: row.responseDueAt,
  resolveDueAt: row.resolveDueAt,
  firstResponseAt: row.firstResponseAt,
  resolvedAt: row.resolvedAt,
  overdue: overdueOf(row, now),
  customerRating: row.customerRating,
  createdAt: row.createdAt,
  deletedAt: row.deletedAt,
  version: row.version,
});

/** Tickets, newest first or by when they have to be done. */
const ticketList = defineList({
  table: 'serviceTickets',
  orders: {
    createdAt: { column: 'serviceTickets.createdAt', type: 'timestamptz' },
    resolveDueAt: { column: 'serviceTickets.resolveDueAt', type: 'timestamptz' },
  },
  rows: ticketRows,
  columns: (rows, sortKey) => withNames(rows).select([...itemColumns, sql<string>`${sortKey}`.as('sortKey')]),
});

export async function listTickets(context: Context, query: TicketQuery): Promise<Page<TicketItem>> {
  const page = await ticketList.page(context, query, ticketFilter(context, query));
  return { ...page, list: page.list.map((row) => present(context, row)) };
}

const findTicket = prepare(
  (db, grants: Grants, { id, userId, teamIds }: { id: string } & Omit<Rights, 'grants'>) => {
    const rights = { userId, teamIds, grants };
    const scope = scopeOf(rights, 'serviceTickets.read');
    return withNames(db.selectFrom('serviceTickets').where('serviceTickets.id', '=', id) as TicketRows)
      .innerJoin('users as creator', 'creator.id', 'serviceTickets.createdBy')
      .leftJoin('products', 'products.id', 'serviceTickets.productId')
      .leftJoin('ticketAssignments as assignment', 'assignment.id', 'serviceTickets.assignmentId')
      .where(({ or }) =>
        or([
          visible(scope, 'serviceTickets'),
          ...(may(rights, 'serviceTickets.restore') ? [deleted(scope, 'serviceTickets')] : []),
        ]),
      )
      .select([
        ...itemColumns,
        'serviceTickets.problemDescription',
        'serviceTickets.customerContactId',
        'serviceTickets.latitude',
        'serviceTickets.longitude',
        'customers.latitude as customerLatitude',
        'customers.longitude as customerLongitude',
        'customers.phone as customerPhone',
        'serviceTickets.productId',
        'products.productName',
        'serviceTickets.expectedResolveDate',
        'serviceTickets.warrantyEndDate',
        'equipment.no as equipmentNo',
        'equipment.serialNo',
        'equipment.model',
        'equipment.installedOn',
        'equipment.warrantyEndDate as equipmentWarrantyEndDate',
        'serviceTickets.assignmentId',
        'assignment.assignedAt',
        'assignment.reason as assignReason',
        'serviceTickets.isRemote',
        'serviceTickets.problemAnalysis',
        'serviceTickets.solution',
        'serviceTickets.serviceFee',
        'serviceTickets.partsCost',
        'serviceTickets.paymentStatus',
        'serviceTickets.signature',
        'serviceTickets.signerName',
        'serviceTickets.signedAt',
        'serviceTickets.customerFeedback',
        'serviceTickets.ratedAt',
        'serviceTickets.closedAt',
        'serviceTickets.linkExpiresAt',
        'serviceTickets.createdBy',
        'creator.name as creatorName',
        'serviceTickets.updatedAt',
        sql<boolean>`${userId} = any(service_tickets.participant_ids)`.as('took'),
        // They were sent, it went on without them, and they were somewhere that one can go on from.
        sql<boolean>`exists (select from ticket_assignments as former
          where former.ticket_id = service_tickets.id and former.engineer_id = ${userId}
            and former.ended_status in ('assigned', 'accepted', 'en_route', 'on_site'))`.as('sentBefore'),
        reaches(rights, 'serviceTickets.update', 'serviceTickets').as('update'),
        reaches(rights, 'serviceTickets.dispatch', 'serviceTickets').as('dispatch'),
        reaches(rights, 'serviceTickets.delete', 'serviceTickets').as('remove'),
      ]);
  },
  { planOnce: true },
);

/** One ticket with all that hangs on it and what the caller may do with it. Throws NOT_FOUND outside the scope. */
export async function getTicket(context: Context, id: string): Promise<TicketDetail> {
  const { grants, userId, teamIds } = context.actor;
  const [row] = await findTicket.execute(context.db, grants, { id, userId, teamIds });
  if (!row) throw httpErrors.NOT_FOUND();
  const replacedParts = await partsOf(context.db, id);
  const all = await filesOf(context, 'serviceTickets', id);
  const files = all.filter(({ kind }) => kind !== 'report');
  return {
    ...present(context, row),
    problemDescription: row.problemDescription,
    customerContactId: row.customerContactId,
    // The site: where the ticket says, otherwise where the customer is.
    coordinates:
      coordinatesOf(row) ??
      coordinatesOf({ latitude: row.customerLatitude, longitude: row.customerLongitude }),
    product: row.productId === null ? null : { id: row.productId, productName: row.productName ?? '' },
    expectedResolveDate: row.expectedResolveDate,
    customerPhone: row.customerPhone,
    equipmentDetail:
      row.equipmentId === null
        ? null
        : {
            no: row.equipmentNo ?? '',
            serialNo: row.serialNo ?? '',
            model: row.model,
            installedOn: row.installedOn,
            warrantyEndDate: row.equipmentWarrantyEndDate,
            tickets: await othersOf(context, row.equipmentId, id),
          },
    warrantyEndDate: row.warrantyEndDate,
    assignment:
      row.assignmentId === null || row.assignedTo === null
        ? null
        : {
            id: row.assignmentId,
            engineer: { id: row.assignedTo, name: row.assigneeName ?? '' },
            assignedAt: row.assignedAt ?? row.updatedAt,
            reason: row.assignReason,
          },
    isRemote: row.isRemote,
    problemAnalysis: row.problemAnalysis,
    solution: row.solution,
    replacedParts,
    serviceFee: row.serviceFee,
    partsCost: row.partsCost,
    totalCost: costsOf({ replacedParts, serviceFee: row.serviceFee }).totalCost,
    paymentStatus: row.paymentStatus as TicketPaymentStatus | null,
    signature:
      row.signature === null || row.signerName === null || row.signedAt === null
        ? null
        : { ...(row.signature as Signature), signerName: row.signerName, signedAt: row.signedAt },
    customerFeedback: row.customerFeedback,
    ratedAt: row.ratedAt,
    closedAt: row.closedAt,
    logs: await latestLogs(context.db, id, files),
    files,
    report: await reportOf(context.db, id, all),
    link:
      row.linkExpiresAt !== null && row.linkExpiresAt > context.now ? { expiresAt: row.linkExpiresAt } : null,
    creator: { id: row.createdBy, name: row.creatorName },
    updatedAt: row.updatedAt,
    actions: actionsFor(context, row),
  };
}

const partsOf = (db: Queryable, ticketId: string): Promise<TicketPart[]> =>
  db
    .selectFrom('ticketParts')
    .select(['id', 'productId', 'partName', 'partCode', 'quantity', 'unitCost'])
    .where('ticketId', '=', ticketId)
    .orderBy('position')
    .execute();

/** The last report, with the code that is printed on it. */
async function reportOf(db: Queryable, ticketId: string, files: readonly FileItem[]) {
  const file = files.findLast(({ kind }) => kind === 'report');
  if (!file) return null;
  const { code } = await db
    .selectFrom('ticketReports')
    .select('code')
    .where('ticketId', '=', ticketId)
    .where('fileId', '=', file.id)
    .executeTakeFirstOrThrow();
  return { file, code };
}

const OTHER_TICKETS = 5;

/** The last other tickets of a unit, as far as the caller sees them. */
const othersOf = ({ db, actor }: Context, equipmentId: string, ticketId: string) =>
  db
    .selectFrom('serviceTickets')
    .select(['id', 'no', 'ticketTitle', 'solution', 'createdAt'])
    .where('serviceTickets.equipmentId', '=', equipmentId)
    .where('serviceTickets.id', '!=', ticketId)
    .where(visible(scopeOf(actor, 'serviceTickets.read'), 'serviceTickets'))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(OTHER_TICKETS)
    .execute();

const logColumns = [
  'ticketLogs.id',
  'ticketLogs.logType',
  'ticketLogs.logContent',
  'ticketLogs.actorId',
  'actor.name as actorFullName',
  'ticketLogs.actorName',
  'ticketLogs.happenedAt',
  'ticketLogs.createdAt',
  'ticketLogs.latitude',
  'ticketLogs.longitude',
  'ticketLogs.accuracy',
  'ticketLogs.distance',
  'ticketLogs.far',
  'ticketLogs.fileIds',
] as const;

interface StoredLog {
  readonly id: string;
  readonly logType: string;
  readonly logContent: string | null;
  readonly actorId: string | null;
  readonly actorFullName: string | null;
  readonly actorName: string | null;
  readonly happenedAt: string;
  readonly createdAt: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly accuracy: number | null;
  readonly distance: number | null;
  readonly far: boolean;
  readonly fileIds: string[];
}

const presentLog = (row: StoredLog, files: readonly FileItem[]): TicketLog => ({
  id: row.id,
  logType: row.logType as TicketLogType,
  logContent: row.logContent,
  actor: row.actorId === null ? null : { id: row.actorId, name: row.actorFullName ?? '' },
  actorName: row.actorName,
  happenedAt: row.happenedAt,
  createdAt: row.createdAt,
  position:
    row.latitude === null || row.longitude === null
      ? null
      : { latitude: row.latitude, longitude: row.longitude, accuracy: row.accuracy ?? 0 },
  distance: row.distance,
  far: row.far,
  files: files.filter(({ id }) => row.fileIds.includes(id)),
});

const SHOWN_LOGS = 50;

async function latestLogs(db: Queryable, ticketId: string, files: readonly FileItem[]): Promise<TicketLog[]> {
  const rows = await db
    .selectFrom('ticketLogs')
    .leftJoin('users as actor', 'actor.id', 'ticketLogs.actorId')
    .select(logColumns)
    .where('ticketLogs.ticketId', '=', ticketId)
    .orderBy('ticketLogs.createdAt', 'desc')
    .orderBy('ticketLogs.id', 'desc')
    .limit(SHOWN_LOGS)
    .execute();
  return rows.map((row) => presentLog(row, files));
}

const logList = defineList({
  table: 'ticketLogs',
  orders: { createdAt: { column: 'ticketLogs.createdAt', type: 'timestamptz' } },
  rows: (db, _flags: null, { ticketId }: { ticketId: string }) =>
    db.selectFrom('ticketLogs').where('ticketLogs.ticketId', '=', ticketId),
  columns: (rows, sortKey) =>
    rows
      .leftJoin('users as actor', 'actor.id', 'ticketLogs.actorId')
      .select([...logColumns, sql<string>`${sortKey}`.as('sortKey')]),
});

/** What happened to a ticket, newest first. Throws NOT_FOUND outside the scope. */
export async function listLogs(
  context: Context,
  id: string,
  query: Request<typeof serviceTickets.logs>['query'],
): Promise<Page<TicketLog>> {
  await requireSeen(context, id);
  const page = await logList.page(context, query, { flags: null, values: { ticketId: id } });
  const files = await filesOf(context, 'serviceTickets', id);
  return { ...page, list: page.list.map((row) => presentLog(row, files)) };
}

/** Throws NOT_FOUND unless the ticket exists for the caller. */
export async function requireSeen(
  { db, scope }: Pick<Context, 'db' | 'scope'>,
  id: string,
): Promise<Pick<Row<'serviceTickets'>, 'customerId' | 'city' | 'assignedTo' | 'reportedAt'>> {
  const ticket = await db
    .selectFrom('serviceTickets')
    .select(['customerId', 'city', 'assignedTo', 'reportedAt'])
    .where('id', '=', id)
    .where(visible(scope, 'serviceTickets'))
    .executeTakeFirst();
  if (!ticket) throw httpErrors.NOT_FOUND();
  return ticket;
}

/** One row of the log, as it was just written. */
export async function getLog(context: Context, ticketId: string, logId: string): Promise<TicketLog> {
  const row = await context.db
    .selectFrom('ticketLogs')
    .leftJoin('users as actor', 'actor.id', 'ticketLogs.actorId')
    .select(logColumns)
    .where('ticketLogs.id', '=', logId)
    .executeTakeFirstOrThrow();
  const files = row.fileIds.length > 0 ? await filesOf(context, 'serviceTickets', ticketId) : [];
  return presentLog(row, files);
}

interface Reached {
  readonly status: string;
  readonly deletedAt: string | null;
  readonly assignedTo: string | null;
  readonly took: boolean;
  readonly sentBefore: boolean;
  readonly update: boolean;
  readonly dispatch: boolean;
  readonly remove: boolean;
}

function actionsFor({ actor }: Context, ticket: Reached): AvailableAction[] {
  const offer = (action: TicketRecordAction, disabledReason: string | null = null): AvailableAction => ({
    action,
    label: TICKET_RECORD_ACTIONS[action],
    disabledReason,
  });
  if (ticket.deletedAt !== null) return may(actor, 'serviceTickets.restore') ? [offer('restore')] : [];
  const status = ticket.status as ServiceTicketStatus;
  const works = may(actor, 'serviceTickets.work');
  const mine = works && ticket.assignedTo === actor.userId;
  const steps = machineActions(serviceTicketMachine, status, (permission) =>
    permission === 'serviceTickets.dispatch' ? ticket.dispatch : works,
  ).filter(({ action }) => {
    if (serviceTicketMachine.actions[action as 'sign'].permission !== 'serviceTickets.work') return true;
    return action === 'reclaim' ? works && !mine && ticket.sentBefore : mine;
  });
  const actions = [...steps, offer('comment')];
  const ended = status === 'closed' || status === 'cancelled';
  if (!ended && (ticket.took || ticket.update || ticket.dispatch)) actions.push(offer('addPhoto'));
  if (ticket.update) actions.push(offer('edit', isOpenTicket(status) ? null : '工单已完工，不能再修改'));
  if (status !== 'cancelled') actions.push(offer('link'));
  const done = status === 'resolved' || status === 'closed';
  actions.push(offer('report', done ? null : '完工验收之后才有服务报告'));
  if (ticket.remove) actions.push(offer('delete'));
  return actions;
}
