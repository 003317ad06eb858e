import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { asking, type Phone, sign, signedIn, untilInstalled } from './phone.ts';

let made = 0;
const unique = (what: string) => `${what}${Date.now()}${++made}`;

/** A ticket of a hotel that no other test touches, given to the engineer. */
async function assignedTicket(more: object = {}) {
  const desk = await asking('manager');
  const engineer = await asking('engineer');
  const customerName = unique('工单测试酒店');
  const customer = await desk.call(customers.create, {
    body: {
      customerName,
      contact: { name: '前台小李', phone: '13700001234' },
      address: '科苑路 8 号',
    },
  });
  const ticket = await desk.call(serviceTickets.create, {
    body: {
      customerId: customer.id,
      ticketType: 'repair',
      ticketTitle: '302房灯控面板没反应',
      priority: 'high',
      assignedTo: engineer.user.id,
      ...more,
    },
  });
  const read = () => engineer.call(serviceTickets.get, { params: { id: ticket.id } });
  return { desk, engineer, ticket, customerName, read };
}

it('lets the desk write a ticket for a customer and send somebody', async () => {
  const desk = await asking('manager');
  const customerName = unique('派工测试酒店');
  await desk.call(customers.create, { body: { customerName } });
  const phone = await signedIn('manager');
  await phone.open('pages/tickets/index');
  await phone.tap('新建工单');
  await phone.sees('更多：联系人、地址、派给谁');
  await phone.tap('保存');
  await phone.sees('选一位客户，或扫设备的标签');
  await phone.tap('选择客户');
  await phone.fill('搜索客户、联系人、电话', customerName);
  await phone.tap(customerName);
  await phone.fill('一句话说清问题，例如：302房灯不亮', '大堂网关离线');
  await phone.tap('紧急');
  await phone.tap('保存');
  await phone.sees('已新建，等待派工');
  await phone.tap('派工');
  await phone.sees('派给');
  await phone.tap('赵磊');
  await phone.sees('已派给赵磊');
  const [ticket] = (await desk.call(serviceTickets.list, { query: { keyword: customerName } })).list;
  expect(ticket).toMatchObject({
    ticketTitle: '大堂网关离线',
    priority: 'urgent',
    status: 'assigned',
    assignee: { name: '赵磊' },
  });
});

it('takes an engineer through a visit, one button at a time', async () => {
  const { ticket, customerName, read } = await assignedTicket();
  const phone = await signedIn('engineer');
  await phone.context.grantPermissions(['geolocation']);
  await phone.context.setGeolocation({ latitude: 22.54, longitude: 114.05, accuracy: 20 });
  await phone.open(`service/ticket/index?id=${ticket.id}`);
  await phone.sees(customerName);
  await phone.tap('接单');
  await phone.tap('出发');
  await phone.tap('到场签到');
  await phone.sees('处理中');

  const chooser = phone.page.waitForEvent('filechooser');
  await phone.tap('添加处理前');
  await (await chooser).setFiles({ name: '面板.png', mimeType: 'image/png', buffer: await picture(phone) });
  await expect.poll(async () => (await read()).files.length).toBe(1);

  await phone.tap('完工');
  await phone.sees('完工，请客户验收');
  await phone.tap('完工，请客户验收');
  await phone.sees('必填');
  await phone.fill('查下来是什么问题', '面板进水短路');
  await phone.fill('做了什么，现在怎么样', '更换面板，测试正常');
  await phone.fill('0.00', '80');
  await phone.sees('¥80.00');
  await phone.tap('完工，请客户验收');
  await phone.sees('确认验收');
  await phone.tap('确认验收');
  await phone.sees('请客户在上面签名');
  await sign(phone);
  await phone.tap('确认验收');
  await phone.sees('已签字，工单解决');

  const after = await read();
  expect(after).toMatchObject({
    status: 'resolved',
    problemAnalysis: '面板进水短路',
    serviceFee: 80,
    totalCost: 80,
    signature: { signerName: '前台小李' },
  });
  expect(after.files).toMatchObject([{ kind: 'before', mimeType: 'image/jpeg' }]);
  const steps = after.logs.map(({ logType }) => logType).reverse();
  expect(steps.filter((step) => step !== 'create' && step !== 'assign')).toEqual([
    'accept',
    'depart',
    'arrive',
    'resolve',
    'sign',
  ]);
  expect(after.logs.find(({ logType }) => logType === 'arrive')?.position).not.toBeNull();
});

