import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { ROLE_CODES, roles } from '#shared/access/roles.ts';
import { openServer } from './kernel/database.ts';
import { isMigrated } from './kernel/migrate.ts';
import { newId } from './kernel/new-id.ts';
import { onRealPostgres } from './testing/database.ts';
import { withDatabase } from './testing/global-setup.ts';
import { addressOf, spawnServer, until } from './testing/process.ts';

// Real processes that start at once on a database with nothing in it.

const PROCESSES = 5;

it.runIf(onRealPostgres)(
  'of five processes that start at once one migrates; when it is killed in the middle, another one does it all',
  async ({ onTestFinished }) => {
    const server = process.env.TEST_DATABASE_URL as string;
    const name = `genjin_test_${newId().replaceAll('-', '')}`;
    const url = withDatabase(server, name);
    const admin = openServer(server, { pool: 1 });
    const database = openServer(url, { pool: 2 });
    const directory = mkdtempSync(join(tmpdir(), 'genjin-start-'));
    onTestFinished(async () => {
      await database.close();
      await sql.raw(`drop database if exists ${name} with (force)`).execute(admin.db);
      await admin.close();
      rmSync(directory, { recursive: true, force: true });
    });
    await sql.raw(`create database ${name}`).execute(admin.db);
    // Makes each table and index take a moment, so that there is a middle.
    for (const statement of [
      'create schema slow',
      `create function slow.down() returns event_trigger language plpgsql as $$ begin perform pg_sleep(0.02); end $$`,
      'create event trigger slow on ddl_command_end execute function slow.down()',
    ])
      await sql.raw(statement).execute(database.db);

    const starting = Array.from({ length: PROCESSES }, (_, i) => {
      const process = spawnServer(directory, { DATABASE_URL: url, PGAPPNAME: `process ${i}` });
      onTestFinished(process.kill);
      return process;
    });
    // Locks that only whoever makes tables has: some tables are there, others are not.
    const migrating = await until('one is in the middle of it', async () => {
      const { rows } = await sql<{ name: string }>`
        select application_name as name from pg_locks join pg_stat_activity using (pid)
        where datname = current_database() and locktype = 'relation' and mode = 'AccessExclusiveLock'
        group by 1 having count(*) > 20`.execute(database.db);
      return rows[0];
    });
    const killed = Number(migrating.name.split(' ')[1]);
    expect(await isMigrated(database.db)).toBe(false);
    await starting[killed]?.kill();

    const others = starting.filter((_, i) => i !== killed);
    for (const url of await Promise.all(others.map(addressOf)))
      expect(await (await fetch(`${url}/readyz`)).json()).toMatchObject({ database: 'up' });
    expect(await isMigrated(database.db)).toBe(true);
    const created = await database.db.selectFrom('roles').select('code').orderBy('code').execute();
    expect(created.map(({ code }) => code)).toEqual([...ROLE_CODES].sort());
    const granted = await database.db.selectFrom('rolePermissions').selectAll().execute();
    expect(granted).toHaveLength(
      ROLE_CODES.reduce((sum, code) => sum + Object.keys(roles[code].grants).length, 0),
    );
    for (const other of others) expect(await other.stop()).toBe(0);
  },
  180_000,
);
