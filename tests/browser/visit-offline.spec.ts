import sharp from 'sharp';
import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { outcomeOf, VISIT_OUTCOME } from '../visit-outcome.ts';
import { asking, type Phone, restarted, sign, signedIn, untilInstalled } from './phone.ts';

/** The same place on a Chinese map and by a satellite receiver; and a place three kilometres away. */
const SITE = { latitude: 22.5407961, longitude: 113.9171765 };
const AT_SITE = { latitude: 22.543847, longitude: 113.912316 };
const FAR_AWAY = { latitude: 22.56, longitude: 113.938 };

let made = 0;

/** A ticket of the engineer that no other test touches. */
async function ownTicket() {
  const { call } = await asking('admin');
  const { user: engineer } = await asking('engineer');
  const customerName = `断网酒店${Date.now()}${++made}`;
  const customer = await call(customers.create, {
    body: { customerName, contact: { name: '李总', phone: `1380001${String(made).padStart(4, '0')}` } },
  });
  const ticket = await call(serviceTickets.create, {
    body: {
      customerId: customer.id,
      ticketType: 'repair',
      ticketTitle: '客房灯光不亮',
      coordinates: SITE,
      assignedTo: engineer.id,
    },
  });
  const now = async () => (await asking('engineer')).call(serviceTickets.get, { params: { id: ticket.id } });
  return { ticket, now };
}

/** An engineer's phone that has the whole app, and has opened the ticket. */
async function engineersPhone(ticketId: string, here: typeof SITE, installed = true): Promise<Phone> {
  const phone = await signedIn('engineer', { installed });
  await phone.context.grantPermissions(['geolocation']);
  await phone.context.setGeolocation({ ...here, accuracy: 20 });
  await phone.open(`service/ticket/index?id=${ticketId}`);
  await phone.sees('客房灯光不亮');
  if (installed) await untilInstalled(phone);
  await phone.settled();
  return phone;
}

/** The last one, where a button says the same as one before it. */
const button = ({ front }: Phone, name: string) =>
  front.getByRole('button', { name, exact: true }).filter({ visible: true }).last();

/** Another picture each time, so that one sent twice would show. */
const jpeg = (background: string) =>
  sharp({ create: { width: 2000, height: 1500, channels: 3, background } })
    .jpeg()
    .toBuffer();

async function photograph(phone: Phone, label: string, color: string) {
  const chooser = phone.page.waitForEvent('filechooser');
  await button(phone, `添加${label}`).click();
  await (await chooser).setFiles({
    name: 'IMG_0001.jpg',
    mimeType: 'image/jpeg',
    buffer: await jpeg(color),
  });
  const kind = label === '现场照片' ? '签到照片' : label;
  await phone.front
    .getByLabel(new RegExp(`^${kind}.*大图`))
    .first()
    .waitFor();
}

interface Step {
  readonly name: string;
  readonly take: (phone: Phone) => Promise<void>;
}

/** Taps one step, and waits until the next is offered. */
const step = (name: string, next: string) => async (phone: Phone) => {
  await phone.tap(name);
  await button(phone, next).waitFor();
};

const ACCEPT: Step = { name: 'accepting', take: step('接单', '出发') };
const DEPART: Step = { name: 'setting out', take: step('出发', '到场签到') };
const ARRIVE: Step = { name: 'checking in', take: step('到场签到', '完工') };
const PHOTOGRAPH: Step = {
  name: 'the photo before the work',
  take: (phone) => photograph(phone, '处理前', '#456'),
};

/** A visit as the engineer makes it, with everything that can be written down. */
const VISIT: readonly Step[] = [
  ACCEPT,
  DEPART,
  {
    name: 'checking in from far away',
    async take(phone) {
      await phone.tap('到场签到');
      await phone.sees('离现场较远');
      await phone.tap('园区很大');
      await photograph(phone, '现场照片', '#654');
      await button(phone, '签到').click();
      await button(phone, '完工').waitFor();
    },
  },
  PHOTOGRAPH,
  {
    name: 'a comment',
    async take(phone) {
      await phone.tap('更多');
      await phone.tap('写备注');
      await phone.fill('备注', '配电箱在三楼');
      await button(phone, '保存').click();
      await phone.sees('配电箱在三楼');
    },
  },
  {
    name: 'the work and its parts',
    async take(phone) {
      await phone.tap('完工');
      await phone.fill('查下来是什么问题', '继电器烧坏');
      await phone.fill('做了什么，现在怎么样', '更换后正常');
      await phone.tap('添加更换的配件');
      await phone.tap('温控面板 TH-10');
      await phone.tap('温控面板 TH-10加一');
      await phone.tap('再加一种配件');
      await phone.tap('通讯模块 RS-485');
      await phone.front.locator('input[placeholder="0.00"]').last().fill('80');
      await phone.sees('¥821.00');
    },
  },
  { name: 'the photo after the work', take: (phone) => photograph(phone, '处理后', '#564') },
  {
    name: 'finishing the work',
    async take(phone) {
      await button(phone, '完工，请客户验收').click();
      await button(phone, '确认验收').waitFor();
    },
  },
  {
    name: 'the signature',
    async take(phone) {
      await sign(phone);
      await button(phone, '确认验收').click();
      await phone.page.locator('.signature-pad').waitFor({ state: 'detached' });
      await phone.sees('已解决');
    },
  },
];

