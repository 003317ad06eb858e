import { existsSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import { toInstant } from '#shared/values/time.ts';
import { type Company, createCompany } from '../../server/testing/company.ts';
import { createTestApp, type TestApp } from '../../server/testing/createTestApp.ts';
import { newProduct } from '../../server/testing/equipment.ts';
import { newTicket, SITE, send, ticketSeenBy } from '../../server/testing/tickets.ts';
import { outcomeOf, VISIT_OUTCOME } from '../visit-outcome.ts';
import { type FakeAnswer, type FakeRequest, MiniProgram, type MountedPage } from './harness.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

const CAMERA = 'wxfile://tmp/photo.jpg';
const PAGE = 'service/ticket/index';
const FAR_AWAY = { latitude: SITE.latitude + 0.03, longitude: SITE.longitude, accuracy: 20 };

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp({ start: toInstant(Date.now()) });
  people = await createCompany(t);
  await newProduct(t, people.admin, { productName: '温控面板 TH-10', salePrice: 298 });
  await newProduct(t, people.admin, { productName: '通讯模块 RS-485', salePrice: 145 });
});

/** A mini-program on an engineer's phone, and the way from it to the server. */
class Phone {
  /** Whether a request reaches the server. */
  online = true;
  /** Whether the first answer to each write gets lost on its way back. */
  losesAnswers = false;
  /** The keys of the writes whose answer was lost. */
  readonly lost = new Set<string>();
  program: MiniProgram;
  readonly ticket: TicketDetail;
  private readonly files = new Map<string, string>();

  constructor(ticket: TicketDetail, session: object) {
    this.ticket = ticket;
    this.program = this.start({ 'genjin:session': JSON.stringify(session) });
  }

  private start(storage: Record<string, unknown>): MiniProgram {
    const answer = (request: FakeRequest) => this.answer(request);
    return new MiniProgram({ dist, answer, storage, files: this.files, location: FAR_AWAY });
  }

  private async answer({ url, method, header, data }: FakeRequest): Promise<FakeAnswer> {
    if (!this.online) return { fail: 'no network' };
    t.clock.set(toInstant(Date.now()));
    const upload = (data as { file?: string } | null)?.file;
    const { status, body } = await t.send(method, url.replace(/^https?:\/\/[^/]+/, ''), {
      headers: header,
      ...(upload === undefined
        ? data === undefined || data === '' || method === 'GET'
          ? {}
          : { rawBody: String(data) }
        : { file: { name: 'photo.jpg', content: Buffer.from(upload, 'latin1') } }),
    });
    const key = header['Idempotency-Key'];
    if (this.losesAnswers && key !== undefined && !this.lost.has(key)) {
      this.lost.add(key);
      return { fail: 'connection reset' };
    }
    return { statusCode: status, data: JSON.stringify(body) };
  }

  open(page: string): Promise<MountedPage> {
    return this.program.open(page, { id: this.ticket.id });
  }

  /** The app is killed and launched anew: storage and kept files are there, what was temporary is not. */
  restart(): void {
    const storage = Object.fromEntries(this.program.storage);
    this.program.dispose();
    this.files.delete(CAMERA);
    this.program = this.start(storage);
  }

  connect(): void {
    this.online = true;
    this.program.emit('NetworkStatusChange', { isConnected: true, networkType: 'wifi' });
  }

  get keptPhotos(): string[] {
    return [...this.files.keys()].filter((file) => file.startsWith('wxfile://usr/photos/'));
  }

  /** Another picture each time, so that one sent twice would show. */
  async photograph(page: MountedPage, label: string, background: string): Promise<void> {
    const before = this.program.calls.length;
    const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background } })
      .jpeg()
      .toBuffer();
    this.files.set(CAMERA, picture.toString('latin1'));
    await page.tap(`添加${label}`);
    await expect
      .poll(() => this.program.calls.slice(before).some(({ name }) => name === 'compressImage'))
      .toBe(true);
    const kind = label === '现场照片' ? '签到照片' : label;
    await expect
      .poll(() => page.nodes().some(({ node }) => JSON.stringify(node).includes(`"${kind}`)))
      .toBe(true);
    await this.program.settle();
  }
}

interface Step {
  readonly name: string;
  readonly page: string;
  readonly take: (page: MountedPage, phone: Phone) => Promise<void>;
}

/** Taps one step, and sees that the next is offered. */
const step =
  (name: string, next: string) =>
  async (page: MountedPage, { program }: Phone) => {
    await page.tap(name);
    await page.find(next);
    await program.settle();
  };

async function sign(page: MountedPage, { program }: Phone) {
  const paper = await page.find('signature-pad__canvas');
  // It is measured a moment after it was drawn.
  await expect.poll(() => program.calls.some(({ name }) => name === 'measureCanvas')).toBe(true);
  await program.settle();
  for (const y of [40, 90]) {
    page.fire(paper.node, 'touchstart', {}, [{ x: 40, y }]);
    page.fire(paper.node, 'touchmove', {}, [{ x: 160, y: y + 30 }]);
    page.fire(paper.node, 'touchend');
  }
  await page.find('签名，已写');
}

const FORM = 'service/work/index';

