import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import { type LeadConversion, leads } from '#shared/leads/contract.ts';
import {
  type Company,
  createCompany,
  customerSeenBy,
  leadSeenBy,
  newCustomer,
  nextPhone,
  register,
  storedLead,
} from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { onRealPostgres } from '../../testing/database.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
beforeEach(() => t.clock.advance({ minutes: 1 }));

const convert = (id: string, body: LeadConversion, as: TestUser = people.rep) =>
  t.call(leads.convert, { params: { id }, body }, { as });
const followUp = (id: string, more: object = {}) =>
  t.call(
    leads.followUp,
    { params: { id }, body: { method: 'phone', content: '聊了报价', ...more } },
    { as: people.rep },
  );
const inDays = (days: number) => new Date(Date.parse(t.clock.now()) + days * 86_400_000).toISOString();
const customersNamed = (name: string) =>
  t.db.selectFrom('customers').selectAll().where('customerName', '=', name).execute();
const openTasks = (sourceId: string) =>
  t.db
    .selectFrom('tasks')
    .select(['type', 'dueAt'])
    .where('sourceId', '=', sourceId)
    .where('status', '=', 'pending')
    .execute();

describe('a lead that becomes a new customer', () => {
  it('gives it all it knows: name, place, contact, owner, and how it came about', async () => {
    const lead = await register(t, people.rep, {
      customerName: '海棠湾度假酒店',
      customerType: 'single_hotel',
      province: '海南',
      city: '三亚',
      address: '林旺路 8 号',
      hotelRooms: 120,
      contactPerson: '王总',
      wechat: 'wang_zong',
      source: 'douyin',
    });
    const { data } = await convert(lead.id, { version: 1, to: 'newCustomer', reason: '要做样板间' });
    expect(data).toMatchObject({
      status: 'converted',
      dealAmount: null,
      customer: { name: '海棠湾度假酒店' },
    });
    const customer = await customerSeenBy(t, people.rep, data.customer?.id as string);
    expect(customer).toMatchObject({
      customerName: '海棠湾度假酒店',
      customerType: 'single_hotel',
      province: '海南',
      city: '三亚',
      address: '林旺路 8 号',
      hotelRooms: 120,
      phone: lead.phone,
      source: 'douyin',
      stage: 'prospect',
      owner: { id: people.rep.id },
      contacts: [{ name: '王总', phone: lead.phone, wechat: 'wang_zong', primary: true }],
      leads: [{ id: lead.id, no: lead.no, customerName: '海棠湾度假酒店' }],
    });
    const { list } = (
      await t.call(customers.timeline, { params: { id: customer.id }, query: {} }, { as: people.rep })
    ).data;
    expect(list.find(({ kind }) => kind === 'created')?.reason).toBe('要做样板间');
  });

  it('takes what is said otherwise, and is a client with a deal', async () => {
    const lead = await register(t, people.rep);
    const deal = { dealDate: '2026-03-09', dealAmount: 12_800 };
    const { data } = await convert(lead.id, {
      version: 1,
      to: 'newCustomer',
      customer: { customerName: '维也纳酒店集团', level: 'A' },
      contact: { name: '赵总监', position: '采购' },
      ...deal,
    });
    expect(data).toMatchObject(deal);
    expect(await customerSeenBy(t, people.rep, data.customer?.id as string)).toMatchObject({
      customerName: '维也纳酒店集团',
      level: 'A',
      stage: 'client',
      contacts: [{ name: '赵总监', position: '采购', phone: lead.phone }],
    });
    const other = await register(t, people.rep);
    const part = await convert(other.id, { version: 1, to: 'newCustomer', dealDate: '2026-03-09' });
    expect(part.failure.errors?.[0]?.field).toBe('dealAmount');
    const bare = await convert(other.id, { version: 1, to: 'newCustomer', contact: null });
    expect((await customerSeenBy(t, people.rep, bare.data.customer?.id as string)).contacts).toEqual([]);
  });

  it('belongs to whoever follows the lead, whoever converts it', async () => {
    const lead = await register(t, people.rep);
    const { data } = await convert(lead.id, { version: 1, to: 'newCustomer' }, people.manager);
    const { owner } = await customerSeenBy(t, people.manager, data.customer?.id as string);
    expect(owner.id).toBe(people.rep.id);
  });

  it('shares its follow-ups, before and after, and what was agreed', async () => {
    const lead = await register(t, people.rep);
    const next = { nextFollowUpAt: inDays(2), nextFollowUpContent: '签合同' };
    await followUp(lead.id, next);
    const { version } = await storedLead(t, lead.id);
    const { data } = await convert(lead.id, { version, to: 'newCustomer' });
    const customerId = data.customer?.id as string;
    expect(await customerSeenBy(t, people.rep, customerId)).toMatchObject({
      followUpCount: 1,
      lastFollowUpContent: '聊了报价',
      ...next,
    });
    expect(await openTasks(lead.id)).toEqual([]);
    expect(await openTasks(customerId)).toEqual([{ type: 'customer_follow_up', dueAt: next.nextFollowUpAt }]);
    t.clock.advance({ minutes: 1 });
    const later = (await followUp(lead.id, { content: '送了样品' })).data;
    expect(later).toMatchObject({ leadId: lead.id, customerId });
    const contents = async (path: 'leads' | 'customers', id: string) => {
      const { timeline } = path === 'leads' ? leads : customers;
      const { list } = (await t.call(timeline, { params: { id }, query: {} }, { as: people.rep })).data;
      return list.flatMap((entry) => entry.followUp?.content ?? []);
    };
    expect(await contents('leads', lead.id)).toEqual(['送了样品', '聊了报价']);
    expect(await contents('customers', customerId)).toEqual(['送了样品', '聊了报价']);
    expect((await customerSeenBy(t, people.rep, customerId)).lastFollowUpContent).toBe('送了样品');
    const remove = { params: { id: later.id }, body: { version: 1 } };
    await t.call(followups.remove, remove, { as: people.rep });
    expect(await customerSeenBy(t, people.rep, customerId)).toMatchObject({
      followUpCount: 1,
      lastFollowUpContent: '聊了报价',
    });
    expect(await leadSeenBy(t, people.rep, lead.id)).toMatchObject({ followUpCount: 1 });
  });

  it('is refused to who may not make customers', async () => {
    const lead = await register(t, people.rep);
    const sales = await t.db
      .selectFrom('roles')
      .select('id')
      .where('code', '=', 'sales')
      .executeTakeFirstOrThrow();
    const granted = t.db.deleteFrom('rolePermissions').where('roleId', '=', sales.id);
    await granted.where('permission', '=', 'customers.create').execute();
    try {
      expect((await convert(lead.id, { version: 1, to: 'newCustomer' })).status).toBe(403);
      expect((await storedLead(t, lead.id)).status).toBe('new');
    } finally {
      const row = { roleId: sales.id, permission: 'customers.create', reach: 'all' };
      await t.db.insertInto('rolePermissions').values(row).execute();
    }
  });
});

