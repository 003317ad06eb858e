import { beforeAll, describe, expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type Company, createCompany, newCustomer, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const check = async (body: object, as: TestUser = people.rep) =>
  (await t.call(leads.duplicates, { body }, { as })).data.list;

describe('the duplicate check', () => {
  it.each([
    '13511112222',
    '+86 135 1111 2222',
    '0086-135-1111-2222',
    '86 13511112222',
    '１３５ １１１１ ２２２２',
    '135－1111－2222',
    '(135) 1111.2222',
  ])('finds a lead, a customer and a contact by the number written %s', async (phone) => {
    const { rep } = people;
    const stored = '13511112222';
    if ((await check({ phone })).length === 0) {
      await register(t, rep, { customerName: '电话线索', phone: stored });
      await newCustomer(t, rep, { customerName: '电话客户', phone: stored });
      await newCustomer(t, rep, { customerName: '联系人客户', contact: { name: '张总', phone: stored } });
    }
    const found = await check({ phone });
    expect(found.map(({ entity }) => entity).sort()).toEqual(['contact', 'customer', 'lead']);
    for (const { matchedOn } of found) expect(matchedOn).toEqual(['phone']);
  });

  it('says of a contact who it is, and of whom', async () => {
    const { rep } = people;
    const customer = await newCustomer(t, rep, {
      customerName: '海景大酒店',
      contact: { name: '李经理', wechat: 'Li_Manager' },
    });
    expect(await check({ wechat: ' li_manager' })).toEqual([
      {
        entity: 'contact',
        id: customer.contacts[0]?.id,
        customerId: customer.id,
        no: customer.no,
        customerName: '海景大酒店',
        contactName: '李经理',
        matchedOn: ['wechat'],
        status: null,
        stage: 'initial_contact',
        ownerName: rep.name,
        createdAt: expect.any(String),
      },
    ]);
  });

  it('finds names that are alike, after everything that is certain, and ten at most', async () => {
    const { rep } = people;
    const phone = '13533334444';
    const same = await register(t, rep, { customerName: '云栖竹径度假酒店' });
    const like = await newCustomer(t, rep, { customerName: '杭州市云栖竹径酒店管理有限公司' });
    const called = await register(t, rep, { customerName: '毫不相干', phone });
    const found = await check({ customerName: '云栖竹径度假酒店', phone });
    expect(found.map(({ id, matchedOn }) => [id, matchedOn])).toEqual([
      [called.id, ['phone']],
      [same.id, ['customerName']],
      [like.id, ['similarName']],
    ]);
    for (let i = 0; i < 12; i++) await register(t, rep, { customerName: `云栖竹径酒店${i}` });
    const many = await check({ customerName: '云栖竹径度假酒店', phone });
    expect(many).toHaveLength(10);
    expect(many[0]?.id).toBe(called.id);
    expect(await check({ customerName: '酒店' })).toEqual([]);
  });

  it('leaves out the record that is being edited, and what was deleted', async () => {
    const { rep } = people;
    const phone = '13566667777';
    const lead = await register(t, rep, { phone, customerName: '自己' });
    const customer = await newCustomer(t, rep, { customerName: '别人', contact: { name: '王', phone } });
    expect(await check({ phone, exceptId: lead.id })).toMatchObject([{ entity: 'contact' }]);
    expect(await check({ phone, exceptId: customer.id })).toMatchObject([{ id: lead.id }]);
    await t.call(
      customers.remove,
      { params: { id: customer.id }, body: { version: customer.version } },
      { as: rep },
    );
    expect(await check({ phone })).toMatchObject([{ id: lead.id }]);
  });

  it.each([
    ['rep', true],
    ['manager', true],
    ['admin', true],
    ['registrar', false],
    ['northerner', false],
  ] as const)('tells %s of everything, and how to reach nobody', async (who, opens) => {
    const { rep } = people;
    const phone = '13588889999';
    if ((await check({ phone })).length === 0) {
      const contact = { name: '赵云飞总经理', phone, wechat: 'zhao_yunfei' };
      await newCustomer(t, rep, { customerName: '碧波荡漾大酒店', phone, contact });
      await register(t, rep, { customerName: '碧波荡漾大酒店', phone });
    }
    const found = await check({ phone, customerName: '碧波荡漾酒店' }, people[who]);
    expect(found.map(({ entity }) => entity).sort()).toEqual(['contact', 'customer', 'lead']);
    const text = JSON.stringify(found);
    for (const secret of [phone, 'zhao_yunfei']) expect(text).not.toContain(secret);
    for (const { id, customerName, contactName, ownerName } of found) {
      expect(id !== null).toBe(opens);
      expect(customerName).toBe(opens ? '碧波荡漾大酒店' : '碧***');
      if (contactName) expect(contactName).toBe(opens ? '赵云飞总经理' : '赵***');
      expect(ownerName).toBe(rep.name);
    }
  });

  it('answers whoever sets up customers the same', async () => {
    const { rep, registrar } = people;
    const phone = '13577770000';
    await register(t, rep, { phone });
    const ask = (as: TestUser) => t.call(customers.duplicates, { body: { phone } }, { as });
    expect((await ask(rep)).data.list).toEqual(await check({ phone }));
    expect((await ask(registrar)).status).toBe(403);
  });
});
