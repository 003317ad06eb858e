import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { customers } from '#shared/customers/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { asking, type Phone, signedIn } from './phone.ts';

/** The same place by a satellite receiver and on a Chinese map. */
const PHONE = { latitude: 22.543847, longitude: 113.912316 };
const SITE = { latitude: 22.5407961, longitude: 113.9171765 };

let made = 0;

/** A ticket of the engineer that no other test touches. */
async function ownTicket() {
  const desk = await asking('admin');
  const engineer = await asking('engineer');
  const customerName = `断网酒店${Date.now()}${++made}`;
  const customer = await desk.call(customers.create, {
    body: { customerName, contact: { name: '李总', phone: `1380001${String(made).padStart(4, '0')}` } },
  });
  const ticket = await desk.call(serviceTickets.create, {
    body: {
      customerId: customer.id,
      ticketType: 'repair',
      ticketTitle: '客房灯光不亮',
      coordinates: SITE,
      assignedTo: engineer.user.id,
    },
  });
  const now = () => engineer.call(serviceTickets.get, { params: { id: ticket.id } });
  return { desk, ticket, now };
}

let picture: Promise<Buffer> | undefined;
const jpeg = () => {
  picture ??= sharp({ create: { width: 2000, height: 1500, channels: 3, background: '#456' } })
    .jpeg()
    .toBuffer();
  return picture;
};

/** An engineer's phone that has the whole app, and has opened the ticket. */
async function engineersPhone(ticketId: string): Promise<Phone> {
  const phone = await signedIn('engineer', { installed: true });
  await phone.context.grantPermissions(['geolocation']);
  await phone.context.setGeolocation({ ...PHONE, accuracy: 20 });
  await phone.open(`service/ticket/index?id=${ticketId}`);
  await phone.sees('客房灯光不亮');
  await phone.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  return phone;
}

const button = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true }).filter({ visible: true }).last();

async function photograph({ page }: Phone, label: string) {
  const chooser = page.waitForEvent('filechooser');
  await button(page, label).click();
  await (await chooser).setFiles({ name: 'IMG_0001.jpg', mimeType: 'image/jpeg', buffer: await jpeg() });
  await page
    .getByLabel(/^处理前.*大图/)
    .filter({ visible: true })
    .first()
    .waitFor();
}

const field = (page: Page, placeholder: string) =>
  page.locator(`textarea[placeholder="${placeholder}"]`).filter({ visible: true });

async function sign({ page }: Phone) {
  const paper = page.locator('.signature-pad__canvas').filter({ visible: true });
  await paper.scrollIntoViewIfNeeded();
  const box = await paper.boundingBox();
  if (!box) throw new Error('There is nothing to sign on');
  await page.mouse.move(box.x + 40, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + 160, box.y + 80, { steps: 5 });
  await page.mouse.up();
}

/** Taps one step, and waits until the next is offered. */
const step = (name: string, next: string) => async (phone: Phone) => {
  await phone.tap(name);
  await button(phone.page, next).waitFor();
};

async function photographBefore(phone: Phone) {
  await phone.tap('完工');
  await field(phone.page, '查下来是什么问题').waitFor();
  await photograph(phone, '添加处理前');
}

/** A visit as the engineer makes it. */
const VISIT: readonly [string, (phone: Phone) => Promise<void>][] = [
  ['accepting', step('接单', '出发')],
  ['setting out', step('出发', '到场签到')],
  ['checking in', step('到场签到', '完工')],
  ['taking a photo', photographBefore],
  [
    'finishing the work',
    async ({ page }) => {
      await field(page, '查下来是什么问题').fill('继电器烧坏');
      await field(page, '做了什么，现在怎么样').fill('更换后正常');
      await button(page, '完工，请客户验收').click();
      await button(page, '确认验收').waitFor();
    },
  ],
  [
    'the signature',
    async (phone) => {
      await sign(phone);
      await button(phone.page, '确认验收').click();
      await button(phone.page, '确认验收').waitFor({ state: 'hidden' });
    },
  ],
];

/** What of a ticket must be the same, wherever the network was lost. */
const outcomeOf = ({ status, logs, files, signature, solution }: TicketDetail) => ({
  status,
  steps: logs.map(({ logType }) => logType).reverse(),
  photos: files.map(({ kind }) => kind),
  signed: signature !== null,
  solution,
  far: logs.some(({ far }) => far),
});

/** The app is killed without a network and started again; then the network is back. */
async function restartAndConnect(phone: Phone, waits: RegExp) {
  const address = phone.page.url().replace(/#.*/, '#/sales/outbox/index');
  const again = await phone.context.newPage();
  await phone.page.close();
  await again.goto(address);
  await again.getByText(waits).first().waitFor();
  await phone.context.setOffline(false);
}

it.each([...VISIT.map(([name], i) => [name, i] as const), ['none of its steps', VISIT.length] as const])(
  'ends as every visit does when the network is lost before %s and the app is killed',
  async (_name, lostAt) => {
    const { ticket, now } = await ownTicket();
    const phone = await engineersPhone(ticket.id);
    for (const [i, [, take]] of VISIT.entries()) {
      if (i === lostAt) await phone.context.setOffline(true);
      await take(phone);
    }
    if (lostAt < VISIT.length) await restartAndConnect(phone, new RegExp(`客户签字 ${ticket.no}`));
    await expect.poll(async () => (await now()).status, { timeout: 30_000 }).toBe('resolved');
    expect(outcomeOf(await now())).toEqual({
      status: 'resolved',
      steps: ['create', 'assign', 'accept', 'depart', 'arrive', 'resolve', 'sign'],
      photos: ['before'],
      signed: true,
      solution: '更换后正常',
      far: false,
    });
  },
  120_000,
);

/** An engineer who set out and arrived without a network, while the desk gave the ticket to somebody else. */
async function reassignedMeanwhile() {
  const { desk, ticket, now } = await ownTicket();
  const phone = await engineersPhone(ticket.id);
  await step('接单', '出发')(phone);
  await phone.context.setOffline(true);
  await step('出发', '到场签到')(phone);
  await step('到场签到', '完工')(phone);
  await photographBefore(phone);
  const { version } = await now();
  await desk.call(serviceTickets.assign, {
    params: { id: ticket.id },
    body: { version, assignedTo: desk.user.id, assignReason: '联系不上' },
  });
  await phone.context.setOffline(false);
  await phone.open('sales/outbox/index');
  await phone.tap(`看两边的情况：出发 ${ticket.no}`);
  await phone.sees('由林涛处理');
  return { phone, now };
}

it('takes back a ticket that was given away meanwhile, and everything goes on by itself', async () => {
  const { phone, now } = await reassignedMeanwhile();
  await phone.tap('继续由我处理');
  await expect.poll(async () => (await now()).files.length, { timeout: 30_000 }).toBe(1);
  const { status, assignee } = await now();
  expect([status, assignee?.name]).toEqual(['on_site', '赵磊']);
  await phone.sees('全部已同步');
}, 120_000);

it('turns steps into a comment when the ticket stays with the other engineer, and keeps the photos', async () => {
  const { phone, now } = await reassignedMeanwhile();
  await phone.tap('转为备注');
  await phone.sees('全部已同步');
  const { status, assignee, logs, files } = await now();
  expect([status, assignee?.name]).toEqual(['assigned', '林涛']);
  expect(files.map(({ kind }) => kind)).toEqual(['before']);
  const comments = logs.filter(({ logType }) => logType === 'comment');
  expect(comments).toHaveLength(1);
  expect(comments[0]?.logContent).toMatch(/出发[\s\S]*到场签到/);
}, 120_000);
