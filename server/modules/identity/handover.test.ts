import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handovers } from '#shared/handovers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { onRealPostgres } from '../../testing/database.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
beforeEach(() => t.clock.advance({ minutes: 6 }));

const person = () => t.user({ roles: ['sales'], department: people.departments.south });
const preview = (id: string, as = people.admin) => t.call(handovers.preview, { params: { id } }, { as });
const handOver = (id: string, body: object = {}, as = people.admin) =>
  t.call(
    handovers.create,
    { params: { id }, body: { toId: people.colleague.id, reason: '转岗', ...body } },
    { as },
  );
const undo = (id: string, as = people.admin) => t.call(handovers.undo, { params: { id } }, { as });
const listOf = async (id: string) =>
  (await t.call(handovers.list, { params: { id } }, { as: people.admin })).data.list;
const change = (as: TestUser, id: string, body: object) =>
  t.call(leads.changeStatus, { params: { id }, body: { version: 1, ...body } as never }, { as });
const close = (as: TestUser, id: string, version = 1) =>
  change(as, id, { action: 'close', outcome: 'lost', reason: '价格', version });
const assign = async (id: string, ownerId: string) => {
  const { version } = await storedLead(t, id);
  const body = { version, ownerId, reason: '调整' };
  return (await t.call(leads.assign, { params: { id }, body }, { as: people.admin })).data;
};
const disable = (id: string, handoverTo?: string | null) =>
  t.call(
    users.changeStatus,
    { params: { id }, body: { version: 1, status: 'disabled', reason: '离职', handoverTo } },
    { as: people.admin },
  );
const historyOf = (leadId: string) =>
  t.db
    .selectFrom('ownershipChanges')
    .select(['kind', 'fromOwnerId', 'toOwnerId', 'reason', 'actorId'])
    .where('entityId', '=', leadId)
    .orderBy('id')
    .execute();
const actionsOn = async (entityId: string) =>
  (
    await t.db
      .selectFrom('auditEntries')
      .select('action')
      .where('entityId', '=', entityId)
      .orderBy('id')
      .execute()
  ).map(({ action }) => action);

