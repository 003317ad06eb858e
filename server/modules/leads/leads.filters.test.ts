import { beforeAll, describe, expect, it, test } from 'vitest';
import { type LeadDraft, type LeadFilters, type LeadItem, leads } from '#shared/leads/contract.ts';
import { isOpenLead, leadMachine } from '#shared/leads/machine.ts';
import { atWallClock, dateOf, type Instant } from '#shared/values/time.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, nextPhone, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { createRandom } from '../../testing/random.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

async function all(as: TestUser, query: LeadFilters): Promise<LeadItem[]> {
  const items: LeadItem[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = (await t.call(leads.list, { query: { ...query, pageSize: 100, cursor } }, { as })).data;
    items.push(...page.list);
    cursor = page.pagination.nextCursor;
  }
  return items;
}
const total = async (as: TestUser, query: LeadFilters) =>
  (await t.call(leads.list, { query: { ...query, pageSize: 1 } }, { as })).data.pagination.total;

describe('a filter', () => {
  /** Name → lead, all registered by the administrator. */
  const made: Record<string, string> = {};
  const named = (items: LeadItem[]) =>
    Object.entries(made)
      .filter(([, id]) => items.some((item) => item.id === id))
      .map(([name]) => name)
      .sort();

  beforeAll(async () => {
    const { admin, rep, colleague, registrar } = people;
    const make = async (name: string, more: Partial<LeadDraft>, by = admin) => {
      made[name] = (await register(t, by, { ownerId: rep.id, ...more })).id;
    };
    t.clock.set(atWallClock('2026-03-02', '00:00'));
    await make('first', { source: 'douyin', intention: 'high', province: '广东', city: '深圳' });
    t.clock.set(atWallClock('2026-03-02', '23:59'));
    await make('late', { source: 'wechat', intention: 'low', province: '广东', city: '广州' });
    t.clock.set(atWallClock('2026-03-03', '00:00'));
    await make('next', { source: 'exhibition', ownerId: colleague.id, isContacted: true });
    await make('pooled', { source: 'douyin', ownerId: null }, registrar);
    await make('won', { source: 'referral' });
    await make('lost', { source: 'referral' });
    await make('gone', {});
    const done = { action: 'close', version: 1, outcome: 'lost', reason: '价格' } as const;
    await t.call(leads.changeStatus, { params: { id: made.lost as string }, body: done }, { as: rep });
    const deal = { version: 1, dealDate: '2026-03-03', dealAmount: 100 };
    await t.call(leads.convert, { params: { id: made.won as string }, body: deal }, { as: rep });
    await t.call(leads.remove, { params: { id: made.gone as string }, body: { version: 1 } }, { as: admin });
  });

  test.each<[LeadFilters, string[]]>([
    [{}, ['first', 'late', 'lost', 'next', 'pooled', 'won']],
    [{ status: 'new' }, ['first', 'late', 'next', 'pooled']],
    [{ status: 'converted,closed' }, ['lost', 'won']],
    [{ open: true }, ['first', 'late', 'next', 'pooled']],
    [{ open: false }, ['lost', 'won']],
    [{ intention: 'high' }, ['first']],
    [{ intention: ['high', 'low'] }, ['first', 'late']],
    [{ source: 'douyin' }, ['first', 'pooled']],
    [{ source: 'douyin,exhibition' }, ['first', 'next', 'pooled']],
    [{ province: '广东' }, ['first', 'late']],
    [{ city: '深圳' }, ['first']],
    [{ city: '深' }, []],
    [{ from: '2026-03-02', to: '2026-03-02' }, ['first', 'late']],
    [{ from: '2026-03-03' }, ['lost', 'next', 'pooled', 'won']],
    [{ to: '2026-03-01' }, []],
    [{ from: '2026-03-04', to: '2026-03-01' }, []],
    [{ contacted: true }, ['next', 'won']],
    [{ contacted: false, open: true }, ['first', 'late', 'pooled']],
    [{ pool: true }, ['pooled']],
    [{ pool: false, open: true }, ['first', 'late', 'next']],
    [{ deleted: true }, ['gone']],
    [{ deleted: false, open: true }, ['first', 'late', 'next', 'pooled']],
    [{ source: 'douyin', pool: false, from: '2026-03-01', city: '深圳' }, ['first']],
  ])('%j', async (filters, expected) => {
    expect(named(await all(people.admin, filters))).toEqual(expected);
    expect(await total(people.admin, filters)).toBe(expected.length);
  });

  it('by owner and by registrant are two things', async () => {
    const { admin, rep, colleague, registrar } = people;
    expect(named(await all(admin, { ownerId: rep.id }))).toEqual(['first', 'late', 'lost', 'won']);
    expect(named(await all(admin, { ownerId: colleague.id }))).toEqual(['next']);
    expect(named(await all(admin, { registrantId: registrar.id }))).toEqual(['pooled']);
    expect(await all(admin, { ownerId: newId() })).toEqual([]);
  });

  it('for the deleted needs the right to restore', async () => {
    for (const as of [people.rep, people.manager, people.registrar]) {
      const reply = await t.call(leads.list, { query: { deleted: true } }, { as });
      expect(reply.failure).toMatchObject({ code: 403, errorCode: 'FORBIDDEN' });
    }
  });

  it('orders by registration and by last contact, both ways', async () => {
    const order = async (sort: '-createdAt' | 'createdAt' | '-lastContactAt' | 'lastContactAt') =>
      (
        await t.call(
          leads.list,
          { query: { sort, open: true, pool: false, pageSize: 100 } },
          { as: people.admin },
        )
      ).data.list.map((item) => Object.entries(made).find(([, id]) => id === item.id)?.[0]);
    expect(await order('-createdAt')).toEqual(['next', 'late', 'first']);
    expect(await order('createdAt')).toEqual(['first', 'late', 'next']);
    t.clock.set(atWallClock('2026-03-04', '09:00'));
    const body = { method: 'phone', content: '回访' } as const;
    await t.call(leads.followUp, { params: { id: made.first as string }, body }, { as: people.rep });
    expect(await order('-lastContactAt')).toEqual(['first', 'next', 'late']);
    expect(await order('lastContactAt')).toEqual(['late', 'next', 'first']);
  });
});

