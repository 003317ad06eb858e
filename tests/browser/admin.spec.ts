import { expect, it } from 'vitest';
import { users } from '#shared/users/contract.ts';
import { asking, newPhone, signedIn } from './phone.ts';

it('gives a new colleague an account, who has to choose a password of their own', async () => {
  const admin = await signedIn('admin');
  const username = `new${Date.now().toString(36)}`;
  await admin.open('team/user/index');
  await admin.front.locator('input').first().fill('新同事');
  await admin.fill('登录用，字母开头', username);
  await admin.tap('销售');
  await admin.tap('创建并生成初始密码');
  await admin.sees('初始密码');
  const shown = await admin.front.locator('.initial-password__value').first().textContent();

  const colleague = await newPhone();
  await colleague.open('pages/login/index');
  await colleague.page.locator('input').first().fill(username);
  await colleague.page.locator('input[type=password]').fill(shown?.trim() ?? '');
  await colleague.tap('登录');
  await colleague.page.waitForURL(/account\/password/);
  const asked = await asking('admin');
  const [made] = (await asked.call(users.list, { query: { keyword: username, status: 'all' } })).list;
  expect(made).toMatchObject({ name: '新同事', status: 'active' });
});

it('shows who did what, and what a role may do', async () => {
  const admin = await signedIn('admin');
  await admin.open('admin/logs/index');
  await admin.sees('登录');
  await admin.open('team/roles/index');
  await admin.tap('销售主管');
  await admin.sees('查看负责的线索');
  expect(admin.complaints).toEqual([]);
});
