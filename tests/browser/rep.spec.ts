import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { asking, newPhone, restarted, signedIn } from './phone.ts';

let made = 0;

/** A lead of the rep that no other test touches. */
async function ownLead(more: object = {}) {
  const rep = await asking('sales');
  const customerName = `浏览器测试酒店${Date.now()}${++made}`;
  const phone = `1370000${String(Date.now()).slice(-3)}${made}`.padEnd(11, '0').slice(0, 11);
  const lead = await rep.call(leads.create, { body: { customerName, phone, source: 'douyin', ...more } });
  return { rep, lead, customerName };
}

const named = async (username: string, keyword: string) =>
  (await (await asking(username)).call(leads.list, { query: { keyword } })).list;

it('answers what to do now, and every count opens a list of just as many', async () => {
  const rep = await asking('sales');
  const { sections } = await rep.call(workbench.get, {});
  const shown = sections.filter((section) => section.count > 0);
  expect(shown.length).toBeGreaterThan(1);
  const phone = await signedIn('sales');
  for (const section of shown) {
    await phone.open('pages/today/index');
    await phone.sees(section.title);
    await phone.front.getByLabel(new RegExp(`^${section.title}，(全部|查看)`)).click();
    await phone.page.waitForURL(section.kind === 'leads' ? /pages\/leads/ : /work\/tasks/);
    // Asked again: what other tests have planned becomes overdue meanwhile.
    const now = (await rep.call(workbench.get, {})).sections.find(({ key }) => key === section.key);
    await phone.sees(`${now?.count} 条`);
  }
  expect(phone.complaints).toEqual([]);
});

it('logs a follow-up from the list with four taps beside the words', async () => {
  const { rep, lead, customerName } = await ownLead();
  const phone = await signedIn('sales');
  await phone.open('pages/leads/index');
  await phone.tap(`给${customerName}写跟进`);
  await phone.tap('微信');
  await phone.fill('聊了什么，客户怎么说', '加了微信，发了样板间视频');
  await phone.tap('明天');
  await phone.tap('保存');
  await phone.sees('已保存跟进');
  const after = await rep.call(leads.get, { params: { id: lead.id } });
  expect(after).toMatchObject({
    status: 'contacted',
    followUpCount: 1,
    lastFollowUpContent: '加了微信，发了样板间视频',
  });
  expect(after.nextFollowUpAt).not.toBeNull();
});

it('makes one lead when the answer is lost and the form is sent again', async () => {
  const phone = await signedIn('sales');
  const customerName = `丢失回应酒店${Date.now()}`;
  let lost = 0;
  await phone.page.route('**/api/leads', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue();
    lost++;
    await route.fetch();
    await route.abort('connectionreset');
  });
  await phone.open('sales/lead-form/index');
  await phone.fill('酒店、公司或昵称', customerName);
  await phone.fill('电话、微信至少填一项', '13700001111');
  await phone.tap('保存');
  await expect.poll(() => lost).toBe(1);
  await expect.poll(async () => (await named('sales', customerName)).length).toBe(1);
  await phone.open('sales/outbox/index');
  await phone.sees('全部已同步');
  expect(await named('sales', customerName)).toHaveLength(1);
});

it('gives the words back after the page was killed', async () => {
  const phone = await signedIn('sales');
  await phone.open('sales/lead-form/index');
  await phone.fill('酒店、公司或昵称', '写到一半的酒店');
  const kept = () => phone.page.evaluate<string>('JSON.stringify(localStorage)');
  await expect.poll(kept).toContain('写到一半的酒店');
  const again = await restarted(phone);
  await expect.poll(() => again.field('酒店、公司或昵称').inputValue()).toBe('写到一半的酒店');
});

it('keeps what is saved without a network, and sends it once when the network is back', async () => {
  const { rep, lead, customerName } = await ownLead();
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await phone.context.setOffline(true);
  await phone.tap('写跟进');
  await phone.fill('聊了什么，客户怎么说', '地下室里没有信号');
  await phone.tap('保存');
  await phone.sees('已保存在手机');
  expect((await rep.call(leads.get, { params: { id: lead.id } })).followUpCount).toBe(0);
  await phone.context.setOffline(false);
  const count = async () => (await rep.call(leads.get, { params: { id: lead.id } })).followUpCount;
  await expect.poll(count).toBe(1);
  await phone.open('sales/outbox/index');
  await phone.sees('全部已同步');
  expect(await count()).toBe(1);
});

it('calls with one tap, and offers the follow-up on return', async () => {
  const { lead, customerName } = await ownLead();
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await phone.tap('打电话');
  // The dialler covers the app, then the app is back.
  const visibility = (state: 'hidden' | 'visible') =>
    phone.page.evaluate(`
      Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
      Object.defineProperty(document, 'hidden', { value: ${state === 'hidden'}, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));`);
  await visibility('hidden');
  await phone.page.waitForTimeout(1_500);
  await visibility('visible');
  await phone.sees(`刚刚给 ${customerName} 打了电话`);
});

it('shows both sides of a collision and loses nothing', async () => {
  const { rep, lead, customerName } = await ownLead();
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-form/index?id=${lead.id}`);
  const name = phone.field('酒店、公司或昵称');
  await expect.poll(() => name.inputValue()).toBe(customerName);
  await rep.call(leads.update, {
    params: { id: lead.id },
    body: { version: lead.version, customerName: `${customerName}（同事改）` },
  });
  await name.fill(`${customerName}（我改）`);
  await phone.tap('保存');
  await phone.sees(`${customerName}（同事改）`);
  await phone.sees(`${customerName}（我改）`);
});

it('shows a number from the pool in full once it is claimed', async () => {
  const media = await asking('media');
  const customerName = `公海酒店${Date.now()}`;
  const pooled = await media.call(leads.create, {
    body: { customerName, phone: '13711112222', source: 'douyin', ownerId: null },
  });
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-detail/index?id=${pooled.id}`);
  await phone.sees('137****2222');
  await phone.tap('领取');
  await phone.sees('137 1111 2222');
});

it('refuses a wrong password in words, and keeps the account that was typed', async () => {
  const phone = await newPhone();
  await phone.open('pages/login/index');
  await phone.page.locator('input').first().fill('sales');
  await phone.page.locator('input[type=password]').fill('wrong-password');
  await phone.tap('登录');
  await phone.sees('账号或密码不正确');
  expect(await phone.page.locator('input').first().inputValue()).toBe('sales');
});
