import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import { handovers } from '#shared/handovers/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, customerSeenBy, newCustomer, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
beforeEach(() => t.clock.advance({ minutes: 1 }));

const stored = (id: string) =>
  t.db.selectFrom('customers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const historyOf = (id: string) =>
  t.db
    .selectFrom('ownershipChanges')
    .select(['entity', 'kind', 'fromOwnerId', 'toOwnerId', 'reason'])
    .where('entityId', '=', id)
    .orderBy('id')
    .execute();
const timelineOf = async (id: string, as: TestUser) =>
  (await t.call(customers.timeline, { params: { id }, query: {} }, { as })).data.list;
const inDays = (days: number) => new Date(Date.parse(t.clock.now()) + days * 86_400_000).toISOString();
const followUp = (as: TestUser, id: string, more: object = {}) =>
  t.call(
    customers.followUp,
    { params: { id }, body: { method: 'phone', content: '聊了续约', ...more } },
    { as },
  );
const openTasksOf = (sourceId: string) =>
  t.db
    .selectFrom('tasks')
    .select(['type', 'assigneeId', 'dueAt', 'title'])
    .where('sourceId', '=', sourceId)
    .where('status', '=', 'pending')
    .execute();
const transfer = (as: TestUser, id: string, version: number, to: TestUser) =>
  t.call(
    customers.transfer,
    { params: { id }, body: { version, newOwnerId: to.id, transferReason: '调整区域' } },
    { as },
  );
const collaborate = (as: TestUser, id: string, version: number, userIds: string[]) =>
  t.call(customers.collaborate, { params: { id }, body: { version, userIds } }, { as });
const toldTo = async (user: TestUser) => {
  await t.work();
  return t.db
    .selectFrom('notifications')
    .select(['title', 'body', 'entity', 'entityId'])
    .where('userId', '=', user.id)
    .orderBy('id')
    .execute();
};

describe('a new customer', () => {
  it('has a number, its author as the owner, and its first contact as the primary one', async () => {
    const contact = { name: '张总', phone: '138 0013 8000', position: '总经理' };
    const customer = await newCustomer(t, people.rep, { contact, level: 'A', city: '珠海' });
    expect(customer.no).toMatch(/^CUST-2026-\d{4}$/);
    expect(customer).toMatchObject({
      stage: 'initial_contact',
      status: 'active',
      owner: { id: people.rep.id },
      creator: { id: people.rep.id },
      primaryContact: { name: '张总', phone: '13800138000' },
      contacts: [{ name: '张总', primary: true, editable: true }],
      version: 1,
    });
    expect(await historyOf(customer.id)).toMatchObject([
      { entity: 'customers', kind: 'create', toOwnerId: people.rep.id },
    ]);
    const [entry] = (await timelineOf(customer.id, people.rep)).filter(({ kind }) => kind === 'created');
    expect(entry?.title).toBe('新建客户，负责人：李强');
  });

  it('goes to whom the author may name, and they hear of it', async () => {
    const colleague = await t.user({ roles: ['sales'], department: people.departments.south });
    const { owner, id } = await newCustomer(t, people.manager, { ownerId: colleague.id });
    expect(owner.id).toBe(colleague.id);
    expect(await toldTo(colleague)).toEqual([
      { title: '新客户：金沙湾大酒店', body: '王芳 建立并交给你', entity: 'customers', entityId: id },
    ]);
    const body = { customerName: '金沙', ownerId: people.northerner.id };
    const refused = await t.call(customers.create, { body }, { as: people.manager });
    expect(refused.failure).toMatchObject({ code: 403, errorCode: 'CUSTOMER_OWNER_NOT_ALLOWED' });
    const engineer = { ...body, ownerId: people.engineer.id };
    const unable = await t.call(customers.create, { body: engineer }, { as: people.admin });
    expect(unable.failure).toMatchObject({ code: 400, errorCode: 'CUSTOMER_OWNER_NOT_ASSIGNABLE' });
  });
});

describe('the list', () => {
  it('finds by name, number and whom one talks to there, and filters', async () => {
    const contact = { name: '欧阳娜娜', phone: '13912345678' };
    const { id, no } = await newCustomer(t, people.rep, {
      customerName: '霞浦观海民宿',
      customerType: 'homestay',
      stage: 'prospect',
      contact,
    });
    await newCustomer(t, people.northerner, { customerName: '霞浦另一家' });
    const found = async (query: object) =>
      (await t.call(customers.list, { query }, { as: people.rep })).data.list.map((each) => each.id);
    for (const keyword of ['霞浦', '观海', no, '欧阳', '5678'])
      expect(await found({ keyword })).toEqual([id]);
    expect(await found({ keyword: '霞浦', stage: 'prospect', customerType: 'homestay' })).toEqual([id]);
    expect(await found({ keyword: '霞浦', stage: 'client' })).toEqual([]);
    expect(await found({ keyword: '霞浦', status: 'inactive' })).toEqual([]);
  });
});

describe('the stage of a customer', () => {
  const move = (id: string, version: number, targetStage: string, stageDesc?: string) =>
    t.call(
      customers.moveStage,
      { params: { id }, body: { version, targetStage: targetStage as 'client', stageDesc } },
      { as: people.rep },
    );

  it('goes on, also over several, and back only with a reason; each step stays on record', async () => {
    const { id } = await newCustomer(t, people.rep);
    expect((await move(id, 1, 'negotiation')).data.stage).toBe('negotiation');
    const refused = await move(id, 2, 'prospect');
    expect(refused.failure).toMatchObject({ code: 400, errors: [{ field: 'stageDesc' }] });
    expect((await move(id, 2, 'prospect', '预算砍了')).data.stage).toBe('prospect');
    expect((await move(id, 3, 'prospect', '再来')).failure.errorCode).toBe('CUSTOMER_STAGE_SAME');
    const steps = await t.db
      .selectFrom('statusChanges')
      .select(['entity', 'action', 'fromStatus', 'toStatus', 'reason'])
      .where('entityId', '=', id)
      .orderBy('id')
      .execute();
    expect(steps).toEqual([
      {
        entity: 'customers',
        action: 'moveStage',
        fromStatus: 'initial_contact',
        toStatus: 'negotiation',
        reason: null,
      },
      {
        entity: 'customers',
        action: 'moveStage',
        fromStatus: 'negotiation',
        toStatus: 'prospect',
        reason: '预算砍了',
      },
    ]);
    expect((await timelineOf(id, people.rep)).filter(({ kind }) => kind === 'status')).toMatchObject([
      { title: '商务谈判 → 意向客户', reason: '预算砍了' },
      { title: '初步接触 → 商务谈判' },
    ]);
  });

  it('stands still while the customer is inactive', async () => {
    const { id } = await newCustomer(t, people.rep);
    const body = { version: 1, status: 'inactive', reason: '停业' } as const;
    const { data } = await t.call(customers.changeStatus, { params: { id }, body }, { as: people.rep });
    expect(data).toMatchObject({ status: 'inactive', inactiveReason: '停业' });
    expect(data.actions).toContainEqual({
      action: 'moveStage',
      label: '推进阶段',
      disabledReason: '客户已停用，先恢复',
    });
    expect((await move(id, 2, 'client')).failure.errorCode).toBe('CUSTOMER_INACTIVE');
    const again = { version: 2, status: 'active' } as const;
    const back = await t.call(customers.changeStatus, { params: { id }, body: again }, { as: people.rep });
    expect(back.data).toMatchObject({ status: 'active', inactiveReason: null });
  });
});

describe('a follow-up of a customer', () => {
  it('is what was said last, and what it agrees on is a task of the owner', async () => {
    const { id } = await newCustomer(t, people.rep);
    const next = { nextFollowUpAt: inDays(3), nextFollowUpContent: '带样品' };
    const { data } = await followUp(people.rep, id, next);
    expect(data).toMatchObject({ customerId: id, leadId: null, targetName: '金沙湾大酒店', editable: true });
    expect(await customerSeenBy(t, people.rep, id)).toMatchObject({
      lastFollowUpContent: '聊了续约',
      followUpCount: 1,
      ...next,
    });
    expect(await openTasksOf(id)).toEqual([
      {
        type: 'customer_follow_up',
        assigneeId: people.rep.id,
        dueAt: next.nextFollowUpAt,
        title: '跟进 金沙湾大酒店',
      },
    ]);
    const { list } = (await t.call(tasks.list, { query: { sourceId: id } }, { as: people.rep })).data;
    expect(list).toMatchObject([{ source: { entity: 'customers', name: '金沙湾大酒店', openable: true } }]);
    const later = inDays(5);
    const body = { version: list[0]?.version as number, dueAt: later };
    await t.call(tasks.defer, { params: { id: list[0]?.id as string }, body }, { as: people.rep });
    expect((await customerSeenBy(t, people.rep, id)).nextFollowUpAt).toBe(later);
    const remove = { params: { id: data.id }, body: { version: 1 } };
    expect((await t.call(followups.remove, remove, { as: people.rep })).status).toBe(200);
    expect(await customerSeenBy(t, people.rep, id)).toMatchObject({
      followUpCount: 0,
      nextFollowUpAt: null,
      lastFollowUpAt: null,
    });
    expect(await openTasksOf(id)).toEqual([]);
  });

  it('is written for a lead or a customer, not for both or none', async () => {
    const { id } = await newCustomer(t, people.rep);
    const lead = await register(t, people.rep);
    const said = { method: 'phone', content: '聊了续约' } as const;
    for (const body of [said, { ...said, customerId: id, leadId: lead.id }]) {
      const { failure } = await t.call(followups.create, { body }, { as: people.rep });
      expect(failure.errors?.[0]?.field).toBe('leadId');
    }
    const body = { ...said, customerId: id };
    expect((await t.call(followups.create, { body }, { as: people.rep })).data.customerId).toBe(id);
    const { data } = await t.call(followups.list, { query: { customerId: id } }, { as: people.rep });
    expect(data.pagination.total).toBe(1);
  });

  it('is off with the business', async () => {
    const { id } = await newCustomer(t, people.rep);
    await followUp(people.rep, id, { nextFollowUpAt: inDays(3) });
    const { version } = await stored(id);
    const body = { version, status: 'inactive', reason: '停业' } as const;
    await t.call(customers.changeStatus, { params: { id }, body }, { as: people.rep });
    expect(await openTasksOf(id)).toEqual([]);
    expect((await stored(id)).nextFollowUpAt).toBeNull();
  });
});

describe('a transfer', () => {
  it('needs somebody within reach who can, leaves a row of history, tells them, and takes the task along', async () => {
    const receiver = await t.user({ roles: ['sales'], department: people.departments.south });
    const { id } = await newCustomer(t, people.rep);
    await followUp(people.rep, id, { nextFollowUpAt: inDays(3) });
    const { version } = await stored(id);
    const refused = async (to: TestUser, as = people.manager) =>
      (await transfer(as, id, version, to)).failure.errorCode;
    expect(await refused(people.northerner)).toBe('CUSTOMER_OWNER_NOT_ALLOWED');
    expect(await refused(people.engineer)).toBe('CUSTOMER_OWNER_NOT_ASSIGNABLE');
    expect(await refused(people.rep)).toBe('CUSTOMER_ALREADY_OWNED');
    expect((await transfer(people.manager, id, version, receiver)).data.owner.id).toBe(receiver.id);
    expect((await historyOf(id)).at(-1)).toEqual({
      entity: 'customers',
      kind: 'transfer',
      fromOwnerId: people.rep.id,
      toOwnerId: receiver.id,
      reason: '调整区域',
    });
    expect(await openTasksOf(id)).toMatchObject([{ assigneeId: receiver.id }]);
    expect(await toldTo(receiver)).toEqual([
      { title: '新客户：金沙湾大酒店', body: '王芳 转给你：调整区域', entity: 'customers', entityId: id },
    ]);
    expect((await t.call(customers.get, { params: { id } }, { as: people.rep })).status).toBe(404);
  });

  it('is also for whoever owns it, though they lose sight of it', async () => {
    const { id } = await newCustomer(t, people.rep);
    const { data } = await transfer(people.rep, id, 1, people.colleague);
    expect(data).toMatchObject({ owner: { id: people.colleague.id }, actions: [] });
  });
});

describe('whoever helps with a customer', () => {
  it('sees it and follows it up, and changes nothing about it', async () => {
    const { id } = await newCustomer(t, people.rep, { contact: { name: '张总' } });
    const helper = await t.user({ roles: ['sales'], department: people.departments.north });
    expect((await t.call(customers.get, { params: { id } }, { as: helper })).status).toBe(404);
    const { data } = await collaborate(people.rep, id, 1, [helper.id, people.rep.id]);
    expect(data.collaborators.map((each) => each.id)).toEqual([helper.id]);
    const seen = await customerSeenBy(t, helper, id);
    expect(seen.actions.map(({ action }) => action)).toEqual(['followUp']);
    expect(seen.contacts).toMatchObject([{ name: '张总', editable: false }]);
    expect((await followUp(helper, id)).status).toBe(200);
    const edit = { params: { id }, body: { version: seen.version, city: '深圳' } };
    expect((await t.call(customers.update, edit, { as: helper })).status).toBe(404);
    expect((await transfer(helper, id, seen.version, people.colleague)).status).toBe(404);
    const contact = { params: { id: seen.contacts[0]?.id as string }, body: { version: 1 } };
    expect((await t.call(contacts.remove, contact, { as: helper })).status).toBe(404);
    const { version } = await stored(id);
    await collaborate(people.rep, id, version, []);
    expect((await t.call(customers.get, { params: { id } }, { as: helper })).status).toBe(404);
  });

  it('must be able to look at customers at all', async () => {
    const { id } = await newCustomer(t, people.rep);
    const { failure } = await collaborate(people.rep, id, 1, [newId()]);
    expect(failure).toMatchObject({ code: 400, errors: [{ field: 'userIds' }] });
  });
});

describe('a credit assessment', () => {
  it('is for who judges, and the last one counts', async () => {
    const { id } = await newCustomer(t, people.rep);
    const assess = (as: TestUser, version: number, more: object = {}) =>
      t.call(
        customers.assess,
        {
          params: { id },
          body: {
            version,
            assessmentDate: '2026-03-01',
            creditScore: 70,
            creditLimit: 50_000.5,
            ...more,
          },
        },
        { as },
      );
    expect((await assess(people.rep, 1)).status).toBe(403);
    await assess(people.finance, 1);
    const { data } = await assess(people.finance, 2, { creditScore: 85, remarks: '回款及时' });
    expect(data).toMatchObject({ creditScore: 85, creditLimit: 50_000.5, creditAssessedOn: '2026-03-01' });
    const future = await assess(people.finance, 3, { assessmentDate: '2027-01-01' });
    expect(future.failure.errors?.[0]?.field).toBe('assessmentDate');
    const rows = await t.db
      .selectFrom('creditAssessments')
      .select('creditScore')
      .where('customerId', '=', id)
      .orderBy('id')
      .execute();
    expect(rows.map(({ creditScore }) => creditScore)).toEqual([70, 85]);
    expect((await timelineOf(id, people.finance))[0]).toMatchObject({
      title: '信用评估',
      reason: '回款及时',
    });
  });
});

describe('a deleted customer', () => {
  it('is gone for all but an administrator, who brings it back with its contacts', async () => {
    const { id } = await newCustomer(t, people.rep, { contact: { name: '赵经理' } });
    await t.call(customers.remove, { params: { id }, body: { version: 1 } }, { as: people.rep });
    expect((await t.call(customers.get, { params: { id } }, { as: people.rep })).status).toBe(404);
    const query = { keyword: '赵经理' };
    expect((await t.call(contacts.list, { query }, { as: people.rep })).data.list).toEqual([]);
    expect((await customerSeenBy(t, people.admin, id)).actions.map(({ action }) => action)).toEqual([
      'restore',
    ]);
    const body = { version: 2 };
    const { data } = await t.call(customers.restore, { params: { id }, body }, { as: people.admin });
    expect(data).toMatchObject({ deletedAt: null, contacts: [{ name: '赵经理' }] });
    expect((await t.call(contacts.list, { query }, { as: people.rep })).data.list).toHaveLength(1);
  });
});

describe('a handover of somebody’s work', () => {
  it('takes the active customers along, tells of them, and brings back what nobody moved', async () => {
    const [user, receiver] = [
      await t.user({ roles: ['sales'], name: '何伟', department: people.departments.south }),
      await t.user({ roles: ['sales'], department: people.departments.south }),
    ];
    const still = await newCustomer(t, user);
    const passed = await newCustomer(t, user);
    const ended = await newCustomer(t, user);
    const body = { version: 1, status: 'inactive', reason: '停业' } as const;
    await t.call(customers.changeStatus, { params: { id: ended.id }, body }, { as: user });
    const as = people.admin;
    const preview = await t.call(handovers.preview, { params: { id: user.id } }, { as });
    expect(preview.data).toMatchObject({ total: 0, customers: 2 });
    const input = { params: { id: user.id }, body: { toId: receiver.id, reason: '转岗' } };
    const { data } = await t.call(handovers.create, input, { as });
    expect(data.moved).toBe(2);
    expect(await toldTo(receiver)).toMatchObject([
      { title: '新客户：2 家', body: '林涛 把何伟的客户交接给你：转岗', entity: 'customers' },
    ]);
    expect((await stored(ended.id)).ownerId).toBe(user.id);
    t.clock.advance({ minutes: 1 });
    const { version } = await stored(passed.id);
    await transfer(as, passed.id, version, people.colleague);
    const undone = await t.call(handovers.undo, { params: { id: data.id } }, { as });
    expect(undone.data).toEqual({ returned: 1, kept: 1 });
    expect((await stored(still.id)).ownerId).toBe(user.id);
    expect((await stored(passed.id)).ownerId).toBe(people.colleague.id);
  });

  it('is asked for before somebody with customers is disabled; without a receiver they go to who does it', async () => {
    const user = await t.user({ roles: ['sales'], department: people.departments.south });
    const { id } = await newCustomer(t, user);
    const disable = (handoverTo?: null) =>
      t.call(
        users.changeStatus,
        { params: { id: user.id }, body: { version: 1, status: 'disabled', reason: '离职', handoverTo } },
        { as: people.admin },
      );
    const { failure } = await disable();
    expect(failure).toMatchObject({
      errorCode: 'HANDOVER_REQUIRED',
      details: { total: 0, customers: 1, tickets: 0 },
    });
    expect(failure.message).toBe('还有1家客户，先选好交接给谁');
    expect((await disable(null)).status).toBe(200);
    expect((await stored(id)).ownerId).toBe(people.admin.id);
  });
});
