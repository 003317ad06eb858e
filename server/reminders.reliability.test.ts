import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, describe, expect, it, type TestContext } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type Delivery, reminders } from '#shared/reminders/contract.ts';
import { createMemoryCache } from './kernel/cache.ts';
import { systemClock } from './kernel/clock.ts';
import type { Database } from './kernel/database.ts';
import { createJobs, type Jobs } from './kernel/events.ts';
import { createPasswords } from './modules/identity/passwords.ts';
import { createUser } from './modules/identity/people.ts';
import { allHandlers, allScheduledJobs } from './modules.ts';
import { onRealPostgres, openTestDatabase, urlOfDatabase } from './testing/database.ts';
import { nobodyOutside, testSigner } from './testing/outside.ts';
import { addressOf, callServer, type ServerProcess, spawnServer, until } from './testing/process.ts';
import { createRandom } from './testing/random.ts';
import { type SmtpBehaviour, startSmtp, type TestSmtp } from './testing/smtp.ts';

// Real worker processes, a real mail server, a real database: what is left of a reminder when any of them fails.

const PASSWORD = 'correct-horse-1';
const directory = mkdtempSync(join(tmpdir(), 'genjin-reliability-'));

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Takes what is to be cleared away after the test. */
type Finish = TestContext['onTestFinished'];

type Server = ServerProcess & { readonly url: string };

/** A process of the product that is ready for requests, and works unless it is told not to. */
async function startServer(
  finish: Finish,
  databaseUrl: string,
  env: Record<string, string>,
): Promise<Server> {
  const server = spawnServer(directory, { DATABASE_URL: databaseUrl, ...env });
  finish(server.kill);
  return { ...server, url: await addressOf(server) };
}

interface World {
  readonly db: Database;
  readonly jobs: Jobs;
  readonly smtp: TestSmtp;
  start(env?: Record<string, string>): Promise<Server>;
}

/** A database with so many reps, each with one lead that is overdue, and an administrator; a mail server. */
async function createWorld(finish: Finish, options: { reps: number; pause?: () => number }): Promise<World> {
  const database = await openTestDatabase();
  const { db } = database;
  finish(() => database.close());
  const smtp = await startSmtp(options.pause && { pause: options.pause });
  finish(() => smtp.close());
  const outside = nobodyOutside();
  const jobs = createJobs(
    { database, clock: systemClock, cache: createMemoryCache(), signer: testSigner },
    allHandlers(outside),
    allScheduledJobs(outside),
    () => undefined,
  );
  await jobs.start({ work: false });
  finish(() => jobs.stop());

  const now = systemClock.now();
  const passwordHash = await createPasswords(8).hash(PASSWORD);
  await createUser(db, now, { username: 'admin', name: '林涛', passwordHash, roles: ['admin'] });
  await sql`
    with reps as (
      insert into users (id, username, name, email, password_hash, created_at, updated_at)
      select gen_random_uuid(), 'rep' || n, '同事' || n, 'rep' || n || '@example.com', 'none', ${now}, ${now}
      from generate_series(1, ${options.reps}::int) as n
      returning id, username
    ), granted as (
      insert into user_roles (user_id, role_id)
      select reps.id, roles.id from reps, roles where roles.code = 'sales'
    )
    insert into leads (id, no, customer_name, phone, source, lead_time, intention, is_contacted, status, owner_id,
      assigned_at, last_contact_at, search_text, search_contact, search_grams, name_key, created_by, created_at, updated_at)
    select gen_random_uuid(), 'LEAD-' || username, username || '酒店', '13800138000', 'phone', at, 'high', false, 'new', id,
      at, at, '', '', '{}', '', id, at, at
    from reps, (values (${now}::timestamptz - interval '40 days')) as moment (at)`.execute(db);
  await oweCheck(db, '00:00');

  const databaseUrl = await urlOfDatabase(database);
  return { db, jobs, smtp, start: (env) => startServer(finish, databaseUrl, { SMTP_URL: smtp.url, ...env }) };
}

/** Today's check is owed since this time, and was agreed on long ago. */
const oweCheck = (db: Database, sendTime: string) =>
  sql`update reminder_settings set send_time = ${sendTime}, workdays_only = false,
    updated_at = now() - interval '30 days'`.execute(db);

/** Everything is overdue anew, as after a contact long ago that nobody has been reminded of. */
const renew = (db: Database) =>
  sql`update leads set last_contact_at = last_contact_at + interval '1 minute'`.execute(db);

