import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { asking, signedIn } from './phone.ts';

let made = 0;
const unique = (what: string) => `${what}${Date.now()}${++made}`;
const number = () => `1360${String(Date.now()).slice(-5)}${String(++made).padStart(2, '0')}`.slice(0, 11);

/** A customer of the rep that no other test touches. */
async function ownCustomer(more: object = {}) {
  const rep = await asking('sales');
  const customerName = unique('浏览器测试客户');
  const contact = { name: '廖经理', phone: number() };
  const customer = await rep.call(customers.create, { body: { customerName, contact, ...more } });
  const read = () => rep.call(customers.get, { params: { id: customer.id } });
  return { rep, customer, customerName, contact, read };
}

/** A lead of the rep with a follow-up. */
async function ownLead(more: object = {}) {
  const rep = await asking('sales');
  const customerName = unique('浏览器测试线索');
  const lead = await rep.call(leads.create, {
    body: { customerName, phone: number(), source: 'douyin', ...more },
  });
  const content = unique('问了样板间的价格');
  await rep.call(leads.followUp, { params: { id: lead.id }, body: { method: 'phone', content } });
  const read = () => rep.call(leads.get, { params: { id: lead.id } });
  return { rep, lead, customerName, content, read };
}

const named = async (keyword: string) =>
  (await (await asking('sales')).call(customers.list, { query: { keyword } })).list;

it('keeps a new customer with its contact without a network, and makes it once', async () => {
  const phone = await signedIn('sales');
  const customerName = unique('地下车库酒店');
  await phone.open('pages/customers/index');
  await phone.tap('新建客户');
  await phone.sees('更多：地址、星级、税号等');
  await phone.context.setOffline(true);
  await phone.fill('酒店或公司全名', customerName);
  await phone.fill('姓名', '孙工');
  await phone.fill('联系人的手机', '136 0000 7788');
  await phone.tap('保存');
  await phone.sees('已保存在手机');
  expect(await named(customerName)).toHaveLength(0);
  await phone.context.setOffline(false);
  await expect.poll(async () => (await named(customerName)).length).toBe(1);
  await phone.open('sales/outbox/index');
  await phone.sees('全部已同步');
  expect(await named(customerName)).toMatchObject([
    { stage: 'initial_contact', primaryContact: { name: '孙工', phone: '13600007788' } },
  ]);
});

it('says under the field what is missing, and keeps what was typed', async () => {
  const phone = await signedIn('sales');
  await phone.open('sales/customer-form/index');
  await phone.fill('联系人的手机', '123');
  await phone.tap('保存');
  await phone.sees('填写联系人的姓名');
  expect(await phone.field('联系人的手机').inputValue()).toBe('123');
});

it('logs a follow-up from the list of customers', async () => {
  const { read, customerName } = await ownCustomer();
  const phone = await signedIn('sales');
  await phone.open('pages/customers/index');
  await phone.tap(`给${customerName}写跟进`);
  await phone.tap('拜访');
  await phone.fill('聊了什么，客户怎么说', '看了大堂，老板要两套方案');
  await phone.tap('明天');
  await phone.tap('保存');
  await phone.sees('已保存跟进');
  const after = await read();
  expect(after).toMatchObject({ followUpCount: 1, lastFollowUpContent: '看了大堂，老板要两套方案' });
  expect(after.nextFollowUpAt).not.toBeNull();
});

it('moves a customer along, and asks why when it goes back', async () => {
  const { customer, read } = await ownCustomer();
  const phone = await signedIn('sales');
  await phone.open(`sales/customer-detail/index?id=${customer.id}`);
  await phone.sees(customer.customerName);
  await phone.tap('更多');
  await phone.tap('推进阶段');
  await phone.tap('推进到“意向客户”');
  await phone.sees('已到“意向客户”');
  expect((await read()).stage).toBe('prospect');
  await phone.tap('更多');
  await phone.tap('推进阶段');
  await phone.tap('初步接触');
  await phone.tap('退回到“初步接触”');
  await phone.sees('写一句退回原因');
  await phone.tap('项目延期');
  await phone.tap('退回到“初步接触”');
  await expect.poll(async () => (await read()).stage).toBe('initial_contact');
});

it('adds a contact and makes it the one to call first', async () => {
  const { customer, read } = await ownCustomer();
  const phone = await signedIn('sales');
  await phone.open(`sales/customer-detail/index?id=${customer.id}`);
  await phone.sees('廖经理');
  await phone.tap('联系人，添加');
  await phone.fill('怎么称呼', '周总');
  await phone.fill('微信号', 'zhou_zong');
  await phone.tap('保存');
  await phone.sees('已添加');
  await phone.tap('周总');
  await phone.tap('设为主要联系人');
  await phone.sees('周总已是主要联系人');
  expect((await read()).contacts.map(({ name, primary }) => [name, primary])).toEqual([
    ['周总', true],
    ['廖经理', false],
  ]);
});

it('makes a customer of a lead, and both show what was said', async () => {
  const { rep, lead, customerName, content, read } = await ownLead({ contactPerson: '吴经理' });
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await phone.tap('更多');
  await phone.tap('转为客户 / 成交');
  await phone.tap('已经成交');
  await phone.fill('元', '12800.5');
  await phone.tap('转为客户');
  await phone.sees('已转为客户');
  const after = await read();
  expect(after).toMatchObject({
    status: 'converted',
    dealAmount: 12_800.5,
    customer: { name: customerName },
  });
  const customer = await rep.call(customers.get, { params: { id: after.customer?.id ?? '' } });
  expect(customer).toMatchObject({ stage: 'client', primaryContact: { name: '吴经理' } });
  await phone.sees(content);
  await phone.front.locator('.row', { hasText: '已转为客户' }).click();
  await phone.page.waitForURL(/customer-detail/);
  await phone.sees(lead.no);
  await phone.sees(content);
});

it('adds a lead to a customer there is, which its number points at', async () => {
  const { contact, customer, customerName } = await ownCustomer();
  const { lead, content, read } = await ownLead({ phone: contact.phone });
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(lead.customerName);
  await phone.tap('更多');
  await phone.tap('转为客户 / 成交');
  await phone.sees(`“${customerName}”有同样的号码`);
  await phone.tap('并入');
  await phone.tap('并入客户');
  await phone.sees('已转为客户');
  expect((await read()).customer).toMatchObject({ id: customer.id });
  await phone.open(`sales/customer-detail/index?id=${customer.id}`);
  await phone.sees(lead.no);
  await phone.sees(content);
});

it('shows both sides of a collision over a customer and loses nothing', async () => {
  const { rep, customer, customerName } = await ownCustomer();
  const phone = await signedIn('sales');
  await phone.open(`sales/customer-form/index?id=${customer.id}`);
  const name = phone.field('酒店或公司全名');
  await expect.poll(() => name.inputValue()).toBe(customerName);
  await rep.call(customers.update, {
    params: { id: customer.id },
    body: { version: customer.version, customerName: `${customerName}（同事改）` },
  });
  await name.fill(`${customerName}（我改）`);
  await phone.tap('保存');
  await phone.sees(`${customerName}（同事改）`);
  await phone.sees(`${customerName}（我改）`);
});

it('gives whoever may only look no button to write', async () => {
  const { customer } = await ownCustomer();
  const finance = await signedIn('finance');
  await finance.open(`sales/customer-detail/index?id=${customer.id}`);
  await finance.sees(customer.customerName);
  await finance.lacks(/^写跟进$/);
});