describe('a handover', () => {
  it('moves exactly what its preview shows, with stage and plans; closed and deleted leads stay', async () => {
    const user = await person();
    const fresh = await register(t, user);
    const qualified = await register(t, user);
    await change(user, qualified.id, { action: 'qualify' });
    const closed = await register(t, user);
    await close(user, closed.id);
    const deleted = await register(t, user);
    await t.call(leads.remove, { params: { id: deleted.id }, body: { version: 1 } }, { as: user });
    const { data: shown } = await preview(user.id);
    expect(shown).toMatchObject({
      total: 2,
      statuses: [
        { status: 'new', count: 1 },
        { status: 'qualified', count: 1 },
      ],
    });
    expect(shown.leads).toEqual(
      [fresh, qualified].map(({ id, no, customerName }) => ({ id, no, customerName })),
    );
    const { data } = await handOver(user.id);
    expect(data.moved).toBe(2);
    expect(Date.parse(data.undoUntil) - Date.parse(t.clock.now())).toBe(86_400_000);
    expect(await storedLead(t, fresh.id)).toMatchObject({ ownerId: people.colleague.id, status: 'new' });
    expect(await storedLead(t, qualified.id)).toMatchObject({
      ownerId: people.colleague.id,
      status: 'qualified',
    });
    for (const { id } of [closed, deleted]) expect((await storedLead(t, id)).ownerId).toBe(user.id);
    const items = await t.db
      .selectFrom('handoverItems')
      .select('recordId')
      .where('handoverId', '=', data.id)
      .orderBy('recordId')
      .execute();
    expect(items.map(({ recordId }) => recordId)).toEqual(shown.leads.map(({ id }) => id));
    expect((await preview(user.id)).data).toEqual({
      total: 0,
      statuses: [],
      leads: [],
      customers: 0,
      tickets: 0,
      tasks: 0,
    });
  });

  it('leaves a row of history and an audit entry with each lead, and one with the person', async () => {
    const user = await person();
    const { id } = await register(t, user);
    await handOver(user.id, { reason: '长期休假' });
    expect((await historyOf(id)).at(-1)).toEqual({
      kind: 'handover',
      fromOwnerId: user.id,
      toOwnerId: people.colleague.id,
      reason: '长期休假',
      actorId: people.admin.id,
    });
    expect(await actionsOn(id)).toEqual(['leads.created', 'leads.assigned']);
    expect(await actionsOn(user.id)).toEqual(['user.handedOver']);
  });

  it('takes the open tasks along, and brings back those that are still there', async () => {
    const user = await person();
    const make = async (title: string) => {
      const body = { title, dueAt: new Date(Date.parse(t.clock.now()) + 86_400_000).toISOString() };
      return (await t.call(tasks.create, { body }, { as: user })).data;
    };
    const [still, ended, passedOn, done] = [
      await make('寄样品'),
      await make('做报价'),
      await make('约技术'),
      await make('回电话'),
    ];
    await t.call(tasks.complete, { params: { id: done.id }, body: { version: 1 } }, { as: user });
    expect((await preview(user.id)).data).toMatchObject({ total: 0, tasks: 3 });
    const { data } = await handOver(user.id);
    expect(data.moved).toBe(3);
    expect((await preview(user.id)).data.tasks).toBe(0);
    const { colleague, manager, rep } = people;
    const params = { id: passedOn.id };
    const give = { version: 2, assigneeId: rep.id, reason: '调整' };
    expect((await t.call(tasks.assign, { params, body: give }, { as: manager })).status).toBe(200);
    const end = { params: { id: ended.id }, body: { version: 2 } };
    expect((await t.call(tasks.complete, end, { as: colleague })).status).toBe(200);
    expect((await undo(data.id)).data).toEqual({ returned: 1, kept: 2 });
    const holderOf = async ({ id }: { id: string }) =>
      (await t.call(tasks.get, { params: { id } }, { as: people.admin })).data.assignee.id;
    expect(await holderOf(still)).toBe(user.id);
    expect(await holderOf(ended)).toBe(colleague.id);
    expect(await holderOf(passedOn)).toBe(rep.id);
    expect(await holderOf(done)).toBe(user.id);
    expect(await actionsOn(still.id)).toEqual(['tasks.created', 'tasks.assigned', 'tasks.assigned']);
  });

  it('leaves the tasks with whoever hands over, when the leads go to the pool', async () => {
    const user = await person();
    const dueAt = new Date(Date.parse(t.clock.now()) + 86_400_000).toISOString();
    const { id } = (await t.call(tasks.create, { body: { title: '寄样品', dueAt } }, { as: user })).data;
    const lead = await register(t, user);
    const next = { nextFollowUpAt: dueAt, method: 'phone', content: '约好了' } as const;
    await t.call(leads.followUp, { params: { id: lead.id }, body: next }, { as: user });
    const openOf = async () =>
      await t.db
        .selectFrom('tasks')
        .select(['assigneeId', 'dueAt'])
        .where('sourceId', '=', lead.id)
        .where('status', '=', 'pending')
        .execute();
    const { data } = await handOver(user.id, { toId: null });
    expect(data.moved).toBe(2);
    const see = async () => (await t.call(tasks.get, { params: { id } }, { as: people.admin })).data;
    expect((await see()).assignee.id).toBe(people.admin.id);
    expect(await openOf()).toEqual([]);
    expect((await undo(data.id)).data).toEqual({ returned: 2, kept: 0 });
    expect((await see()).assignee.id).toBe(user.id);
    expect(await openOf()).toEqual([{ assigneeId: user.id, dueAt }]);
  });

  it('shows the first twenty of many and counts all', async () => {
    const user = await person();
    for (let i = 0; i < 21; i++) await register(t, user);
    const { data } = await preview(user.id);
    expect(data.total).toBe(21);
    expect(data.leads).toHaveLength(20);
  });

  it('is refused without leads, to oneself, to who cannot follow leads, and for nobody', async () => {
    const user = await person();
    expect((await handOver(user.id)).failure).toMatchObject({ code: 409, errorCode: 'HANDOVER_EMPTY' });
    const { id } = await register(t, user);
    const gone = await person();
    await disable(gone.id);
    for (const toId of [user.id, people.finance.id, gone.id, newId()]) {
      const { failure } = await handOver(user.id, { toId });
      expect(failure.errorCode).toBe('HANDOVER_NOT_ASSIGNABLE');
      expect(failure.errors?.[0]?.field).toBe('toId');
    }
    expect((await storedLead(t, id)).ownerId).toBe(user.id);
    expect(await listOf(user.id)).toEqual([]);
    expect((await handOver(newId())).status).toBe(404);
    expect((await preview(newId())).status).toBe(404);
    expect((await undo(newId())).status).toBe(404);
  });

  it('is only for who manages people', async () => {
    const user = await person();
    await register(t, user);
    const { id } = (await handOver(user.id)).data;
    for (const as of [people.manager, people.rep, people.finance]) {
      expect((await preview(user.id, as)).status).toBe(403);
      expect((await handOver(user.id, {}, as)).status).toBe(403);
      expect((await undo(id, as)).status).toBe(403);
      expect((await t.call(handovers.list, { params: { id: user.id } }, { as })).status).toBe(403);
    }
  });

  it('is listed with who, when, to whom and how many, also when it came with disabling', async () => {
    const user = await person();
    await register(t, user);
    await handOver(user.id, { toId: null });
    const first = t.clock.now();
    t.clock.advance({ hours: 1 });
    await register(t, user);
    await register(t, user);
    expect((await disable(user.id, people.colleague.id)).status).toBe(200);
    expect(await listOf(user.id)).toMatchObject([
      {
        at: t.clock.now(),
        actorName: people.admin.name,
        to: { id: people.colleague.id, name: people.colleague.name },
        reason: '离职',
        moved: 2,
        undoable: true,
        undoneAt: null,
        returned: null,
      },
      { at: first, to: null, reason: '转岗', moved: 1, undoable: true },
    ]);
    t.clock.advance({ hours: 23, minutes: 1 });
    expect((await listOf(user.id)).map(({ undoable }) => undoable)).toEqual([true, false]);
  });
});

