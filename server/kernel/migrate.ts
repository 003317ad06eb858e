import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';

const DIRECTORY = join(import.meta.dirname, '../../migrations');

/** Statements end with a `;` at the end of a line; what continues one is indented. */
export const statementsOf = (text: string): string[] =>
  text
    .split(/;\s*\n(?=\S)/)
    .map((statement) => statement.replace(/;\s*$/, '').trim())
    .filter((statement) => statement.replace(/--.*/g, '').trim() !== '');

/** Plain SQL files, in the order of their names. */
const provider: MigrationProvider = {
  async getMigrations() {
    const files = (await readdir(DIRECTORY)).filter((name) => name.endsWith('.sql')).sort();
    const entries = await Promise.all(
      files.map(async (name): Promise<[string, Migration]> => {
        const statements = statementsOf(await readFile(join(DIRECTORY, name), 'utf8'));
        const up: Migration['up'] = async (db) => {
          for (const statement of statements) await sql.raw(statement).execute(db);
        };
        return [name.replace(/\.sql$/, ''), { up }];
      }),
    );
    return Object.fromEntries(entries);
  },
};

/** Brings the schema up to date, under a lock when several processes start at once. Returns what was applied. */
export async function migrate(db: Database): Promise<string[]> {
  const migrator = new Migrator({ db: db.withoutPlugins(), provider });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? []).map((result) => result.migrationName);
}
