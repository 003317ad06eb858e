import { beforeAll, describe, expect, it, test } from 'vitest';
import { type LeadDraft, type LeadFilters, leads } from '#shared/leads/contract.ts';
import { serviceTickets, type TicketFilters } from '#shared/service-tickets/contract.ts';
import { type TaskFilters, tasks } from '#shared/tasks/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { type Company, createCompany, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { newTicket, send, ticketAfter } from '../../testing/tickets.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const { rep, colleague, northerner, registrar, admin } = people;
  const make = (more: Partial<LeadDraft>, by = admin) => register(t, by, more);
  // A working week before: overdue by now. Friday: due today. This morning: fresh.
  t.clock.set(atWallClock('2026-03-02', '10:00'));
  for (const owner of [rep, rep, colleague, northerner]) await make({ ownerId: owner.id });
  t.clock.set(atWallClock('2026-03-13', '15:00'));
  await make({ ownerId: rep.id, intention: 'high' });
  const { id } = await make({ ownerId: rep.id });
  const body = {
    method: 'phone',
    content: '约周一',
    nextFollowUpAt: atWallClock('2026-03-16', '17:00'),
  } as const;
  await t.call(leads.followUp, { params: { id }, body }, { as: rep });
  t.clock.set(atWallClock('2026-03-16', '09:00'));
  await make({ ownerId: rep.id });
  for (let i = 0; i < 7; i++) await make({ ownerId: null });
  await make({ ownerId: null }, registrar);
  await make({ ownerId: rep.id }, registrar);
  const done = await make({ ownerId: null });
  const close = { action: 'close', version: 1, outcome: 'invalid', reason: '空号' } as const;
  await t.call(leads.changeStatus, { params: { id: done.id }, body: close }, { as: admin });
  t.clock.set(atWallClock('2026-03-16', '10:00'));
});

const today = async (as: TestUser) => {
  const { date, sections } = (await t.call(workbench.get, {}, { as })).data;
  return { date, sections: sections.filter((section) => section.kind === 'leads') };
};

describe('what there is to do beside the leads', () => {
  const add = async (as: TestUser, title: string, dueAt: string) =>
    (await t.call(tasks.create, { body: { title, dueAt } }, { as })).data;
  const keysOf = async (as: TestUser) =>
    (await t.call(workbench.get, {}, { as })).data.sections.map(({ key }) => key);

  it('is the whole page of who has nothing to do with leads', async () => {
    const as = await t.user({ roles: ['finance'] });
    const fresh = (await t.call(workbench.get, {}, { as })).data.sections;
    expect(fresh.map(({ key, count }) => [key, count])).toEqual([['tasksToday', 0]]);
    expect(fresh[0]?.empty).toMatch(/\p{Script=Han}/u);
    await add(as, '巡检', atWallClock('2026-03-16', '10:30'));
    await add(as, '换网关', atWallClock('2026-03-16', '18:00'));
    await add(as, '培训', atWallClock('2026-03-17', '18:00'));
    t.clock.set(atWallClock('2026-03-16', '11:00'));
    const { sections } = (await t.call(workbench.get, {}, { as })).data;
    const titles = sections.map((section) =>
      section.kind === 'tasks' ? [section.key, section.tasks.map(({ title }) => title)] : [],
    );
    expect(titles).toEqual([
      ['tasksOverdue', ['巡检']],
      ['tasksToday', ['换网关']],
    ]);
    t.clock.set(atWallClock('2026-03-16', '10:00'));
  });

  it('comes between the leads by urgency, without those that the leads show themselves', async () => {
    const as = await t.user({ roles: ['sales'], department: people.departments.south });
    expect(await keysOf(as)).toEqual(['overdue', 'today', 'fresh', 'pool']);
    const followUp = {
      method: 'phone',
      content: '约了今天',
      nextFollowUpAt: atWallClock('2026-03-16', '15:00'),
    } as const;
    await register(t, as, { followUp });
    for (let i = 0; i < 7; i++) await add(as, `第${i}件`, atWallClock('2026-03-16', '10:30'));
    await add(as, '寄样品', atWallClock('2026-03-16', '18:00'));
    t.clock.set(atWallClock('2026-03-16', '11:00'));
    expect(await keysOf(as)).toEqual(['overdue', 'tasksOverdue', 'today', 'tasksToday', 'fresh', 'pool']);
    const { sections } = (await t.call(workbench.get, {}, { as })).data;
    const counts = [];
    for (const section of sections) {
      if (section.kind !== 'tasks') continue;
      const query = { ...(section.filters as TaskFilters), pageSize: 100 };
      const page = (await t.call(tasks.list, { query }, { as })).data;
      expect(section.count, section.key).toBe(page.pagination.total);
      expect(section.tasks.map(({ id }) => id)).toEqual(page.list.slice(0, 5).map(({ id }) => id));
      counts.push(section.count);
    }
    expect(counts).toEqual([7, 1]);
    t.clock.set(atWallClock('2026-03-16', '10:00'));
  });
});

