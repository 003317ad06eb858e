import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import type { auth } from '#shared/auth/contract.ts';
import { type Answer, type CallInput, type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import type { Success } from '#shared/http/envelope.ts';
import { findChromium } from '../../scripts/chromium.ts';
import { DEMO_PASSWORD } from '../../server/demo/accounts.ts';

/** A phone in somebody's hand. */
export interface Phone {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the browser complained about. */
  readonly complaints: string[];
  /** Opens a page of the app, e.g. `pages/leads/index`. */
  open(route: string): Promise<void>;
  /** Taps what carries this label or says this. */
  tap(name: string): Promise<void>;
  /** Waits until the screen says something. */
  sees(text: string | RegExp): Promise<void>;
}

let addresses = 0;
/** Where a phone comes from: so many sign in from this one machine that its address would be held back. */
const nextAddress = () => ({ 'x-forwarded-for': `198.51.${100 + (addresses >> 8)}.${addresses++ & 255}` });

let browser: Browser;
let contexts: BrowserContext[] = [];

beforeAll(async () => {
  browser = await chromium.launch(await findChromium());
});
afterEach(async () => {
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
}

/** A phone with nothing on it. */
export async function newPhone({
  colorScheme = 'light',
  width = 390,
  origin = inject('origin'),
  installed = false,
}: PhoneOptions = {}): Promise<Phone> {
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

async function phoneWith(context: BrowserContext, origin: string): Promise<Phone> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  return {
    page,
    context,
    complaints,
    async open(route) {
      await page.goto(`${origin}/#/${route}`);
      // The page before it slides away for a moment, with the same words on it.
      await page.waitForTimeout(600);
    },
    async tap(name) {
      const ways = [
        page.getByRole('button', { name, exact: true }),
        page.getByRole('radio', { name, exact: true }),
        page.getByLabel(name, { exact: true }),
        // Rows say their value behind their name.
        page.getByRole('button', { name: `${name}，` }),
        page.getByText(name, { exact: true }),
      ].map((way) => way.filter({ visible: true }));
      await ways
        .reduce((either, way) => either.or(way))
        .first()
        .waitFor();
      for (const way of ways) {
        if ((await way.count()) > 0) return way.first().click();
      }
    },
    async sees(text) {
      await page.getByText(text).filter({ visible: true }).first().waitFor();
    },
  };
}

/** Signs somebody of the demo company in, where the login is open. */
export async function enter({ page, tap }: Phone, username: string): Promise<void> {
  await page.locator('input').first().fill(username);
  await page.locator('input[type=password]').fill(DEMO_PASSWORD);
  await tap('登录');
}

/** A phone on which somebody of the demo company has just signed in. */
export async function signedIn(username: string, options?: PhoneOptions): Promise<Phone> {
  const phone = await newPhone(options);
  await phone.open('pages/login/index');
  const { page } = phone;
  await enter(phone, username);
  await page.waitForURL(/pages\/today/);
  // A page that is opened before this one has been drawn may end up under it.
  await page.locator('.today__head').waitFor();
  return phone;
}

/** Asks the server directly, as somebody, to see what really happened; from a device that calls itself something. */
export async function asking(username: string, origin = inject('origin'), device?: string) {
  const address = nextAddress();
  async function send<T>(method: string, url: string, body: unknown, token?: string): Promise<T> {
    const response = await fetch(origin + url, {
      method,
      headers: {
        ...address,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const envelope = (await response.json()) as Success<T>;
    if (!envelope.success) throw new Error(JSON.stringify(envelope));
    return envelope.data;
  }
  const credentials = { username, password: DEMO_PASSWORD, ...(device ? { device } : {}) };
  const { accessToken, user } = await send<Answer<typeof auth.login>>('POST', '/api/auth/login', credentials);
  return {
    user,
    call: <E extends EndpointDefinition>(endpoint: E, input: CallInput<E>) =>
      send<Answer<E>>(endpoint.method, urlOf(endpoint, input), input.body, accessToken),
  };
}
