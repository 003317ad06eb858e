import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { asking, signedIn, untilInstalled } from './phone.ts';

let made = 0;

/** An edit of a customer that was made without a network, while a colleague saved another one. */
async function refusedEdit(mine: string, theirs: { customerName?: string; industry?: string }) {
  const rep = await asking('sales');
  const customerName = `两边都改的客户${Date.now()}${++made}`;
  const contact = { name: '廖经理', phone: `1361${String(Date.now()).slice(-5)}${10 + made}` };
  const customer = await rep.call(customers.create, { body: { customerName, contact } });
  const params = { id: customer.id };
  const phone = await signedIn('sales', { installed: true });
  await untilInstalled(phone);
  await phone.open(`sales/customer-form/index?id=${customer.id}`);
  const name = phone.page.locator('input[placeholder="酒店或公司全名"]').locator('visible=true').first();
  await expect.poll(() => name.inputValue()).toBe(customerName);
  await phone.context.setOffline(true);
  await name.fill(mine);
  await phone.tap('保存');
  await phone.sees('已保存在手机');
  await rep.call(customers.update, { params, body: { version: customer.version, ...theirs } });
  await phone.context.setOffline(false);
  await phone.open('sales/outbox/index');
  await phone.sees('需要处理');
  await phone.tap(`看两边的情况：编辑客户 ${mine}`);
  return { phone, read: () => rep.call(customers.get, { params }) };
}

it('lets somebody keep their own words over those of a colleague when an edit is refused later', async () => {
  const mine = `我改的名字${Date.now()}`;
  const { phone, read } = await refusedEdit(mine, {
    customerName: `同事改的${Date.now()}`,
    industry: '度假酒店',
  });
  await phone.sees('对方的');
  await phone.tap('按选择保存');
  await phone.sees('全部已同步');
  expect(await read()).toMatchObject({ customerName: mine, industry: '度假酒店' });
});

it('forgets an edit that was refused when somebody lets the words of the colleague stand', async () => {
  const theirs = `同事改的名字${Date.now()}`;
  const { phone, read } = await refusedEdit(`我改的${Date.now()}`, { customerName: theirs });
  const { version } = await read();
  await phone.tap(`对方的，${theirs}`);
  await phone.tap('按选择保存');
  await phone.sees('全部已同步');
  expect(await read()).toMatchObject({ customerName: theirs, version });
});

it('brings both edits together where they touch different fields', async () => {
  const mine = `只改名字${Date.now()}`;
  const { phone, read } = await refusedEdit(mine, { industry: '商务酒店' });
  await phone.tap('重新提交');
  await phone.sees('全部已同步');
  expect(await read()).toMatchObject({ customerName: mine, industry: '商务酒店' });
});