describe('a lead of somebody who was disabled', () => {
  it('goes to the pool when it becomes work again: reopened or restored', async () => {
    const user = await person();
    const closed = await register(t, user);
    await close(user, closed.id);
    const deleted = await register(t, user);
    await t.call(leads.remove, { params: { id: deleted.id }, body: { version: 1 } }, { as: user });
    expect((await disable(user.id)).status).toBe(200);
    const body = { action: 'reopen', reason: '客户又来了', version: 2 };
    expect((await change(people.admin, closed.id, body)).data).toMatchObject({ owner: null, status: 'new' });
    const restored = await t.call(
      leads.restore,
      { params: { id: deleted.id }, body: { version: 2 } },
      { as: people.admin },
    );
    expect(restored.data).toMatchObject({ owner: null, deletedAt: null });
    expect((await historyOf(closed.id)).at(-1)).toMatchObject({
      kind: 'release',
      fromOwnerId: user.id,
      toOwnerId: null,
      reason: '原跟进人已不再跟进线索',
    });
  });
});

describe('taking a handover back', () => {
  it('returns exactly what nobody touched since', async () => {
    const user = await person();
    const receiver = await person();
    const make = () => register(t, user);
    const [still, followed, passedOn, thereAndBack, ended] = [
      await make(),
      await make(),
      await make(),
      await make(),
      await make(),
    ];
    const { id } = (await handOver(user.id, { toId: receiver.id })).data;
    await t.call(
      leads.followUp,
      { params: { id: followed.id }, body: { method: 'phone', content: '打过电话' } },
      { as: receiver },
    );
    await assign(passedOn.id, people.colleague.id);
    await assign(thereAndBack.id, people.colleague.id);
    await assign(thereAndBack.id, receiver.id);
    expect((await close(receiver, ended.id, 2)).status).toBe(200);
    expect((await undo(id)).data).toEqual({ returned: 2, kept: 3 });
    const ownerOf = async (lead: { id: string }) => (await storedLead(t, lead.id)).ownerId;
    expect(await ownerOf(still)).toBe(user.id);
    expect(await ownerOf(followed)).toBe(user.id);
    expect(await ownerOf(passedOn)).toBe(people.colleague.id);
    expect(await ownerOf(thereAndBack)).toBe(receiver.id);
    expect(await ownerOf(ended)).toBe(receiver.id);
    expect((await historyOf(still.id)).at(-1)).toEqual({
      kind: 'handover',
      fromOwnerId: receiver.id,
      toOwnerId: user.id,
      reason: '撤销交接',
      actorId: people.admin.id,
    });
    expect(await actionsOn(user.id)).toEqual(['user.handedOver', 'user.handoverUndone']);
    const [row] = await listOf(user.id);
    expect(row).toMatchObject({ undoable: false, undoneAt: t.clock.now(), returned: 2 });
  });

  it('takes leads out of the pool again, with the contact that was planned, unless somebody claimed them', async () => {
    const user = await person();
    const planned = await register(t, user);
    const claimed = await register(t, user);
    const next = { nextFollowUpAt: '2026-03-20T02:00:00.000Z', nextFollowUpContent: '回访' };
    await t.call(
      leads.followUp,
      { params: { id: planned.id }, body: { method: 'phone', content: '约好了', ...next } },
      { as: user },
    );
    expect(await storedLead(t, planned.id)).toMatchObject(next);
    const { id } = (await handOver(user.id, { toId: null })).data;
    expect(await storedLead(t, planned.id)).toMatchObject({ ownerId: null, nextFollowUpAt: null });
    await t.call(leads.claim, { params: { id: claimed.id } }, { as: people.rep });
    expect((await undo(id)).data).toEqual({ returned: 1, kept: 1 });
    expect(await storedLead(t, planned.id)).toMatchObject({
      ownerId: user.id,
      poolEnteredAt: null,
      ...next,
    });
    expect((await storedLead(t, claimed.id)).ownerId).toBe(people.rep.id);
  });

  it('is possible for a day, and not longer', async () => {
    const user = await person();
    const { id: leadId } = await register(t, user);
    const { id } = (await handOver(user.id)).data;
    t.clock.advance({ hours: 24, seconds: 1 });
    expect((await undo(id)).failure).toMatchObject({ code: 409, errorCode: 'HANDOVER_TOO_OLD' });
    expect((await storedLead(t, leadId)).ownerId).toBe(people.colleague.id);
    t.clock.advance({ seconds: -1 });
    expect((await undo(id)).data).toEqual({ returned: 1, kept: 0 });
  });

  it('happens once', async () => {
    const user = await person();
    await register(t, user);
    const { id } = (await handOver(user.id)).data;
    await undo(id);
    expect((await undo(id)).failure).toMatchObject({ code: 409, errorCode: 'HANDOVER_UNDONE' });
  });

  it('waits until the former owner is active again', async () => {
    const user = await person();
    const { id: leadId } = await register(t, user);
    await disable(user.id, people.colleague.id);
    const [done] = await listOf(user.id);
    const id = done?.id as string;
    expect((await undo(id)).failure).toMatchObject({ code: 409, errorCode: 'HANDOVER_OWNER_DISABLED' });
    expect((await storedLead(t, leadId)).ownerId).toBe(people.colleague.id);
    const body = { version: 2, status: 'active', reason: '误停用' } as const;
    await t.call(users.changeStatus, { params: { id: user.id }, body }, { as: people.admin });
    expect((await undo(id)).data).toEqual({ returned: 1, kept: 0 });
    expect((await storedLead(t, leadId)).ownerId).toBe(user.id);
  });
});

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('at the same moment', () => {
  it('no lead lands with somebody who is being disabled', async () => {
    for (let round = 0; round < 10; round++) {
      const user = await person();
      const given = await register(t, people.rep);
      const pooled = await register(t, people.registrar, { ownerId: null });
      const body = { version: 1, ownerId: user.id, reason: '调整' };
      const calls = [
        t.call(leads.assign, { params: { id: given.id }, body }, { as: people.admin }),
        t.call(leads.claim, { params: { id: pooled.id } }, { as: user }),
        disable(user.id, null),
      ];
      for (const reply of await Promise.all(calls)) expect(reply.status).toBeLessThan(500);
      for (const { id } of [given, pooled]) expect((await storedLead(t, id)).ownerId).not.toBe(user.id);
      const { status } = (await t.call(users.get, { params: { id: user.id } }, { as: people.admin })).data;
      expect(status).toBe('disabled');
    }
  });
});
