import { createHash } from 'node:crypto';
import { FILE_KIND_LABELS, type FileKind } from '#shared/files/contract.ts';
import { TICKET_TYPE_LABELS, type TicketType } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import type { CalendarDate, Instant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';
import { CUSTOMER_STEPS, type CustomerStep } from './customer-steps.ts';

/** A report says what the customer has agreed to. */
export const REPORTED: readonly ServiceTicketStatus[] = ['resolved', 'closed'];
/** That a ticket was closed, commented or rated later changes no report. */
const STEPS = (Object.keys(CUSTOMER_STEPS) as CustomerStep[]).filter((step) => step !== 'close');
/** Those whose words are meant for the customer, too. */
const SPOKEN: readonly CustomerStep[] = ['arrive', 'refuse', 'confirm'];
const PICTURES = ['problem', 'check_in', 'before', 'after'] as const satisfies FileKind[];

export interface ReportStep {
  readonly type: CustomerStep;
  readonly label: string;
  readonly who: string | null;
  readonly happenedAt: Instant;
  readonly receivedAt: Instant;
  /** From the site, in metres. */
  readonly distance: number | null;
  readonly far: boolean;
  readonly words: string | null;
}

export interface ReportPhoto {
  readonly id: string;
  readonly kind: string;
  readonly takenAt: Instant;
  readonly hash: string;
}

/** Everything that a service report says: two reports with the same code say the same. */
export interface ReportFacts {
  readonly no: string;
  readonly type: string;
  readonly title: string;
  readonly problem: string | null;
  readonly customer: string;
  readonly contact: string | null;
  readonly contactPhone: string | null;
  readonly site: string | null;
  readonly equipment: {
    readonly no: string;
    readonly name: string;
    readonly model: string | null;
    readonly serialNo: string;
    readonly location: string | null;
  } | null;
  readonly product: string | null;
  readonly isUnderWarranty: boolean | null;
  readonly warrantyEndDate: CalendarDate | null;
  readonly isRemote: boolean;
  readonly reportedAt: Instant;
  readonly steps: readonly ReportStep[];
  readonly analysis: string | null;
  readonly solution: string | null;
  readonly parts: readonly {
    readonly name: string;
    readonly code: string | null;
    readonly quantity: number;
    readonly unitCost: number;
  }[];
  readonly partsCost: number;
  readonly serviceFee: number;
  readonly isFree: boolean;
  readonly photos: readonly ReportPhoto[];
  readonly signature: Signature | null;
  readonly signerName: string | null;
  readonly signedAt: Instant | null;
}

/** What there is to report about a ticket; null while there is nothing, or nothing any more. */
export async function reportFacts(db: Queryable, ticketId: string): Promise<ReportFacts | null> {
  const ticket = await db
    .selectFrom('serviceTickets')
    .innerJoin('customers', 'customers.id', 'serviceTickets.customerId')
    .leftJoin('equipment', 'equipment.id', 'serviceTickets.equipmentId')
    .leftJoin('products', 'products.id', 'serviceTickets.productId')
    .selectAll('serviceTickets')
    .select([
      'customers.customerName',
      'equipment.no as equipmentNo',
      'equipment.equipmentName',
      'equipment.model as equipmentModel',
      'equipment.serialNo',
      'equipment.location as equipmentLocation',
      'products.productName',
    ])
    .where('serviceTickets.id', '=', ticketId)
    .where('serviceTickets.deletedAt', 'is', null)
    .where('serviceTickets.status', 'in', REPORTED)
    .executeTakeFirst();
  if (!ticket) return null;
  const site = [ticket.province, ticket.city, ticket.address].filter(Boolean).join(' ');
  return {
    no: ticket.no,
    type: TICKET_TYPE_LABELS[ticket.ticketType as TicketType],
    title: ticket.ticketTitle,
    problem: ticket.problemDescription,
    customer: ticket.customerName,
    contact: ticket.contactName,
    contactPhone: ticket.contactPhone,
    site: site || null,
    equipment:
      ticket.equipmentNo === null
        ? null
        : {
            no: ticket.equipmentNo,
            name: ticket.equipmentName as string,
            model: ticket.equipmentModel,
            serialNo: ticket.serialNo as string,
            location: ticket.equipmentLocation,
          },
    product: ticket.productName,
    isUnderWarranty: ticket.isUnderWarranty,
    warrantyEndDate: ticket.warrantyEndDate,
    isRemote: ticket.isRemote,
    reportedAt: ticket.reportedAt,
    steps: await stepsOf(db, ticketId),
    analysis: ticket.problemAnalysis,
    solution: ticket.solution,
    parts: await partsOf(db, ticketId),
    partsCost: ticket.partsCost,
    serviceFee: ticket.serviceFee,
    isFree: ticket.paymentStatus === 'waived',
    photos: await photosOf(db, ticketId),
    signature: ticket.signature as Signature | null,
    signerName: ticket.signerName,
    signedAt: ticket.signedAt,
  };
}

async function stepsOf(db: Queryable, ticketId: string): Promise<ReportStep[]> {
  const rows = await db
    .selectFrom('ticketLogs')
    .leftJoin('users', 'users.id', 'ticketLogs.actorId')
    .select([
      'ticketLogs.logType',
      'ticketLogs.logContent',
      'ticketLogs.actorName',
      'ticketLogs.happenedAt',
      'ticketLogs.createdAt',
      'ticketLogs.distance',
      'ticketLogs.far',
      'users.name',
    ])
    .where('ticketLogs.ticketId', '=', ticketId)
    .where('ticketLogs.logType', 'in', STEPS)
    .orderBy('ticketLogs.happenedAt')
    .orderBy('ticketLogs.id')
    .execute();
  return rows.map((row) => ({
    type: row.logType as CustomerStep,
    label: CUSTOMER_STEPS[row.logType as CustomerStep],
    who: row.name ?? row.actorName,
    happenedAt: row.happenedAt,
    receivedAt: row.createdAt,
    distance: row.distance,
    far: row.far,
    words: SPOKEN.includes(row.logType as CustomerStep) ? row.logContent : null,
  }));
}

const partsOf = (db: Queryable, ticketId: string) =>
  db
    .selectFrom('ticketParts')
    .select(['partName as name', 'partCode as code', 'quantity', 'unitCost'])
    .where('ticketId', '=', ticketId)
    .orderBy('position')
    .execute();

async function photosOf(db: Queryable, ticketId: string): Promise<ReportPhoto[]> {
  const rows = await db
    .selectFrom('files')
    .select(['id', 'kind', 'takenAt', 'createdAt', 'hash'])
    .where('entity', '=', 'serviceTickets')
    .where('entityId', '=', ticketId)
    .where('kind', 'in', PICTURES)
    .where('width', 'is not', null)
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
  return rows
    .sort((a, b) => PICTURES.indexOf(a.kind as never) - PICTURES.indexOf(b.kind as never))
    .map(({ id, kind, takenAt, createdAt, hash }) => ({
      id,
      kind: FILE_KIND_LABELS[kind as FileKind],
      takenAt: takenAt ?? createdAt,
      hash,
    }));
}

/** SHA-256 over the facts, in hex: printed on the report, and computed again when somebody checks it. */
export const reportCode = (facts: ReportFacts): string =>
  createHash('sha256').update(canonicalJson(facts)).digest('hex');

/** JSON with the fields of every object in one order, whoever wrote them down. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`).join(',')}}`;
}
