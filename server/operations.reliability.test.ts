import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import type { Failure } from '#shared/http/envelope.ts';
import { leads } from '#shared/leads/contract.ts';
import { systemClock } from './kernel/clock.ts';
import type { Queryable } from './kernel/database.ts';
import { type Company, createCompany, leadDraft, register } from './testing/company.ts';
import { createTestApp, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres, urlOfDatabase } from './testing/database.ts';
import { addressOf, type ServerProcess, spawnServer, until } from './testing/process.ts';

// A real process before a Postgres that is busy, and one that is told to end in the middle of its work.

/** The longest that anybody waits to hear that it cannot be done now. */
const PATIENCE_MS = 5_000;
const directory = mkdtempSync(join(tmpdir(), 'genjin-operations-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

type Finish = TestContext['onTestFinished'];
type Server = ServerProcess & { readonly url: string };

describe.runIf(onRealPostgres)('a process', () => {
  let t: TestApp;
  let people: Company;
  let databaseUrl: string;

  beforeAll(async () => {
    // Its tokens are good in the other process, too.
    t = await createTestApp({ start: systemClock.now() });
    people = await createCompany(t);
    databaseUrl = await urlOfDatabase(t.database);
  });

  async function start(finish: Finish, env: Record<string, string> = {}): Promise<Server> {
    const JWT_SECRET = 'development-only-secret-do-not-deploy';
    const server = spawnServer(directory, { DATABASE_URL: databaseUrl, JWT_SECRET, WORKER: 'off', ...env });
    finish(server.kill);
    return { ...server, url: await addressOf(server) };
  }

  const ask = ({ url }: Server, path: string) =>
    fetch(url + path, { signal: AbortSignal.timeout(PATIENCE_MS) });

  const call = ({ url }: Server, endpoint: EndpointDefinition, body?: object) =>
    fetch(url + urlOf(endpoint, {} as never), {
      method: endpoint.method,
      headers: {
        authorization: `Bearer ${people.rep.token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
    });

  /** Takes a lock in a transaction of its own; answers how to give it back. */
  async function hold(
    finish: Finish,
    take: (db: Queryable) => Promise<unknown>,
  ): Promise<() => Promise<void>> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: taken, resolve: tell } = Promise.withResolvers<void>();
    const held = t.db.transaction().execute(async (trx) => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
      await take(trx);
      tell();
      await released;
    });
    const giveBack = async () => {
      release();
      await held;
    };
    finish(giveBack);
    await taken;
    return giveBack;
  }

  it('says within five seconds that it cannot, while a lock has used its pool up, and then goes on', async ({
    onTestFinished,
  }) => {
    const server = await start(onTestFinished, { DATABASE_POOL: '4' });
    expect((await ask(server, '/readyz')).status).toBe(200);
    const giveBack = await hold(onTestFinished, (db) =>
      sql`lock table device_sessions in access exclusive mode`.execute(db),
    );
    const asked = Date.now();
    const answers = Array.from({ length: 40 }, async () => {
      const response = await call(server, auth.profile);
      const failure = (await response.json()) as Failure;
      return { status: response.status, failure, ms: Date.now() - asked };
    });
    expect((await ask(server, '/healthz')).status).toBe(200);
    const ready = await ask(server, '/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { database: 'down', redis: null, draining: false },
    ]);
    for (const { status, failure, ms } of await Promise.all(answers)) {
      expect([status, failure.errorCode]).toEqual([503, 'UNAVAILABLE']);
      expect(failure.requestId).toMatch(/^[0-9a-f-]{36}$/);
      expect(ms).toBeLessThan(PATIENCE_MS);
    }
    await giveBack();
    await until('it is ready again', async () => (await ask(server, '/readyz')).ok);
    expect((await call(server, auth.profile)).status).toBe(200);
  });

  it('says so within five seconds however often a request has to wait, and shows it to whoever watches', async ({
    onTestFinished,
  }) => {
    const METRICS_TOKEN = 'a-token-of-the-test-with-32-characters';
    const server = await start(onTestFinished, { DATABASE_POOL: '4', METRICS_TOKEN });
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    const measured = async (series: string) => {
      const text = await (await fetch(`${server.url}/metrics`, { headers })).text();
      return Number(
        text
          .split('\n')
          .find((line) => line.startsWith(series))
          ?.split(' ')
          .at(-1) ?? 0,
      );
    };
    // Each request waits for a connection twice, once to be recognised, and then for this lock.
    await hold(onTestFinished, (db) => sql`lock table leads in exclusive mode`.execute(db));
    const waits: number[] = [];
    const write = async () => {
      for (let i = 0; i < 3; i++) {
        const asked = Date.now();
        const response = await call(server, leads.create, leadDraft());
        waits.push(Date.now() - asked);
        expect([response.status, ((await response.json()) as Failure).errorCode]).toEqual([
          503,
          'UNAVAILABLE',
        ]);
        await sleep(100 * i);
      }
    };
    const people = Promise.all(Array.from({ length: 12 }, write));
    await until(
      'an operator sees them wait',
      async () => (await measured('genjin_database_pool{state="waiting"}')) > 0,
    );
    await people;
    expect(Math.max(...waits)).toBeLessThan(PATIENCE_MS);
    const refused = 'http_request_duration_seconds_count{method="POST",path="/api/leads",status="503"}';
    expect(await measured(refused)).toBe(waits.length);
  });

  it('says so of the one record that somebody holds, and stays ready for all others', async ({
    onTestFinished,
  }) => {
    const lead = await register(t, people.rep);
    const other = await register(t, people.rep);
    await hold(onTestFinished, (db) => sql`select from leads where id = ${lead.id} for update`.execute(db));
    const asked = Date.now();
    const edit = ({ id, version }: typeof lead) =>
      t.call(leads.update, { params: { id }, body: { ...leadDraft(), version } }, { as: people.rep });
    const refused = edit(lead);
    expect((await edit(other)).status).toBe(200);
    expect((await t.app.inject('/readyz')).statusCode).toBe(200);
    expect((await refused).failure.errorCode).toBe('UNAVAILABLE');
    expect(Date.now() - asked).toBeLessThan(PATIENCE_MS);
  });

  it('that loses all its connections under load answers only that it cannot, and keeps what it acknowledged', async ({
    onTestFinished,
  }) => {
    const server = await start(onTestFinished, { PGAPPNAME: 'victim' });
    const answers: { status: number; id: string | null }[] = [];
    let cut = 0;
    const write = async () => {
      while (cut < 10) {
        const response = await call(server, leads.create, leadDraft());
        const { data } = (await response.json()) as { data?: { id: string } };
        answers.push({ status: response.status, id: data?.id ?? null });
      }
    };
    const writers = Array.from({ length: 8 }, write);
    while (cut < 10) {
      await sleep(150);
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'victim' and datname = current_database()`.execute(t.db);
      cut++;
    }
    await Promise.all(writers);
    const saved = answers.flatMap(({ status, id }) => (status === 200 && id ? [id] : []));
    expect(answers.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    expect(saved.length).toBeGreaterThan(0);
    const kept = await t.db.selectFrom('leads').select('id').where('id', 'in', saved).execute();
    expect(kept).toHaveLength(saved.length);
    await until('it is ready again', async () => (await ask(server, '/readyz')).ok);
    expect(server.child.exitCode).toBeNull();
  });

  it('told to end with a hundred requests under way turns red, answers them all, and ends with 0', async ({
    onTestFinished,
  }) => {
    const server = await start(onTestFinished, { DRAIN_SECONDS: '3', DATABASE_POOL: '30' });
    const countLeads = async () =>
      (await sql<{ count: number }>`select count(*) from leads`.execute(t.db)).rows[0]?.count as number;
    const before = await countLeads();
    const giveBack = await hold(onTestFinished, (db) => sql`lock table leads in exclusive mode`.execute(db));
    const answers = Array.from({ length: 100 }, () => call(server, leads.create, leadDraft()));
    await until('they wait', async () => {
      const { rows } = await sql`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
        t.db,
      );
      return rows.length >= 4;
    });
    const told = Date.now();
    server.child.kill('SIGTERM');
    await giveBack();
    const red = await until('it is red', async () => {
      const ready = await ask(server, '/readyz');
      return ready.status === 503 && ready;
    });
    expect(await red.json()).toMatchObject({ draining: true });
    expect(red.headers.get('connection')).toBe('close');
    expect((await ask(server, '/healthz')).status).toBe(200);
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    const saved = statuses.filter((status) => status === 200).length;
    // On a slow machine the last ones wait too long for a connection, and are told.
    expect(statuses.filter((status) => status === 503)).toHaveLength(100 - saved);
    expect(saved).toBeGreaterThan(30);
    expect(await server.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(10_000);
    expect(await countLeads()).toBe(before + saved);
    await expect(ask(server, '/healthz')).rejects.toThrow('fetch failed');
  });
});
