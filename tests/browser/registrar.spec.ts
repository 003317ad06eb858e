import { expect, it } from 'vitest';
import { assignment } from '#shared/assignment/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { asking, signedIn } from './phone.ts';

const CHAT = `抖音私信
客户：你好，看到你们的客控系统视频
客户：我们是惠州双月湾听涛度假酒店，一共96间房，想明年三月开业前装好
客户：我姓罗，电话 137 0000 8899，微信同号`;

/** A group whose turn it is while a test runs: the demo company is shared. */
async function withGroup(run: () => Promise<void>): Promise<void> {
  const admin = await asking('admin');
  const rep = await asking('sales');
  const group = await admin.call(assignment.create, {
    body: { name: `登记${Date.now()}`, members: [{ userId: rep.user.id, regions: ['惠州'] }] },
  });
  try {
    await run();
  } finally {
    await admin.call(assignment.remove, { params: { id: group.id }, body: { version: group.version } });
  }
}

it('turns a chat into a registered, assigned lead with two taps after the paste, four with another rep', () =>
  withGroup(async () => {
    const media = await asking('media');
    for (const [owner, most] of [
      ['李强', 2],
      ['黄婷', 4],
    ] as const) {
      const phone = await signedIn('media');
      let taps = 0;
      const tap = (name: string) => {
        taps += 1;
        return phone.tap(name);
      };
      await phone.open('sales/lead-form/index');
      await phone.tap('粘贴聊天内容');
      await phone.front.locator('textarea[placeholder^="长按粘贴"]').fill(CHAT);
      await tap('填入表单');
      const input = phone.field('酒店、公司或昵称');
      await expect.poll(() => input.inputValue()).toContain('听涛度假酒店');
      // Typing, so that the lead is found again; the chat has a name already.
      const name = `听涛度假酒店${Date.now()}`;
      await input.fill(name);
      await phone.sees('建议：李强');
      if (owner !== '李强') {
        await tap('选同事');
        taps += 1;
        await phone.choose(owner);
      }
      await tap('保存');
      await phone.page.waitForURL(/lead-detail/);
      await phone.sees(name);
      expect(taps).toBe(most);
      const [lead] = (await media.call(leads.list, { query: { keyword: name } })).list;
      expect(lead).toMatchObject({
        phone: '13700008899',
        hotelRooms: 96,
        owner: { name: owner },
        status: 'new',
      });
    }
  }));

it('registers without a network, says whose the lead will be, and sends it later', () =>
  withGroup(async () => {
    const phone = await signedIn('media');
    await phone.open('sales/lead-form/index');
    await phone.sees('建议：李强');
    await phone.tap('粘贴聊天内容');
    await phone.context.setOffline(true);
    await phone.front.locator('textarea[placeholder^="长按粘贴"]').fill(CHAT);
    await phone.tap('填入表单');
    const name = `没有网络酒店${Date.now()}`;
    await phone.fill('酒店、公司或昵称', name);
    await phone.sees('没有网络，给不出建议');
    await phone.tap('保存');
    await phone.sees('已保存在手机，有网络时自动登记');
    await phone.context.setOffline(false);
    const media = await asking('media');
    const found = async () => (await media.call(leads.list, { query: { keyword: name } })).list;
    await expect.poll(async () => (await found()).length).toBe(1);
    expect((await found())[0]?.owner).toBeNull();
  }));

it('warns while typing that somebody already follows this number', async () => {
  const rep = await asking('sales');
  const customerName = `已有酒店${Date.now()}`;
  const phoneNumber = `1370001${String(Date.now()).slice(-4)}`;
  await rep.call(leads.create, { body: { customerName, phone: phoneNumber, source: 'phone' } });
  const phone = await signedIn('media');
  await phone.open('sales/lead-form/index');
  await phone.fill('电话、微信至少填一项', phoneNumber);
  await phone.sees('李强');
  await phone.lacks(customerName);
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
  await phone.lacks(customerName);
});
