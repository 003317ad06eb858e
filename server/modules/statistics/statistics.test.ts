import { beforeAll, describe, expect, it, test } from 'vitest';
import { followups } from '#shared/followups/contract.ts';
import { type LeadDraft, leads } from '#shared/leads/contract.ts';
import { type LeadCount, statistics } from '#shared/statistics/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { type Company, createCompany, newCustomer, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

const follow = (id: string, happenedAt: string, as: TestUser) =>
  t.call(
    leads.followUp,
    { params: { id }, body: { method: 'phone', content: '聊了灯光', happenedAt } },
    { as },
  );

// Of weeks from Monday 2026-03-02 and 2026-03-09; today is Wednesday 2026-03-11.
beforeAll(async () => {
  t = await createTestApp({ start: atWallClock('2026-02-23', '09:00') });
  people = await createCompany(t);
  const { rep, colleague, northerner, registrar, admin } = people;
  const make = (at: string, more: Partial<LeadDraft>, by = admin) => {
    const [date, time] = at.split(' ') as [string, string];
    t.clock.set(atWallClock(date, time));
    return register(t, by, more);
  };
  await make('2026-02-24 23:59', { ownerId: rep.id, source: 'wechat', intention: 'low' });
  const old = await make('2026-02-25 00:00', { ownerId: colleague.id, source: 'douyin', intention: 'high' });
  const last = await make('2026-03-08 23:59', { ownerId: rep.id, source: 'douyin' }, registrar);
  await follow(last.id, atWallClock('2026-03-08', '23:59'), rep);
  const monday = await make('2026-03-09 00:00', { ownerId: northerner.id, source: 'exhibition' });
  const pooled = await make('2026-03-10 10:00', { ownerId: null, source: 'referral' }, registrar);
  await follow(monday.id, atWallClock('2026-03-10', '09:00'), northerner);
  const won = await make('2026-03-11 00:00', { ownerId: rep.id, intention: 'high' });
  const lost = await make('2026-03-11 08:00', { ownerId: rep.id });
  const gone = await make('2026-03-11 08:00', { ownerId: rep.id });
  t.clock.set(atWallClock('2026-03-11', '10:00'));
  await t.call(leads.remove, { params: { id: gone.id }, body: { version: 1 } }, { as: admin });
  // Written today about a contact of last week, twice; and on a customer, which is no lead.
  await follow(old.id, atWallClock('2026-03-05', '10:00'), colleague);
  await follow(old.id, atWallClock('2026-03-06', '10:00'), colleague);
  const { id } = await newCustomer(t, rep);
  const body = { customerId: id, method: 'visit', content: '看了样板间' } as const;
  await t.call(followups.create, { body }, { as: rep });
  const deal = { version: 1, dealDate: '2026-03-01', dealAmount: 100 };
  await t.call(leads.convert, { params: { id: won.id }, body: deal }, { as: rep });
  const close = { action: 'close', version: 1, outcome: 'lost', reason: '价格' } as const;
  await t.call(leads.changeStatus, { params: { id: lost.id }, body: close }, { as: rep });
  const reopen = { action: 'close', version: 1, outcome: 'invalid', reason: '空号' } as const;
  await t.call(leads.changeStatus, { params: { id: pooled.id }, body: reopen }, { as: admin });
  t.clock.set(atWallClock('2026-03-11', '23:59'));
});

const overview = async (as: TestUser) => (await t.call(statistics.leadsOverview, {}, { as })).data;
const counts = (group: Record<string, { count: number }>) =>
  Object.fromEntries(Object.entries(group).flatMap(([key, { count }]) => (count > 0 ? [[key, count]] : [])));

describe('the overview of leads', () => {
  it('counts what there is by intention and platform, without what was deleted', async () => {
    const found = await overview(people.admin);
    expect(found.date).toBe('2026-03-11');
    expect(found.totalLeads.count).toBe(7);
    expect(counts(found.intentionDistribution)).toEqual({ high: 2, medium: 4, low: 1 });
    expect(counts(found.platformDistribution)).toEqual({
      douyin: 2,
      wechat: 1,
      exhibition: 1,
      referral: 1,
      other: 2,
    });
  });

  it('cuts days, weeks from Monday and months as the clock in Shanghai does', async () => {
    const { recentAdditions, last15DaysTrend } = await overview(people.admin);
    expect(counts(recentAdditions)).toEqual({ today: 2, thisWeek: 4, thisMonth: 5 });
    expect(last15DaysTrend.map(({ date }) => date)).toEqual(
      Array.from({ length: 15 }, (_, i) => new Date(Date.UTC(2026, 1, 25 + i)).toISOString().slice(0, 10)),
    );
    const days = last15DaysTrend.filter(({ count }) => count > 0).map(({ date, count }) => [date, count]);
    expect(days).toEqual([
      ['2026-02-25', 1],
      ['2026-03-08', 1],
      ['2026-03-09', 1],
      ['2026-03-10', 1],
      ['2026-03-11', 2],
    ]);
  });

  it('counts follow-ups of leads when they were written, and each lead once', async () => {
    const { followup, todayStats } = await overview(people.admin);
    expect(counts(followup)).toEqual({ thisWeekLeadCount: 2, thisWeekRecordCount: 3 });
    expect(counts(todayStats)).toEqual({ followedLeads: 1, followupRecords: 2, endedLeads: 2, dealLeads: 1 });
  });

  test.each(['rep', 'colleague', 'junior', 'northerner', 'manager', 'registrar', 'admin'] as const)(
    'shows %s numbers that are the totals of the lists behind them',
    async (who) => {
      const as = people[who];
      const { followup, todayStats, ...found } = await overview(as);
      const leadCounts: LeadCount[] = [
        found.totalLeads,
        ...Object.values(found.intentionDistribution),
        ...Object.values(found.platformDistribution),
        ...Object.values(found.recentAdditions),
        ...found.last15DaysTrend,
        followup.thisWeekLeadCount,
        todayStats.followedLeads,
        todayStats.endedLeads,
        todayStats.dealLeads,
      ];
      for (const { count, filters } of leadCounts) {
        const { data } = await t.call(leads.list, { query: { ...filters, pageSize: 100 } as never }, { as });
        expect(data.list, JSON.stringify(filters)).toHaveLength(count);
        expect(data.pagination.total).toBe(count);
      }
      for (const { count, filters } of [followup.thisWeekRecordCount, todayStats.followupRecords]) {
        const { data } = await t.call(
          followups.list,
          { query: { ...filters, pageSize: 100 } as never },
          { as },
        );
        expect(data.list, JSON.stringify(filters)).toHaveLength(count);
      }
    },
  );

  it('is new as soon as a lead is', async () => {
    const { totalLeads } = await overview(people.rep);
    await register(t, people.rep);
    expect((await overview(people.rep)).totalLeads.count).toBe(totalLeads.count + 1);
  });

  it('is not for who has nothing to do with leads', async () => {
    const reply = await t.call(statistics.leadsOverview, {}, { as: people.engineer });
    expect(reply.status).toBe(403);
  });
});
