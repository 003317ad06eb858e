import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { asking, signedIn } from './phone.ts';

it('reassigns a lead of the team with a reason', async () => {
  const rep = await asking('sales');
  const customerName = `转派酒店${Date.now()}`;
  const lead = await rep.call(leads.create, {
    body: { customerName, phone: '13700007700', source: 'referral' },
  });
  const phone = await signedIn('manager');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await phone.tap('更多');
  await phone.tap('分派');
  await phone.choose('刘洋');
  await phone.front.locator('textarea').fill('按区域调整');
  await phone.tap('分派');
  await phone.sees('刘洋 跟进');
  const after = await rep.call(leads.list, { query: { keyword: customerName } });
  expect(after.list).toHaveLength(0);
});

it('shows list and detail side by side on a wide screen', async () => {
  const phone = await signedIn('manager', { width: 1200 });
  await phone.open('pages/leads/index');
  await phone.front.locator('.record-card').first().click();
  await phone.sees('动态');
  expect(phone.page.url()).toContain('pages/leads');
});