/** Nothing waits on the phone, and the server has it all. */
async function expectAllArrived(phone: Phone, now: () => Promise<TicketDetail>) {
  await expect.poll(async () => (await now()).status).toBe('resolved');
  await phone.open('sales/outbox/index');
  await phone.sees('全部已同步');
  expect(outcomeOf(await now())).toEqual(VISIT_OUTCOME);
}

it.each([...VISIT.map(({ name }, i) => [name, i] as const), ['none of its steps', VISIT.length] as const])(
  'ends as every visit does when the network is lost before %s',
  async (_name, lostAt) => {
    const { ticket, now } = await ownTicket();
    const phone = await engineersPhone(ticket.id, FAR_AWAY);
    for (const [i, { take }] of VISIT.entries()) {
      if (i === lostAt) await phone.context.setOffline(true);
      await take(phone);
    }
    await phone.context.setOffline(false);
    await expectAllArrived(phone, now);
  },
);

it('ends as every visit does when the app is killed after each step without a network', async () => {
  const { ticket, now } = await ownTicket();
  let phone = await engineersPhone(ticket.id, FAR_AWAY);
  await phone.context.setOffline(true);
  for (const { take } of VISIT) {
    await take(phone);
    phone = await restarted(phone);
  }
  expect((await now()).status).toBe('assigned');
  await phone.context.setOffline(false);
  await expectAllArrived(phone, now);
});

/** Each write reaches the server, and the first answer to it gets lost on the way back. */
async function loseFirstAnswers({ context, page }: Phone): Promise<ReadonlySet<string>> {
  const lost = new Set<string>();
  const session = await context.newCDPSession(page);
  session.on('Fetch.requestPaused', ({ requestId, request }) => {
    const key = request.headers['Idempotency-Key'] ?? request.headers['idempotency-key'];
    const loses = key !== undefined && !lost.has(key);
    if (loses) lost.add(key);
    void (loses
      ? session.send('Fetch.failRequest', { requestId, errorReason: 'ConnectionReset' })
      : session.send('Fetch.continueRequest', { requestId }));
  });
  await session.send('Fetch.enable', { patterns: [{ urlPattern: '*/api/*', requestStage: 'Response' }] });
  return lost;
}

it('ends as every visit does when the server takes each step and its answer is lost', async () => {
  const { ticket, now } = await ownTicket();
  const phone = await engineersPhone(ticket.id, FAR_AWAY, false);
  const lost = await loseFirstAnswers(phone);
  for (const { take } of VISIT) await take(phone);
  await expectAllArrived(phone, now);
  // Five steps, a comment and three photos.
  expect(lost.size).toBe(9);
});

/** An engineer made steps and a photo without a network, while the desk gave the ticket to somebody else. */
async function reassignedMeanwhile() {
  const { call, user } = await asking('admin');
  const { ticket, now } = await ownTicket();
  const phone = await engineersPhone(ticket.id, AT_SITE);
  await phone.context.setOffline(true);
  for (const { take } of [ACCEPT, DEPART, ARRIVE, PHOTOGRAPH]) await take(phone);
  const { version } = await now();
  await call(serviceTickets.assign, {
    params: { id: ticket.id },
    body: { version, assignedTo: user.id, assignReason: '联系不上' },
  });
  await phone.context.setOffline(false);
  await phone.open('sales/outbox/index');
  await phone.tap(`看两边的情况：接单 ${ticket.no}`);
  await phone.sees('这台手机上：3个步骤、1张照片');
  await phone.sees('由林涛处理');
  const { status, files } = await now();
  expect([status, files.length]).toEqual(['assigned', 0]);
  return { phone, now };
}

it('takes back a ticket that was given away meanwhile, and everything goes on by itself', async () => {
  const { phone, now } = await reassignedMeanwhile();
  await phone.tap('继续由我处理');
  await expect.poll(async () => (await now()).files.length).toBe(1);
  const { status, assignee } = await now();
  expect([status, assignee?.name]).toEqual(['on_site', '赵磊']);
  await phone.sees('全部已同步');
});

it('turns steps into a comment when the ticket stays with the other engineer, and keeps the photos', async () => {
  const { phone, now } = await reassignedMeanwhile();
  await phone.tap('转为备注');
  await phone.sees('全部已同步');
  const { status, assignee, logs, files } = await now();
  expect([status, assignee?.name]).toEqual(['assigned', '林涛']);
  expect(files.map(({ kind }) => kind)).toEqual(['before']);
  const comments = logs.filter(({ logType }) => logType === 'comment');
  expect(comments).toHaveLength(1);
  expect(comments[0]?.logContent).toMatch(/接单[\s\S]*出发[\s\S]*到场签到/);
});

it('drops what was made without a network when somebody decides so, and leaves the ticket alone', async () => {
  const { phone, now } = await reassignedMeanwhile();
  const before = await now();
  await phone.tap('放弃');
  await phone.sees('3个步骤、1张照片会从这台手机删除，找不回来。');
  await button(phone, '放弃').click();
  await phone.sees('全部已同步');
  expect(await now()).toEqual(before);
});
