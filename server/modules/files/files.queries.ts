import { type SelectQueryBuilder, sql } from 'kysely';
import type { Grants } from '#shared/access/permissions.ts';
import type { FileEntity, FileItem, FileKind, files } from '#shared/files/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import { type Actor, type Rights, type Scope, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineList } from '../../kernel/list.ts';
import type { FileAnswer } from '../../kernel/route.ts';
import type { DB } from '../../kernel/schema.ts';
import type { Storage } from '../../kernel/storage.ts';
import { addressOfFile, secondsLeft } from './file-addresses.ts';
import { storageUnavailable } from './stored-content.ts';

/** What it takes to show files of a record that may be seen: whoever sees the record sees its files. */
type Showing = Pick<Context, 'db' | 'signer' | 'now'>;
type FileRows = SelectQueryBuilder<DB, 'files', Record<never, never>>;

const withUploader = (rows: FileRows) =>
  rows
    .leftJoin('users as uploader', 'uploader.id', 'files.uploadedBy')
    .select([
      'files.id',
      'files.kind',
      'files.name',
      'files.mimeType',
      'files.size',
      'files.width',
      'files.height',
      'files.hash',
      'files.takenAt',
      'files.uploadedBy',
      'uploader.name as uploaderName',
      'files.createdAt',
    ]);

type FileRow = Awaited<ReturnType<ReturnType<typeof withUploader>['executeTakeFirstOrThrow']>>;

function present({ signer, now }: Omit<Showing, 'db'>, row: FileRow): FileItem {
  const { uploadedBy, uploaderName, kind, ...stored } = row;
  const isPicture = row.width !== null;
  return {
    ...stored,
    kind: kind as FileKind,
    uploader: uploadedBy === null ? null : { id: uploadedBy, name: uploaderName ?? '' },
    url: addressOfFile(signer, now, row.id, 'full'),
    thumbnailUrl: isPicture ? addressOfFile(signer, now, row.id, 'thumbnail') : null,
  };
}

const kept = (db: Queryable) => db.selectFrom('files').where('files.deletedAt', 'is', null) as FileRows;

/** The files of a record that the caller sees, oldest first. */
export async function filesOf(context: Showing, entity: FileEntity, entityId: string): Promise<FileItem[]> {
  const rows = await withUploader(kept(context.db))
    .where('files.entityId', '=', entityId)
    .where('files.entity', '=', entity)
    .orderBy('files.createdAt')
    .orderBy('files.id')
    .execute();
  return rows.map((row) => present(context, row));
}

/** Files have no permission of their own: what counts is that of the record. */
const seenBy = (actor: Rights): Scope => ({ actor, permission: 'serviceTickets.read', reach: 'own' });

interface FileValues extends Omit<Rights, 'grants'> {
  readonly entity: FileEntity;
  readonly entityId: string;
}

const fileList = defineList({
  table: 'files',
  orders: { createdAt: { column: 'files.createdAt', type: 'timestamptz' } },
  rows: (db, { grants }: { grants: Grants }, { entity, entityId, ...values }: FileValues) =>
    (db.selectFrom('files') as FileRows)
      .where('files.entityId', '=', entityId)
      .where('files.entity', '=', entity)
      .where(visible(seenBy({ grants, ...values }), 'files')),
  columns: (rows, sortKey) => withUploader(rows).select(sql<string>`${sortKey}`.as('sortKey')),
});

export async function listFiles(
  context: Context<Actor, null>,
  query: Request<typeof files.list>['query'],
): Promise<Page<FileItem>> {
  const { grants, userId, teamIds } = context.actor;
  const { entity, entityId } = query;
  const page = await fileList.page(context, query, {
    flags: { grants },
    values: { userId, teamIds, entity, entityId },
  });
  return { ...page, list: page.list.map((row) => present(context, row)) };
}

/** Throws NOT_FOUND for whoever does not see the record. */
export async function getFile(context: Context<Actor, null>, id: string): Promise<FileItem> {
  const row = await withUploader(context.db.selectFrom('files') as FileRows)
    .where('files.id', '=', id)
    .where(visible(seenBy(context.actor), 'files'))
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  return present(context, row);
}

/** What is in a file, for whoever was given its address. */
export async function fileContent(
  { db, signer, now }: Showing,
  storage: Storage,
  id: string,
  query: Request<typeof files.content>['query'],
): Promise<FileAnswer> {
  const maxAge = secondsLeft(signer, now, id, query);
  const row = await db
    .selectFrom('files')
    .select(['name', 'mimeType', 'storageKey', 'thumbnailKey'])
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  const small = query.size === 'thumbnail';
  const key = small ? row?.thumbnailKey : row?.storageKey;
  if (!row || !key) throw httpErrors.NOT_FOUND();
  const content = await storage.get(key).catch((error: unknown) => {
    throw storageUnavailable(error);
  });
  if (!content) throw httpErrors.NOT_FOUND();
  const isPicture = row.mimeType.startsWith('image/');
  return {
    content,
    name: row.name,
    type: small ? 'image/jpeg' : row.mimeType,
    maxAge,
    ...(isPicture ? { inline: true } : {}),
  };
}
