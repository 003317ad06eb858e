import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database, OpenDatabase } from './database.ts';
import { refusalOf } from './errors.ts';
import { Patience } from './patience.ts';

/** Longer than any; what takes longer is sooner found by whoever started it. */
const MIGRATION_MS = 86_400_000;
const DIRECTORY = join(import.meta.dirname, '../../migrations');

/** Statements end with a `;` at the end of a line; what continues one is indented. */
export const statementsOf = (text: string): string[] =>
  text
    .split(/;\s*\n(?=\S)/)
    .map((statement) => statement.replace(/;\s*$/, '').trim())
    .filter((statement) => statement.replace(/--.*/g, '').trim() !== '');

async function migrationNames(): Promise<string[]> {
  const files = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.sql'));
  return files.map((name) => name.slice(0, -'.sql'.length)).sort();
}

/** Plain SQL files, in the order of their names. */
const provider: MigrationProvider = {
  async getMigrations() {
    const names = await migrationNames();
    const entries = await Promise.all(
      names.map(async (name): Promise<[string, Migration]> => {
        const statements = statementsOf(await readFile(join(DIRECTORY, `${name}.sql`), 'utf8'));
        const up: Migration['up'] = async (db) => {
          for (const statement of statements) await sql.raw(statement).execute(db);
        };
        return [name, { up }];
      }),
    );
    return Object.fromEntries(entries);
  },
};

/**
 * Brings the schema up to date: all of it in one transaction, under a lock when several processes start at once; of one
 * that is killed in the middle nothing stays. Returns what was applied.
 */
export function migrate(db: Database): Promise<string[]> {
  return db
    .withoutPlugins()
    .connection()
    .execute(async (connection) => {
      // Neither the wait for another process nor the index of a large table ends like a statement of a request.
      await sql`set statement_timeout = 0`.execute(connection);
      try {
        const migrator = new Migrator({ db: connection, provider });
        const { error, results } = await new Patience(MIGRATION_MS).run(() => migrator.migrateToLatest());
        if (error) throw error;
        return (results ?? []).map((result) => result.migrationName);
      } finally {
        await sql`reset statement_timeout`.execute(connection);
      }
    });
}

/** A Postgres that starts at the same time as we do may need a moment longer. */
const ARRIVAL_MS = 30_000;

/** Throws what was said last when it does not come. */
async function untilThere(db: Database): Promise<void> {
  const deadline = Date.now() + ARRIVAL_MS;
  for (;;) {
    try {
      await sql`select`.execute(db);
      return;
    } catch (error) {
      if (refusalOf(error).code !== 'UNAVAILABLE' || Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}

/** Lets processes that start at once prepare the database one after the other: the first does it, the rest find it done. */
export async function inTurn(database: OpenDatabase, prepare: () => Promise<void>): Promise<void> {
  // Nobody else has the embedded one, and it has only one connection.
  if (database.kind === 'embedded') return prepare();
  await untilThere(database.db);
  return database.db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0; set lock_timeout = 0`.execute(connection);
    const turn = sql`select pg_advisory_lock(hashtext('genjin.start'))`;
    await new Patience(MIGRATION_MS).run(() => turn.execute(connection));
    try {
      await prepare();
    } finally {
      await sql`select pg_advisory_unlock(hashtext('genjin.start'))`.execute(connection);
      await sql`reset statement_timeout; reset lock_timeout`.execute(connection);
    }
  });
}

/** Whether a database has every migration that this version of the product knows. It may have newer ones. */
export async function isMigrated(db: Database): Promise<boolean> {
  const known = await migrationNames();
  const { rows } = await sql<{ count: number }>`
    select count(*) from kysely_migration where name in (${sql.join(known)})`.execute(db);
  return rows[0]?.count === known.length;
}