it('offers the next step without a signal, and sends all of them in their order afterwards', async () => {
  const { ticket, customerName, read } = await assignedTicket();
  const phone = await signedIn('engineer', { installed: true });
  await phone.open(`service/ticket/index?id=${ticket.id}`);
  await phone.sees(customerName);
  await untilInstalled(phone);
  await phone.settled();
  await phone.context.setOffline(true);
  await phone.tap('接单');
  await phone.tap('出发');
  await phone.tap('到场签到');
  await phone.tap('完工');
  await phone.fill('查下来是什么问题', '线路接触不良');
  await phone.fill('做了什么，现在怎么样', '紧固接线，测试正常');
  await phone.tap('完工，请客户验收');
  await phone.sees('确认验收');
  await sign(phone);
  await phone.tap('确认验收');
  await phone.sees('已解决');
  expect((await read()).status).toBe('assigned');
  await phone.context.setOffline(false);
  await expect.poll(async () => (await read()).status).toBe('resolved');
  const types = (await read()).logs.map(({ logType }) => logType);
  expect(new Set(types).size).toBe(types.length);
});

it('asks for a reason and a picture when somebody checks in far from the site', async () => {
  const { ticket, customerName, read } = await assignedTicket({
    coordinates: { latitude: 22.6, longitude: 114.2 },
  });
  const phone = await signedIn('engineer');
  await phone.context.grantPermissions(['geolocation']);
  await phone.context.setGeolocation({ latitude: 22.54, longitude: 114.05, accuracy: 20 });
  await phone.open(`service/ticket/index?id=${ticket.id}`);
  await phone.sees(customerName);
  await phone.tap('接单');
  await phone.tap('出发');
  await phone.tap('到场签到');
  await phone.sees('离现场较远');
  await phone.tap('园区很大');
  await phone.tap('签到');
  await phone.sees('拍一张现场照片');
  const chooser = phone.page.waitForEvent('filechooser');
  await phone.tap('添加现场照片');
  await (await chooser).setFiles({ name: '门口.png', mimeType: 'image/png', buffer: await picture(phone) });
  await expect.poll(async () => (await read()).files.length).toBe(1);
  await phone.tap('签到');
  await expect.poll(async () => (await read()).status).toBe('on_site');
  const arrival = (await read()).logs.find(({ logType }) => logType === 'arrive');
  expect(arrival).toMatchObject({ far: true, logContent: '园区很大' });
  expect(arrival?.files).toHaveLength(1);
});

it('cancels a ticket with a reason', async () => {
  const { ticket, read } = await assignedTicket();
  const phone = await signedIn('manager');
  await phone.open(`service/ticket/index?id=${ticket.id}`);
  await phone.tap('更多');
  await phone.tap('取消工单');
  await phone.tap('重复报修');
  await phone.tap('取消工单');
  await phone.sees('已取消');
  expect((await read()).status).toBe('cancelled');
});

it('counts tickets, and opens the list behind a number', async () => {
  await assignedTicket();
  const phone = await signedIn('manager');
  await phone.open('service/statistics/index');
  await phone.sees('平均响应');
  await phone.front.getByRole('button', { name: /^待接单 \d+，查看$/ }).click();
  await phone.sees('302房灯控面板没反应');
  expect(phone.complaints).toEqual([]);
});

/** A small picture as a camera gives it. */
const picture = async ({ page }: Phone) =>
  await page.screenshot({ clip: { x: 0, y: 0, width: 200, height: 200 } });