/** A visit as the engineer makes it, with everything that can be written down. */
const VISIT: readonly Step[] = [
  { name: 'accepting', page: PAGE, take: step('接单', '出发') },
  { name: 'setting out', page: PAGE, take: step('出发', '到场签到') },
  {
    name: 'checking in from far away',
    page: PAGE,
    async take(page, phone) {
      await page.tap('到场签到');
      await page.find('离现场较远');
      await page.tap('园区很大');
      await phone.photograph(page, '现场照片', '#654');
      await page.tap('签到');
      await page.find('完工');
    },
  },
  {
    name: 'the photo before the work',
    page: PAGE,
    take: (page, phone) => phone.photograph(page, '处理前', '#456'),
  },
  {
    name: 'a comment',
    page: PAGE,
    async take(page) {
      await page.tap('更多');
      await page.tap('写备注');
      await page.type('备注', '配电箱在三楼');
      await page.tap('保存');
      await page.find('配电箱在三楼');
    },
  },
  {
    name: 'the work and its parts',
    page: FORM,
    async take(page, { program }) {
      await page.type('查下来是什么问题', '继电器烧坏');
      await page.type('做了什么，现在怎么样', '更换后正常');
      await page.type('0.00', '80');
      await page.tap('添加更换的配件');
      await page.tap('温控面板 TH-10');
      await page.tap('温控面板 TH-10加一');
      await page.tap('再加一种配件');
      await page.tap('通讯模块 RS-485');
      await page.find('¥821.00');
      // A draft is written when somebody pauses.
      const drafts = () => [...program.storage].filter(([key]) => key.includes('draft:'));
      await expect.poll(() => JSON.stringify(drafts())).toContain('通讯模块 RS-485');
    },
  },
  {
    name: 'the photo after the work',
    page: FORM,
    take: (page, phone) => phone.photograph(page, '处理后', '#564'),
  },
  {
    name: 'finishing the work',
    page: FORM,
    async take(page, { program }) {
      await page.tap('完工，请客户验收');
      await expect.poll(() => program.calls.some(({ name }) => name === 'redirectTo')).toBe(true);
    },
  },
  {
    name: 'the signature',
    page: 'service/sign/index',
    async take(page, phone) {
      await sign(page, phone);
      const before = phone.program.calls.length;
      await page.tap('确认验收');
      await expect
        .poll(() => phone.program.calls.slice(before).map(({ name }) => name))
        .toContain('redirectTo');
    },
  },
];

let phone: Phone;
afterEach(() => phone.program.dispose());

/** An engineer's phone on which a ticket of its own was opened while there was a network. */
async function engineersPhone(): Promise<{ phone: Phone; first: MountedPage }> {
  const { admin, engineer } = people;
  const customer = { contact: { name: '李总', phone: '13800010001' } };
  const made = await newTicket(t, admin, { ticketTitle: '客房灯光不亮', coordinates: SITE }, customer);
  const ticket = await send(t, admin, made, engineer);
  const { data: user } = await t.call(auth.profile, {}, { as: engineer });
  const session = {
    accessToken: engineer.token,
    refreshToken: 'refresh',
    refreshKey: 'key',
    expiresIn: 900,
    user,
  };
  phone = new Phone(ticket, session);
  const first = await phone.open(PAGE);
  await first.find('接单');
  await phone.program.settle();
  return { phone, first };
}

/** Takes the steps, each on its page. */
async function visit(
  from: MountedPage,
  before: (step: number) => void,
  after: (step: number) => boolean = () => false,
): Promise<void> {
  let page = from;
  for (const [i, { page: route, take }] of VISIT.entries()) {
    if (page.route !== route) {
      phone.program.close(page);
      page = await phone.open(route);
    }
    before(i);
    await take(page, phone);
    if (after(i)) page = await phone.open(route);
  }
}

/** Nothing waits on the phone, and the server has it all. */
async function expectAllArrived() {
  const { engineer } = people;
  const { id } = phone.ticket;
  await expect.poll(async () => (await ticketSeenBy(t, engineer, id)).status).toBe('resolved');
  const outbox = await phone.program.open('sales/outbox/index');
  await expect.poll(() => outbox.text).toContain('全部已同步');
  expect(outcomeOf(await ticketSeenBy(t, engineer, id))).toEqual(VISIT_OUTCOME);
  await expect.poll(() => phone.keptPhotos).toEqual([]);
  expect(phone.program.errors).toEqual([]);
}

it.each([...VISIT.map(({ name }, i) => [name, i] as const), ['none of its steps', VISIT.length] as const])(
  'ends as every visit does when the network is lost before %s',
  async (_name, lostAt) => {
    const { first } = await engineersPhone();
    await visit(first, (i) => {
      if (i === lostAt) phone.online = false;
    });
    phone.connect();
    await expectAllArrived();
  },
);

it('ends as every visit does when the app is killed after each step without a network', async () => {
  const { first } = await engineersPhone();
  phone.online = false;
  await visit(
    first,
    () => {},
    () => {
      phone.restart();
      return true;
    },
  );
  expect((await ticketSeenBy(t, people.engineer, phone.ticket.id)).status).toBe('assigned');
  phone.connect();
  await expectAllArrived();
});

it('ends as every visit does when the server takes each step and its answer is lost', async () => {
  const { first } = await engineersPhone();
  phone.losesAnswers = true;
  await visit(first, () => {});
  await expectAllArrived();
  // Five steps, a comment and three photos.
  expect(phone.lost.size).toBe(9);
});