describe('new work', () => {
  it('is fresh until it is followed up, and again after it changes hands', async () => {
    const { rep, colleague, manager } = people;
    t.clock.set(atWallClock('2026-03-10', '10:00'));
    const { id } = await register(t, manager, { ownerId: rep.id });
    const isFresh = async (as: TestUser) =>
      (await all(as, { fresh: true, ownerId: as.id })).some((lead) => lead.id === id);
    expect(await isFresh(rep)).toBe(true);
    expect((await all(rep, { fresh: false })).some((lead) => lead.id === id)).toBe(false);
    t.clock.advance({ hours: 1 });
    await t.call(leads.followUp, { params: { id }, body: { method: 'phone', content: '你好' } }, { as: rep });
    expect(await isFresh(rep)).toBe(false);
    expect((await all(rep, { fresh: false })).some((lead) => lead.id === id)).toBe(true);
    t.clock.advance({ hours: 1 });
    await t.call(
      leads.assign,
      { params: { id }, body: { version: 2, ownerId: colleague.id, reason: '换人' } },
      { as: manager },
    );
    expect(await isFresh(colleague)).toBe(true);
  });
});

describe('what is due', () => {
  const DAYS = [
    '2026-09-18',
    '2026-09-20',
    '2026-09-28',
    '2026-09-30',
    '2026-10-03',
    '2026-10-07',
    '2026-10-08',
    '2026-10-10',
    '2026-10-11',
    '2026-10-12',
  ];

  it('is said the same by the filters and by each lead: over weekends, a long holiday and its make-up days', async () => {
    const { rep, colleague } = people;
    const owner = await t.user({ roles: ['sales'], department: people.departments.north });
    const random = createRandom(20_261_001);
    const moment = (): Instant =>
      atWallClock(random.pick(DAYS), random.pick(['00:00', '09:00', '18:30', '23:59']));
    const row = await t.db
      .selectFrom('leads')
      .selectAll()
      .where('ownerId', '=', rep.id)
      .limit(1)
      .executeTakeFirstOrThrow();
    const rows = Array.from({ length: 200 }, () => {
      const at = moment();
      const pooled = random.chance(0.1);
      return {
        ...row,
        id: newId(),
        no: newId(),
        phone: nextPhone(),
        createdBy: owner.id,
        ownerId: pooled ? null : owner.id,
        poolEnteredAt: pooled ? at : null,
        assignedAt: pooled ? null : at,
        status: random.pick(Object.keys(leadMachine.states)),
        intention: random.pick(['high', 'medium', 'low']),
        createdAt: at,
        lastContactAt: at,
        nextFollowUpAt: random.chance(0.5) ? moment() : null,
        deletedAt: random.chance(0.05) ? at : null,
      };
    });
    await t.db.insertInto('leads').values(rows).execute();

    const admin = people.admin;
    let overdueSeen = 0;
    let todaySeen = 0;
    for (const day of [...DAYS, '2026-10-09', '2026-10-15', '2026-11-02']) {
      const now = atWallClock(day, random.pick(['00:00', '08:59', '09:00', '12:00', '18:30', '23:59']));
      t.clock.set(now);
      const mine = { registrantId: owner.id };
      const items = await all(admin, mine);
      const ids = (list: LeadItem[]) => list.map((lead) => lead.id).sort();
      const overdue = items.filter((lead) => lead.overdue);
      const today = items.filter((lead) => lead.nextDueAt && !lead.overdue && dateOf(lead.nextDueAt) === day);
      for (const lead of items) {
        const reminds = lead.owner !== null && isOpenLead(lead.status);
        expect(lead.nextDueAt !== null, lead.id).toBe(reminds);
        expect(lead.overdue).toBe(lead.nextDueAt !== null && lead.nextDueAt <= now);
      }
      expect(ids(await all(admin, { ...mine, due: 'overdue' })), `overdue at ${now}`).toEqual(ids(overdue));
      expect(ids(await all(admin, { ...mine, due: 'today' })), `due on the day of ${now}`).toEqual(
        ids(today),
      );
      const statistics = (await t.call(leads.statistics, { query: { ownerId: owner.id } }, { as: admin }))
        .data;
      expect(statistics.overdue).toBe(overdue.length);
      overdueSeen += overdue.length;
      todaySeen += today.length;
    }
    // The draw must have shown something.
    expect(overdueSeen).toBeGreaterThan(100);
    expect(todaySeen).toBeGreaterThan(20);
    // A colleague sees those of them that lie in the pool.
    const pooled = rows.filter((each) => each.ownerId === null && each.deletedAt === null);
    expect(await total(colleague, { registrantId: owner.id })).toBe(pooled.length);
  });

  it('today includes a lead without an agreed date whose interval ends today', async () => {
    t.clock.set(atWallClock('2026-03-10', '15:00'));
    const rep = await t.user({ roles: ['sales'] });
    const { id } = await register(t, rep, { intention: 'high' });
    t.clock.set(atWallClock('2026-03-11', '09:00'));
    expect((await all(rep, { due: 'today' })).map((lead) => lead.id)).toEqual([id]);
    expect(await all(rep, { due: 'overdue' })).toEqual([]);
    t.clock.set(atWallClock('2026-03-11', '15:00'));
    expect(await all(rep, { due: 'today' })).toEqual([]);
    expect((await all(rep, { due: 'overdue' })).map((lead) => lead.id)).toEqual([id]);
  });
});

