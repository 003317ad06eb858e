import { expect, it } from 'vitest';
import { assignment } from '#shared/assignment/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type PoolRule, pool } from '#shared/pool/contract.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import { asking, signedIn } from './phone.ts';

/** The rule of the company, put back after a test: the demo company is shared. */
async function companyRule() {
  const admin = await asking('admin');
  const read = async () => (await admin.call(pool.rules, {})).list[0] as PoolRule;
  const { claimCap, recycleDays, protectionDays, warnDays } = await read();
  type Changes = Partial<Pick<PoolRule, 'claimCap' | 'recycleDays' | 'protectionDays' | 'warnDays'>>;
  const change = async (changes: Changes) => {
    const { version } = await read();
    await admin.call(pool.setRule, {
      params: { departmentId: 'default' },
      body: { version, ...changes },
    });
  };
  return { admin, change, restore: () => change({ claimCap, recycleDays, protectionDays, warnDays }) };
}

/** Leads in the pool, named alike. */
async function pooled(count: number) {
  const admin = await asking('admin');
  const prefix = `公海酒店${Date.now()}`;
  const made = [];
  for (let i = 0; i < count; i++) {
    const customerName = `${prefix}第${i + 1}家`;
    made.push(
      await admin.call(leads.create, {
        body: { customerName, wechat: `w${Date.now()}${i}`, source: 'wechat', ownerId: null },
      }),
    );
  }
  return { admin, prefix, made };
}

it('refuses a claim beyond the cap in words, and bars the button of the lead with them', async () => {
  const { change, restore } = await companyRule();
  const { prefix, made } = await pooled(2);
  const phone = await signedIn('sales');
  try {
    await phone.open(`sales/lead-detail/index?id=${made[0]?.id}`);
    await phone.sees('现在可以领取');
    await phone.tap('领取');
    await phone.tap('写跟进');
    await phone.front.locator('textarea').waitFor();

    await change({ claimCap: 1 });
    await phone.open('pages/leads/index');
    await phone.tap('公海');
    await phone.front.getByLabel('搜索名称、电话、微信').locator('input').fill(prefix);
    await phone.tap(`领取${prefix}第2家`);
    await phone.sees('到了每日上限（全公司公海规则）');
    await phone.open(`sales/lead-detail/index?id=${made[1]?.id}`);
    await phone.sees('今天已领取1条');
    const button = phone.front.getByRole('button', { name: '领取', exact: true });
    await expect.poll(() => button.getAttribute('aria-disabled')).toBe('true');
  } finally {
    await restore();
  }
});

it('gives several leads to a colleague at once, and keeps what was refused chosen', async () => {
  const { admin, prefix, made } = await pooled(3);
  const [colleague] = (await admin.call(leads.list, { query: { pageSize: 100 } })).list
    .map(({ owner }) => owner)
    .filter((owner) => owner?.name === '刘洋');
  const [, , last] = made;
  if (!colleague || !last) throw new Error('The demo company has changed');
  await admin.call(leads.assign, {
    params: { id: last.id },
    body: { version: last.version, ownerId: colleague.id, reason: '先分一条' },
  });

  const phone = await signedIn('manager');
  await phone.open('pages/leads/index');
  await phone.front.getByLabel('搜索名称、电话、微信').locator('input').fill(prefix);
  await phone.sees('3 条');
  await phone.tap('选择');
  await phone.tap('全选这3条');
  await phone.sees('已选 3 条');
  await phone.tap('批量分派');
  await phone.sees('一位同事');
  await phone.front.getByText('一位同事').first().click();
  await phone.choose('刘洋');
  await phone.tap('新线索分派');
  await phone.tap('分派3条');
  await phone.sees('已分派2条，1条没有成功');
  await phone.sees('已经由这位同事跟进');
  await phone.tap('知道了');
  await phone.sees('已选 1 条');
  const after = await admin.call(leads.list, { query: { keyword: prefix } });
  expect(after.list.map(({ owner }) => owner?.name)).toEqual(['刘洋', '刘洋', '刘洋']);
  expect(phone.complaints).toEqual([]);
});

it('accepts from 今日 what came by itself, until when it says', async () => {
  const { admin, made } = await pooled(1);
  const [lead] = made;
  const rep = await asking('sales');
  const group = await admin.call(assignment.create, {
    body: { name: `待接收${Date.now()}`, acceptMinutes: 60, members: [{ userId: rep.user.id }] },
  });
  try {
    if (!lead) throw new Error('There is no lead');
    await admin.call(pool.assignMany, {
      body: {
        leads: [{ id: lead.id, version: lead.version }],
        ownerId: 'auto',
        groupId: group.id,
        reason: '轮到他',
      },
    });
    const phone = await signedIn('sales');
    const offered = await rep.call(leads.get, { params: { id: lead.id } });
    expect(offered.acceptBy).not.toBeNull();
    await phone.sees('待接收');
    await phone.sees(`${formatAbsolute(offered.acceptBy ?? '', new Date().toISOString())} 前`);
    await phone.tap(`接收${lead.customerName}`);
    await phone.sees(`已接收${lead.customerName}`);
    expect((await rep.call(leads.get, { params: { id: lead.id } })).acceptBy).toBeNull();
    expect(phone.complaints).toEqual([]);
  } finally {
    await admin.call(assignment.remove, { params: { id: group.id }, body: { version: group.version } });
  }
});

it('changes what the pool takes, and a lead says when by the new rule', async () => {
  const { admin, restore } = await companyRule();
  const rep = await asking('sales');
  const lead = await rep.call(leads.create, {
    body: { customerName: `回收酒店${Date.now()}`, wechat: `w${Date.now()}`, source: 'wechat' },
  });
  const clock = () => admin.call(pool.clock, { params: { id: lead.id } });
  try {
    const before = await clock();
    expect(before.state).toBe('never');
    const phone = await signedIn('admin');
    await phone.open(`sales/lead-detail/index?id=${lead.id}`);
    await phone.sees(before.words);

    await phone.open('admin/pool-rules/index');
    await phone.front.getByLabel(/^全公司公海规则，/).click();
    await phone.tap('中意向');
    await phone.choose('15个工作日没跟进就回收');
    await phone.sees('没有跟进就回收：中意向15个工作日');
    await phone.tap('保存');
    await phone.sees('已保存，马上生效');

    const after = await clock();
    expect(after.recycleAt).not.toBeNull();
    await phone.open(`sales/lead-detail/index?id=${lead.id}`);
    await phone.sees(after.words);
    expect(phone.complaints).toEqual([]);
  } finally {
    await restore();
  }
});

it('stops new leads from coming for as long as a member of a group says so', async () => {
  const rep = await asking('sales');
  const admin = await asking('admin');
  const group = await admin.call(assignment.create, {
    body: { name: `轮流${Date.now()}`, members: [{ userId: rep.user.id }] },
  });
  try {
    const phone = await signedIn('sales');
    await phone.open('pages/me/index');
    await phone.front.getByText('接单中').first().click();
    await phone.sees('暂停接单');
    expect((await rep.call(assignment.duty, {})).onDuty).toBe(false);
    await phone.tap('暂停接单');
    await phone.sees('接单中');
    expect((await rep.call(assignment.duty, {})).onDuty).toBe(true);
  } finally {
    await admin.call(assignment.remove, { params: { id: group.id }, body: { version: group.version } });
  }
});
