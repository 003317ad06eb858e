import { sql } from 'kysely';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  IMPORT_STATES,
  type ImportDetail,
  type ImportState,
  type imports,
  transferErrors,
  UNDO_DAYS,
} from '#shared/transfers/contract.ts';
import { DAY_MS, type Instant, toInstant } from '#shared/values/time.ts';
import { type Actor, scopeOf } from '../../kernel/access.ts';
import type { Changes } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { newId } from '../../kernel/new-id.ts';
import {
  type Batch,
  CANCELLABLE,
  findImport,
  getImport,
  MAPPABLE,
  missingIn,
  undoUntil,
} from './imports.queries.ts';
import type { ReceivedFile } from './received-file.ts';
import { type AnyTransfer, fieldsOf } from './transfer.ts';
import { importRequested } from './transfers.events.ts';
import { transferOf } from './transfers.ts';

type MyWork = Work<Actor, unknown>;

const ROWS_AT_ONCE = 2_000;
/** What people brought, and what became of each row, is kept so long. */
const KEPT_DAYS = 30;

/** Takes a file that was read. Nothing is made of its rows yet. */
export async function receiveImport(
  work: MyWork,
  transfer: AnyTransfer,
  { name, headings, mapping, rows }: ReceivedFile,
): Promise<ImportDetail> {
  const id = newId();
  await work.db
    .insertInto('imports')
    .values({
      id,
      entity: transfer.entity,
      userId: work.actor.userId,
      fileName: name,
      state: 'uploaded',
      columns: JSON.stringify(headings),
      mapping: JSON.stringify(mapping),
      totalRows: rows.length,
      createdAt: work.now,
    })
    .execute();
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    const some = rows.slice(from, from + ROWS_AT_ONCE);
    await sql`
      insert into import_rows (import_id, row_no, cells, state)
      select ${id}::uuid, row_no, cells::jsonb, 'pending'
      from unnest(${some.map(({ row }) => row)}::integer[], ${some.map(({ cells }) => JSON.stringify(cells))}::text[])
        as given (row_no, cells)`.execute(work.db);
  }
  work.audit({
    action: 'imports.uploaded',
    entity: 'imports',
    entityId: id,
    changes: facts({ kind: transfer.entity, name, rows: rows.length }),
  });
  return getImport(work, id);
}

/** What an import was told, for the log. */
const facts = (given: Readonly<Record<string, unknown>>): Changes =>
  Object.fromEntries(Object.entries(given).map(([field, value]) => [field, [null, value]]));

/** Somebody's own import, locked, in one of the states in which this can be done. */
async function lockImport(
  work: MyWork,
  id: string,
  action: string,
  states: readonly ImportState[],
  version?: number,
): Promise<Batch> {
  await work.db.selectFrom('imports').select('id').where('id', '=', id).forUpdate().execute();
  const batch = await findImport(work, id);
  scopeOf(work.actor, transferOf(batch.entity).permissions.import);
  if (version !== undefined && batch.version !== version)
    throw httpErrors.STALE({ details: { current: await getImport(work, id) } });
  if (!states.includes(batch.state)) {
    throw transferErrors.IMPORT_STATE({ values: { state: IMPORT_STATES[batch.state], action } });
  }
  return batch;
}

async function change(
  work: MyWork,
  batch: Batch,
  changes: Partial<
    Record<'state' | 'mapping' | 'duplicatePolicy' | 'ownerPolicy' | 'finishedAt' | 'message', string | null>
  >,
): Promise<ImportDetail> {
  await work.db
    .updateTable('imports')
    .set({ ...(changes as object), version: batch.version + 1 })
    .where('id', '=', batch.id)
    .execute();
  return getImport(work, batch.id);
}

