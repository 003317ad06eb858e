import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../testing/database.ts';
import { openInMemory } from './database.ts';
import { migrate, statementsOf } from './migrate.ts';

const FILES = readdirSync(join(import.meta.dirname, '../../migrations'))
  .filter((name) => name.endsWith('.sql'))
  .map((name) => name.replace(/\.sql$/, ''))
  .sort();

describe('migrating', () => {
  it('applies every file in order, once', async () => {
    const database = await openInMemory();
    expect(await migrate(database.db)).toEqual(FILES);
    expect(await migrate(database.db)).toEqual([]);
    await database.close();
  });

  it('leaves a database that is up to date as it is', async () => {
    const database = await openTestDatabase();
    const tables = async () =>
      (
        await sql<{ name: string }>`
          select table_name || '.' || column_name || ' ' || data_type as name from information_schema.columns
          where table_schema = 'public' order by 1`.execute(database.db)
      ).rows.map((row) => row.name);
    const before = await tables();
    expect(await migrate(database.db)).toEqual([]);
    expect(await tables()).toEqual(before);
    expect(before.length).toBeGreaterThan(100);
    await database.close();
  });
});

describe('a file of statements', () => {
  it('is cut where a line ends with a semicolon', () => {
    expect(statementsOf('select 1;\nselect 2;\n')).toEqual(['select 1', 'select 2']);
    expect(statementsOf("select ';';\n\n-- why\nselect\n  2;")).toEqual([
      "select ';'",
      '-- why\nselect\n  2',
    ]);
  });

  it('keeps a function whole, whose inner lines are indented', () => {
    const body =
      'create function f() returns int language plpgsql as $$\n  begin\n    perform 1;\n    return 2;\n  end $$';
    expect(statementsOf(`${body};\n\nselect f();\n`)).toEqual([body, 'select f()']);
  });

  it('has no statement in comments and blank lines', () => {
    expect(statementsOf('-- nothing\n\n')).toEqual([]);
    expect(statementsOf('')).toEqual([]);
    expect(statementsOf('select 1;\n-- the end\n')).toEqual(['select 1']);
  });
});
