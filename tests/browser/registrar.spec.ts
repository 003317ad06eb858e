import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { asking, signedIn } from './phone.ts';

const CHAT = `抖音私信
客户：你好，看到你们的客控系统视频
客户：我们是惠州双月湾听涛度假酒店，一共96间房，想明年三月开业前装好
客户：我姓罗，电话 137 0000 8899，微信同号`;

it('turns a chat into a registered, assigned lead with four taps after the paste', async () => {
  const phone = await signedIn('media');
  await phone.open('sales/lead-form/index');
  await phone.tap('粘贴聊天内容');
  await phone.page.locator('textarea[placeholder^="长按粘贴"]').fill(CHAT);
  const name = `听涛度假酒店${Date.now()}`;
  await phone.tap('填入表单');
  const input = phone.page.locator('input[placeholder="酒店、公司或昵称"]').locator('visible=true').first();
  await expect.poll(() => input.inputValue()).toContain('听涛度假酒店');
  await input.fill(name);
  await phone.tap('跟进人');
  await phone.page.getByText('黄婷').filter({ visible: true }).first().click();
  await phone.tap('保存');
  await phone.page.waitForURL(/lead-detail/);
  await phone.sees(name);
  const media = await asking('media');
  const [lead] = (await media.call(leads.list, { query: { keyword: name } })).list;
  expect(lead).toMatchObject({
    phone: '13700008899',
    hotelRooms: 96,
    owner: { name: '黄婷' },
    status: 'new',
  });
});

it('warns while typing that somebody already follows this number', async () => {
  const rep = await asking('sales');
  const customerName = `已有酒店${Date.now()}`;
  const phoneNumber = `1370001${String(Date.now()).slice(-4)}`;
  await rep.call(leads.create, { body: { customerName, phone: phoneNumber, source: 'phone' } });
  const phone = await signedIn('media');
  await phone.open('sales/lead-form/index');
  await phone.page
    .locator('input[placeholder="电话、微信至少填一项"]')
    .locator('visible=true')
    .first()
    .fill(phoneNumber);
  await phone.sees('李强');
  expect(await phone.page.getByText(customerName).count()).toBe(0);
});

it('sees what she registered and nothing else', async () => {
  const rep = await asking('sales');
  const customerName = `别人的酒店${Date.now()}`;
  const lead = await rep.call(leads.create, {
    body: { customerName, phone: '13700009900', source: 'phone' },
  });
  const phone = await signedIn('media');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees('记录不存在或已无权查看');
  await phone.open('pages/leads/index');
  await phone.sees('条');
  expect(await phone.page.getByText(customerName).count()).toBe(0);
});
