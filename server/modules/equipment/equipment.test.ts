import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { type EquipmentDraft, equipment } from '#shared/equipment/contract.ts';
import { labelAddress } from '#shared/equipment/label.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, newCustomer } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { newEquipment, newProduct } from '../../testing/equipment.ts';
import { newTicket } from '../../testing/tickets.ts';

let t: TestApp;
let people: Company;
let customerId: string;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const contact = { name: '李经理', phone: '13700001111' };
  const site = { province: '广东', city: '深圳', address: '南山区海德三道', contact };
  customerId = (await newCustomer(t, people.rep, site)).id;
});

const register = (more: Partial<EquipmentDraft> = {}, as: TestUser = people.rep) =>
  newEquipment(t, as, customerId, more);
const get = (id: string, as: TestUser) => t.call(equipment.get, { params: { id } }, { as });
const byCode = (code: string, as: TestUser) => t.call(equipment.byCode, { params: { code } }, { as });
const total = async (query: object, as: TestUser = people.admin) =>
  (await t.call(equipment.list, { query }, { as })).data.pagination.total;

/** Whether there are tools here that take a PDF apart. */
const hasPoppler = (() => {
  try {
    execFileSync('pdftotext', ['-v'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('registering a unit', () => {
  it('gives it a number, a code for its label, and says where it is', async () => {
    const product = await newProduct(t, people.admin, { productName: '智能网关' });
    const unit = await register({ productId: product.id, model: 'GW-2', location: '3楼弱电间' });
    expect(unit).toMatchObject({
      no: expect.stringMatching(/^EQUIP-2026-\d{4}$/),
      code: expect.stringMatching(/^[2-9A-HJKMNP-Z]{16}$/),
      product: { id: product.id, productName: '智能网关' },
      status: 'in_use',
      site: {
        ...{ province: '广东', city: '深圳', address: '南山区海德三道', coordinates: null },
        contact: { name: '李经理', phone: '13700001111' },
      },
      tickets: [],
      ticketCount: 0,
      files: [],
    });
    expect(unit.actions.map(({ action }) => action)).toEqual(['report', 'label', 'edit', 'retire']);
  });

  it('is refused twice for one serial number, also when one takes that of another', async () => {
    const unit = await register();
    const body = { equipmentName: '网关', serialNo: unit.serialNo, customerId };
    const refused = await t.call(equipment.create, { body }, { as: people.rep });
    expect(refused.failure).toMatchObject({
      code: 409,
      errorCode: 'EQUIPMENT_SERIAL_TAKEN',
      errors: [{ field: 'serialNo' }],
    });
    const other = await register();
    const params = { id: other.id };
    const change = { version: other.version, serialNo: unit.serialNo };
    expect(
      (await t.call(equipment.update, { params, body: change }, { as: people.rep })).failure.errorCode,
    ).toBe('EQUIPMENT_SERIAL_TAKEN');
  });

  it('is refused at a customer whom one does not see, and of a product that is not on offer', async () => {
    const body = { equipmentName: '网关', serialNo: newId(), customerId };
    expect((await t.call(equipment.create, { body }, { as: people.northerner })).status).toBe(404);
    for (const [status, message] of [
      ['draft', '这个产品没有在售'],
      ['inactive', '这个产品没有在售'],
    ] as const) {
      const { id: productId } = await newProduct(t, people.admin, { status });
      const reply = await t.call(equipment.create, { body: { ...body, productId } }, { as: people.rep });
      expect(reply.failure.errors).toEqual([{ field: 'productId', message }]);
    }
  });
});

describe('the warranty', () => {
  it.each([
    [{ installedOn: '2025-03-10', shippedOn: '2025-01-01', warrantyMonths: 12 }, '2026-03-10', true],
    [{ installedOn: '2025-03-09', warrantyMonths: 12 }, '2026-03-09', false],
    [{ shippedOn: '2025-06-30', warrantyMonths: 8 }, '2026-02-28', false],
    [{ shippedOn: '2024-01-31', warrantyMonths: 36 }, '2027-01-31', true],
    [{ warrantyMonths: 12 }, null, null],
  ])('of %o ends on %s', async (more, warrantyEndDate, isUnderWarranty) => {
    const unit = await register(more);
    expect(unit).toMatchObject({ warrantyEndDate, isUnderWarranty });
  });

  it('ends with the last day in Shanghai, in the list as on the page', async () => {
    const customer = await newCustomer(t, people.rep);
    await newEquipment(t, people.rep, customer.id, { installedOn: '2025-03-10', warrantyMonths: 12 });
    await newEquipment(t, people.rep, customer.id);
    const count = (warranty: string) => total({ customerId: customer.id, warranty });
    const now = t.clock.now();
    t.clock.set('2026-03-10T15:59:59.000Z');
    expect([await count('under'), await count('ended'), await count('unknown')]).toEqual([1, 0, 1]);
    t.clock.set('2026-03-10T16:00:03.000Z');
    expect([await count('under'), await count('ended'), await count('unknown')]).toEqual([0, 1, 1]);
    t.clock.set(now);
  });
});

describe('finding a unit', () => {
  it('works by what is scanned or typed: the code, the address on the label, the serial number', async () => {
    const unit = await register({ serialNo: 'RCU-2026-a1' });
    const tries = [
      unit.code,
      unit.code.toLowerCase(),
      labelAddress('https://crm.example.com', unit.code),
      'RCU-2026-a1',
    ];
    for (const code of tries) expect((await byCode(code, people.engineer)).data.id).toBe(unit.id);
    expect((await byCode('23456789ABCDEFGH', people.engineer)).status).toBe(404);
    expect((await byCode(unit.code, people.northerner)).status).toBe(404);
  });

  it('works by name, serial number, number and what its customer is called now', async () => {
    const customer = await newCustomer(t, people.rep, { customerName: '云栖里酒店' });
    const unit = await newEquipment(t, people.rep, customer.id, { equipmentName: '温控面板' });
    for (const keyword of ['温控', unit.serialNo, unit.no, '云栖里'])
      expect(await total({ keyword, customerId: customer.id })).toBe(1);
    const body = { version: customer.version, customerName: '听澜酒店' };
    await t.call(customers.update, { params: { id: customer.id }, body }, { as: people.rep });
    expect(await total({ keyword: '听澜', customerId: customer.id })).toBe(1);
    expect(await total({ keyword: '云栖里', customerId: customer.id })).toBe(0);
  });

  it('goes as far as its customer is seen', async () => {
    const unit = await register();
    for (const as of [people.rep, people.manager, people.engineer, people.finance, people.admin])
      expect((await get(unit.id, as)).status).toBe(200);
    for (const as of [people.colleague, people.northerner]) {
      expect((await get(unit.id, as)).status).toBe(404);
      expect(await total({ customerId }, as)).toBe(0);
      const body = { version: unit.version, location: '大堂' };
      expect((await t.call(equipment.update, { params: { id: unit.id }, body }, { as })).status).toBe(404);
    }
    expect((await get(unit.id, people.registrar)).status).toBe(403);
  });

  it('ends with its customer for whoever sees it only through them', async () => {
    const customer = await newCustomer(t, people.rep);
    const unit = await newEquipment(t, people.rep, customer.id);
    const remove = { params: { id: customer.id }, body: { version: customer.version } };
    expect((await t.call(customers.remove, remove, { as: people.rep })).status).toBe(200);
    expect((await get(unit.id, people.rep)).status).toBe(404);
    expect(await total({ customerId: customer.id }, people.rep)).toBe(0);
    expect((await get(unit.id, people.engineer)).data.customer.id).toBe(customer.id);
  });
});

describe('changing a unit', () => {
  it('changes what was sent, and refuses what was changed meanwhile', async () => {
    const unit = await register({ location: '大堂', description: '旧机' });
    const params = { id: unit.id };
    const body = { version: unit.version, location: '3楼' };
    const { data } = await t.call(equipment.update, { params, body }, { as: people.engineer });
    expect(data).toMatchObject({ location: '3楼', description: '旧机', version: unit.version + 1 });
    const stale = await t.call(equipment.update, { params, body }, { as: people.rep });
    expect(stale.failure).toMatchObject({ errorCode: 'STALE', details: { current: { location: '3楼' } } });
  });

  it('takes it out of use with a reason, and nobody reports it then', async () => {
    const unit = await register();
    const body = { version: unit.version, status: 'retired', reason: '酒店改造拆除' } as const;
    const { data } = await t.call(
      equipment.changeStatus,
      { params: { id: unit.id }, body },
      { as: people.rep },
    );
    expect(data.status).toBe('retired');
    expect(data.actions.find(({ action }) => action === 'report')?.disabledReason).toContain('停用');
    const audit = await t.db
      .selectFrom('auditEntries')
      .select(['action', 'reason'])
      .where('entityId', '=', unit.id)
      .where('action', '=', 'equipment.retire')
      .execute();
    expect(audit).toEqual([{ action: 'equipment.retire', reason: '酒店改造拆除' }]);
  });
});

it('shows the tickets of a unit to whoever sees them', async () => {
  const unit = await register();
  const ticket = await newTicket(t, people.rep, { customerId, equipmentId: unit.id });
  const { data } = await get(unit.id, people.rep);
  expect(data.tickets).toEqual([expect.objectContaining({ id: ticket.id, no: ticket.no, assignee: null })]);
  expect(data.ticketCount).toBe(1);
  // An engineer sees the unit, but not the ticket of a colleague.
  expect((await get(unit.id, people.engineer)).data).toMatchObject({ tickets: [], ticketCount: 0 });
});

describe('the label', () => {
  it('is a page of 60 by 40 millimetres with the font for its words', async () => {
    const equipmentName = '总统套房客房控制主机（带独立空调联动与窗帘电机扩展模块）';
    const unit = await register({ equipmentName, serialNo: 'SN-2026-'.repeat(7) });
    const reply = await t.fetch(urlOf(equipment.label, { params: { id: unit.id } }), people.engineer);
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(`设备标签 ${unit.no}.pdf`)}`,
    });
    const text = reply.content.toString('latin1');
    expect(text).toMatch(/\/MediaBox \[0 0 170\.0\d+ 113\.3\d+\]/);
    expect(text.match(/\/Type \/Page\b/g)?.length).toBe(1);
    expect(text).toMatch(/\/BaseFont \/\w+\+NotoSansSC-Bold/);
    expect(
      (await t.fetch(urlOf(equipment.label, { params: { id: unit.id } }), people.northerner)).status,
    ).toBe(404);
  });

  it.runIf(hasPoppler)('says its name, serial number and number in letters that can be read', async () => {
    const unit = await register({ equipmentName: '客房控制主机', serialNo: 'RCU-0042' });
    const { content } = await t.fetch(urlOf(equipment.label, { params: { id: unit.id } }), people.rep);
    const text = execFileSync('pdftotext', ['-', '-'], { input: content, encoding: 'utf8' });
    for (const word of ['客房控制主机', 'RCU-0042', unit.no, '序列号', '扫码看记录、报修'])
      expect(text).toContain(word);
  });
});
