/** `npm run bench:phone`: how fast the built H5 is on a mid-range phone with a bad line. See README.md. */
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core';
import { findChromium } from '../scripts/chromium.ts';
import { DEMO_PASSWORD } from '../server/demo/accounts.ts';
import { startDemoServer } from '../tests/browser/demo-server.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'cold,renewed,warm,list' },
    rows: { type: 'string', default: '1000' },
    origin: { type: 'string' },
    resources: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});
const scenarios = new Set(options.only.split(','));

/** 1.6 Mbit/s down, 750 kbit/s up, 150 ms; a processor that is four times slower than this machine's. */
const LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const CPU = 4;
const BUDGET_MS = { cold: 3000, warm: 1000 };
/** A tap that shows nothing for so long is tapped again. */
const DROPPED_MS = 1000;
const TAPS = 10;

/** Runs in the page before anything else: when which thing was seen first, and what kept the page busy. */
const PROBE = `
  window.__seen = {};
  window.__busy = [];
  window.__listSeen = new Promise((resolve) => { window.__resolveList = resolve; });
  const marks = { shell: '.page', list: '.today__section, .today__nothing' };
  const look = () => {
    for (const [name, selector] of Object.entries(marks))
      if (!(name in window.__seen) && document.querySelector(selector)) {
        window.__seen[name] = 0;
        // What is in the document is seen with the next frame.
        requestAnimationFrame(() => setTimeout(() => {
          window.__seen[name] = performance.now();
          if (name === 'list') window.__resolveList();
        }));
      }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((entries) => {
    for (const { startTime, duration } of entries.getEntries()) window.__busy.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
`;

/** Resolves with the milliseconds from the finger's coming down until something shows; null: it never did. */
const reactionTo = (selector: string) => `
  new Promise((resolve) => {
    let tapped = null;
    addEventListener('pointerdown', () => { tapped = performance.now(); }, { once: true, capture: true });
    const end = performance.now() + ${DROPPED_MS} * 3;
    const look = () => {
      const now = performance.now();
      if (tapped !== null && document.querySelector(${JSON.stringify(selector)})) resolve(now - tapped);
      else if (now > end) resolve(null);
      else requestAnimationFrame(look);
    };
    look();
  })`;

/** The same sum again and again says how much of the processor is left to us. */
const SUM = `(() => {
  const start = performance.now();
  for (let i = 0, sum = 0; i < 2e7; i++) sum += i % 7;
  return performance.now() - start;
})()`;

interface Opening {
  /** Milliseconds since the address was entered. */
  readonly paint: number;
  readonly shell: number;
  readonly list: number;
  readonly interactive: number;
  /** Kilobytes over the line until the list was there. */
  readonly kilobytes: number;
  /** Tasks longer than 50 ms until then: how many, and what they took together. */
  readonly longTasks: number;
  readonly busy: number;
}

interface Transfer {
  readonly address: string;
  readonly kilobytes: number;
  /** Milliseconds since the first request. */
  readonly from: number;
  readonly to: number;
}

interface Scrolling {
  /** Milliseconds; a frame takes 16.7 at its best. */
  readonly frameP95: number;
  readonly longFrames: number;
  readonly tapMedian: number;
  readonly tapMax: number;
  readonly droppedTaps: number;
  readonly nodes: number;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const percentile = (values: readonly number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;

function mediansOf<T extends object>(rounds: readonly T[]): T {
  const names = Object.keys(rounds[0] ?? {}) as (keyof T)[];
  return Object.fromEntries(
    names.map((name) => [name, Math.round(median(rounds.map((round) => Number(round[name]))) * 10) / 10]),
  ) as T;
}

type State = Awaited<ReturnType<BrowserContext['storageState']>>;

const newPhone = (browser: Browser, state?: State) =>
  browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    hasTouch: true,
    isMobile: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ...(state ? { storageState: state } : {}),
  });

async function signIn(browser: Browser, origin: string, username: string) {
  const context = await newPhone(browser);
  const page = await context.newPage();
  await page.goto(`${origin}/#/pages/login/index`);
  await page.locator('input').first().fill(username);
  await page.locator('input[type=password]').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.locator('.today__section, .today__nothing').first().waitFor();
  const { origins } = await context.storageState();
  await context.close();
  // Signed in, and nothing else: no answer is kept from before.
  const session = origins
    .flatMap(({ localStorage }) => localStorage)
    .filter(({ name }) => name === 'genjin:session');
  const stateOf = (entries: typeof session) => ({
    cookies: [],
    origins: [{ origin, localStorage: entries }],
  });
  return {
    state: stateOf(session),
    /** The next morning: the access token is over. */
    expired: stateOf(
      session.map(({ name, value }) => ({
        name,
        value: value.replace(/(accessToken\W+[\w-]+\.)[\w-]+/, '$1e30'),
      })),
    ),
  };
}

/** Milliseconds of the sum, without any slowing down. */
async function pace(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  const took = (await page.evaluate(SUM)) as number;
  await page.close();
  return took;
}

