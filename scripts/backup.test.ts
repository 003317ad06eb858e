import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../server/config.ts';
import { seedDemo } from '../server/demo/company.ts';
import { systemClock } from '../server/kernel/clock.ts';
import { type Database, openServer } from '../server/kernel/database.ts';
import { isMigrated, migrate } from '../server/kernel/migrate.ts';
import { newId } from '../server/kernel/new-id.ts';
import { seedRoles } from '../server/modules/identity/roles.ts';
import { openParts } from '../server/parts.ts';
import { onRealPostgres } from '../server/testing/database.ts';
import { withDatabase } from '../server/testing/global-setup.ts';
import { findExecutable } from './system-packages.ts';

const tools = ['pg_dump', 'pg_restore', 'psql'];
const missing = tools.filter((tool) => !findExecutable([tool]));

/** Every table with the number and a fingerprint of its rows. */
async function contentOf(db: Database): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`.execute(db);
  const content: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await sql<{ found: string }>`
      select count(*) || ' ' || coalesce(md5(string_agg(t::text, '' order by t::text)), '') as found
      from ${sql.raw(name)} as t`.execute(db);
    content[name] = rows[0]?.found as string;
  }
  return content;
}

describe.runIf(onRealPostgres)('a backup', () => {
  if (missing.length > 0) return it.skip(`cannot be tried: this machine has no ${missing.join(', ')}`);

  // Read even where nothing of this is run.
  const server = process.env.TEST_DATABASE_URL ?? 'postgres://nobody@localhost/nothing';
  const name = `genjin_test_${newId().replaceAll('-', '')}`;
  const DATABASE_URL = withDatabase(server, name);
  const directory = mkdtempSync(join(tmpdir(), 'genjin-backup-'));
  const backups = join(directory, 'backups');
  const admin = openServer(server, { pool: 1 });
  const onServer = (statement: string) => sql.raw(statement).execute(admin.db);
  let before: Record<string, string>;

  function run(script: string, argument: string, files = join(directory, 'files'), env = {}) {
    const command = join(import.meta.dirname, script);
    const options = {
      env: { PATH: process.env.PATH, DATABASE_URL, FILES_DIR: files, ...env },
      encoding: 'utf8',
    };
    return spawnSync('bash', [command, argument], options as { encoding: 'utf8' });
  }

  const content = async () => {
    const { db, close } = openServer(DATABASE_URL, { pool: 1 });
    const found = await contentOf(db);
    await close();
    return found;
  };

  beforeAll(async () => {
    await onServer(`create database ${name}`);
    const config = readConfig({ NODE_ENV: 'test', DATABASE_URL, PASSWORD_MEMORY_KIB: '8' });
    const parts = await openParts(config);
    await migrate(parts.database.db);
    await seedRoles(parts.database.db, systemClock.now());
    await seedDemo({ ...parts, config });
    await parts.close();
    before = await content();
    mkdirSync(join(directory, 'files/ab'), { recursive: true });
    writeFileSync(join(directory, 'files/ab/照片.jpg'), 'a photo');
  }, 120_000);

  afterAll(async () => {
    await onServer(`drop database if exists ${name} with (force)`);
    await admin.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('brings back every row and every file after the database is gone', async () => {
    expect(before['public.leads']).toMatch(/^\d{2,} /);
    const made = run('backup.sh', backups);
    expect(made.stderr).toBe('');
    const backup = made.stdout.trim();
    expect(readdirSync(backup).sort()).toEqual(['SHA256SUMS', 'database.dump', 'files.tar.gz']);

    const refused = run('restore.sh', backup);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('Restore into an empty one'),
    ]);
    expect(await content()).toEqual(before);

    await onServer(`drop database ${name} with (force)`);
    await onServer(`create database ${name}`);
    const occupied = run('restore.sh', backup);
    expect(occupied.stderr).toContain('Move them out of the way');
    const restored = run('restore.sh', backup, join(directory, 'restored'));
    expect([restored.status, restored.stderr]).toEqual([0, '']);
    expect(await content()).toEqual(before);
    expect(readFileSync(join(directory, 'restored/ab/照片.jpg'), 'utf8')).toBe('a photo');

    // The product goes on with it.
    const { db, close } = openServer(DATABASE_URL, { pool: 1 });
    expect(await isMigrated(db)).toBe(true);
    expect(await migrate(db)).toEqual([]);
    await close();
  }, 120_000);

  it('that is damaged is refused, and one that fails is not there', async () => {
    const backup = run('backup.sh', join(directory, 'damaged')).stdout.trim();
    const dump = join(backup, 'database.dump');
    const bytes = readFileSync(dump);
    writeFileSync(dump, bytes.subarray(0, bytes.length - 100));
    const refused = run('restore.sh', backup, join(directory, 'elsewhere'));
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('is damaged')]);

    const failed = run('backup.sh', join(directory, 'failed'), undefined, {
      DATABASE_URL: withDatabase(server, 'nowhere'),
    });
    expect(failed.status).not.toBe(0);
    expect(readdirSync(join(directory, 'failed'))).toEqual([]);
  }, 60_000);

  it('takes the place of the oldest one', () => {
    const folder = join(directory, 'kept');
    for (const day of ['01', '02', '03'])
      mkdirSync(join(folder, `genjin-202601${day}T000000Z`), { recursive: true });
    mkdirSync(join(folder, 'somebody-elses'));
    const made = run('backup.sh', folder, undefined, { KEEP_BACKUPS: '2' }).stdout.trim();
    expect(
      readdirSync(folder)
        .map((each) => join(folder, each))
        .sort(),
    ).toEqual([join(folder, 'genjin-20260103T000000Z'), made, join(folder, 'somebody-elses')].sort());
  }, 60_000);
});
