import { randomUUID } from 'node:crypto';
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Locator,
  type Page,
  type Request,
  selectors,
} from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { auth, type Session } from '#shared/auth/contract.ts';
import { type Answer, type CallInput, type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import type { Success } from '#shared/http/envelope.ts';
import { findChromium } from '../../scripts/chromium.ts';
import { DEMO_PASSWORD } from '../../server/demo/accounts.ts';
import { SLOW, SLOWER_CPU } from './slow-line.ts';

/** A phone in somebody's hand. Whatever is read and tapped is in front: a page under a sheet is out of reach. */
export interface Phone {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about. */
  readonly complaints: string[];
  /** What is in reach: the sheet or the question that is open, else the page; and a notice. Nothing while a page slides. */
  readonly front: Locator;
  /** Opens a page of the app, e.g. `pages/leads/index`, and waits until it has taken the place of the one before. */
  open(route: string): Promise<void>;
  /** Waits until nothing moves and nothing is on its way to the server or from it. */
  settled(): Promise<void>;
  /** Taps what carries this label or says this. */
  tap(name: string): Promise<void>;
  /** Taps the option of the sheet that is open, or about to open, which says this, whatever stands beside it. */
  choose(option: string | RegExp): Promise<void>;
  /** Answers the question that is open, or about to open, with one of its buttons. */
  answer(button: string): Promise<void>;
  /** The input with this placeholder. */
  field(placeholder: string): Locator;
  /** Types into the input with this placeholder. */
  fill(placeholder: string, text: string): Promise<void>;
  /** Waits until the screen says something. */
  sees(text: string | RegExp): Promise<void>;
  /** The screen, with everything that it loads, does not say something. */
  lacks(text: string | RegExp): Promise<void>;
}

/** For what hangs. */
const TIMEOUT = SLOW ? 45_000 : 15_000;

let addresses = 0;
/** Where a phone comes from: so many sign in from this one machine that its address would be held back. */
const nextAddress = () => ({ 'x-forwarded-for': `198.51.${100 + (addresses >> 8)}.${addresses++ & 255}` });

/**
 * What is in front of a person, as a selector: found again at each try, so that a tap that waits for an option never falls
 * on the page behind the sheet. `in-front=dialog` is empty until a sheet or a question is open.
 */
const IN_FRONT = `({
  query(root, what) {
    return this.queryAll(root, what)[0] ?? null;
  },
  queryAll(root, what) {
    const visible = (selector) => [...root.querySelectorAll(selector)].filter((element) => element.checkVisibility());
    const dialogs = [...visible('[role=dialog]'), ...visible('[role=alertdialog]')];
    const open = dialogs.filter((element) => !element.closest('.sheet--closing'));
    if (what === 'dialog') return open.slice(-1);
    const pages = visible('.taro_page');
    const slides = pages.some(({ classList }) => !classList.contains('taro_page_stationed') || !classList.contains('taro_page_show'));
    const closes = open.length < dialogs.length;
    const layer = open.length > 0 ? open.slice(-1) : slides || closes ? [] : pages.slice(-1);
    return what === 'page' ? layer : [...layer, ...visible('.toast')];
  },
})`;

/** Says what a phone shows, for whoever reads why a test failed. */
async function describe(page: Page): Promise<void> {
  const shown = await page
    .locator('body')
    .ariaSnapshot({ timeout: 1_000 })
    .catch(({ message }: Error) => message);
  console.error(`${page.url()} shows:\n${shown.slice(0, 10_000)}`);
}

let browser: Browser;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  await selectors.register('in-front', { content: IN_FRONT }, { contentScript: true });
  browser = await chromium.launch(await findChromium());
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail')
    await Promise.all(contexts.flatMap((context) => context.pages().map(describe)));
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
});
afterAll(() => browser.close());

export interface PhoneOptions {
  readonly colorScheme?: 'light' | 'dark';
  readonly width?: number;
  /** Of a server of its own, without which it is the one of all tests. */
  readonly origin?: string;
  /** Keeps the app itself, so that it starts without a network; tests that look into requests go without. */
  readonly installed?: boolean;
  /** What the browser has stored before the app starts. */
  readonly stored?: Readonly<Record<string, unknown>>;
}