async function slowDown(page: Page, line = true): Promise<CDPSession> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  if (line) await devtools.send('Network.emulateNetworkConditions', LINE);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU });
  return devtools;
}

function recordTransfers(devtools: CDPSession): Transfer[] {
  const transfers: Transfer[] = [];
  const started = new Map<string, { address: string; at: number }>();
  let first: number | null = null;
  devtools.on('Network.requestWillBeSent', ({ requestId, request, timestamp }) => {
    first ??= timestamp;
    started.set(requestId, { address: request.url, at: timestamp });
  });
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength, timestamp }) => {
    const { address, at } = started.get(requestId) ?? {};
    if (address === undefined || at === undefined || address.startsWith('data:')) return;
    const since = (moment: number) => Math.round((moment - (first ?? 0)) * 1000);
    const { pathname } = new URL(address);
    transfers.push({
      address: pathname,
      kilobytes: encodedDataLength / 1000,
      from: since(at),
      to: since(timestamp),
    });
  });
  return transfers;
}

/** Opens the app by its address and taps as soon as 今日 has its rows. */
async function openApp(page: Page, origin: string): Promise<{ opening: Opening; transfers: Transfer[] }> {
  const devtools = await slowDown(page);
  const transfers = recordTransfers(devtools);
  await page.addInitScript({ content: PROBE });
  await page.goto(`${origin}/`, { waitUntil: 'commit' });
  await page.evaluate('window.__listSeen');
  const { shell, list } = (await page.evaluate('window.__seen')) as { shell: number; list: number };
  // A tab says that it is touched before it leads anywhere.
  await tapAndWait(page, devtools, '.tab-bar__item', '.press--active');
  const interactive = (await page.evaluate('performance.now()')) as number;
  const paint = (await page.evaluate(
    `performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0`,
  )) as number;
  const busy = (await page.evaluate('window.__busy')) as [number, number][];
  const before = busy.filter(([start]) => start < list);
  return {
    transfers,
    opening: {
      paint,
      shell,
      list,
      interactive,
      kilobytes: transfers.filter(({ to }) => to <= list).reduce((sum, { kilobytes }) => sum + kilobytes, 0),
      longTasks: before.length,
      busy: before.reduce((sum, [, duration]) => sum + duration, 0),
    },
  };
}

/** @returns milliseconds until the page shows what the tap is for; null: it never did */
async function tapAndWait(page: Page, devtools: CDPSession, target: string, expected: string) {
  const at = (await page.evaluate(`(() => {
    const all = [...document.querySelectorAll(${JSON.stringify(target)})].map((it) => it.getBoundingClientRect());
    const { x, y, width, height } = all.find(({ top, bottom, width }) => width > 0 && top > 200 && bottom < innerHeight) ?? all[0];
    return { x: x + width / 2, y: y + height / 2 };
  })()`)) as { x: number; y: number };
  const reaction = page.evaluate(reactionTo(expected)) as Promise<number | null>;
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] });
  // As long as a finger stays on the glass.
  await page.waitForTimeout(80);
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  return reaction;
}

/** A finger's quick way over the glass, and the list runs on for a moment. */
async function fling(page: Page, devtools: CDPSession, direction: 1 | -1): Promise<void> {
  const at = (step: number) => [{ x: 195, y: 450 + direction * (step - 5) * 40 }];
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0) });
  for (let step = 1; step <= 10; step++) {
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(step) });
    await page.waitForTimeout(8);
  }
  await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await page.waitForTimeout(300);
}

/** Answers the list of leads with as many rows as wanted, made from the real ones, twenty at a time. */
async function lengthenList(page: Page, rows: number): Promise<void> {
  let real: { data: { list: { id: string; customerName: string }[]; pagination: object } } | undefined;
  await page.route(/\/api\/leads\?/, async (route) => {
    const url = new URL(route.request().url());
    const start = Number(url.searchParams.get('cursor') ?? 0);
    real ??= (await (await route.fetch()).json()) as typeof real;
    if (!real) return;
    const { list, pagination } = real.data;
    const end = Math.min(rows, start + 20);
    const part = Array.from({ length: end - start }, (_, index) => {
      const lead = list[index % list.length];
      return {
        ...lead,
        id: `${lead?.id}-${start + index}`,
        customerName: `${lead?.customerName} ${start + index + 1}`,
      };
    });
    await route.fulfill({
      json: {
        ...real,
        data: {
          list: part,
          pagination: { ...pagination, total: rows, nextCursor: end < rows ? String(end) : null },
        },
      },
    });
  });
}