describe('statistics', () => {
  it('count the same leads as the lists behind them, for everybody', async () => {
    const { rep, colleague, manager, registrar, admin } = people;
    for (const as of [rep, colleague, manager, registrar, admin]) {
      for (const range of [{}, { from: '2026-03-03', to: '2026-03-10' }, { ownerId: rep.id }]) {
        const data = (await t.call(leads.statistics, { query: range }, { as })).data;
        expect(data.total, as.name).toBe(await total(as, range));
        for (const [status, count] of Object.entries(data.byStatus))
          expect(count, `${as.name} ${status}`).toBe(await total(as, { ...range, status: status as 'new' }));
        for (const [intention, count] of Object.entries(data.byIntention))
          expect(count, `${as.name} ${intention}`).toBe(
            await total(as, { ...range, intention: intention as 'low' }),
          );
        for (const source of ['douyin', 'referral', 'other'] as const)
          expect(data.bySource[source]).toBe(await total(as, { ...range, source }));
        expect(data.pool).toBe(await total(as, { ...range, pool: true, open: true }));
        expect(data.overdue).toBe(await total(as, { ...range, due: 'overdue' }));
        const sum = (counts: object) =>
          Object.values(counts).reduce((left: number, right: number) => left + right, 0);
        expect([sum(data.byStatus), sum(data.bySource), sum(data.byIntention)]).toEqual([
          data.total,
          data.total,
          data.total,
        ]);
        const rate = data.total === 0 ? 0 : Math.round((data.byStatus.converted / data.total) * 1000) / 10;
        expect(data.conversionRate).toBe(rate);
      }
    }
  });

  it('of nothing are zeros', async () => {
    const loner = await t.user({ roles: ['media'] });
    const data = (await t.call(leads.statistics, {}, { as: loner })).data;
    expect(data).toMatchObject({ total: 0, pool: 0, overdue: 0, conversionRate: 0 });
    expect(data.byStatus).toEqual({ new: 0, contacted: 0, qualified: 0, converted: 0, closed: 0 });
  });
});
