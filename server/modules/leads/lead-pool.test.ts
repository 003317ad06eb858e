import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { departments } from '#shared/departments/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type PoolRule, pool } from '#shared/pool/contract.ts';
import { users } from '#shared/users/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { addWorkMinutes } from '#shared/values/workday.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { isWorkday } from '../../kernel/calendar.ts';
import { type Company, createCompany, leadSeenBy, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { recycling, setPool, startPoolOver } from '../../testing/pool.ts';
import { putLeads } from '../../testing/reminders.ts';
import { forgetOldWarnings } from './lead-pool.recycle.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp({ start: '2026-01-05T02:00:00.000Z' });
  people = await createCompany(t);
});
beforeEach(() => startPoolOver(t, '2026-03-10T02:00:00.000Z'));

const setRule = (departmentId: PoolRule['departmentId'], changes: object) =>
  setPool(t, people.admin, departmentId, changes);
const clockOf = async (as: TestUser, id: string) =>
  (await t.call(pool.clock, { params: { id } }, { as })).data;
const claim = (as: TestUser, id: string) => t.call(leads.claim, { params: { id } }, { as });
const release = async (as: TestUser, id: string) => {
  const { version } = await storedLead(t, id);
  return t.call(leads.release, { params: { id }, body: { version, reason: '跟不动' } }, { as });
};
const inPool = async () => (await register(t, people.registrar, { ownerId: null })).id;
const historyOf = (id: string) =>
  t.db.selectFrom('ownershipChanges').selectAll().where('entityId', '=', id).orderBy('id').execute();
const noticesOf = (user: TestUser) =>
  t.db
    .selectFrom('notifications')
    .select(['title', 'body', 'entityId'])
    .where('userId', '=', user.id)
    .where('kind', '=', 'pool')
    .orderBy('id')
    .execute();

describe('the rules', () => {
  it('are inherited from the nearest above, in words, until a department has its own', async () => {
    const { south, team } = people.departments;
    await setRule('default', { claimCap: 10, recycleDays: { high: 5, medium: 10, low: null } });
    const own = await setRule(south, { claimCap: 3 });
    expect(own.data).toMatchObject({ claimCap: 3, inheritedFrom: null, version: 1 });
    const { list } = (await t.call(pool.rules, {}, { as: people.admin })).data;
    const rule = (id: string) => list.find(({ departmentId }) => departmentId === id);
    expect(rule('default')).toMatchObject({ claimCap: 10, departmentName: '全公司' });
    expect(rule(team)).toMatchObject({ claimCap: 3, inheritedFrom: '华南销售部', version: 0 });
    expect(rule(people.departments.north)).toMatchObject({ claimCap: 10, inheritedFrom: '全公司' });
    expect(rule(south)?.words).toContain('每人每天最多领取3条');
    expect(rule(south)?.words).toContain('没有跟进就回收：高意向5个工作日，中意向10个工作日');
    const back = await t.call(pool.removeRule, { params: { departmentId: south } }, { as: people.admin });
    expect(back.data).toMatchObject({ claimCap: 10, inheritedFrom: '全公司', version: 0 });
    const again = await t.call(pool.removeRule, { params: { departmentId: south } }, { as: people.admin });
    expect(again.failure.errorCode).toBe('POOL_RULE_INHERITED');
  });

  it('are shown to a manager for their own departments only, and changed by nobody but an administrator', async () => {
    const { list } = (await t.call(pool.rules, {}, { as: people.manager })).data;
    expect(list.map(({ departmentName }) => departmentName).sort()).toEqual(
      ['全公司', '华南销售部', '深圳组'].sort(),
    );
    const input = { params: { departmentId: 'default' as const }, body: { version: 1, claimCap: 1 } };
    expect((await t.call(pool.setRule, input, { as: people.manager })).status).toBe(403);
  });

  it('refuse a change of what somebody else has changed', async () => {
    await setRule('default', { claimCap: 4 });
    const input = { params: { departmentId: 'default' as const }, body: { version: 1, claimCap: 1 } };
    const stale = await t.call(pool.setRule, input, { as: people.admin });
    expect(stale.failure.errorCode).toBe('STALE');
  });
});

