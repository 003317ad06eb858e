import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { type Company, createCompany, customerSeenBy, newCustomer } from '../../testing/company.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';
import { onRealPostgres } from '../../testing/database.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
beforeEach(() => t.clock.advance({ minutes: 1 }));

const add = (customerId: string, name: string, more: object = {}) =>
  t.call(contacts.create, { body: { customerId, name, ...more } }, { as: people.rep });
const primaryOf = async (id: string) => {
  const { contacts: all, primaryContact } = await customerSeenBy(t, people.rep, id);
  const primary = all.filter((each) => each.primary);
  expect(primary.map((each) => each.id)).toEqual(primaryContact ? [primaryContact.id] : []);
  return primaryContact?.name;
};

describe('the primary contact', () => {
  it('is the first, then whoever is made it, and after them the oldest', async () => {
    const { id } = await newCustomer(t, people.rep);
    const first = (await add(id, '张总')).data;
    t.clock.advance({ seconds: 1 });
    await add(id, '李经理');
    t.clock.advance({ seconds: 1 });
    expect(await primaryOf(id)).toBe('张总');
    const third = (await add(id, '王工', { primary: true })).data;
    expect(await primaryOf(id)).toBe('王工');
    const back = { params: { id: first.id }, body: { version: 2, primary: true } } as const;
    expect((await t.call(contacts.update, back, { as: people.rep })).data.primary).toBe(true);
    expect(await primaryOf(id)).toBe('张总');
    await t.call(contacts.remove, { params: { id: first.id }, body: { version: 3 } }, { as: people.rep });
    expect(await primaryOf(id)).toBe('李经理');
    const { version } = (await t.call(contacts.get, { params: { id: third.id } }, { as: people.rep })).data;
    await t.call(contacts.remove, { params: { id: third.id }, body: { version } }, { as: people.rep });
    expect(await primaryOf(id)).toBe('李经理');
  });

  it.runIf(onRealPostgres)('is one, however many are made it at once', async () => {
    const { id } = await newCustomer(t, people.rep);
    const names = Array.from({ length: 12 }, (_, i) => `联系人${i}`);
    const replies = await Promise.all(names.map((name) => add(id, name, { primary: true })));
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect(names).toContain(await primaryOf(id));
    const removals = replies.slice(0, 6).map(async ({ data }) => {
      const { version } = (await t.call(contacts.get, { params: { id: data.id } }, { as: people.rep })).data;
      return t.call(contacts.remove, { params: { id: data.id }, body: { version } }, { as: people.rep });
    });
    for (const reply of await Promise.all(removals)) expect(reply.status).toBeLessThan(500);
    await primaryOf(id);
  });
});

describe('the list of contacts', () => {
  it('finds by name, phone and WeChat, through the customers that somebody sees', async () => {
    const { id } = await newCustomer(t, people.rep, { customerName: '通讯录酒店' });
    await add(id, '司马懿', { phone: '13811112222', wechat: 'ZhongDa_99' });
    const found = async (query: object, as = people.rep) =>
      (await t.call(contacts.list, { query }, { as })).data.list.map(({ name }) => name);
    for (const keyword of ['司马', '1112222', 'zhongda'])
      expect(await found({ keyword })).toEqual(['司马懿']);
    expect(await found({ customerId: id })).toEqual(['司马懿']);
    expect(await found({ keyword: '司马' }, people.northerner)).toEqual([]);
    expect(await found({ keyword: '司马' }, people.manager)).toEqual(['司马懿']);
    expect(await found({ keyword: '司马' }, people.finance)).toEqual(['司马懿']);
  });
});

describe('a change of a contact', () => {
  it('stands in the log and on the timeline of the customer, in words', async () => {
    const { id } = await newCustomer(t, people.rep);
    const contact = (await add(id, '张总', { birthday: '1980-05-01' })).data;
    t.clock.advance({ seconds: 1 });
    const body = { version: 1, phone: '13800138000', birthday: null };
    await t.call(contacts.update, { params: { id: contact.id }, body }, { as: people.rep });
    const timeline = await t.call(customers.timeline, { params: { id }, query: {} }, { as: people.rep });
    expect(timeline.data.list[0]).toMatchObject({
      title: '修改联系人',
      changes: [
        { label: '联系人姓名', from: '张总', to: '张总' },
        { label: '联系人手机', from: null, to: '138 0013 8000' },
        { label: '联系人生日', from: '1980-05-01', to: null },
      ],
    });
    const stale = await t.call(contacts.update, { params: { id: contact.id }, body }, { as: people.rep });
    expect(stale.failure).toMatchObject({
      errorCode: 'STALE',
      details: { current: { phone: '13800138000' } },
    });
  });
});