/** A phone with nothing on it. */
export async function newPhone({
  colorScheme = 'light',
  width = 390,
  origin = inject('origin'),
  installed = false,
  stored = {},
}: PhoneOptions = {}): Promise<Phone> {
  // As Taro keeps it on H5.
  const localStorage = Object.entries(stored).map(([name, value]) => ({
    name,
    value: JSON.stringify({ data: JSON.stringify(value) }),
  }));
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: width < 900,
    isMobile: width < 900,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme,
    serviceWorkers: installed ? 'allow' : 'block',
    extraHTTPHeaders: nextAddress(),
    storageState: { cookies: [], origins: localStorage.length > 0 ? [{ origin, localStorage }] : [] },
  });
  contexts.push(context);
  return phoneWith(context, origin);
}

/** Waits until the phone has the whole app, so that a page opens without a signal that was never opened before. */
export const untilInstalled = ({ page }: Phone): Promise<void> =>
  page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });

/** The app is killed, and started again with what the phone has kept: where it was, or at another page. */
export async function restarted({ context, page }: Phone, route?: string): Promise<Phone> {
  const address = page.url();
  await page.close();
  const phone = await phoneWith(context, new URL(address).origin);
  await phone.page.goto(route === undefined ? address : address.replace(/#.*/, `#/${route}`));
  return phone;
}

/** Which page is in front, by the stamp that Taro gives it; null while none is. */
const pageInFront = async ({ page }: { page: Page }): Promise<string | null> =>
  page.locator('in-front=page').evaluateAll((layers) => layers[0]?.closest('.taro_page')?.id ?? null);

async function phoneWith(context: BrowserContext, origin: string): Promise<Phone> {
  const page = await context.newPage();
  page.setDefaultTimeout(TIMEOUT);
  if (SLOW) {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_CPU });
  }
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const { url } = message.location();
    if (message.type() === 'error') complaints.push(`${message.text()} ${url.replace(origin, '')}`.trim());
  });
  const underWay = new Set<Request>();
  page.on('request', (request) => {
    if (new URL(request.url()).pathname.startsWith('/api/')) underWay.add(request);
  });
  page.on('requestfinished', (request) => underWay.delete(request));
  page.on('requestfailed', (request) => underWay.delete(request));

  const front = page.locator('in-front=screen');
  const says = (text: string | RegExp) => front.getByText(text).filter({ visible: true }).first();
  const field = (placeholder: string) =>
    front
      .locator(`input[placeholder="${placeholder}"], textarea[placeholder="${placeholder}"]`)
      .filter({ visible: true })
      .first();
  async function settled() {
    let quiet = 0;
    const look = async () => {
      const busy =
        underWay.size > 0 || (await page.locator('[aria-busy=true]').filter({ visible: true }).count()) > 0;
      quiet = busy || (await pageInFront({ page })) === null ? 0 : quiet + 1;
      return quiet;
    };
    // Twice: what an answer brings may ask for more.
    await expect.poll(look, { timeout: TIMEOUT, message: 'the page comes to rest' }).toBeGreaterThan(1);
  }
  return {
    page,
    context,
    complaints,
    front,
    settled,
    field,
    async open(route) {
      const address = `${origin}/#/${route}`;
      const before = page.url() === address ? null : await pageInFront({ page });
      await page.goto(address);
      const arrived = async () => {
        const shown = await pageInFront({ page });
        const wanted = new URL(page.url()).hash.slice(1).split('?')[0];
        return shown !== before && shown?.split('?')[0] === wanted;
      };
      await expect.poll(arrived, { timeout: TIMEOUT, message: `${route} is open` }).toBe(true);
    },
    async tap(name) {
      const ways = [
        front.getByRole('button', { name, exact: true }),
        front.getByRole('radio', { name, exact: true }),
        front.getByLabel(name, { exact: true }),
        // Rows say their value behind their name.
        front.getByRole('button', { name: `${name}，` }),
        front.getByText(name, { exact: true }),
      ].map((way) => way.filter({ visible: true }));
      await ways
        .reduce((either, way) => either.or(way))
        .first()
        .waitFor();
      for (const way of ways) {
        if ((await way.count()) > 0) return way.first().click();
      }
      throw new Error(`${name} was there, and went away before it was tapped`);
    },
    async choose(option) {
      const says = page.getByText(option, { exact: true });
      await page.locator('in-front=dialog').getByRole('option').filter({ has: says }).click();
    },
    async answer(button) {
      await page.locator('in-front=dialog').getByRole('button', { name: button, exact: true }).click();
    },
    async fill(placeholder, text) {
      await field(placeholder).fill(text);
    },
    async sees(text) {
      await says(text).waitFor();
    },
    async lacks(text) {
      await settled();
      await says(text).waitFor({ state: 'hidden' });
    },
  };
}

