import { type ExpressionBuilder, sql } from 'kysely';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import {
  type ImportDetail,
  type ImportItem,
  type ImportState,
  type imports,
  type RowState,
  UNDO_DAYS,
} from '#shared/transfers/contract.ts';
import { DAY_MS, toInstant } from '#shared/values/time.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineList, paginationOf } from '../../kernel/list.ts';
import type { FileAnswer } from '../../kernel/route.ts';
import type { DB } from '../../kernel/schema.ts';
import type { Row } from '../../kernel/transition.ts';
import { HINT, REASON_HEADING } from './received-file.ts';
import { type AnyTransfer, fieldsOf } from './transfer.ts';
import { transferOf } from './transfers.ts';
import { type Line, writeWorkbook } from './write-workbook.ts';

type Mine = Pick<Context<Actor, unknown>, 'db' | 'actor' | 'now'>;

const SHOWN_ERRORS = 20;
const SAMPLES = 3;
const PORTION = 1_000;

/** A file that somebody brought, as it is stored. */
export type Batch = Omit<Row<'imports'>, 'columns' | 'mapping' | 'state'> & {
  readonly columns: readonly string[];
  readonly mapping: readonly (string | null)[];
  readonly state: ImportState;
};

type Counts = Readonly<Partial<Record<RowState, number>>>;

const COUNTED = [
  'pending',
  'ready',
  'duplicate',
  'bad',
  'created',
  'updated',
  'skipped',
  'removed',
  'kept',
] as const;

/** The rows of an import by state, as an object. */
const countsOf = (eb: ExpressionBuilder<DB, 'imports'>) =>
  eb
    .selectFrom(
      eb
        .selectFrom('importRows')
        .select(['importRows.state', sql<number>`count(*)`.as('count')])
        .whereRef('importRows.importId', '=', 'imports.id')
        .groupBy('importRows.state')
        .as('counted'),
    )
    .select(sql<Counts>`coalesce(jsonb_object_agg(counted.state, counted.count), '{}')`.as('counts'));

function progressOf(state: ImportState, counts: Counts): ImportItem['progress'] {
  const of = Object.fromEntries(COUNTED.map((name) => [name, counts[name] ?? 0])) as Record<RowState, number>;
  const all = COUNTED.reduce((sum, name) => sum + of[name], 0);
  const { pending, ready, duplicate, bad: failed, created, updated, skipped, removed, kept } = of;
  const counted = { created, updated, skipped, failed, duplicate, ready, removed, kept };
  if (state === 'undoing' || state === 'undone')
    return { total: created + updated + removed + kept, done: removed + kept, ...counted };
  const left = state === 'importing' || state === 'done' ? pending + ready + duplicate : pending;
  return { total: all, done: all - left, ...counted };
}

function itemOf(batch: Batch, counts: Counts): ImportItem {
  const { id, entity, fileName, state, message, totalRows, createdAt, finishedAt, version } = batch;
  const progress = progressOf(state, counts);
  return {
    ...{ id, fileName, state, message, totalRows, progress, createdAt, finishedAt, version },
    entity: entity as ImportItem['entity'],
  };
}

const importList = defineList({
  table: 'imports',
  orders: { createdAt: { column: 'imports.createdAt', type: 'timestamptz' } },
  rows: (db, _flags: Record<never, never>, values: { userId: string; entity: string | undefined }) => {
    let rows = db.selectFrom('imports').where('imports.userId', '=', values.userId);
    if (values.entity) rows = rows.where('imports.entity', '=', values.entity);
    return rows;
  },
  columns: (rows, sortKey) =>
    rows
      .selectAll('imports')
      .select((eb) => countsOf(eb).as('counts'))
      .select(sql<string>`${sortKey}`.as('sortKey'))
      .$castTo<Batch & { counts: Counts; sortKey: string }>(),
});

/** What somebody brought, newest first. */
export async function listImports(
  context: Mine & Pick<Context, 'cache'>,
  { entity, ...query }: Request<typeof imports.list>['query'],
): Promise<Page<ImportItem>> {
  const values = { userId: context.actor.userId, entity };
  const page = await importList.page(context, query, { flags: {}, values });
  return { ...page, list: page.list.map(({ counts, ...batch }) => itemOf(batch as Batch, counts)) };
}

/** Somebody's own import. Throws NOT_FOUND for anybody else's. */
export async function findImport({ db, actor }: Mine, id: string): Promise<Batch & { counts: Counts }> {
  const batch = await db
    .selectFrom('imports')
    .selectAll()
    .select((eb) => countsOf(eb).as('counts'))
    .where('imports.id', '=', id)
    .where('imports.userId', '=', actor.userId)
    .$castTo<Batch & { counts: Counts }>()
    .executeTakeFirst();
  if (!batch) throw httpErrors.NOT_FOUND();
  return batch;
}

/** The fields that a record must have and that no column is read into. */
export const missingIn = (transfer: AnyTransfer, mapping: Batch['mapping']): string[] =>
  transfer.columns
    .filter(({ field, required }) => required && !mapping.includes(field))
    .map(({ label }) => label);

/** Until when an import that has left something can be undone; null: there is nothing to undo. */
export function undoUntil({ state, finishedAt }: Batch, { created = 0, updated = 0 }: Counts): string | null {
  const ended = state === 'done' || state === 'cancelled' || state === 'failed';
  if (!ended || finishedAt === null || created + updated === 0) return null;
  return toInstant(Date.parse(finishedAt) + UNDO_DAYS * DAY_MS);
}

