import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, describe, expect, it, test } from 'vitest';
import { onRealPostgres, openTestDatabase } from '../testing/database.ts';
import { until } from '../testing/process.ts';
import { DataDirectoryInUse, instantText, openEmbedded, openServer, type Queryable } from './database.ts';
import { refusalOf } from './errors.ts';
import { OutOfPatience, Patience } from './patience.ts';

describe('an instant from Postgres', () => {
  test.each([
    ['2026-11-20 01:02:03+00', '2026-11-20T01:02:03.000Z'],
    ['2026-11-20 01:02:03.4+00', '2026-11-20T01:02:03.400Z'],
    ['2026-11-20 01:02:03.45+00', '2026-11-20T01:02:03.450Z'],
    ['2026-11-20 01:02:03.456+00', '2026-11-20T01:02:03.456Z'],
    ['2026-11-20 01:02:03.004+00', '2026-11-20T01:02:03.004Z'],
  ])('%s is %s', (text, instant) => {
    expect(instantText(text)).toBe(instant);
  });

  it('comes out of the database as it went in, like dates, counts and amounts', async () => {
    const { db, close } = await openTestDatabase();
    const { rows } = await sql`
      select ${'2026-11-20T01:02:03.040Z'}::timestamptz(3) as at, date '2028-02-29' as day, 9007199254740991::bigint as count,
        999999999999.99::numeric(14,2) as amount, null::timestamptz as nothing, '{"snakeCase": 1}'::jsonb as json`.execute(
      db,
    );
    expect(rows).toEqual([
      {
        at: '2026-11-20T01:02:03.040Z',
        day: '2028-02-29',
        count: 9_007_199_254_740_991,
        amount: 999_999_999_999.99,
        nothing: null,
        json: { snakeCase: 1 },
      },
    ]);
    await close();
  });
});

describe.runIf(onRealPostgres)('a connection of the pool', () => {
  it('is as good as new after the job queue broke off in the middle of a transaction', async () => {
    const database = openServer(process.env.TEST_DATABASE_URL as string, { pool: 1 });
    await expect(database.jobs.executeSql('begin; select 1 / 0; commit;')).rejects.toThrow('zero');
    expect((await sql`select 1 as one`.execute(database.db)).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('that breaks between two statements ends the transaction, and nothing else', async () => {
    const database = openServer(process.env.TEST_DATABASE_URL as string, { pool: 2 });
    const { db } = database;
    const broken = db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]?.pid}, 5000)`.execute(db);
      // So that this process hears of it while no statement is under way.
      await sleep(100);
      await sql`select 1`.execute(trx);
    });
    const error = await broken.catch((thrown: unknown) => thrown);
    expect(refusalOf(error).code).toBe('UNAVAILABLE');
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    await database.close();
  });

  it('is cut together with a statement that nobody waits for any longer, and another one takes its place', async () => {
    const database = openServer(process.env.TEST_DATABASE_URL as string, {
      pool: 1,
      timeoutMs: 600_000,
    });
    const { db } = database;
    const pid = async () =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db)).rows[0]?.pid;
    const before = await pid();
    const asked = new Patience(300).run(() =>
      db.transaction().execute((trx) => sql`select pg_sleep(600)`.execute(trx)),
    );
    expect(refusalOf(await asked.catch((thrown: unknown) => thrown)).code).toBe('UNAVAILABLE');
    expect(await pid()).not.toBe(before);
    // Postgres does not go on with it, either.
    await until('it is over', async () => {
      const { rows } = await sql`select from pg_stat_activity where pid = ${before}`.execute(db);
      return rows.length === 0;
    });
    expect(database.pool()).toMatchObject({ total: 1, waiting: 0 });
    await database.close();
  });

  it('that comes when nobody waits for it any longer goes to the next one', async () => {
    const database = openServer(process.env.TEST_DATABASE_URL as string, { pool: 1 });
    const { db } = database;
    const patience = new Patience(100);
    await db.connection().execute(async () => {
      const asked = patience.run(() => sql`select 1`.execute(db));
      await expect(asked).rejects.toThrow(OutOfPatience);
    });
    await expect(patience.run(() => sql`select 1`.execute(db))).rejects.toThrow(OutOfPatience);
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }]);
    expect(database.pool()).toEqual({ total: 1, idle: 1, waiting: 0 });
    await database.close();
  });

  it('stays where a transaction has nothing left to wait with and Postgres still answers', async () => {
    const database = openServer(process.env.TEST_DATABASE_URL as string, { pool: 1 });
    const { db } = database;
    const pid = async (on: Queryable) =>
      (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(on)).rows[0]?.pid;
    const before = await pid(db);
    const patience = new Patience(2_000);
    const done = patience.run(() =>
      db.transaction().execute(async (trx) => {
        await patience
          .wait(
            () => sleep(2_500),
            () => undefined,
          )
          .catch(() => undefined);
        await pid(trx);
      }),
    );
    await expect(done).rejects.toThrow(OutOfPatience);
    expect(await pid(db)).toBe(before);
    await database.close();
  });
});

describe('the embedded database', () => {
  const path = mkdtempSync(join(tmpdir(), 'genjin-database-'));
  const lock = join(path, 'lock');
  afterAll(() => rmSync(path, { recursive: true, force: true }));

  it('refuses a directory that a living process uses, and says which', async () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    writeFileSync(lock, String(holder.pid));
    await expect(openEmbedded(path)).rejects.toThrow(DataDirectoryInUse);
    await expect(openEmbedded(path)).rejects.toThrow(
      `另一个 Genjin（进程 ${holder.pid}）正在使用数据目录 ${path}`,
    );
    expect(readFileSync(lock, 'utf8')).toBe(String(holder.pid));
    expect(existsSync(join(path, 'postgres'))).toBe(false);
    const ended = once(holder, 'exit');
    holder.kill('SIGKILL');
    await ended;
  });

  it('takes over what that process leaves behind when it is killed, and keeps its data', async () => {
    const first = await openEmbedded(path);
    expect(readFileSync(lock, 'utf8')).toBe(String(process.pid));
    await sql`create table notes (text text)`.execute(first.db);
    await sql`insert into notes values ('深圳')`.execute(first.db);
    await first.close();
    expect(existsSync(lock)).toBe(false);
  });

  it('is not opened twice in one process', async () => {
    const first = await openEmbedded(path);
    await expect(openEmbedded(path)).rejects.toThrow(DataDirectoryInUse);
    await expect(openEmbedded(`${path}/../${basename(path)}`)).rejects.toThrow(DataDirectoryInUse);
    expect((await sql`select * from notes`.execute(first.db)).rows).toEqual([{ text: '深圳' }]);
    await first.close();
  });

  test.each([
    ['its own number, which in a container is always the same', () => String(process.pid)],
    ['nothing, left by a power cut', () => ''],
    ['something else', () => 'lock'],
  ])('takes over a lock that holds %s', async (_, content) => {
    writeFileSync(lock, content());
    await (await openEmbedded(path)).close();
    expect(existsSync(lock)).toBe(false);
  });
});