/** Loads the whole list by scrolling to its end, and then flings up and down in it with taps in between. */
async function scrollList(browser: Browser, origin: string, state: State, rows: number): Promise<Scrolling> {
  const context = await newPhone(browser, state);
  try {
    const page = await context.newPage();
    await lengthenList(page, rows);
    await page.goto(`${origin}/#/pages/leads/index`);
    await page.locator('.record-card').first().waitFor();
    await page.evaluate(`new Promise((resolve) => {
      const scroll = document.querySelector('.list').closest('.scroll');
      const timer = setInterval(() => {
        if (document.querySelector('.list__end').textContent.includes('没有更多了')) { clearInterval(timer); resolve(); }
        scroll.scrollTop = scroll.scrollHeight;
      }, 50);
    })`);
    const devtools = await slowDown(page);
    const nodes = (await page.evaluate(`document.querySelectorAll('*').length`)) as number;
    const taps: (number | null)[] = [];
    await page.evaluate(`(() => {
      window.__frames = [];
      let last = performance.now();
      const frame = (now) => {
        if (window.__scrolling) window.__frames.push(now - last);
        last = now;
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    })()`);
    for (let tap = 0; tap < TAPS; tap++) {
      await page.evaluate('window.__scrolling = true');
      for (let times = 0; times < 3; times++) await fling(page, devtools, tap < TAPS / 2 ? 1 : -1);
      await page.evaluate(`new Promise((resolve) => {
        const scroll = document.querySelector('.list').closest('.scroll');
        let before = null;
        const look = () => {
          if (scroll.scrollTop === before) return resolve();
          before = scroll.scrollTop;
          setTimeout(look, 100);
        };
        look();
      })`);
      await page.evaluate('window.__scrolling = false');
      taps.push(await tapAndWait(page, devtools, '[aria-label$="写跟进"]', '.sheet__box'));
      // It listens for the key as soon as it has slid in.
      await page.waitForTimeout(400);
      await page.keyboard.press('Escape');
      await page.locator('.sheet__box').first().waitFor({ state: 'detached' });
    }
    const frames = (await page.evaluate('window.__frames')) as number[];
    const answered = taps.map((tap) => tap ?? Number.POSITIVE_INFINITY);
    return {
      frameP95: percentile(frames, 0.95),
      longFrames: frames.filter((frame) => frame > 50).length / frames.length,
      tapMedian: median(answered),
      tapMax: Math.max(...answered),
      droppedTaps: answered.filter((tap) => tap > DROPPED_MS).length,
      nodes,
    };
  } finally {
    await context.close();
  }
}

function printTransfers(transfers: readonly Transfer[]): void {
  for (const { address, kilobytes, from, to } of [...transfers].sort((a, b) => a.from - b.from))
    console.log(
      `${String(from).padStart(6)}–${String(to).padEnd(6)} ms ${kilobytes.toFixed(1).padStart(7)} kB  ${address}`,
    );
}

async function main(): Promise<void> {
  const rounds = Number(options.rounds);
  const server = options.origin ? { origin: options.origin, stop: async () => {} } : await startDemoServer();
  const browser = await chromium.launch(await findChromium());
  const openings: Record<'cold' | 'renewed' | 'warm', Opening[]> = { cold: [], renewed: [], warm: [] };
  const scrolling: Scrolling[] = [];
  const paces: number[] = [];
  let transfers: Transfer[] = [];
  try {
    const { origin } = server;
    const { state, expired } = await signIn(browser, origin, 'sales');
    for (let round = 0; round < rounds; round++) {
      paces.push(await pace(browser));
      for (const [name, before] of [
        ['cold', state],
        ['renewed', expired],
      ] as const) {
        if (!scenarios.has(name) && !(name === 'cold' && scenarios.has('warm'))) continue;
        const context = await newPhone(browser, before);
        const first = await openApp(await context.newPage(), origin);
        openings[name].push(first.opening);
        if (name === 'cold') {
          transfers = first.transfers;
          if (scenarios.has('warm')) {
            const [page] = context.pages();
            await page?.evaluate('navigator.serviceWorker.ready.then(() => {})');
            await page?.close();
            const again = await openApp(await context.newPage(), origin);
            openings.warm.push(again.opening);
          }
        }
        await context.close();
      }
      if (scenarios.has('list'))
        scrolling.push(await scrollList(browser, origin, state, Number(options.rows)));
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  const result = {
    rounds,
    /** How much slower than at its best this machine was while it measured. */
    machine: median(paces) / Math.min(...paces),
    openings: Object.fromEntries(
      Object.entries(openings)
        .filter(([, all]) => all.length > 0)
        .map(([name, all]) => [name, mediansOf(all)]),
    ) as Partial<Record<keyof typeof openings, Opening>>,
    list: scrolling.length > 0 ? mediansOf(scrolling) : null,
    transfers,
  };
  if (options.json) console.log(JSON.stringify(result, null, 2));
  else {
    console.log(`Medians of ${rounds} rounds; the machine at ${result.machine.toFixed(2)} of its best time.`);
    if (Object.keys(result.openings).length > 0) console.table(result.openings);
    if (result.list) console.table({ [`${options.rows} rows`]: result.list });
    if (options.resources) printTransfers(transfers);
  }
  const late = (['cold', 'warm'] as const).filter(
    (name) => (result.openings[name]?.list ?? 0) > BUDGET_MS[name],
  );
  if (late.length > 0 || (result.list?.droppedTaps ?? 0) > 0) {
    console.error(`Over budget: ${[...late, ...(result.list?.droppedTaps ? ['taps'] : [])].join(', ')}`);
    process.exitCode = 1;
  }
}

await main();