describe('the tickets', () => {
  const ticketsOf = async (as: TestUser) =>
    (await t.call(workbench.get, {}, { as })).data.sections.filter((section) => section.kind === 'tickets');
  const counts = async (as: TestUser) =>
    Object.fromEntries((await ticketsOf(as)).map(({ key, count }) => [key, count]));

  it('of an engineer are those to accept, those in work and the late ones, each with its list', async () => {
    const { manager, admin } = people;
    const as = await t.user({ roles: ['engineer'] });
    expect(await counts(as)).toEqual({ ticketsToAccept: 0, ticketsInWork: 0 });
    for (let i = 0; i < 6; i++) await send(t, manager, await newTicket(t, manager), as);
    for (const steps of [['accept'], ['accept', 'depart', 'arrive', 'resolve']] as const)
      await ticketAfter(t, manager, as, steps, { priority: 'urgent' });
    await newTicket(t, manager);
    expect(await counts(as)).toEqual({ ticketsToAccept: 6, ticketsInWork: 2 });
    t.clock.set(atWallClock('2026-03-17', '10:01'));
    expect(await counts(as)).toEqual({ ticketsOverdue: 7, ticketsToAccept: 6, ticketsInWork: 2 });
    expect(await counts(manager)).toEqual({ ticketsOverdue: 8, ticketsToDispatch: 1 });
    expect(await counts(admin)).toEqual(await counts(manager));
    expect(await counts(people.rep)).toEqual({});
    for (const who of [as, manager]) {
      for (const section of await ticketsOf(who)) {
        const query = { ...(section.filters as TicketFilters), sort: 'resolveDueAt', pageSize: 100 } as const;
        const page = (await t.call(serviceTickets.list, { query }, { as: who })).data;
        expect(section.count, section.key).toBe(page.pagination.total);
        expect(section.tickets.map(({ id }) => id)).toEqual(page.list.slice(0, 5).map(({ id }) => id));
        expect(section.empty).toMatch(/\p{Script=Han}/u);
      }
    }
    t.clock.set(atWallClock('2026-03-16', '10:00'));
  });
});

describe('today', () => {
  test.each<[keyof Company & string, Record<string, number>]>([
    ['rep', { overdue: 2, today: 2, fresh: 5, pool: 8 }],
    ['colleague', { overdue: 1, today: 0, fresh: 1, pool: 8 }],
    ['manager', { teamOverdue: 3, pool: 8 }],
    ['registrar', { registered: 2, unassigned: 1 }],
    ['admin', { teamOverdue: 4, pool: 8 }],
    ['engineer', {}],
    ['finance', {}],
  ])('of %s', async (who, expected) => {
    const { date, sections } = await today(people[who] as TestUser);
    expect(date).toBe('2026-03-16');
    expect(Object.fromEntries(sections.map((section) => [section.key, section.count]))).toEqual(expected);
  });

  it.each(['rep', 'colleague', 'manager', 'registrar', 'admin'] as const)(
    'every number of %s is the total of the list behind it, and its leads are the first of that list',
    async (who) => {
      const as = people[who];
      const { sections } = await today(as);
      expect(sections.length).toBeGreaterThan(0);
      for (const section of sections) {
        const query = { ...(section.filters as LeadFilters), pageSize: 100 };
        const page = (await t.call(leads.list, { query }, { as })).data;
        expect(section.count, section.key).toBe(page.pagination.total);
        expect(section.leads.length, section.key).toBe(Math.min(5, section.count));
        const ids = page.list.map((lead) => lead.id);
        for (const lead of section.leads) expect(ids, section.key).toContain(lead.id);
        expect(section.title).toMatch(/\p{Script=Han}/u);
        expect(section.empty).toMatch(/\p{Script=Han}/u);
      }
    },
  );

  it('puts what waits longest first', async () => {
    const { sections } = await today(people.rep);
    const overdue = sections.find((section) => section.key === 'overdue')?.leads ?? [];
    const contacts = overdue.map((lead) => lead.lastFollowUpAt ?? lead.assignedAt ?? '');
    expect(contacts).toEqual([...contacts].sort());
  });

  it('is empty for a new colleague, with a word for each section', async () => {
    const { sections } = await today(await t.user({ roles: ['media'] }));
    expect(sections.map((section) => [section.key, section.count, section.leads])).toEqual([
      ['registered', 0, []],
      ['unassigned', 0, []],
    ]);
  });

  it('shows a manager their own work beside the team’s, once there is some', async () => {
    const boss = await t.user({ roles: ['sales_manager'], department: people.departments.north });
    expect((await today(boss)).sections.map((section) => section.key)).toEqual(['teamOverdue', 'pool']);
    await register(t, boss);
    expect((await today(boss)).sections.map((section) => section.key)).toEqual([
      'teamOverdue',
      'fresh',
      'pool',
    ]);
  });

  it('changes with the write that changes it', async () => {
    const count = async (key: string) =>
      (await today(people.rep)).sections.find((each) => each.key === key)?.count ?? 0;
    const [fresh, pool] = [await count('fresh'), await count('pool')];
    const [first] = (await t.call(leads.list, { query: { pool: true, open: true } }, { as: people.rep })).data
      .list;
    await t.call(leads.claim, { params: { id: first?.id ?? '' } }, { as: people.rep });
    expect([await count('fresh'), await count('pool')]).toEqual([fresh + 1, pool - 1]);
  });
});