/** Says which column is what. What was checked has to be checked again. */
export async function mapImport(
  work: MyWork,
  id: string,
  { version, mapping }: Request<typeof imports.map>['body'],
): Promise<ImportDetail> {
  const batch = await lockImport(work, id, '改对应关系', MAPPABLE, version);
  const refuse = (message: string) => httpErrors.VALIDATION({ fields: [{ field: 'mapping', message }] });
  if (mapping.length !== batch.columns.length) throw refuse('每一列都要说明');
  const known = new Map(fieldsOf(transferOf(batch.entity)).map(({ field, label }) => [field, label]));
  const used = new Set<string>();
  for (const field of mapping) {
    if (field === null) continue;
    const label = known.get(field);
    if (label === undefined) throw refuse('有不认识的字段');
    if (used.has(field)) throw refuse(`有两列都对应“${label}”`);
    used.add(field);
  }
  await work.db
    .updateTable('importRows')
    .set({ state: 'pending', message: null })
    .where('importId', '=', id)
    .where('state', '!=', 'pending')
    .execute();
  work.audit({ action: 'imports.mapped', entity: 'imports', entityId: id });
  return change(work, batch, { mapping: JSON.stringify(mapping), state: 'uploaded' });
}

/** Lets the worker look at each row, without writing anything. */
export async function checkImport(work: MyWork, id: string, version: number): Promise<ImportDetail> {
  const batch = await lockImport(work, id, '检查', MAPPABLE, version);
  const missing = missingIn(transferOf(batch.entity), batch.mapping);
  if (missing.length > 0)
    throw transferErrors.IMPORT_FIELDS_MISSING({
      values: { fields: missing.map((label) => `“${label}”`).join('、') },
    });
  work.audit({ action: 'imports.checked', entity: 'imports', entityId: id });
  work.emit(importRequested, { importId: id });
  return change(work, batch, { state: 'checking' });
}

/** Lets the worker write what was checked. */
export async function startImport(
  work: MyWork,
  id: string,
  { version, duplicatePolicy, ownerPolicy }: Request<typeof imports.start>['body'],
): Promise<ImportDetail> {
  const batch = await lockImport(work, id, '导入', ['checked'], version);
  const transfer = transferOf(batch.entity);
  if (!transfer.ownerPolicies(work.actor).includes(ownerPolicy))
    throw transferErrors.IMPORT_OWNER_NOT_ALLOWED();
  if (ownerPolicy === 'column' && !batch.mapping.includes(transfer.ownerColumn.field)) {
    const message = `没有一列对应“${transfer.ownerColumn.label}”`;
    throw httpErrors.VALIDATION({ fields: [{ field: 'ownerPolicy', message }] });
  }
  work.audit({
    action: 'imports.started',
    entity: 'imports',
    entityId: id,
    changes: facts({ kind: batch.entity, duplicatePolicy, ownerPolicy }),
  });
  work.emit(importRequested, { importId: id });
  return change(work, batch, { state: 'importing', duplicatePolicy, ownerPolicy });
}

/** Stops an import where it is. */
export async function cancelImport(work: MyWork, id: string): Promise<ImportDetail> {
  const batch = await lockImport(work, id, '取消', CANCELLABLE);
  work.audit({ action: 'imports.cancelled', entity: 'imports', entityId: id });
  return change(work, batch, { state: 'cancelled', finishedAt: work.now });
}

/** Lets the worker take back what an import did. */
export async function undoImport(work: MyWork, id: string): Promise<ImportDetail> {
  const batch = await lockImport(work, id, '撤销', ['done', 'cancelled', 'failed']);
  const until = undoUntil(batch, (await findImport(work, id)).counts);
  if (until === null)
    throw transferErrors.IMPORT_STATE({ values: { state: '没有写入任何数据', action: '撤销' } });
  if (until <= work.now) throw transferErrors.IMPORT_UNDO_LATE({ values: { days: UNDO_DAYS } });
  work.audit({
    action: 'imports.undone',
    entity: 'imports',
    entityId: id,
    changes: facts({ kind: batch.entity }),
  });
  work.emit(importRequested, { importId: id });
  return change(work, batch, { state: 'undoing', message: null });
}

/** Forgets what people brought and took along a month ago, and files that nobody may fetch any more. */
export async function forgetOldTransfers(db: Queryable, now: Instant): Promise<void> {
  const limit = toInstant(Date.parse(now) - KEPT_DAYS * DAY_MS);
  await db.deleteFrom('imports').where('createdAt', '<', limit).execute();
  await db.deleteFrom('exports').where('createdAt', '<', limit).execute();
  await db
    .updateTable('exports')
    .set({ content: null })
    .where('expiresAt', '<=', now)
    .where('content', 'is not', null)
    .execute();
}
