import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { allEndpoints } from '#shared/api.ts';
import { auth } from '#shared/auth/contract.ts';
import { isWrite } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { TICKET_STEPS } from '#shared/service-tickets/machine.ts';
import type { Instant } from '#shared/values/time.ts';
import { newId } from '../kernel/new-id.ts';
import { type Company, createCompany, hashPassword, leadDraft, register } from '../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../testing/createTestApp.ts';
import { checkAt, putLeads, sendWaiting } from '../testing/reminders.ts';
import { step, ticketAfter, ticketSeenBy } from '../testing/tickets.ts';

// The clock of a server jumps back two hours, and later shows the right time again.

const PASSWORD = 'correct-horse-1';
const NOW: Instant = '2026-03-10T06:00:00.000Z';
const BACK = { hours: -2 };
const FORTH = { hours: 2 };

describe('on a clock that jumps back two hours', () => {
  let t: TestApp;
  let people: Company;

  beforeAll(async () => {
    t = await createTestApp({ start: NOW });
    people = await createCompany(t);
  });

  /** Until the end of the test; the next one begins at the right time. */
  function jumpBack() {
    t.clock.advance(BACK);
    onTestFinished(() => t.clock.set(NOW));
  }

  async function account() {
    const user = await t.user({ roles: ['sales'], passwordHash: await hashPassword(PASSWORD) });
    const body = { username: user.username, password: PASSWORD };
    return { user, signIn: async () => (await t.call(auth.login, { body })).data };
  }
  const profile = (token: string) => t.call(auth.profile, {}, { as: { token } as TestUser });
  const refresh = async (refreshToken: string, idempotencyKey = newId()) =>
    (await t.call(auth.refresh, { body: { refreshToken } }, { idempotencyKey })).data;

  it('nobody is signed out, neither by the jump nor when the time is right again', async () => {
    const { signIn } = await account();
    const before = await signIn();
    jumpBack();
    expect((await profile(before.accessToken)).status).toBe(200);
    const key = newId();
    const meanwhile = await refresh(before.refreshToken, key);
    expect(await refresh(before.refreshToken, key)).toEqual(meanwhile);
    expect((await profile((await signIn()).accessToken)).status).toBe(200);
    t.clock.advance(FORTH);
    expect((await profile(meanwhile.accessToken)).failure.errorCode).toBe('TOKEN_EXPIRED');
    expect((await profile((await refresh(meanwhile.refreshToken)).accessToken)).status).toBe(200);
  });

  it('who guessed wrong waits no longer than without it', async () => {
    const { user, signIn } = await account();
    const guess = () => t.call(auth.login, { body: { username: user.username, password: 'wrong-horse-1' } });
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    expect((await guess()).status).toBe(429);
    jumpBack();
    for (let i = 0; i < 10; i++) expect((await guess()).status).toBe(401);
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(300);
    t.clock.advance({ minutes: 5 });
    expect((await signIn()).accessToken).toBeTruthy();
  });

  it('a write sent again is done once, whichever time came first', async () => {
    const sendTwice = async (between: () => void) => {
      const body = leadDraft({ customerName: newId() });
      const options = { as: { ...people.rep }, idempotencyKey: newId() };
      const first = await t.call(leads.create, { body }, options);
      between();
      const second = await t.call(leads.create, { body }, options);
      expect(second.headers['idempotency-replayed']).toBe('true');
      expect(second.data).toEqual(first.data);
    };
    await sendTwice(jumpBack);
    await sendTwice(() => t.clock.advance({ minutes: 10 }));
  });

  it('numbers go on without a gap and none twice, also across New Year', async () => {
    onTestFinished(() => t.clock.set(NOW));
    const numbers: string[] = [];
    // 00:30 in Shanghai, 22:30 of the year before, and 00:30 again.
    for (const at of ['2026-12-31T16:30:00.000Z', '2026-12-31T14:30:00.000Z', '2026-12-31T16:30:00.000Z']) {
      t.clock.set(at);
      for (let i = 0; i < 2; i++) numbers.push((await register(t, people.rep)).no);
    }
    const [year, serial] = [numbers.map((no) => no.slice(5, 9)), numbers.map((no) => Number(no.slice(10)))];
    expect(year).toEqual(['2027', '2027', '2026', '2026', '2027', '2027']);
    expect([serial[0], serial[1], serial[4], serial[5]]).toEqual([1, 2, 3, 4]);
    expect(serial[3]).toBe((serial[2] as number) + 1);
    const all = (await t.db.selectFrom('leads').select('no').execute()).map(({ no }) => no);
    expect(new Set(all).size).toBe(all.length);
  });

  it('whoever turns the pages of a list sees each record once', async () => {
    const city = '时光市';
    const made = new Set<string>();
    const make = async () => made.add((await register(t, people.rep, { city })).id);
    for (let i = 0; i < 12; i++) {
      await make();
      t.clock.advance({ minutes: 1 });
    }
    const seen: string[] = [];
    let cursor: string | null | undefined;
    for (let page = 0; cursor !== null; page++) {
      const query = { pageSize: 5, cursor, city, sort: '-createdAt' } as const;
      const { list, pagination } = (await t.call(leads.list, { query }, { as: people.rep })).data;
      seen.push(...list.map(({ id }) => id));
      cursor = pagination.nextCursor;
      if (page > 0) continue;
      jumpBack();
      // They are older than whatever was made before.
      for (let i = 0; i < 3; i++) await make();
    }
    expect(seen).toHaveLength(15);
    expect(new Set(seen)).toEqual(made);
  });

  it('nothing is reminded of twice, on the same day or across midnight', async () => {
    onTestFinished(() => t.clock.set(NOW));
    const contact = '2026-01-05T02:00:00.000Z';
    await t.db
      .updateTable('users')
      .set({ email: 'rep@example.com' })
      .where('id', '=', people.rep.id)
      .execute();
    await t.db
      .updateTable('reminderSettings')
      .set({ sendTime: '09:00', workdaysOnly: false, updatedAt: contact })
      .execute();
    await t.db.updateTable('leads').set({ deletedAt: NOW }).execute();
    await putLeads(t, people.rep, [{ ownerId: people.rep.id, contact }]);
    const said = async () => {
      await sendWaiting(t);
      const rows = await t.db.selectFrom('reminders').selectAll().execute();
      return { reminders: rows.length, mails: t.mails.length };
    };
    await checkAt(t, '2026-03-11', '10:30');
    const once = await said();
    expect(once).toMatchObject({ reminders: expect.any(Number), mails: 1 });
    expect(once.reminders).toBeGreaterThan(0);
    for (const time of ['08:30', '08:59', '09:00', '10:29', '10:30', '10:31']) {
      await checkAt(t, '2026-03-11', time);
      expect(await said()).toEqual(once);
    }
    await checkAt(t, '2026-03-12', '00:30');
    await checkAt(t, '2026-03-11', '22:30');
    await checkAt(t, '2026-03-12', '00:30');
    expect(await said()).toEqual(once);
  });

  it('a visit goes on, and no step of it comes before the one it follows', async () => {
    const ticket = await ticketAfter(t, people.manager, people.engineer, ['accept', 'depart']);
    // The phone has the right time.
    const happenedAt = t.clock.now();
    jumpBack();
    for (const name of ['arrive', 'resolve', 'sign'] as const)
      expect((await step(t, people.engineer, ticket, name, { happenedAt })).status).toBe(200);
    const { logs, status } = await ticketSeenBy(t, people.manager, ticket.id);
    expect(status).toBe('resolved');
    const times = logs
      .filter(({ logType }) => (TICKET_STEPS as readonly string[]).includes(logType))
      .map((log) => [log.logType, log.happenedAt]);
    const steps = ['accept', 'depart', 'arrive', 'resolve', 'sign'];
    expect(Object.fromEntries(times)).toEqual(Object.fromEntries(steps.map((name) => [name, happenedAt])));
  });

  it('everything can still be read', async () => {
    await ticketAfter(t, people.manager, people.engineer, ['accept', 'depart', 'arrive', 'resolve']);
    await register(t, people.rep);
    jumpBack();
    const reads = allEndpoints.filter(
      ([, each]) =>
        !isWrite(each) && !each.download && !each.path.includes(':') && each.permission !== 'public',
    );
    const statuses: number[] = [];
    for (const [name, endpoint] of reads) {
      const reply = await t.send(endpoint.method, endpoint.path, { as: people.admin });
      // Some want to know more than nothing.
      expect([200, 400], `${name} ${JSON.stringify(reply.body)}`).toContain(reply.status);
      statuses.push(reply.status);
    }
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThan(30);
  });
});
