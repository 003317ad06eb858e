import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { serviceTickets, type TicketResolution } from '#shared/service-tickets/contract.ts';
import { toInstant } from '#shared/values/time.ts';
import { asking, newPhone, sign } from './phone.ts';

let made = 0;

/** A ticket whose work is done, and the address that its customer got. */
async function finishedWork(more: Partial<TicketResolution> = {}) {
  const desk = await asking('admin');
  const engineer = await asking('engineer');
  const customerName = `金沙湾大酒店${Date.now()}${++made}`;
  const customer = await desk.call(customers.create, { body: { customerName } });
  const body = {
    ticketType: 'repair',
    ticketTitle: '2208 房灯光面板无响应',
    customerId: customer.id,
    assignedTo: engineer.user.id,
  } as const;
  const ticket = await desk.call(serviceTickets.create, { body });
  const params = { id: ticket.id };
  const facts = () => ({
    assignment: ticket.assignment?.id ?? '',
    happenedAt: toInstant(Date.now()),
    position: null,
  });
  await engineer.call(serviceTickets.accept, { params, body: facts() });
  await engineer.call(serviceTickets.resolve, {
    params,
    body: {
      ...facts(),
      isRemote: true,
      problemAnalysis: '通讯模块掉线',
      solution: '远程重启网关，更换面板地址，测试 12 间房正常',
      replacedParts: [{ partName: '通讯模块', quantity: 2, unitCost: 320.25 }],
      serviceFee: 200,
      ...more,
    },
  });
  const { url } = await desk.call(serviceTickets.createLink, { params });
  return {
    ticket,
    customerName,
    route: url.slice(url.indexOf('#/') + 2),
    now: () => desk.call(serviceTickets.get, { params }),
  };
}

it('lets a customer who never signs in see what was done, sign and rate, once', async () => {
  const work = await finishedWork();
  const phone = await newPhone();
  await phone.open(work.route);
  await phone.sees(work.customerName);
  await phone.sees('待验收');
  await phone.sees('远程重启网关，更换面板地址，测试 12 间房正常');
  await phone.sees('¥840.50');
  await phone.tap('确认验收');
  await phone.sees('请在上面签名');
  await sign(phone);
  await phone.front.locator('input').first().fill('李经理');
  await phone.tap('确认验收');
  await phone.sees('这次服务怎么样');
  expect(await work.now()).toMatchObject({ status: 'resolved', signature: { signerName: '李经理' } });
  await phone.tap('5星，非常满意');
  await phone.front.locator('textarea').fill('师傅很专业');
  await phone.tap('提交评价');
  await phone.sees('谢谢您的评价');
  expect(await work.now()).toMatchObject({ customerRating: 5, customerFeedback: '师傅很专业' });
  await phone.page.reload();
  await phone.sees('谢谢您的评价');
  await phone.lacks('提交评价');
  expect(phone.complaints).toEqual([]);
});

it('keeps what a customer wrote when the network is away, and sends it when asked again', async () => {
  const work = await finishedWork();
  const phone = await newPhone();
  await phone.open(work.route);
  await phone.sees('请您验收');
  await sign(phone);
  await phone.front.locator('input').first().fill('李经理');
  await phone.context.setOffline(true);
  await phone.tap('确认验收');
  await phone.sees('您填的内容已保存在手机上');
  await phone.context.setOffline(false);
  await phone.page.reload();
  await phone.sees('请您验收');
  await expect.poll(() => phone.front.locator('input').first().inputValue()).toBe('李经理');
  await phone.tap('确认验收');
  await phone.sees('这次服务怎么样');
  expect((await work.now()).status).toBe('resolved');
});

it('takes a customer’s no, with what is still wrong', async () => {
  const work = await finishedWork();
  const phone = await newPhone();
  await phone.open(work.route);
  await phone.tap('还有问题，不通过');
  await phone.tap('问题没有解决');
  await phone.tap('提交');
  await phone.sees('已安排');
  const { status, logs } = await work.now();
  expect([status, logs[0]?.logContent]).toEqual(['accepted', '问题没有解决']);
});

it('says that a link opens nothing, and no more', async () => {
  const phone = await newPhone();
  await phone.open(`service/visit/index?token=${'A'.repeat(54)}`);
  await phone.sees('这个链接打不开');
  await phone.open('service/visit/index');
  await phone.sees('这个链接打不开');
});

it('checks a report that somebody holds in their hands', async () => {
  const phone = await newPhone();
  await phone.open(`service/report-check/index?no=GD202611200001&code=${'0'.repeat(64)}`);
  await phone.sees('查不到这份报告');
});

it('writes with a finger while the page stays where it is', async () => {
  const work = await finishedWork();
  const phone = await newPhone();
  await phone.open(work.route);
  await phone.sees('请您验收');
  const paper = phone.front.locator('.signature-pad__canvas');
  await paper.scrollIntoViewIfNeeded();
  await phone.settled();
  const before = await paper.boundingBox();
  if (!before) throw new Error('There is nothing to sign on');
  const touch = await phone.context.newCDPSession(phone.page);
  const at = (y: number) => [{ x: before.x + 100, y: before.y + y }];
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(40) });
  for (let y = 50; y <= 200; y += 10)
    await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(y) });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await phone.front.getByLabel('签名，已写').waitFor();
  expect(await paper.boundingBox()).toEqual(before);
});
