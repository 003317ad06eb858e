import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { asking, restarted, signedIn, untilInstalled } from './phone.ts';

let made = 0;

async function ownLead() {
  const rep = await asking('sales');
  const customerName = `地下室酒店${Date.now()}${++made}`;
  const lead = await rep.call(leads.create, {
    body: { customerName, phone: `1390000${String(Date.now()).slice(-4)}`, source: 'douyin' },
  });
  return { rep, lead, customerName };
}

it('starts without a network, and shows what was read before', async () => {
  const { lead, customerName } = await ownLead();
  const phone = await signedIn('sales', { installed: true });
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await untilInstalled(phone);
  await phone.context.setOffline(true);
  const again = await restarted(phone);
  await again.sees(customerName);
  await again.sees(/没有网络/);
  // A page that was never opened comes from the phone, too.
  await again.open('sales/outbox/index');
  await again.sees('全部已同步');
});

it('keeps what waits when it is killed and started again without a network', async () => {
  const { rep, lead, customerName } = await ownLead();
  const phone = await signedIn('sales', { installed: true });
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await untilInstalled(phone);
  await phone.context.setOffline(true);
  await phone.tap('写跟进');
  await phone.front.locator('textarea').fill('机房里谈的');
  await phone.tap('保存');
  await phone.sees('已保存在手机');
  const again = await restarted(phone, 'sales/outbox/index');
  await again.sees('机房里谈的');
  const count = async () => (await rep.call(leads.get, { params: { id: lead.id } })).followUpCount;
  expect(await count()).toBe(0);
  await again.context.setOffline(false);
  await expect.poll(count).toBe(1);
  await again.sees('全部已同步');
  expect(await count()).toBe(1);
});

it('keeps its own pages only, never an answer of the server', async () => {
  const phone = await signedIn('sales', { installed: true });
  await untilInstalled(phone);
  const kept = await phone.page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept).toContain('/index.html');
  expect(kept.filter((path) => path.startsWith('/api'))).toEqual([]);
  expect(phone.complaints).toEqual([]);
});