describe('a lead that joins a customer', () => {
  it('adds its contact unless they are known by phone or WeChat', async () => {
    const phone = nextPhone();
    const customer = await newCustomer(t, people.rep, {
      contact: { name: '张总', phone, wechat: 'Zhang_Zong' },
    });
    const join = async (more: object) => {
      const lead = await register(t, people.rep, more);
      const { data } = await convert(lead.id, { version: 1, to: 'customer', customerId: customer.id });
      expect(data).toMatchObject({ status: 'converted', customer: { id: customer.id } });
      return (await customerSeenBy(t, people.rep, customer.id)).contacts.map(({ name }) => name);
    };
    expect(await join({ phone, contactPerson: '老张' })).toEqual(['张总']);
    expect(await join({ wechat: 'zhang_zong', contactPerson: '小张' })).toEqual(['张总']);
    expect(await join({ contactPerson: '李经理' })).toEqual(['张总', '李经理']);
    const seen = await customerSeenBy(t, people.rep, customer.id);
    expect(seen).toMatchObject({ leads: { length: 3 }, stage: 'initial_contact' });
  });

  it('moves it to the stage that is said; back only with the reason', async () => {
    const { id: customerId } = await newCustomer(t, people.rep, { stage: 'negotiation' });
    const lead = await register(t, people.rep);
    const back = { version: 1, to: 'customer' as const, customerId, stage: 'prospect' as const };
    const refused = await convert(lead.id, back);
    expect(refused.failure.errors?.[0]?.field).toBe('reason');
    expect((await storedLead(t, lead.id)).status).toBe('new');
    expect((await convert(lead.id, { ...back, reason: '换了项目' })).status).toBe(200);
    expect((await customerSeenBy(t, people.rep, customerId)).stage).toBe('prospect');
  });

  it('is refused for one that the caller does not see, and its stage to who only helps', async () => {
    const customer = await newCustomer(t, people.northerner);
    const lead = await register(t, people.rep);
    const body = { version: 1, to: 'customer' as const, customerId: customer.id };
    expect((await convert(lead.id, body)).status).toBe(404);
    const help = { version: 1, userIds: [people.rep.id] };
    const params = { id: customer.id };
    await t.call(customers.collaborate, { params, body: help }, { as: people.northerner });
    const staged = await convert(lead.id, { ...body, stage: 'client' as const });
    expect(staged.failure).toMatchObject({ code: 403, errors: [{ field: 'stage' }] });
    expect((await convert(lead.id, body)).data.customer?.id).toBe(customer.id);
    // Whoever sees the customer sees what was said, and not the lead.
    const there = await customerSeenBy(t, people.northerner, customer.id);
    expect(there.leads).toEqual([]);
    await t.call(
      customers.collaborate,
      { params, body: { version: there.version, userIds: [] } },
      {
        as: people.northerner,
      },
    );
    expect((await leadSeenBy(t, people.rep, lead.id)).customer).toBeNull();
  });
});

