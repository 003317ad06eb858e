import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { addDays, atWallClock, dateOf, toInstant } from '#shared/values/time.ts';
import { asking, type Phone, signedIn } from './phone.ts';

let made = 0;
const unique = (words: string) => `${words}${Date.now()}${++made}`;
/** Still today, however late it is. */
function soon() {
  const midnight = atWallClock(addDays(dateOf(toInstant(Date.now())), 1), '00:00');
  return toInstant(Math.min(Date.now() + 60_000, Date.parse(midnight) - 1));
}

const named = async (username: string, keyword: string) =>
  (await (await asking(username)).call(tasks.list, { query: { keyword } })).list;

const writeTitle = (phone: Phone, title: string) =>
  phone.front.locator('textarea[placeholder^="要做什么"]').fill(title);

it('makes a task about a lead with four taps beside the words', async () => {
  const rep = await asking('sales');
  const customerName = unique('待办酒店');
  const lead = await rep.call(leads.create, {
    body: { customerName, phone: '13700003333', source: 'douyin' },
  });
  const phone = await signedIn('sales');
  await phone.open(`sales/lead-detail/index?id=${lead.id}`);
  await phone.sees(customerName);
  await phone.tap('更多');
  await phone.tap('新建待办');
  const title = unique('寄样品');
  await writeTitle(phone, title);
  await phone.tap('后天');
  await phone.tap('保存');
  await phone.sees('已新建');
  const [task] = await named('sales', title);
  expect(task).toMatchObject({ title, source: { id: lead.id, name: customerName } });
  expect(phone.complaints).toEqual([]);
});

it('ticks a task off on 今日 with one tap, and takes it back', async () => {
  const rep = await asking('sales');
  const title = unique('打印合同');
  const { id } = await rep.call(tasks.create, { body: { title, dueAt: soon() } });
  const status = async () => (await rep.call(tasks.get, { params: { id } })).status;
  const phone = await signedIn('sales');
  await phone.tap(`完成：${title}`);
  await phone.sees('已完成');
  await expect.poll(status).toBe('completed');
  await phone.tap('撤销');
  await phone.sees('已撤销');
  expect(await status()).toBe('pending');
  await phone.sees(title);
});

it('puts a task off, and says how often that happened', async () => {
  const rep = await asking('sales');
  const title = unique('约勘察');
  const { id, dueAt } = await rep.call(tasks.create, { body: { title, dueAt: soon() } });
  const phone = await signedIn('sales');
  await phone.open(`work/task/index?id=${id}`);
  await phone.sees(title);
  await phone.tap('延期');
  await phone.tap('后天');
  await phone.tap('延到后天 09:00');
  await phone.sees('已延期1次');
  const after = await rep.call(tasks.get, { params: { id } });
  expect(after.deferrals).toBe(1);
  expect(after.dueAt > dueAt).toBe(true);
});

it('asks for the follow-up where a task follows its lead', async () => {
  const rep = await asking('sales');
  const customerName = unique('计划酒店');
  const lead = await rep.call(leads.create, {
    body: { customerName, phone: '13700004444', source: 'douyin' },
  });
  await rep.call(leads.followUp, {
    params: { id: lead.id },
    body: { method: 'phone', content: '约了再联系', nextFollowUpAt: soon() },
  });
  const [planned] = await named('sales', customerName);
  const phone = await signedIn('sales');
  await phone.open('work/tasks/index?due=today');
  await phone.tap(`写跟进：${planned?.title}`);
  await phone.front.locator('textarea').fill('联系上了');
  await phone.tap('保存');
  await phone.sees('已保存跟进');
  const ended = await rep.call(tasks.get, { params: { id: planned?.id ?? '' } });
  expect(ended.status).toBe('completed');
});

it('keeps a task that is saved without a network, and sends it once', async () => {
  const phone = await signedIn('sales');
  const title = unique('地下室的待办');
  await phone.open('work/task-form/index');
  await writeTitle(phone, title);
  await phone.context.setOffline(true);
  await phone.tap('保存');
  await phone.sees('已保存在手机');
  await phone.context.setOffline(false);
  await expect.poll(async () => (await named('sales', title)).length).toBe(1);
});

it('opens the lead that a notification is about, and the notification is read', async () => {
  const manager = await asking('manager');
  const rep = await asking('sales');
  const customerName = unique('通知酒店');
  await manager.call(leads.create, {
    body: { customerName, phone: '13700005555', source: 'douyin', ownerId: rep.user.id },
  });
  const mine = async () => (await rep.call(notifications.list, { query: {} })).list;
  const about = async () => (await mine()).find(({ title }) => title.includes(customerName));
  await expect.poll(about).toMatchObject({ readAt: null });
  const phone = await signedIn('sales');
  await phone.front.getByLabel(/^通知，\d+条未读$/).click();
  await phone.front.getByLabel(new RegExp(`^未读，.*${customerName}`)).click();
  await phone.page.waitForURL(/sales\/lead-detail/);
  await phone.sees(customerName);
  await expect.poll(async () => (await about())?.readAt).not.toBeNull();
});

it('hands a task to a colleague, who finds it', async () => {
  const manager = await asking('manager');
  const title = unique('转交的待办');
  const { id } = await manager.call(tasks.create, { body: { title, dueAt: soon() } });
  const phone = await signedIn('manager');
  await phone.open(`work/task/index?id=${id}`);
  await phone.sees(title);
  await phone.tap('更多');
  await phone.tap('转交');
  await phone.choose('李强');
  await phone.tap('工作量调配');
  await phone.tap('转交');
  await phone.sees('已转交给李强');
  expect((await named('sales', title)).map((task) => task.id)).toEqual([id]);
});