async function countOf(db: Database, what: ReturnType<typeof sql<unknown>>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from ${what}`.execute(db);
  return rows[0]?.count ?? 0;
}

const CHECK = 'reminders.check';
/** The lock that makes checks run one after the other. */
const turn = sql`pg_locks where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())
  and objid::bigint = hashtext('reminders.run')::bigint & 4294967295`;
const waitingDeliveries = sql`reminder_deliveries where status = 'waiting'`;
const unfinished = sql`pgboss.job where state in ('created', 'retry', 'active') and name <> 'dead-letters'`;

const allSent = (db: Database) =>
  until('all is sent', async () => {
    const runs = await countOf(db, sql`reminder_deliveries`);
    return runs > 0 && (await countOf(db, waitingDeliveries)) === 0 && (await countOf(db, unfinished)) === 0;
  });

/** Does at once what the queue does by and by: tries again what failed. */
const hurry = (db: Database) =>
  sql`update pgboss.job set start_after = now() where state = 'retry' and start_after > now()`.execute(db);

/** Does at once what the queue does when a process has given no sign of life for a while. */
const revive = (db: Database, name: string) =>
  sql`update pgboss.job set state = 'created', started_on = null, heartbeat_on = null
    where name = ${name} and state = 'active'`.execute(db);

const signIn = async (server: Server) =>
  (await callServer(server, auth.login, { body: { username: 'admin', password: PASSWORD } })).accessToken;

/** The messages of the latest run, as the administrator sees them. */
async function latestDeliveries(server: Server, token: string, count: number): Promise<readonly Delivery[]> {
  const query = { pageSize: count, sort: '-createdAt' } as const;
  return (await callServer(server, reminders.deliveries, { query }, token)).list;
}

const idsByRecipient = (smtp: TestSmtp, from = 0) => {
  const ids = new Map<string, Set<string>>();
  for (const { to, messageId } of smtp.received.slice(from)) {
    for (const address of to) ids.set(address, (ids.get(address) ?? new Set()).add(messageId));
  }
  return ids;
};

describe.runIf(onRealPostgres)('reminders', () => {
  it('none is lost and none is sent under two ids, however often a worker is killed', async ({
    onTestFinished,
  }) => {
    const REPS = 300;
    const random = createRandom(20_261_120);
    let steps = 0;
    let inNoHurry = true;
    const world = await createWorld(onTestFinished, {
      reps: REPS,
      pause: () => {
        steps += 1;
        return inNoHurry ? random.below(60) : 0;
      },
    });
    const { db, smtp } = world;
    /** When each was killed, in numbers of mails that had come by then. */
    const kills: number[] = [];
    let next = world.start();
    async function killed(when: () => Promise<unknown>): Promise<void> {
      const worker = await next;
      // The next one starts meanwhile, as the other replica would.
      next = world.start();
      next.catch(() => undefined);
      await when();
      await worker.kill();
      kills.push(smtp.received.length);
    }

    // While the check is under way: it stands still at one table after the other until its process is dead.
    const tables = ['reminder_runs', 'reminders', 'reminder_deliveries', 'notifications', 'audit_entries'];
    for (const table of tables) {
      await db.transaction().execute(async (trx) => {
        await sql.raw(`lock table ${table} in share row exclusive mode`).execute(trx);
        const worker = await next;
        await world.jobs.trigger(CHECK);
        const stands = sql`pg_locks where relation = ${table}::regclass and not granted`;
        await until(`the check stands at ${table}`, async () => (await countOf(db, stands)) > 0, 30);
        await sleep(random.below(30));
        await worker.kill();
      });
      kills.push(0);
      next = world.start();
      await revive(db, CHECK);
    }
    expect(await countOf(db, sql`reminder_runs`)).toBe(0);
    expect(await countOf(db, sql`reminder_deliveries`)).toBe(0);
    // Somewhere in the middle, until one gets through.
    for (let i = 0; (await countOf(db, sql`reminder_runs`)) === 0; i++) {
      if (i === 3) {
        await next;
        await world.jobs.trigger(CHECK);
        await until('the check is done', async () => (await countOf(db, sql`reminder_runs`)) > 0);
        break;
      }
      await killed(async () => {
        await world.jobs.trigger(CHECK);
        await until('the check runs', async () => (await countOf(db, sql`${turn} and granted`)) > 0, 30);
        await sleep(random.below(150));
      });
      await revive(db, CHECK);
    }
    const inTheCheck = kills.length;

    // While mails are under way: after so many more steps of the mail server, and a moment.
    while (kills.length < 32) {
      await killed(async () => {
        const enough = steps + 1 + random.below(24);
        const deadline = Date.now() + 2_000;
        while (steps < enough && Date.now() < deadline) await sleep(2);
        await sleep(random.below(40));
      });
    }
    inNoHurry = false;
    const before = smtp.received.length;
    await next;
    const hurrying = setInterval(() => void hurry(db), 1_000);
    await allSent(db).finally(() => clearInterval(hurrying));

    expect(await countOf(db, sql`reminders where delivery_id is not null`)).toBe(REPS);
    expect(await countOf(db, sql`reminder_deliveries where status = 'sent'`)).toBe(REPS);
    expect(await countOf(db, sql`reminder_runs where reminders > 0`)).toBe(1);
    const ids = idsByRecipient(smtp);
    expect(ids.size).toBe(REPS);
    for (const [address, own] of ids) expect([...own], address).toHaveLength(1);
    expect(new Set(smtp.received.map((mail) => mail.messageId)).size).toBe(REPS);
    // Between two of the same there was a death, and a death doubles only what was in hand.
    const doubled = smtp.received.length - REPS;
    const last = new Map<string, number>();
    for (const [i, { messageId }] of smtp.received.entries()) {
      const earlier = last.get(messageId);
      if (earlier !== undefined) expect(kills.some((at) => at > earlier && at <= i)).toBe(true);
      last.set(messageId, i);
    }
    expect(doubled).toBeLessThanOrEqual(kills.length);
    console.log(
      `${kills.length} kills (${inTheCheck} in the check), ${before} mails before the last, ${doubled} duplicates`,
    );
  }, 180_000);

  it('three replicas and a check by hand at the same instant say everything once', async ({
    onTestFinished,
  }) => {
    const REPS = 12;
    const COMPANY = 'boss@example.com';
    const { db, smtp, jobs, start } = await createWorld(onTestFinished, { reps: REPS });
    await sql`
      with department as (
        insert into departments (id, name, manager_id, created_at, updated_at)
        select gen_random_uuid(), '销售部', id, now(), now() from users where username = 'rep1' returning id
      )
      update users set department_id = department.id from department`.execute(db);
    await sql`insert into remind_emails (id, email, created_by, created_at)
      select gen_random_uuid(), ${COMPANY}, id, now() from users where username = 'admin'`.execute(db);
    const replicas = await Promise.all([start(), start(), start()]);
    const token = await signIn(replicas[0] as Server);
    // Each rep; the manager of all but herself, who hears of her own and theirs in one mail; the company list.
    const identities = REPS + (REPS - 1) + REPS;
    const recipients = REPS + 1;
    const waitsForItsTurn = sql`${turn} and not granted`;

    for (const round of [1, 2, 3]) {
      await renew(db);
      await oweCheck(db, `00:0${round}`);
      const [mailsBefore, runsBefore] = [smtp.received.length, await countOf(db, sql`reminder_runs`)];
      const byHand: Promise<unknown>[] = [];
      await db.connection().execute(async (holder) => {
        // All of them stand at the start before one may go.
        await sql`select pg_advisory_lock(hashtext('reminders.run'))`.execute(holder);
        await Promise.all(replicas.map(() => jobs.trigger(CHECK)));
        await until('the replicas check', async () => (await countOf(db, waitsForItsTurn)) >= 1, 30);
        for (const replica of replicas) byHand.push(callServer(replica, reminders.check, {}, token));
        await until('everybody checks', async () => (await countOf(db, waitsForItsTurn)) >= 4, 30);
        await sql`select pg_advisory_unlock(hashtext('reminders.run'))`.execute(holder);
      });
      await Promise.all(byHand);
      await allSent(db);

      expect(await countOf(db, sql`reminders`)).toBe(identities * round);
      expect(smtp.received).toHaveLength(mailsBefore + recipients);
      const ids = idsByRecipient(smtp, mailsBefore);
      expect(ids.size).toBe(recipients);
      expect(ids.get(COMPANY)?.size).toBe(1);
      // The daily one and three by hand, of which one found something to say.
      expect(await countOf(db, sql`reminder_runs`)).toBe(runsBefore + 4);
      expect(await countOf(db, sql`reminder_runs where reminders > 0`)).toBe(round);
      expect(await countOf(db, sql`reminder_runs where slot is not null`)).toBe(round);
    }
    // As each further minute would.
    await jobs.trigger(CHECK);
    await until('the check is over', async () => (await countOf(db, unfinished)) === 0);
    expect(await countOf(db, sql`reminder_runs where slot is not null`)).toBe(3);
    expect(smtp.received).toHaveLength(3 * recipients);
  }, 120_000);

  // Most of it is waiting.
  describe.concurrent('whatever the mail server does', () => {
    const REPS = 4;

    /** Lets a check run into a fault; answers once everything has been tried, still waits and says why. */
    async function runInto(server: Server, token: string, db: Database): Promise<readonly Delivery[]> {
      await renew(db);
      const { deliveries } = await callServer(server, reminders.check, {}, token);
      expect(deliveries).toBe(REPS);
      return until('everything was tried', async () => {
        const list = await latestDeliveries(server, token, REPS);
        return list.every(({ attempts }) => attempts > 0) && list;
      });
    }

    it.for<[fault: string, behaviour: SmtpBehaviour | 'refused', reason: RegExp]>([
      ['refuses connections', 'refused', /^连不上邮件服务器$/],
      ['greets with a 421', 'refuse421', /^邮件服务器暂时拒收（421 .*），稍后再试$/],
      ['puts off strangers', 'greylist', /^邮件服务器暂时拒收（450 .*），稍后再试$/],
      ['breaks the encryption', 'brokenTls', /^邮件服务器的安全连接有问题$/],
      ['hangs up after the data', 'dropAfterData', /^邮件服务器中断了连接$/],
      ['refuses the password', 'rejectAuth', /^邮件服务器登录失败$/],
    ])(
      'it %s: said meanwhile, sent in the end, with the same id',
      { timeout: 120_000 },
      async ([, behaviour, reason], { onTestFinished }) => {
        const world = await createWorld(onTestFinished, { reps: REPS });
        const { db } = world;
        let { smtp } = world;
        const server = await world.start();
        const token = await signIn(server);
        if (behaviour === 'refused') await smtp.close();
        else smtp.setBehaviour(behaviour);

        const tried = await runInto(server, token, db);
        for (const delivery of tried) {
          expect(delivery).toMatchObject({ status: 'waiting', sentAt: null, resendable: false });
          expect(delivery.reason).toMatch(reason);
        }
        if (behaviour === 'refused') {
          smtp = await startSmtp({ port: Number(new URL(smtp.url).port) });
          onTestFinished(() => smtp.close());
        } else if (behaviour !== 'greylist') smtp.setBehaviour('accept');
        await hurry(db);
        await allSent(db);

        for (const delivery of await latestDeliveries(server, token, REPS)) {
          expect(delivery).toMatchObject({ status: 'sent', reason: null });
          expect(delivery.attempts).toBeGreaterThan(1);
        }
        const ids = idsByRecipient(smtp);
        expect(ids.size).toBe(REPS);
        for (const [address, own] of ids) expect([...own], address).toHaveLength(1);
        // Only who was not told that the mail had come sends it again.
        const sentTwice = behaviour === 'dropAfterData';
        if (sentTwice) expect(smtp.received.length).toBeGreaterThanOrEqual(2 * REPS);
        else expect(smtp.received).toHaveLength(REPS);
      },
    );

    it('it does not know one of them: that one failed, the others are sent', async ({ onTestFinished }) => {
      const { db, smtp, start } = await createWorld(onTestFinished, { reps: REPS });
      const server = await start();
      const token = await signIn(server);
      smtp.unknown.add('rep2@example.com');
      await runInto(server, token, db);
      await allSent(db);
      const list = await latestDeliveries(server, token, REPS);
      for (const { address, status, attempts, reason, resendable } of list) {
        if (address === 'rep2@example.com') {
          expect({ status, attempts, resendable }).toEqual({
            status: 'failed',
            attempts: 1,
            resendable: true,
          });
          expect(reason).toMatch(/^收件地址被拒收：550 5\.1\.1 No such user/);
        } else expect({ status, attempts, reason }).toEqual({ status: 'sent', attempts: 1, reason: null });
      }
      expect(smtp.received).toHaveLength(REPS - 1);
    }, 120_000);

    it('it holds the connection: nobody waits for it but the worker', async ({ onTestFinished }) => {
      const { db, smtp, start } = await createWorld(onTestFinished, { reps: 1 });
      // The twin sends nothing.
      const [server, twin] = await Promise.all([start(), start({ WORKER: 'off' })]);
      const token = await signIn(server);
      const get = async (from: Server) => {
        const started = performance.now();
        await callServer(from, leads.list, { query: { pageSize: 20 } }, token);
        return performance.now() - started;
      };
      const measure = async (rounds: number) => {
        const times = { held: [] as number[], twin: [] as number[] };
        for (let i = 0; i < rounds; i++) {
          times.held.push(await get(server));
          times.twin.push(await get(twin));
        }
        const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1] as number;
        return { held: median(times.held), twin: median(times.twin) };
      };
      await measure(100);
      const quiet = await measure(300);
      smtp.setBehaviour('tarpit');
      await callServer(server, reminders.check, {}, token);
      await until('the mail is held', async () => smtp.connections === 1);
      const under = await measure(300);
      // All were answered while the mail was still held by its first attempt.
      expect(smtp.connections).toBe(1);
      expect(smtp.attempts).toBe(1);
      expect((await latestDeliveries(server, token, 1)).map(({ attempts }) => attempts)).toEqual([0]);
      const ratio = (side: 'held' | 'twin') => (under[side] / quiet[side]).toFixed(2);
      console.log(
        `GET /api/leads: ${quiet.held.toFixed(1)} ms, under the tarpit ${under.held.toFixed(1)} ms: ratio ${ratio('held')}` +
          `, of the twin at the same time ${ratio('twin')}; both at once ${(under.held / under.twin).toFixed(2)}`,
      );

      const tried = await until('everything was given up', async () => {
        const list = await latestDeliveries(server, token, 1);
        return list.every(({ attempts }) => attempts > 0) && list;
      });
      for (const delivery of tried) {
        expect(delivery).toMatchObject({ status: 'waiting', reason: '邮件服务器太久没有回应' });
      }
      smtp.setBehaviour('accept');
      await hurry(db);
      await allSent(db);
      expect(idsByRecipient(smtp).size).toBe(1);
      expect(smtp.received).toHaveLength(1);
    }, 150_000);
  });

  describe('a worker that is told to end', () => {
    it('finishes what it has in hand and leaves the rest to the other', async ({ onTestFinished }) => {
      const REPS = 80;
      const { db, smtp, jobs, start } = await createWorld(onTestFinished, { reps: REPS, pause: () => 100 });
      const [ending, staying] = await Promise.all([start(), start()]);
      await jobs.trigger(CHECK);
      await until('some are sent', async () => smtp.received.length >= 10);
      const started = Date.now();
      expect(await ending.stop(), ending.output()).toBe(0);
      expect(Date.now() - started).toBeLessThan(10_000);
      expect(await countOf(db, waitingDeliveries)).toBeGreaterThan(0);
      await allSent(db);
      // Nothing was cut off, or it would have come a second time.
      expect(smtp.received).toHaveLength(REPS);
      expect(idsByRecipient(smtp).size).toBe(REPS);
      expect(await countOf(db, sql`reminder_deliveries where status = 'sent' and attempts = 1`)).toBe(REPS);
      expect(await staying.stop(), staying.output()).toBe(0);
    }, 90_000);

    it('gives back what it cannot finish', async ({ onTestFinished }) => {
      const REPS = 8;
      const { db, smtp, jobs, start } = await createWorld(onTestFinished, { reps: REPS });
      smtp.setBehaviour('tarpit');
      const ending = await start();
      await jobs.trigger(CHECK);
      await until('a mail is held', async () => smtp.connections === 1);
      const started = Date.now();
      expect(await ending.stop(), ending.output()).toBe(0);
      expect(Date.now() - started).toBeLessThan(10_000);
      // Neither the queue nor the database was missing.
      expect(ending.output()).not.toContain('"level":50');
      // None waits for a sign of life that will never come.
      expect(await countOf(db, sql`pgboss.job where state = 'active'`)).toBe(0);
      expect(await countOf(db, waitingDeliveries)).toBe(REPS);
      smtp.setBehaviour('accept');
      const staying = await start();
      await hurry(db);
      await allSent(db);
      expect(smtp.received).toHaveLength(REPS);
      expect(idsByRecipient(smtp).size).toBe(REPS);
      expect(await staying.stop(), staying.output()).toBe(0);
    }, 90_000);
  });
});
