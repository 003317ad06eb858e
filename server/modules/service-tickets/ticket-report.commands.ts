import sharp from 'sharp';
import { serviceTicketErrors } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineEvent, type JobContext } from '../../kernel/events.ts';
import { renderPdf } from '../../kernel/pdf.ts';
import type { Storage } from '../../kernel/storage.ts';
import { runAlone } from '../../kernel/unit-of-work.ts';
import { replaceReport, storePdf } from '../files/files.commands.ts';
import { lockOpenedTicket, lockTicket } from './ticket-record.ts';
import { reportDocument } from './ticket-report.document.ts';
import { REPORTED, type ReportPhoto, reportCode, reportFacts } from './ticket-report.facts.ts';

/** Somebody wants the report made anew. */
export const reportRequested = defineEvent<{ ticketId: string }>('serviceTickets.reportRequested');

/** Asks for a new report; the worker makes it. Throws TICKET_NO_REPORT before the customer's word. */
export async function requestReport(work: Work, id: string): Promise<{ id: string }> {
  const { status } = await lockTicket(work, id);
  if (!REPORTED.includes(status as ServiceTicketStatus)) throw serviceTicketErrors.TICKET_NO_REPORT();
  work.emit(reportRequested, { ticketId: id });
  work.audit({ action: 'serviceTickets.reportRequested', entity: 'serviceTickets', entityId: id });
  return { id };
}

export interface ReportFacilities {
  readonly storage: Storage;
  /** How people reach the app, without a trailing slash. */
  readonly publicUrl: string;
}

/** Makes the report of a ticket, unless the one that is there says the same. */
export async function ensureReport(context: JobContext, facilities: ReportFacilities, ticketId: string) {
  await makeReport(context, facilities, ticketId, { again: false });
}

/** Makes the report of a ticket in the place of the one before. */
export async function renewReport(context: JobContext, facilities: ReportFacilities, ticketId: string) {
  await makeReport(context, facilities, ticketId, { again: true });
}

async function makeReport(
  context: JobContext,
  { storage, publicUrl }: ReportFacilities,
  ticketId: string,
  { again }: { again: boolean },
): Promise<void> {
  const { db } = context.database;
  const facts = await reportFacts(db, ticketId);
  // Opened again or deleted meanwhile: there is nothing to report.
  if (!facts) return;
  const code = reportCode(facts);
  if (!again && (await isThere(db, code))) return;
  const check = new URLSearchParams({ no: facts.no, code });
  const pdf = await renderPdf(
    reportDocument({
      facts,
      code,
      checkUrl: `${publicUrl}/#/service/report-check/index?${check}`,
      pictures: await picturesOf(db, storage, facts.photos),
    }),
  );
  const name = `服务报告 ${facts.no}.pdf`;
  const stored = await storePdf({ db, now: context.clock.now() }, storage, name, pdf);
  try {
    await runAlone(context, async (work) => {
      await lockOpenedTicket(work, ticketId);
      const fileId = await replaceReport(work, 'serviceTickets', ticketId, stored);
      await work.db
        .insertInto('ticketReports')
        .values({ code, ticketId, fileId, createdAt: work.now })
        .onConflict((conflict) => conflict.column('code').doUpdateSet({ fileId, createdAt: work.now }))
        .execute();
    });
  } catch (error) {
    await stored.discard();
    throw error;
  }
}

async function isThere(db: Queryable, code: string): Promise<boolean> {
  const row = await db
    .selectFrom('ticketReports')
    .innerJoin('files', 'files.id', 'ticketReports.fileId')
    .select('files.id')
    .where('ticketReports.code', '=', code)
    .where('files.deletedAt', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}

/** Enough for half the width of a page in print, so that a report with a hundred photos can still be sent. */
const PICTURE_PIXELS = 800;

/** The photos as they are printed, by id; null where the storage has lost one. */
async function picturesOf(
  db: Queryable,
  storage: Storage,
  photos: readonly ReportPhoto[],
): Promise<Map<string, Buffer | null>> {
  const pictures = new Map<string, Buffer | null>();
  if (photos.length === 0) return pictures;
  const ids = photos.map(({ id }) => id);
  const rows = await db.selectFrom('files').select(['id', 'storageKey']).where('id', 'in', ids).execute();
  for (const { id, storageKey } of rows) {
    const content = await storage.get(storageKey);
    pictures.set(id, content && (await printed(content)));
  }
  return pictures;
}

/** A content that is no picture any more is as lost as one that is not there. */
const printed = (content: Buffer): Promise<Buffer | null> =>
  sharp(content)
    .resize({ width: PICTURE_PIXELS, height: PICTURE_PIXELS, fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#fff' })
    .jpeg({ quality: 76 })
    .toBuffer()
    .catch(() => null);
