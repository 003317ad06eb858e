import { type RawBuilder, sql } from 'kysely';

/**
 * Whether a record is one that somebody's own import has made or filled, and not taken back. As an array, so that the
 * cost follows the import: a join may walk all records, newest first, until it comes upon an old import.
 */
export const importedBy = (idColumn: string, importId: string, userId: string): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(idColumn)} = any(array(select import_rows.record_id from import_rows
    join imports on imports.id = import_rows.import_id
    where import_rows.import_id = ${importId} and import_rows.state in ('created', 'updated', 'kept')
      and imports.user_id = ${userId}))`;