/** Writes a name with a finger where one is asked for. */
export async function sign({ front, page }: Phone): Promise<void> {
  const paper = front.locator('.signature-pad__canvas');
  await paper.scrollIntoViewIfNeeded();
  const box = await paper.boundingBox();
  if (!box) throw new Error('There is nothing to sign on');
  const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y];
  for (const [from, to] of [
    [at(0.2, 0.3), at(0.4, 0.7)],
    [at(0.5, 0.3), at(0.8, 0.6)],
  ] as const) {
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 8 });
    await page.mouse.up();
  }
  await front.getByLabel('签名，已写').waitFor();
}

/** Signs somebody of the demo company in, where the login is open. */
export async function enter({ page, tap }: Phone, username: string): Promise<void> {
  await page.locator('input').first().fill(username);
  await page.locator('input[type=password]').fill(DEMO_PASSWORD);
  await tap('登录');
}

/** A phone on which somebody of the demo company has signed in before, at the first page. */
export async function signedIn(username: string, options: PhoneOptions = {}): Promise<Phone> {
  const { session } = await signIn(username, options.origin ?? inject('origin'));
  const stored = { 'genjin:session': { ...session, refreshKey: randomUUID() } };
  const phone = await newPhone({ ...options, stored });
  await phone.open('pages/today/index');
  await phone.page.locator('.today__head').waitFor();
  return phone;
}

async function send<T>(
  url: string,
  { method, body, headers }: { method: string; body: unknown; headers: Record<string, string> },
): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const envelope = (await response.json()) as Success<T>;
  if (!envelope.success) throw new Error(JSON.stringify(envelope));
  return envelope.data;
}

/** A new device of somebody. */
async function signIn(username: string, origin: string, device?: string) {
  const address = nextAddress();
  const body = { username, password: DEMO_PASSWORD, ...(device ? { device } : {}) };
  const { method, path } = auth.login;
  return { address, session: await send<Session>(origin + path, { method, body, headers: address }) };
}

async function askingAnew(username: string, origin: string, device?: string) {
  const { address, session } = await signIn(username, origin, device);
  const headers = { ...address, authorization: `Bearer ${session.accessToken}` };
  return {
    user: session.user,
    call: <E extends EndpointDefinition>(endpoint: E, input: CallInput<E>) =>
      send<Answer<E>>(origin + urlOf(endpoint, input), {
        method: endpoint.method,
        body: input.body,
        headers,
      }),
  };
}

/** An access token holds for a quarter of an hour. */
const ASKS_FOR_MS = 10 * 60_000;
const asked = new Map<string, { since: number; asking: ReturnType<typeof askingAnew> }>();

/** Asks the server directly, as somebody, to see what really happened; from a device that calls itself something. */
export function asking(
  username: string,
  origin = inject('origin'),
  device?: string,
): ReturnType<typeof askingAnew> {
  const key = JSON.stringify([username, origin, device]);
  const known = asked.get(key);
  if (known && Date.now() - known.since < ASKS_FOR_MS) return known.asking;
  const anew = askingAnew(username, origin, device);
  asked.set(key, { since: Date.now(), asking: anew });
  return anew;
}
