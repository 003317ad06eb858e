import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { inject } from 'vitest';
import { type OpenDatabase, openInMemory, openServer } from '../kernel/database.ts';
import { newId } from '../kernel/new-id.ts';
import { withDatabase } from './global-setup.ts';

/** Whether the run has a real Postgres. Only there can transactions meet. */
export const onRealPostgres = Boolean(process.env.TEST_DATABASE_URL);

/** The Redis of the run, if there is one. */
export const redisUrl = process.env.TEST_REDIS_URL;

/** A database of its own for a test file, migrated, with the roles and nothing else. */
export async function openTestDatabase(): Promise<OpenDatabase> {
  const template = inject('template');
  const url = process.env.TEST_DATABASE_URL;
  if (!url) return openInMemory(new Blob([readFileSync(template)]));

  const name = `genjin_test_${newId().replaceAll('-', '')}`;
  const admin = openServer(url, { pool: 2 });
  await sql.raw(`create database ${name} template ${template}`).execute(admin.db);
  const database = openServer(withDatabase(url, name), { pool: 60 });
  return {
    ...database,
    close: async () => {
      await database.close();
      await sql.raw(`drop database if exists ${name} with (force)`).execute(admin.db);
      await admin.close();
    },
  };
}

/** Where a database of the real Postgres is, for another process. */
export async function urlOfDatabase({ db }: OpenDatabase): Promise<string> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db);
  return withDatabase(process.env.TEST_DATABASE_URL as string, rows[0]?.name as string);
}
