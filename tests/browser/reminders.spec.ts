import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { type Level, reminders } from '#shared/reminders/contract.ts';
import { asking, enter, newPhone, signedIn } from './phone.ts';

/** Changes a rule for as long as a test needs it. The demo company is shared. */
async function ruleOf(level: Level) {
  const admin = await asking('admin');
  const read = async () =>
    (await admin.call(reminders.rules, {})).list.find((rule) => rule.intentionLevel === level);
  const { intervalDays, tiers } = (await read()) as NonNullable<Awaited<ReturnType<typeof read>>>;
  const change = async (changes: Partial<{ intervalDays: number; tiers: typeof tiers }>) => {
    const version = (await read())?.version ?? 0;
    await admin.call(reminders.updateRule, { params: { level }, body: { version, ...changes } });
  };
  return { admin, tiers, change, restore: () => change({ intervalDays, tiers }) };
}

it('says on a lead when who is reminded, by the rule as it was just changed', async () => {
  const { admin, restore } = await ruleOf('低');
  const rep = await asking('sales');
  const lead = await rep.call(leads.create, {
    body: {
      customerName: `提醒测试酒店${Date.now()}`,
      wechat: `w${Date.now()}`,
      source: 'wechat',
      intention: 'low',
    },
  });
  const preview = () => admin.call(reminders.preview, { params: { id: lead.id } });
  const before = await preview();
  try {
    const phone = await signedIn('admin');
    await phone.open(`sales/lead-detail/index?id=${lead.id}`);
    await phone.sees(before.words);

    await phone.open('admin/reminders/index');
    await phone.front.getByLabel(/^低意向，/).click();
    await phone.tap('超期间隔');
    await phone.choose('7个工作日');
    await phone.sees('7个工作日没有联系就算超期；');
    await phone.tap('保存');
    await phone.sees('已保存，马上生效');

    const after = await preview();
    expect(after.dueAt && before.dueAt && after.dueAt > before.dueAt).toBe(true);
    await phone.open(`sales/lead-detail/index?id=${lead.id}`);
    await phone.sees(after.words);
    for (const { words } of after.list) await phone.sees(words);
    expect(phone.complaints).toEqual([]);
  } finally {
    await restore();
  }
});

it('tells beforehand who will be reminded, sends it once, and keeps a record', async () => {
  const { admin, tiers, change, restore } = await ruleOf('中');
  const address = `boss${Date.now()}@example.com`;
  const phone = await signedIn('admin');
  await phone.open('admin/reminders/index');
  await phone.tap('添加邮箱');
  await phone.fill('必填', address);
  await phone.tap('添加');
  await phone.sees('已添加');
  try {
    await change({ tiers: { ...tiers, company: 0 } });
    await phone.open('admin/dry-run/index');
    await phone.sees(address);

    await phone.open('admin/reminders/index');
    await phone.tap('马上检查');
    await phone.sees('只发出还没有发过的提醒');
    await phone.answer('马上检查');
    await phone.sees('新发出');
    await phone.tap('看发送记录');
    await phone.page.waitForURL(/admin\/deliveries/);
    await phone.front.getByRole('button').filter({ hasText: address }).click();
    await phone.sees('提醒公司名单');

    const { list } = await admin.call(reminders.dryRun, {});
    expect(list.filter((planned) => planned.address === address)).toEqual([]);
    expect(phone.complaints).toEqual([]);
  } finally {
    await restore();
  }
});

it('a link from the mail opens the lead, also on a phone where nobody has signed in yet', async () => {
  const manager = await asking('manager');
  const { list } = await manager.call(leads.list, { query: { due: 'overdue', pageSize: 1 } });
  const lead = list[0] as NonNullable<(typeof list)[0]>;
  const phone = await newPhone();
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees('登录后打开刚才的页面');
  await enter(phone, 'manager');
  await phone.sees(lead.customerName);
  expect(phone.page.url()).toContain(lead.id);
});