describe('claiming', () => {
  it('is capped by the day, naming the rule, and counted anew tomorrow', async () => {
    await setRule('default', { claimCap: 2 });
    expect((await claim(people.rep, await inPool())).status).toBe(200);
    expect((await claim(people.rep, await inPool())).status).toBe(200);
    const third = await inPool();
    const { failure } = await claim(people.rep, third);
    expect(failure.errorCode).toBe('LEAD_CLAIM_CAP');
    expect(failure.message).toBe('今天已领取2条，到了每日上限（全公司公海规则），明天再来');
    const { claim: told } = await clockOf(people.rep, third);
    expect(told).toEqual({
      allowed: false,
      rule: 'LEAD_CLAIM_CAP',
      until: '2026-03-10T16:00:00.000Z',
      words: failure.message,
    });
    t.clock.set('2026-03-10T16:00:00.000Z');
    expect((await clockOf(people.rep, third)).claim?.allowed).toBe(true);
    expect((await claim(people.rep, third)).status).toBe(200);
  });

  it('is refused to whoever holds as many as they may, but not to whom the rule exempts', async () => {
    await setRule('default', { holdingCap: 1 });
    await register(t, people.rep);
    const id = await inPool();
    expect((await claim(people.rep, id)).failure.message).toBe(
      '李强名下已有1条跟进中的线索，上限是1条（全公司公海规则）',
    );
    await setRule('default', { exemptIds: [people.rep.id] });
    expect((await claim(people.rep, id)).status).toBe(200);
  });

  it('cools down for whoever gave the lead up, and for nobody else', async () => {
    await setRule('default', { cooldownDays: 3 });
    const lead = await register(t, people.rep);
    await release(people.rep, lead.id);
    const { failure } = await claim(people.rep, lead.id);
    expect(failure.errorCode).toBe('LEAD_COOLDOWN');
    expect(failure.message).toContain('3月13日 周五 10:00');
    expect((await clockOf(people.rep, lead.id)).claim).toMatchObject({
      allowed: false,
      until: '2026-03-13T02:00:00.000Z',
    });
    expect((await clockOf(people.colleague, lead.id)).claim?.allowed).toBe(true);
    t.clock.set('2026-03-13T02:00:00.000Z');
    expect((await claim(people.rep, lead.id)).status).toBe(200);
  });

  it('hides the rules behind what is not seen at all', async () => {
    await setRule('default', { claimCap: 1 });
    await claim(people.rep, await inPool());
    const other = await register(t, people.northerner);
    expect((await claim(people.rep, other.id)).status).toBe(404);
  });
});

describe('assigning', () => {
  it('stops at the cap of whoever gets it, unless by whoever sets the rules', async () => {
    await setRule('default', { holdingCap: 1 });
    await register(t, people.colleague);
    const { id, version } = await register(t, people.rep);
    const input = { params: { id }, body: { version, ownerId: people.colleague.id, reason: '调整' } };
    const refused = await t.call(leads.assign, input, { as: people.manager });
    expect(refused.failure.errorCode).toBe('LEAD_HOLDING_CAP');
    expect((await t.call(leads.assign, input, { as: people.admin })).status).toBe(200);
    expect((await historyOf(id)).map(({ kind }) => kind)).toEqual(['create', 'transfer']);
  });

  it('of many says for each what came of it', async () => {
    const [first, second, done] = [
      await register(t, people.rep),
      await register(t, people.rep),
      await register(t, people.rep),
    ];
    await t.db.updateTable('leads').set({ status: 'closed' }).where('id', '=', done.id).execute();
    const body = {
      leads: [
        { id: first.id, version: 1 },
        { id: second.id, version: 9 },
        { id: done.id, version: 1 },
      ],
      ownerId: people.colleague.id,
      reason: '换区域',
    };
    const { data } = await t.call(pool.assignMany, { body }, { as: people.manager });
    expect(data.list.map(({ ok, code }) => [ok, code])).toEqual([
      [true, null],
      [false, 'STALE'],
      [false, 'LEAD_NOT_OPEN'],
    ]);
    expect(data).toMatchObject({ done: 1, refused: 2 });
    expect((await storedLead(t, first.id)).ownerId).toBe(people.colleague.id);
    expect((await storedLead(t, second.id)).ownerId).toBe(people.rep.id);
    const released = await t.call(
      pool.releaseMany,
      {
        body: {
          leads: [
            { id: second.id, version: 1 },
            { id: first.id, version: 1 },
          ],
          reason: '清理',
        },
      },
      { as: people.manager },
    );
    expect(released.data.list.map(({ code }) => code)).toEqual([null, 'STALE']);
  });
});

