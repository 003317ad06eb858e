import { expect, it } from 'vitest';
import { followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { asking, type Phone, signedIn } from './phone.ts';

let made = 0;

/** Two leads of the rep with one telephone number, each with a follow-up; the first has the longer history. */
async function twoLeads() {
  const rep = await asking('sales');
  const stamp = `${Date.now()}${++made}`;
  const phone = `136${stamp.slice(-8)}`;
  const [keptName, goneName] = [`先登记酒店${stamp}`, `后登记酒店${stamp}`];
  const kept = await rep.call(leads.create, {
    body: { customerName: keptName, phone, source: 'douyin', contactPerson: '吴总' },
  });
  const gone = await rep.call(leads.create, {
    body: { customerName: goneName, phone, source: 'douyin', contactPerson: '邓经理', hotelRooms: 88 },
  });
  const write = (leadId: string, content: string) =>
    rep.call(followups.create, { body: { leadId, method: 'phone', content } });
  await write(kept.id, '先登记的第一通电话');
  await write(kept.id, '先登记的第二通电话');
  await write(gone.id, '后登记的那通电话');
  return { rep, kept, gone, keptName, goneName };
}

/** Merges on the page that compares the two. */
async function mergeHere(phone: Phone) {
  await phone.tap('合并成一条');
  await phone.tap('重复登记');
  await phone.tap('合并');
}

const goneFor = async (rep: Awaited<ReturnType<typeof asking>>, keyword: string) =>
  (await rep.call(leads.list, { query: { keyword } })).list.length === 0;

it('merges two leads of one number, and 撤销 makes them two again', async () => {
  const { rep, kept, gone, keptName, goneName } = await twoLeads();
  const phone = await signedIn('manager');
  await phone.open('sales/duplicates/index');
  await phone.tap(`合并${goneName}`);
  await phone.sees('保留这条');
  await phone.tap('联系人，邓经理');
  await mergeHere(phone);
  await phone.sees(`已合并到“${keptName}”`);
  await phone.page.waitForURL(/sales\/duplicates/);
  const one = await rep.call(leads.get, { params: { id: kept.id } });
  expect(one).toMatchObject({
    customerName: keptName,
    contactPerson: '邓经理',
    hotelRooms: 88,
    followUpCount: 3,
  });
  expect(await goneFor(rep, goneName)).toBe(true);

  await phone.tap('撤销');
  await phone.sees(`已恢复“${goneName}”`);
  const back = await rep.call(leads.get, { params: { id: kept.id } });
  expect(back).toMatchObject({ contactPerson: '吴总', hotelRooms: null, followUpCount: 2 });
  const other = await rep.call(leads.get, { params: { id: gone.id } });
  expect(other).toMatchObject({ customerName: goneName, contactPerson: '邓经理', followUpCount: 1 });
  // Both stand on the list again.
  await phone.sees(goneName);
  expect(phone.complaints).toEqual([]);
});

it('shows what was said with both on the one that stays, where it can be taken back', async () => {
  const { rep, kept, gone, goneName } = await twoLeads();
  const phone = await signedIn('manager');
  await phone.open(`sales/lead-detail/index?id=${kept.id}`);
  await phone.tap('更多');
  await phone.tap('合并重复');
  await phone.tap(goneName);
  await mergeHere(phone);
  await phone.page.waitForURL((url) => url.href.includes(`lead-detail/index?id=${kept.id}`));
  for (const words of ['先登记的第一通电话', '先登记的第二通电话', '后登记的那通电话', '3次跟进'])
    await phone.sees(words);
  await phone.tap('撤销合并');
  await phone.sees('撤销合并？');
  await phone.answer('撤销合并');
  await phone.sees(`已恢复“${goneName}”`);
  await phone.sees('2次跟进');
  const other = await rep.call(leads.get, { params: { id: gone.id } });
  expect(other.followUpCount).toBe(1);
});

it('shows the lead that stays where the one it began with was open', async () => {
  const { gone, keptName } = await twoLeads();
  const phone = await signedIn('manager');
  await phone.open(`sales/lead-detail/index?id=${gone.id}`);
  await phone.tap('更多');
  await phone.tap('合并重复');
  await phone.tap(keptName);
  await phone.tap('对调，保留另一条');
  await mergeHere(phone);
  await phone.page.waitForURL(/lead-detail/);
  await phone.sees('后登记的那通电话');
  await phone.sees('先登记的第一通电话');
  await phone.tap('返回');
  await phone.page.waitForURL(/pages\/leads/);
  expect(phone.complaints).toEqual([]);
});

it('merges from the duplicate notice of the form', async () => {
  const { rep, kept, goneName } = await twoLeads();
  const phone = await signedIn('manager');
  await phone.open(`sales/lead-form/index?id=${kept.id}`);
  const name = phone.field('酒店、公司或昵称');
  await name.fill(goneName);
  await phone.sees('有名称相同的客户，确认一下');
  await phone.tap('并入');
  await phone.sees('保留这条');
  await mergeHere(phone);
  await phone.page.waitForURL(/lead-form/);
  await phone.lacks('有名称相同的客户，确认一下');
  await phone.tap('保存');
  await phone.sees('已保存');
  const after = await rep.call(leads.get, { params: { id: kept.id } });
  expect(after).toMatchObject({ customerName: goneName, followUpCount: 3, contactPerson: '吴总' });
});