describe('a lead that is a deal and no more', () => {
  it('is booked as before, with or without saying so', async () => {
    const deal = { version: 1, dealDate: '2026-03-09', dealAmount: 12_800 };
    for (const body of [deal, { ...deal, to: 'deal' as const }]) {
      const lead = await register(t, people.rep);
      const { data } = await convert(lead.id, body);
      expect(data).toMatchObject({ status: 'converted', dealAmount: 12_800, customer: null });
    }
    const lead = await register(t, people.rep);
    const reply = await convert(lead.id, { version: 1, to: 'deal' } as never);
    expect(reply.failure.errors?.map(({ field }) => field).sort()).toEqual(['dealAmount', 'dealDate']);
  });
});

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('at the same moment', () => {
  it('a lead that is converted many times makes one customer', async () => {
    for (let round = 0; round < 5; round++) {
      const customerName = `抢着转化酒店${round}`;
      const lead = await register(t, people.rep, { customerName });
      await followUp(lead.id);
      const { version } = await storedLead(t, lead.id);
      const replies = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          convert(lead.id, { version, to: 'newCustomer' }, i % 2 === 0 ? people.rep : people.manager),
        ),
      );
      for (const reply of replies) expect([200, 409], JSON.stringify(reply.body)).toContain(reply.status);
      expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
      const made = await customersNamed(customerName);
      expect(made).toHaveLength(1);
      expect((await storedLead(t, lead.id)).customerId).toBe(made[0]?.id);
    }
  });

  it('leads join one customer, and nothing of them is lost', async () => {
    const { id: customerId } = await newCustomer(t, people.rep);
    const all = [];
    for (let i = 0; i < 8; i++) {
      const lead = await register(t, people.rep, { contactPerson: `联系人${i}` });
      await followUp(lead.id);
      all.push(await storedLead(t, lead.id));
    }
    const calls = all.flatMap(({ id, version }) => [
      convert(id, { version, to: 'customer', customerId }),
      followUp(id, { content: '同时又聊了一次' }),
    ]);
    for (const reply of await Promise.all(calls)) expect(reply.status).toBeLessThan(500);
    for (const { id } of all) {
      const { status, version } = await storedLead(t, id);
      if (status !== 'converted') await convert(id, { version, to: 'customer', customerId });
    }
    const customer = await customerSeenBy(t, people.rep, customerId);
    expect(customer.contacts).toHaveLength(8);
    expect(customer.contacts.filter(({ primary }) => primary)).toHaveLength(1);
    expect(customer.leads).toHaveLength(8);
    expect(customer.followUpCount).toBe(16);
  });
});