describe('going back to the pool', () => {
  const rules = { recycleDays: { high: 2, medium: 3, low: null }, protectionDays: 1, cooldownDays: 5 };

  it('happens at the instant that is shown, not a millisecond before, and names the rule', async () => {
    await setRule('default', rules);
    t.clock.set('2026-03-18T02:00:00.000Z');
    const { id } = await register(t, people.rep, { intention: 'medium' });
    const shown = await clockOf(people.rep, id);
    // Wednesday 10:00 and three working days, over a weekend.
    expect(shown).toMatchObject({ state: 'recycles', recycleAt: '2026-03-23T02:00:00.000Z' });
    expect(shown.words).toContain('全公司公海规则：中意向3个工作日没有跟进');
    t.clock.set('2026-03-23T01:59:59.999Z');
    await recycling(t);
    expect((await storedLead(t, id)).ownerId).toBe(people.rep.id);
    t.clock.set('2026-03-23T02:00:00.000Z');
    await recycling(t);
    expect(await storedLead(t, id)).toMatchObject({
      ownerId: null,
      poolEnteredAt: '2026-03-23T02:00:00.000Z',
    });
    const last = (await historyOf(id)).at(-1);
    expect(last).toMatchObject({
      kind: 'recycle',
      fromOwnerId: people.rep.id,
      toOwnerId: null,
      actorId: null,
      rule: '全公司公海规则',
      reason: '全公司公海规则：中意向3个工作日没有跟进',
    });
    expect((await claim(people.rep, id)).failure.errorCode).toBe('LEAD_COOLDOWN');
    expect((await noticesOf(people.rep)).map(({ title }) => title)).toContain(
      '维也纳酒店深圳湾店已回收到公海',
    );
    const timeline = await t.call(leads.timeline, { params: { id } }, { as: people.admin });
    expect(timeline.data.list[0]).toMatchObject({ title: '自动回收到公海', actorName: '系统' });
  });

  it.each(['2026-09-24', '2026-09-30', '2026-10-03', '2026-02-13', '2026-02-14'])(
    'counts working days over the holidays as people see them: contact on %s',
    async (date) => {
      await setRule('default', rules);
      await t.db.updateTable('poolRules').set({ recycleSince: '2026-01-01T00:00:00.000Z' }).execute();
      const contact = atWallClock(date, '15:30');
      t.clock.set(contact);
      const [id] = await putLeads(t, people.admin, [{ ownerId: people.rep.id, contact, intention: 'high' }]);
      const { recycleAt } = await clockOf(people.rep, id as string);
      if (recycleAt === null) throw new Error('It is not taken');
      t.clock.set(new Date(Date.parse(recycleAt) - 1).toISOString());
      await recycling(t);
      expect((await storedLead(t, id as string)).ownerId).toBe(people.rep.id);
      t.clock.set(recycleAt);
      await recycling(t);
      expect((await storedLead(t, id as string)).ownerId).toBeNull();
    },
  );

  it('is put off by a contact, and never happens to what has ended or is exempt', async () => {
    await setRule('default', rules);
    await setRule(people.departments.north, { exemptIds: [people.northerner.id] });
    t.clock.set('2026-03-18T02:00:00.000Z');
    const [kept, ended] = [await register(t, people.rep), await register(t, people.rep)];
    const exempt = await register(t, people.northerner);
    const low = await register(t, people.rep, { intention: 'low' });
    t.clock.set('2026-03-20T02:00:00.000Z');
    const body = { method: 'phone', content: '打过电话' } as const;
    await t.call(leads.followUp, { params: { id: kept.id }, body }, { as: people.rep });
    const close = { version: 1, action: 'close', outcome: 'lost', reason: '没预算' } as const;
    await t.call(leads.changeStatus, { params: { id: ended.id }, body: close }, { as: people.rep });
    t.clock.set('2026-03-24T02:00:00.000Z');
    await recycling(t);
    for (const { id } of [kept, ended, exempt, low]) expect((await storedLead(t, id)).ownerId).not.toBeNull();
    expect((await clockOf(people.rep, kept.id)).recycleAt).toBe('2026-03-25T02:00:00.000Z');
    expect((await clockOf(people.rep, ended.id)).state).toBe('ended');
    expect((await clockOf(people.northerner, exempt.id)).state).toBe('exempt');
    expect((await clockOf(people.rep, low.id)).state).toBe('never');
  });

  it('takes nothing by a new rule before its owners could be warned', async () => {
    const old = '2026-01-20T02:00:00.000Z';
    const [id] = (await putLeads(t, people.admin, [{ ownerId: people.rep.id, contact: old }])) as [string];
    await setRule('default', { ...rules, warnDays: [2] });
    await recycling(t);
    expect((await storedLead(t, id)).ownerId).toBe(people.rep.id);
    const { recycleAt } = await clockOf(people.rep, id);
    expect(recycleAt).toBe('2026-03-12T02:00:00.000Z');
    expect(await noticesOf(people.rep)).toMatchObject([
      { title: '维也纳酒店深圳湾店快要回收到公海', body: '后天 10:00回收，写一条跟进就会保留', entityId: id },
    ]);
    t.clock.set('2026-03-12T02:00:00.000Z');
    await recycling(t);
    expect((await storedLead(t, id)).ownerId).toBeNull();
  });

  it.each([
    ['somebody comes to its department', 'user'],
    ['the department of somebody comes below it', 'department'],
  ])('takes nothing by a rule that counts since %s before they could be warned', async (_, moved) => {
    const { south, team, north, service } = people.departments;
    await setRule(north, { ...rules, warnDays: [2] });
    await t.db.updateTable('poolRules').set({ recycleSince: '2026-01-01T00:00:00.000Z' }).execute();
    const home = moved === 'user' ? south : team;
    const somebody = await t.user({ roles: ['sales'], department: home });
    const stays = await t.user({ roles: ['sales'], department: north });
    const old = '2026-01-20T02:00:00.000Z';
    const [theirs, late] = (await putLeads(t, people.admin, [
      { ownerId: somebody.id, contact: old },
      { ownerId: stays.id, contact: old },
    ])) as [string, string];
    await recycling(t);
    expect((await storedLead(t, late)).ownerId).toBeNull();
    expect((await clockOf(somebody, theirs)).state).toBe('never');

    const move = async (to: string) => {
      if (moved === 'user') {
        const { version } = (await t.call(users.get, { params: { id: somebody.id } }, { as: people.admin }))
          .data;
        const body = { version, departmentId: to };
        return t.call(users.update, { params: { id: somebody.id }, body }, { as: people.admin });
      }
      const all = (await t.call(departments.list, {}, { as: people.admin })).data.list;
      const version = all.find(({ id }) => id === team)?.version as number;
      return t.call(
        departments.update,
        { params: { id: team }, body: { version, parentId: to } },
        { as: people.admin },
      );
    };
    expect((await move(north)).status).toBe(200);
    await recycling(t);
    expect((await storedLead(t, theirs)).ownerId).toBe(somebody.id);
    expect((await clockOf(somebody, theirs)).recycleAt).toBe('2026-03-12T02:00:00.000Z');
    expect(await noticesOf(somebody)).toMatchObject([
      { title: '维也纳酒店深圳湾店快要回收到公海', body: '后天 10:00回收，写一条跟进就会保留' },
    ]);
    t.clock.set('2026-03-12T01:59:59.999Z');
    await recycling(t);
    expect((await storedLead(t, theirs)).ownerId).toBe(somebody.id);
    t.clock.set('2026-03-12T02:00:00.000Z');
    await recycling(t);
    expect((await storedLead(t, theirs)).ownerId).toBeNull();
    await move(moved === 'user' ? service : south);
  });

  it('keeps in mind what was warned of for as long as it could be said again', async () => {
    await setRule('default', { ...rules, warnDays: [2] });
    await putLeads(t, people.admin, [{ ownerId: people.rep.id, contact: '2026-01-20T02:00:00.000Z' }]);
    await recycling(t);
    const kept = () => t.db.selectFrom('recycleWarnings').selectAll().execute();
    t.clock.advance({ days: 180 });
    await forgetOldWarnings(t.db, t.clock.now());
    expect(await kept()).toHaveLength(1);
    t.clock.advance({ seconds: 1 });
    await forgetOldWarnings(t.db, t.clock.now());
    expect(await kept()).toEqual([]);
  });

  it('is warned of once for each number of days, and anew after a contact', async () => {
    await setRule('default', { ...rules, recycleDays: { high: 5, medium: 5, low: 5 }, warnDays: [3, 1] });
    await t.db.updateTable('poolRules').set({ recycleSince: '2026-01-01T00:00:00.000Z' }).execute();
    const [id] = (await putLeads(t, people.admin, [
      { ownerId: people.rep.id, contact: '2026-03-09T02:00:00.000Z' },
    ])) as [string];
    const warnings = async () => (await noticesOf(people.rep)).length;
    const { warnAt } = await clockOf(people.rep, id);
    expect(warnAt).toEqual(['2026-03-11T02:00:00.000Z', '2026-03-13T02:00:00.000Z']);
    t.clock.set('2026-03-11T01:59:00.000Z');
    await recycling(t);
    expect(await warnings()).toBe(0);
    t.clock.set('2026-03-11T02:00:00.000Z');
    await recycling(t);
    await recycling(t);
    expect(await warnings()).toBe(1);
    t.clock.set('2026-03-13T02:00:00.000Z');
    await recycling(t);
    await recycling(t);
    expect(await warnings()).toBe(2);
    const body = { method: 'phone', content: '打过电话' } as const;
    await t.call(leads.followUp, { params: { id }, body }, { as: people.rep });
    t.clock.set('2026-03-17T02:00:00.000Z');
    await recycling(t);
    expect(await warnings()).toBe(3);
  });

  it('is foretold for the rest of the day within the reach of whoever asks', async () => {
    await setRule('default', rules);
    await t.db.updateTable('poolRules').set({ recycleSince: '2026-01-01T00:00:00.000Z' }).execute();
    const contact = '2026-03-05T08:00:00.000Z';
    const [mine] = (await putLeads(t, people.admin, [
      { ownerId: people.rep.id, contact },
      { ownerId: people.northerner.id, contact },
    ])) as [string];
    const asManager = (await t.call(pool.dryRun, {}, { as: people.manager })).data;
    expect(asManager.list.map(({ id }) => id)).toEqual([mine]);
    expect(asManager.list[0]).toMatchObject({
      recycleAt: '2026-03-10T08:00:00.000Z',
      reason: '全公司公海规则：中意向3个工作日没有跟进',
    });
    expect((await t.call(pool.dryRun, {}, { as: people.admin })).data.pagination.total).toBe(2);
    await recycling(t);
    expect((await storedLead(t, mine)).ownerId).toBe(people.rep.id);
  });

  it('is shown on the workbench three working days ahead, with as many as its list has', async () => {
    await setRule('default', rules);
    await t.db.updateTable('poolRules').set({ recycleSince: '2026-01-01T00:00:00.000Z' }).execute();
    const contact = '2026-03-09T02:00:00.000Z';
    await putLeads(t, people.admin, [
      { ownerId: people.rep.id, contact },
      { ownerId: people.rep.id, contact, intention: 'low' },
      { ownerId: people.rep.id, contact, status: 'closed' },
    ]);
    const { sections } = (await t.call(workbench.get, {}, { as: people.rep })).data;
    const section = sections.find(({ key }) => key === 'soonRecycled');
    const query = { ownerId: people.rep.id, recycle: 'soon' } as const;
    const list = (await t.call(leads.list, { query }, { as: people.rep })).data;
    expect(section).toMatchObject({ count: 1, title: '即将回收', filters: query });
    expect(list.pagination.total).toBe(1);
    const [soon] = list.list;
    expect(soon?.recycleAt).toBe((await clockOf(people.rep, soon?.id as string)).recycleAt);
    expect(soon?.recycleAt).not.toBeNull();
    expect(section).toMatchObject({ leads: [{ recycleAt: soon?.recycleAt }] });
  });

  it('is told with every lead as its clock tells it', async () => {
    await setRule('default', rules);
    const contact = '2026-03-09T02:00:00.000Z';
    await putLeads(t, people.admin, [
      { ownerId: people.rep.id, contact },
      { ownerId: people.rep.id, contact, intention: 'high' },
      { ownerId: people.rep.id, contact, intention: 'low' },
      { ownerId: people.rep.id, contact, status: 'closed' },
      { ownerId: people.colleague.id, contact },
    ]);
    await inPool();
    await setRule('default', { exemptIds: [people.colleague.id] });
    const { list } = (await t.call(leads.list, { query: { pageSize: 100 } }, { as: people.admin })).data;
    const told = await Promise.all(list.map(async ({ id }) => (await clockOf(people.admin, id)).recycleAt));
    expect(list.map(({ recycleAt }) => recycleAt)).toEqual(told);
    expect(told.filter((at) => at !== null).length).toBeGreaterThanOrEqual(2);
    expect((await leadSeenBy(t, people.admin, list[0]?.id as string)).recycleAt).toBe(told[0]);
  });
});

describe('working minutes', () => {
  const add = (date: string, time: string, minutes: number) =>
    addWorkMinutes(atWallClock(date, time), minutes, isWorkday);
  it('pass from nine to six on working days', () => {
    expect(add('2026-03-10', '10:00', 30)).toBe(atWallClock('2026-03-10', '10:30'));
    expect(add('2026-03-10', '17:50', 30)).toBe(atWallClock('2026-03-11', '09:20'));
    expect(add('2026-03-10', '22:00', 30)).toBe(atWallClock('2026-03-11', '09:30'));
    expect(add('2026-03-13', '17:45', 30)).toBe(atWallClock('2026-03-16', '09:15'));
    expect(add('2026-09-30', '17:30', 60)).toBe(atWallClock('2026-10-08', '09:30'));
  });
});

describe('a lead of the pool', () => {
  it('is the same to whoever may not claim it', async () => {
    const id = await inPool();
    expect((await clockOf(people.admin, id)).state).toBe('pooled');
    const other = await register(t, people.northerner);
    expect((await t.call(pool.clock, { params: { id: other.id } }, { as: people.rep })).status).toBe(404);
    expect(await leadSeenBy(t, people.rep, id)).toMatchObject({ acceptBy: null });
  });
});
