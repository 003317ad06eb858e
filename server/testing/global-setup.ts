import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { TestProject } from 'vitest/node';
import { createMemoryCache } from '../kernel/cache.ts';
import { systemClock } from '../kernel/clock.ts';
import { engines, type OpenDatabase, openInMemory, openServer } from '../kernel/database.ts';
import { createJobs } from '../kernel/events.ts';
import { migrate } from '../kernel/migrate.ts';
import { seedRoles } from '../modules/identity/roles.ts';
import { allHandlers, allScheduledJobs } from '../modules.ts';
import { nobodyOutside, testSigner } from './outside.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A migrated database to copy: a file with a dump, or the name of a template on TEST_DATABASE_URL. */
    template: string;
  }
}

const DUMP = join(import.meta.dirname, '../../.cache/test-database.tar');

/** Brings one database up to date for the whole run; every test file works on a copy. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const url = process.env.TEST_DATABASE_URL;
  if (url) {
    const name = `genjin_template_${process.pid}`;
    const admin = openServer(url, { pool: 2 });
    await sql.raw(`create database ${name}`).execute(admin.db);
    const template = openServer(withDatabase(url, name));
    await prepare(template);
    await template.close();
    project.provide('template', name);
    return async () => {
      await sql.raw(`drop database if exists ${name} with (force)`).execute(admin.db);
      await admin.close();
    };
  }
  const database = await openInMemory();
  await prepare(database);
  const dump = await engines.get(database.db)?.dumpDataDir('none');
  if (!dump) throw new Error('The test database cannot be dumped');
  mkdirSync(join(DUMP, '..'), { recursive: true });
  writeFileSync(DUMP, Buffer.from(await dump.arrayBuffer()));
  await database.close();
  project.provide('template', DUMP);
  return undefined;
}

async function prepare(database: OpenDatabase): Promise<void> {
  await migrate(database.db);
  await seedRoles(database.db, systemClock.now());
  const outside = nobodyOutside();
  const jobs = createJobs(
    { database, clock: systemClock, cache: createMemoryCache(), signer: testSigner },
    allHandlers(outside),
    allScheduledJobs(outside),
    (error) => {
      throw error;
    },
  );
  await jobs.start({ work: false });
  await jobs.stop();
}

export function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
