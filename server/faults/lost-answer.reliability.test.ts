import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type CallInput, type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { systemClock } from '../kernel/clock.ts';
import { newId } from '../kernel/new-id.ts';
import { type Company, createCompany, leadDraft, newCustomer, register } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { onRealPostgres, urlOfDatabase } from '../testing/database.ts';
import { openLine } from '../testing/line.ts';
import { addressOf, spawnServer, until } from '../testing/process.ts';

// A process told Postgres to keep a write, and dies, or hears no more of it, before it could tell whoever sent it.

/** What a commit stands still at, for as long as the test holds it. */
const GATE = 20_261_120;
const PATIENCE_MS = 5_000;

interface Sent {
  readonly endpoint: EndpointDefinition;
  readonly input: object;
}

describe.runIf(onRealPostgres)('a write whose answer is lost between its commit and its sender', () => {
  const directory = mkdtempSync(join(tmpdir(), 'genjin-lost-answer-'));
  let t: TestApp;
  let people: Company;
  let databaseUrl: string;

  beforeAll(async () => {
    // Its tokens are good in the processes, too.
    t = await createTestApp({ start: systemClock.now() });
    people = await createCompany(t);
    databaseUrl = await urlOfDatabase(t.database);
    // Runs within the commit, when everything else is done; Postgres finishes it whether or not somebody still listens.
    await sql`create function stand_still() returns trigger language plpgsql
      set lock_timeout = 0 set client_connection_check_interval = 0 as $$
      begin perform pg_advisory_xact_lock(${sql.lit(GATE)}); return null; end $$`.execute(t.db);
    await sql`create constraint trigger stand_still after insert on audit_entries deferrable initially deferred
      for each row execute function stand_still()`.execute(t.db);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function start(finish: TestContext['onTestFinished'], DATABASE_URL = databaseUrl) {
    const JWT_SECRET = 'development-only-secret-do-not-deploy';
    const server = spawnServer(directory, { DATABASE_URL, JWT_SECRET, WORKER: 'off' });
    finish(server.kill);
    return { ...server, url: await addressOf(server) };
  }

  async function send({ url }: { url: string }, { endpoint, input }: Sent, key: string) {
    const { body } = input as { body?: object };
    const response = await fetch(url + urlOf(endpoint, input as CallInput<EndpointDefinition>), {
      method: endpoint.method,
      headers: {
        authorization: `Bearer ${people.manager.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { data: unknown; errorCode?: string };
    const replayed = response.headers.get('idempotency-replayed') === 'true';
    return { status: response.status, replayed, ...answer };
  }

  const version = 1;
  const writes: Readonly<Record<string, () => Promise<Sent>>> = {
    'a new lead': async () => ({ endpoint: leads.create, input: { body: leadDraft() } }),
    'a follow-up': async () => {
      const { id } = await register(t, people.manager);
      const body = { method: 'phone', content: '聊了报价' };
      return { endpoint: leads.followUp, input: { params: { id }, body } };
    },
    'an action of a machine': async () => {
      const { id } = await register(t, people.manager);
      const body = { version, action: 'close', outcome: 'lost', reason: '价格' };
      return { endpoint: leads.changeStatus, input: { params: { id }, body } };
    },
    'a conversion': async () => {
      const { id } = await register(t, people.manager);
      const body = { version, dealDate: '2026-03-10', dealAmount: 12_800.5 };
      return { endpoint: leads.convert, input: { params: { id }, body } };
    },
    'a task': async () => ({
      endpoint: tasks.create,
      input: { body: { title: '寄样品', dueAt: '2027-03-10T02:00:00.000Z' } },
    }),
    'a ticket': async () => {
      const { id: customerId } = await newCustomer(t, people.manager);
      const body = { ticketType: 'repair', ticketTitle: '漏水', customerId };
      return { endpoint: serviceTickets.create, input: { body } };
    },
  };

  /** Everything that a write could have done twice. */
  async function effects() {
    const { rows } = await sql<Record<string, number>>`
      select (select count(*) from leads) as leads, (select coalesce(sum(version), 0) from leads) as versions,
        (select count(*) from customers) as customers, (select count(*) from followups) as followups,
        (select count(*) from tasks) as tasks, (select count(*) from service_tickets) as tickets,
        (select count(*) from status_changes) as steps, (select count(*) from audit_entries) as entries,
        (select coalesce(sum(last_value), 0) from number_counters) as numbers,
        (select count(*) from idempotency_keys) as keys`.execute(t.db);
    return rows[0];
  }

  const atTheGate = async () => {
    const { rows } = await sql`
      select from pg_locks where locktype = 'advisory' and not granted and objid = ${GATE}
        and database = (select oid from pg_database where datname = current_database())`.execute(t.db);
    return rows.length;
  };

  it('with its process is done once, and whoever sends it again to the next one gets its answer, to the letter', async ({
    onTestFinished,
  }) => {
    const sent = await Promise.all(
      Object.values(writes).map(async (arrange) => ({ write: await arrange(), key: newId() })),
    );
    const before = await effects();
    const first = await start(onTestFinished);
    const second = await start(onTestFinished);
    await t.db.connection().execute(async (gatekeeper) => {
      await sql`select pg_advisory_lock(${sql.lit(GATE)})`.execute(gatekeeper);
      const lost = sent.map(({ write, key }) => send(first, write, key).catch(() => 'no answer'));
      await until('all of them are being kept', async () => (await atTheGate()) === sent.length);
      await first.kill();
      expect(new Set(await Promise.all(lost))).toEqual(new Set(['no answer']));
      // Nobody may do it meanwhile, and nobody knows yet whether it was done.
      for (const { write, key } of sent) {
        const { status, errorCode } = await send(second, write, key);
        expect([status, errorCode]).toEqual([409, 'IN_FLIGHT']);
      }
      expect(await effects()).toEqual(before);
      await sql`select pg_advisory_unlock(${sql.lit(GATE)})`.execute(gatekeeper);
    });
    await until('they are kept', async () => (await atTheGate()) === 0);
    const keys = Number(before?.keys) + sent.length;
    await until('their keys are kept', async () => (await effects())?.keys === keys);
    const once = await effects();
    expect(once).not.toEqual(before);

    const third = await start(onTestFinished);
    for (const { write, key } of sent) {
      const again = await send(second, write, key);
      expect(again).toMatchObject({ status: 200, replayed: true });
      write.endpoint.response.parse(again.data);
      expect((await send(third, write, key)).data).toEqual(again.data);
    }
    expect(await effects()).toEqual(once);
  }, 120_000);

  it('with the line to Postgres is refused in time, in flight as long as nobody knows, and then answered as it was done', async ({
    onTestFinished,
  }) => {
    const line = await openLine(databaseUrl);
    onTestFinished(() => line.close());
    const sent = await Promise.all(
      Object.values(writes).map(async (arrange) => ({ write: await arrange(), key: newId() })),
    );
    const before = await effects();
    const cutOff = await start(onTestFinished, line.url);
    const other = await start(onTestFinished);
    await t.db.connection().execute(async (gatekeeper) => {
      await sql`select pg_advisory_lock(${sql.lit(GATE)})`.execute(gatekeeper);
      const asked = Date.now();
      const refused = sent.map(async ({ write, key }) => {
        const { status, errorCode } = await send(cutOff, write, key);
        return { status, errorCode, ms: Date.now() - asked };
      });
      await until('all of them are being kept', async () => (await atTheGate()) === sent.length);
      line.silence();
      for (const { ms, ...refusal } of await Promise.all(refused)) {
        expect(refusal).toEqual({ status: 503, errorCode: 'UNAVAILABLE' });
        expect(ms).toBeLessThan(PATIENCE_MS);
      }
      const again = await Promise.all(sent.map(({ write, key }) => send(other, write, key)));
      expect(new Set(again.map(({ status, errorCode }) => `${status} ${errorCode}`))).toEqual(
        new Set(['409 IN_FLIGHT']),
      );
      expect(await effects()).toEqual(before);
      await sql`select pg_advisory_unlock(${sql.lit(GATE)})`.execute(gatekeeper);
    });
    const keys = Number(before?.keys) + sent.length;
    await until('they are kept', async () => (await effects())?.keys === keys);
    const once = await effects();
    line.restore();
    for (const { write, key } of sent) {
      const known = await send(other, write, key);
      expect(known).toMatchObject({ status: 200, replayed: true });
      expect((await send(cutOff, write, key)).data).toEqual(known.data);
    }
    expect(await effects()).toEqual(once);
  }, 120_000);

  it('that had not reached its commit is done by whoever gets it next', async ({ onTestFinished }) => {
    const write = await (writes['a new lead'] as () => Promise<Sent>)();
    const key = newId();
    const before = await effects();
    const first = await start(onTestFinished);
    await t.db.transaction().execute(async (trx) => {
      await sql`lock table audit_entries in exclusive mode`.execute(trx);
      const lost = send(first, write, key).catch(() => 'no answer');
      const waits = sql`select from pg_locks where relation = 'audit_entries'::regclass and not granted`;
      await until('it is in the middle', async () => (await waits.execute(t.db)).rows.length > 0);
      await first.kill();
      expect(await lost).toBe('no answer');
    });
    const second = await start(onTestFinished);
    const done = await until('the dead process let go', async () => {
      const reply = await send(second, write, key);
      return reply.status === 200 && reply;
    });
    expect((await send(second, write, key)).data).toEqual(done.data);
    expect(await effects()).toMatchObject({
      leads: Number(before?.leads) + 1,
      keys: Number(before?.keys) + 1,
    });
  }, 120_000);
});
