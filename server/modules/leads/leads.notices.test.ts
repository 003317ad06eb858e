import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handovers } from '#shared/handovers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { users } from '#shared/users/contract.ts';
import { type Company, createCompany, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;
let rep: TestUser;
let colleague: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
beforeEach(async () => {
  t.clock.advance({ minutes: 6 });
  rep = await t.user({ roles: ['sales'], name: '何伟', department: people.departments.south });
  colleague = await t.user({ roles: ['sales'], name: '吴静', department: people.departments.south });
});

/** What somebody is told once the worker has done everything. */
async function toldTo(user: TestUser) {
  await t.work();
  const { list } = (await t.call(notifications.list, { query: {} }, { as: user })).data;
  return list.map(({ kind, title, body, target }) => ({ kind, title, body, target }));
}

async function assign(id: string, owner: TestUser, as = people.manager) {
  const { version } = await storedLead(t, id);
  const body = { version, ownerId: owner.id, reason: '调整区域' };
  return (await t.call(leads.assign, { params: { id }, body }, { as })).data;
}

const handOver = (from: TestUser, to: TestUser | null, as = people.admin) =>
  t.call(
    handovers.create,
    { params: { id: from.id }, body: { toId: to?.id ?? null, reason: '转岗' } },
    { as },
  );

describe('a new owner hears of their lead', () => {
  it('when somebody registers it for them', async () => {
    const { id, customerName } = await register(t, people.registrar, { ownerId: rep.id });
    expect(await toldTo(rep)).toEqual([
      {
        kind: 'assigned',
        title: `新线索：${customerName}`,
        body: '周敏 登记并分派给你',
        target: { entity: 'leads', id },
      },
    ]);
  });

  it('when it is assigned to them', async () => {
    const { id, customerName } = await register(t, rep);
    await assign(id, colleague);
    expect(await toldTo(colleague)).toEqual([
      {
        kind: 'assigned',
        title: `新线索：${customerName}`,
        body: '王芳 分派给你：调整区域',
        target: { entity: 'leads', id },
      },
    ]);
    expect(await toldTo(rep)).toEqual([]);
  });

  it('each time that it comes to them, and once each time', async () => {
    const { id } = await register(t, rep);
    await assign(id, colleague);
    await t.work();
    t.clock.advance({ minutes: 1 });
    await assign(id, rep);
    await t.work();
    t.clock.advance({ minutes: 1 });
    await assign(id, colleague);
    expect(await toldTo(colleague)).toHaveLength(2);
    const changes = await t.db
      .selectFrom('ownershipChanges')
      .select('id')
      .where('entityId', '=', id)
      .execute();
    for (const change of changes)
      await t.jobs.send(t.db, [{ name: 'lead.assigned', payload: { changeId: change.id } }]);
    expect(await toldTo(colleague)).toHaveLength(2);
  });

  it('unless it was theirs by their own doing: registered or claimed', async () => {
    await register(t, rep);
    const pooled = await register(t, people.registrar, { ownerId: null });
    await t.call(leads.claim, { params: { id: pooled.id } }, { as: rep });
    expect(await toldTo(rep)).toEqual([]);
  });

  it('unless it went on before they were told, or is gone', async () => {
    const passed = await register(t, people.registrar, { ownerId: rep.id });
    t.clock.advance({ minutes: 1 });
    await assign(passed.id, colleague);
    const gone = await register(t, people.registrar, { ownerId: rep.id });
    await t.call(leads.remove, { params: { id: gone.id }, body: { version: 1 } }, { as: rep });
    expect(await toldTo(rep)).toEqual([]);
    expect(await toldTo(colleague)).toHaveLength(1);
  });
});

describe('whoever takes over many leads hears of them at once', () => {
  it('in one notification that counts them and opens the list', async () => {
    for (let i = 0; i < 3; i++) await register(t, rep);
    await handOver(rep, colleague);
    expect(await toldTo(colleague)).toEqual([
      {
        kind: 'assigned',
        title: '新线索：3 条',
        body: '林涛 把何伟的线索交接给你：转岗',
        target: { entity: 'leads', id: null },
      },
    ]);
  });

  it('also when the handover came with disabling an account', async () => {
    await register(t, rep);
    const body = { version: 1, status: 'disabled' as const, reason: '离职', handoverTo: colleague.id };
    await t.call(users.changeStatus, { params: { id: rep.id }, body }, { as: people.admin });
    expect(await toldTo(colleague)).toMatchObject([{ title: '新线索：1 条' }]);
  });

  it('without those that went on before they were told', async () => {
    const { id } = await register(t, rep);
    await register(t, rep);
    await handOver(rep, colleague);
    t.clock.advance({ minutes: 1 });
    await assign(id, people.junior);
    expect(await toldTo(colleague)).toMatchObject([{ title: '新线索：1 条' }]);
  });

  it('and whoever gets them back is told too, but not of what was undone before anybody was told', async () => {
    await register(t, rep);
    const { id } = (await handOver(rep, colleague)).data;
    t.clock.advance({ minutes: 1 });
    await t.call(handovers.undo, { params: { id } }, { as: people.admin });
    expect(await toldTo(colleague)).toEqual([]);
    expect(await toldTo(rep)).toMatchObject([
      { title: '新线索：1 条', body: '林涛 撤销了交接，线索回到你名下', target: { id: null } },
    ]);
  });

  it('unless they go to the pool, or to whoever hands them over', async () => {
    await register(t, rep);
    await handOver(rep, null);
    const both = await t.user({ roles: ['sales', 'admin'], department: people.departments.south });
    await register(t, rep);
    await handOver(rep, both, both);
    expect(await toldTo(both)).toEqual([]);
    expect(await toldTo(rep)).toEqual([]);
  });
});
