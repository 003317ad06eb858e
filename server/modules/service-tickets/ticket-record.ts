import { httpErrors } from '#shared/http/errors.ts';
import { serviceTicketErrors, type TicketLogType } from '#shared/service-tickets/contract.ts';
import type { Position } from '#shared/values/position.ts';
import type { Instant } from '#shared/values/time.ts';
import type { AnyWork, Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockVisible, type Row } from '../../kernel/transition.ts';
import { getTicket } from './tickets.queries.ts';

/** A ticket as it is stored. */
export type Ticket = Row<'serviceTickets'>;

/** A ticket within the command's scope, locked. Throws NOT_FOUND or STALE. */
export const lockTicket = (work: Work, id: string, version?: number): Promise<Ticket> =>
  lockVisible(work, 'serviceTickets', id, { version, current: () => getTicket(work, id) });

/** A ticket that something other than a scope has opened, e.g. the customer's link; locked. Throws NOT_FOUND. */
export async function lockOpenedTicket({ db }: AnyWork, id: string): Promise<Ticket> {
  const ticket = await db
    .selectFrom('serviceTickets')
    .selectAll()
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!ticket) throw httpErrors.NOT_FOUND();
  return ticket;
}

/** When something took place: by the phone's clock, but neither before what came first nor after we heard of it. */
export function momentBetween(earliest: Instant, happenedAt: Instant, now: Instant): Instant {
  const latest = happenedAt > now ? now : happenedAt;
  // Also on a clock that jumped back: no step comes before the one it follows.
  return latest < earliest ? earliest : latest;
}

interface LogEntry {
  readonly logType: TicketLogType;
  readonly logContent?: string | null | undefined;
  /** Who it was when it was nobody of the company. */
  readonly actorName?: string | null;
  /** Without it: now. */
  readonly happenedAt?: Instant;
  readonly position?: Position | null;
  /** In metres. */
  readonly distance?: number | null;
  readonly far?: boolean;
  readonly fileIds?: readonly string[];
}

/** Writes down what happened to a ticket. Answers the id of the row. */
export async function logTicket(work: AnyWork, ticketId: string, entry: LogEntry): Promise<string> {
  const id = newId();
  const { position } = entry;
  await work.db
    .insertInto('ticketLogs')
    .values({
      id,
      ticketId,
      logType: entry.logType,
      logContent: entry.logContent ?? null,
      actorId: work.actor?.userId ?? null,
      actorName: entry.actorName ?? null,
      happenedAt: entry.happenedAt ?? work.now,
      createdAt: work.now,
      latitude: position?.latitude ?? null,
      longitude: position?.longitude ?? null,
      accuracy: position?.accuracy ?? null,
      distance: entry.distance ?? null,
      far: entry.far ?? false,
      fileIds: [...(entry.fileIds ?? [])],
    })
    .execute();
  return id;
}

/** Changes a locked ticket beside its status. */
export async function updateTicket(
  work: AnyWork,
  ticket: Ticket,
  changes: Partial<Omit<Ticket, 'status'>>,
): Promise<void> {
  await work.db
    .updateTable('serviceTickets')
    .set({ ...changes, version: ticket.version + 1, updatedAt: work.now } as never)
    .where('id', '=', ticket.id)
    .execute();
}

/** Throws TICKET_FILE_UNKNOWN unless these are photos and documents of the ticket. */
export async function requireFiles({ db }: AnyWork, id: string, fileIds: readonly string[]): Promise<void> {
  if (fileIds.length === 0) return;
  const known = await db
    .selectFrom('files')
    .select('id')
    .where('id', 'in', [...fileIds])
    .where('entity', '=', 'serviceTickets')
    .where('entityId', '=', id)
    .where('deletedAt', 'is', null)
    // What a log names stays: whoever removes a file waits for this.
    .forShare()
    .execute();
  if (known.length < new Set(fileIds).size) throw serviceTicketErrors.TICKET_FILE_UNKNOWN();
}
