import { sql } from 'kysely';
import {
  type FileEntity,
  type FileItem,
  type FileKind,
  fileErrors,
  type files,
  MAX_FILES_OF_RECORD,
} from '#shared/files/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Actor } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { AnyWork, Context, Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import type { SentFile } from '../../kernel/route.ts';
import type { Storage } from '../../kernel/storage.ts';
import type { Row } from '../../kernel/transition.ts';
import type { FileHolders } from './file-holder.ts';
import { labelOf } from './file-label.ts';
import { getFile } from './files.queries.ts';
import { readContent } from './received-content.ts';
import { keepContent, releaseContent, type StoredContent, storeContent } from './stored-content.ts';

/** Judges a file and stores what is left of it. */
export async function receiveFile(
  { db, now }: Pick<Context, 'db' | 'now'>,
  storage: Storage,
  { name, content }: SentFile,
): Promise<StoredContent> {
  return await storeContent(db, storage, now, name, await readContent(content));
}

/** Hangs a file on a record. Throws what its holder refuses, FILE_LIMIT_REACHED or FILE_ID_TAKEN. */
export async function addFile(
  work: Work<Actor, null>,
  holders: FileHolders,
  { id, entity, entityId, kind, name, takenAt }: Request<typeof files.upload>['query'],
  file: StoredContent,
): Promise<FileItem> {
  await holders[entity].lock(work, entityId, kind);
  const { count } = await work.db
    .selectFrom('files')
    .select(sql<number>`count(*)`.as('count'))
    .where('entityId', '=', entityId)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  if (count >= MAX_FILES_OF_RECORD) {
    throw fileErrors.FILE_LIMIT_REACHED({ values: { max: MAX_FILES_OF_RECORD } });
  }
  await hangFile(
    work,
    { id, entity, entityId, kind, takenAt: takenAt ?? null },
    { ...file, name: name || file.name },
  );
  return await getFile(work, id);
}

/** Which record a file hangs on, and as what. */
interface Place {
  readonly id: string;
  readonly entity: FileEntity;
  readonly entityId: string;
  readonly kind: FileKind;
  /** By the phone's clock; one that is fast is not believed. */
  readonly takenAt: Instant | null;
}

async function hangFile(work: AnyWork, place: Place, file: StoredContent): Promise<void> {
  const { entity, entityId, kind, takenAt } = place;
  const { name, mimeType, size, width, height, hash, storageKey, thumbnailKey } = file;
  const label = labelOf(name, mimeType);
  await keepContent(work, file);
  await work.db
    .insertInto('files')
    .values({
      ...place,
      ...{ name: label, mimeType, size, width, height, hash, storageKey, thumbnailKey },
      takenAt: takenAt !== null && takenAt > work.now ? work.now : takenAt,
      uploadedBy: work.actor?.userId ?? null,
      createdAt: work.now,
    })
    .execute();
  work.audit({
    action: 'files.added',
    entity,
    entityId,
    changes: diff({}, { fileKind: kind, fileName: label }),
  });
}

/** Takes a file away that its uploader sent by mistake. Throws NOT_FOUND, or FILE_NOT_REMOVABLE once it was referred to. */
export async function removeFile(
  work: Work<Actor, null>,
  holders: FileHolders,
  id: string,
): Promise<{ id: string }> {
  await getFile(work, id);
  const file = await work.db
    .selectFrom('files')
    .selectAll()
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  if (file.uploadedBy !== work.actor.userId) throw httpErrors.FORBIDDEN();
  const entity = file.entity as FileEntity;
  // Whoever may add one may take it back; and nobody refers to it while the record is locked.
  await holders[entity].lock(work, file.entityId, file.kind as FileKind);
  if (await holders[entity].names(work, file.entityId, id)) throw fileErrors.FILE_NOT_REMOVABLE();
  await takeFilesAway(work, [file]);
  return { id };
}

async function takeFilesAway(work: AnyWork, rows: readonly Row<'files'>[]): Promise<void> {
  for (const row of rows) {
    const { numUpdatedRows } = await work.db
      .updateTable('files')
      .set({ deletedAt: work.now, version: row.version + 1 })
      .where('id', '=', row.id)
      .where('deletedAt', 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(numUpdatedRows) === 0) throw httpErrors.NOT_FOUND();
    work.audit({
      action: 'files.removed',
      entity: row.entity,
      entityId: row.entityId,
      changes: diff({ fileKind: row.kind, fileName: row.name }, { fileKind: null, fileName: null }),
    });
  }
  await releaseContent(work, rows);
}

/** Stores a document that the system made. Its row is written by `replaceReport`, or it is to be discarded. */
export const storePdf = (
  { db, now }: Pick<Context, 'db' | 'now'>,
  storage: Storage,
  name: string,
  content: Buffer,
): Promise<StoredContent> =>
  storeContent(db, storage, now, name, { mimeType: 'application/pdf', content, picture: null });

/** Hangs the report of a locked record on it, in the place of an older one. Answers its id. */
export async function replaceReport(
  work: AnyWork,
  entity: FileEntity,
  entityId: string,
  report: StoredContent,
): Promise<string> {
  const older = await work.db
    .selectFrom('files')
    .selectAll()
    .where('entityId', '=', entityId)
    .where('entity', '=', entity)
    .where('kind', '=', 'report')
    .where('deletedAt', 'is', null)
    .execute();
  await takeFilesAway(work, older);
  const id = newId();
  await hangFile(work, { id, entity, entityId, kind: 'report', takenAt: null }, report);
  return id;
}