export const MAPPABLE: readonly ImportState[] = ['uploaded', 'checked'];
export const CANCELLABLE: readonly ImportState[] = ['uploaded', 'checking', 'checked', 'importing'];

export async function getImport(context: Mine, id: string): Promise<ImportDetail> {
  const { db, actor, now } = context;
  const { counts, ...batch } = await findImport(context, id);
  const transfer = transferOf(batch.entity);
  const rowsIn = (limit: number) =>
    db.selectFrom('importRows').where('importId', '=', id).orderBy('rowNo').limit(limit);
  const first = await rowsIn(SAMPLES).select('cells').execute();
  const errors = await rowsIn(SHOWN_ERRORS).select(['rowNo', 'message']).where('state', '=', 'bad').execute();
  const missing = missingIn(transfer, batch.mapping);
  const until = undoUntil(batch, counts);
  const item = itemOf(batch, counts);
  return {
    ...item,
    columns: batch.columns.map((heading, i) => ({
      heading,
      samples: first.map(({ cells }) => (cells as string[])[i] ?? ''),
    })),
    mapping: [...batch.mapping],
    fields: fieldsOf(transfer).map(({ field, label, required }) => ({ field, label, required })),
    missing,
    duplicatePolicy: batch.duplicatePolicy as ImportDetail['duplicatePolicy'],
    ownerPolicy: batch.ownerPolicy as ImportDetail['ownerPolicy'],
    ownerPolicies: transfer.ownerPolicies(actor),
    successCount: item.progress.created + item.progress.updated,
    failCount: item.progress.failed,
    errors: errors.map(({ rowNo, message }) => ({ row: rowNo, error: message ?? '' })),
    undoUntil: until,
    can: {
      map: MAPPABLE.includes(batch.state),
      check: MAPPABLE.includes(batch.state) && missing.length === 0,
      start: batch.state === 'checked' && item.progress.ready + item.progress.duplicate > 0,
      cancel: CANCELLABLE.includes(batch.state),
      undo: until !== null && until > now,
    },
  };
}

/** The rows of an import in one state, with what was said about them. */
export async function listImportRows(
  context: Mine,
  id: string,
  { page, pageSize, state }: Request<typeof imports.errors>['query'],
): Promise<Answer<typeof imports.errors>> {
  const { counts } = await findImport(context, id);
  const total = counts[state] ?? 0;
  const rows = await context.db
    .selectFrom('importRows')
    .select(['rowNo', 'state', 'message', 'cells', 'recordId'])
    .where('importId', '=', id)
    .where('state', '=', state)
    .orderBy('rowNo')
    .limit(pageSize)
    .offset((page - 1) * pageSize)
    .execute();
  return {
    list: rows.map((row) => ({
      row: row.rowNo,
      state: row.state as RowState,
      error: row.message,
      values: row.cells as string[],
      recordId: row.recordId,
    })),
    pagination: paginationOf({ page, pageSize }, { total, capped: false }),
  };
}

/** The bad rows as they came, with the reason in the last column: corrected, the file can be brought again. */
export async function errorWorkbook(context: Mine, id: string): Promise<FileAnswer> {
  const batch = await findImport(context, id);
  // Who corrects the corrected file once more has one column of reasons, not two.
  const shown = batch.columns.flatMap((heading, i) => (heading === REASON_HEADING ? [] : [i]));
  const content = await writeWorkbook([
    {
      name: '有误的行',
      headings: [...shown.map((i) => batch.columns[i] as string), REASON_HEADING],
      lines: badRows(context.db, id, shown),
    },
  ]);
  return { name: `${batch.fileName.replace(/\.\w+$/, '')}-有误的行.xlsx`, content };
}

async function* badRows(db: Queryable, id: string, shown: readonly number[]): AsyncIterable<Line[]> {
  for (let after = 0; ; ) {
    const rows = await db
      .selectFrom('importRows')
      .select(['rowNo', 'cells', 'message'])
      .where('importId', '=', id)
      .where('state', '=', 'bad')
      .where('rowNo', '>', after)
      .orderBy('rowNo')
      .limit(PORTION)
      .execute();
    yield rows.map(({ cells, message }) => [...shown.map((i) => (cells as string[])[i] ?? ''), message]);
    if (rows.length < PORTION) return;
    after = rows.at(-1)?.rowNo ?? 0;
  }
}

/** An empty file with the headings, how to fill it, and the words that it takes on a second sheet. */
export async function template(transfer: AnyTransfer, noun: string): Promise<FileAnswer> {
  const fields = fieldsOf(transfer);
  const worded = fields.filter(({ words }) => words !== null);
  const longest = Math.max(...worded.map(({ words }) => words?.length ?? 0));
  const content = await writeWorkbook([
    {
      name: noun,
      headings: fields.map(({ label, required }) => (required ? `${label}*` : label)),
      lines: [[fields.map(({ hint }, i) => (i === 0 ? `${HINT}${hint}（本行不会导入）` : hint || '选填'))]],
    },
    {
      name: '可用的词',
      headings: worded.map(({ label }) => label),
      lines: [Array.from({ length: longest }, (_, i) => worded.map(({ words }) => words?.[i] ?? null))],
    },
  ]);
  return { name: `${noun}导入模板.xlsx`, content };
}
