/** `npm run bench`: what the app costs over raw `pg` and `node:http` that run the same SQL. See README.md. */
import { type ChildProcess, fork, type Serializable, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { systemClock } from '../server/kernel/clock.ts';
import { openServer } from '../server/kernel/database.ts';
import { migrate } from '../server/kernel/migrate.ts';
import { seedRoles } from '../server/modules/identity/roles.ts';
import { type BenchRequest, openCapture } from './capture.ts';
import { type BenchUser, fill, KEYWORDS } from './data.ts';
import type { LoadPlan, LoadResult, RawPlan } from './plan.ts';
import { summarise } from './profile.ts';
import { measureScan } from './scan.ts';

const CONNECTIONS = 32;
const POOL = 20;
const SECRET = 'the-secret-of-the-benchmark-and-nobody-else';
const here = (file: string) => join(import.meta.dirname, file);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    leads: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    people: { type: 'string', default: '150' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

interface Scenario {
  readonly name: string;
  /** At least this part of the raw requests per second. */
  readonly target: number;
  readonly requests: readonly BenchRequest[];
}

interface Side {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

interface Outcome {
  readonly name: string;
  readonly app: Side;
  readonly raw: Side;
  readonly ratio: number;
  readonly target: number;
  readonly passed: boolean;
  readonly statements: number;
  readonly firstError: string | null;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;

function environment(): { databaseUrl: string; redisUrl: string } {
  const { TEST_DATABASE_URL: base, TEST_REDIS_URL: redisUrl } = process.env;
  if (!base || !redisUrl)
    throw new Error('Run it as `npm run bench`: it needs a Postgres and a Redis of its own.');
  const url = new URL(base);
  url.pathname = '/genjin_bench';
  return { databaseUrl: url.href, redisUrl };
}

async function createDatabase(databaseUrl: string): Promise<void> {
  const admin = openServer(process.env.TEST_DATABASE_URL as string, { pool: 1, timeoutMs: 60_000 });
  await sql`drop database if exists genjin_bench with (force)`.execute(admin.db);
  await sql`create database genjin_bench`.execute(admin.db);
  await admin.close();
  const { db, close } = openServer(databaseUrl, { pool: 1 });
  await migrate(db);
  await seedRoles(db, systemClock.now());
  await close();
}

function scenariosFor(users: readonly BenchUser[]): Scenario[] {
  const listed = (query: string): BenchRequest[] =>
    users.map((user) => ({ method: 'GET', path: `/api/leads${query}`, user }));
  const search = (keyword: string) => listed(`?keyword=${encodeURIComponent(keyword)}`);
  const details = users.flatMap((user) =>
    user.leadIds.map(
      (leadId): BenchRequest => ({ method: 'GET', path: `/api/leads/${leadId}`, user, leadId }),
    ),
  );
  const body = JSON.stringify({
    customerName: '佛山祖庙悦栖酒店（千灯湖店）',
    phone: '13800138000',
    wechat: 'chenzy1986',
    contactPerson: '陈总',
    customerType: 'single_hotel',
    province: '广东',
    city: '佛山',
    hotelRooms: 86,
    source: 'douyin',
    sourceAccount: '岭南智居客控',
    intention: 'high',
    description: '想了解客控系统，86间房，明年三月开业',
  });
  return [
    { name: 'list with total', target: 0.45, requests: listed('') },
    // In an order that does not follow the table's.
    { name: 'detail', target: 0.45, requests: details.map((_, i) => details[(i * 7919) % details.length]!) },
    {
      name: 'create',
      target: 0.25,
      requests: users.map((user): BenchRequest => ({ method: 'POST', path: '/api/leads', user, body })),
    },
    { name: `search ${KEYWORDS.common} (common)`, target: 0.4, requests: search(KEYWORDS.common) },
    { name: `search ${KEYWORDS.rare} (rare)`, target: 0.4, requests: search(KEYWORDS.rare) },
    { name: `search ${KEYWORDS.absent} (absent)`, target: 0.4, requests: search(KEYWORDS.absent) },
  ].filter(({ name }) => !options.only || options.only.split(',').some((part) => name.includes(part)));
}

const children = new Set<ChildProcess>();

function keep(child: ChildProcess): ChildProcess {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}

const answerOf = <T>(child: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    const ended = () => reject(new Error('A process of the benchmark ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as T);
    });
  });

function ask<T>(child: ChildProcess, message: Serializable): Promise<T> {
  const answer = answerOf<T>(child);
  child.send(message);
  return answer;
}

/** The server as it is deployed, without the worker. */
async function startApp(env: Record<string, string>, flags: readonly string[] = []) {
  const port = await freePort();
  const started = performance.now();
  const child = keep(
    spawn(process.execPath, [...flags, join(import.meta.dirname, '../server/main.ts')], {
      env: {
        ...process.env,
        ...env,
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://bench.example',
        PORT: String(port),
        HOST: '127.0.0.1',
        WORKER: 'off',
        LOG_LEVEL: 'error',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  for (let attempt = 0; ; attempt++) {
    const up = await fetch(`http://127.0.0.1:${port}/api/auth/profile`).catch(() => null);
    if (up) return { port, child, startSeconds: (performance.now() - started) / 1000 };
    if (attempt > 300 || child.exitCode !== null) throw new Error('The app did not start');
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Requests as they go over the wire, the same to both sides. */
function bytesOf(requests: readonly BenchRequest[], tokens: ReadonlyMap<string, string>): string[] {
  return requests.map(({ method, path, user, body }) => {
    const head = [
      `${method} ${path} HTTP/1.1`,
      'host: 127.0.0.1',
      'accept: application/json',
      `authorization: Bearer ${tokens.get(user.id)}`,
      ...(body
        ? [
            'content-type: application/json',
            `content-length: ${Buffer.byteLength(body)}`,
            'idempotency-key: {key}',
          ]
        : []),
    ];
    return `${head.join('\r\n')}\r\n\r\n${body ?? ''}`;
  });
}

function sideOf(results: readonly LoadResult[]): Side {
  const latencies = Float64Array.from(results.flatMap((result) => [...result.latencies])).sort();
  const at = (part: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? 0;
  return {
    perSecond: median(results.map((result) => result.requests / result.seconds)),
    p50: at(0.5),
    p99: at(0.99),
    errors: results.reduce((sum, result) => sum + result.errors, 0),
  };
}

/** Both sides must answer the same rows, or they are not compared. */
async function requireSameRows(
  request: BenchRequest,
  token: string,
  appPort: number,
  rawPort: number,
): Promise<void> {
  const get = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}${request.path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${request.path}: ${text}`);
    return JSON.parse(text) as never;
  };
  const app: { data: { list?: { id: string }[]; id?: string; pagination?: { total: number } } } =
    await get(appPort);
  const raw: { list: { id: string }[]; total?: { count: string } } = await get(rawPort);
  const { list, id, pagination } = app.data;
  const shown = list ? list.map((row) => row.id) : [id];
  const found = raw.list.slice(0, shown.length).map((row) => row.id);
  const counted = raw.total ? Number(raw.total.count) : (pagination?.total ?? 0);
  if (shown.join() !== found.join() || (pagination && pagination.total !== counted)) {
    throw new Error(`${request.path}: the raw server answers other rows than the app`);
  }
}

async function measure(
  scenario: Scenario,
  capture: Awaited<ReturnType<typeof openCapture>>,
  ends: { appPort: number; raw: ChildProcess; rawPort: number; load: ChildProcess },
): Promise<Outcome> {
  const people = new Map(scenario.requests.map(({ user }) => [user.id, user]));
  const tokens = new Map([...people].map(([id, user]) => [id, capture.tokenOf(user)]));
  const first = scenario.requests[0]!;
  const { statements } = await capture.statementsOf(first);
  const users: RawPlan['users'] = Object.fromEntries(
    [...people].map(([id, { sessionId }]) => [`Bearer ${tokens.get(id)}`, { user: id, session: sessionId }]),
  );
  await ask(ends.raw, { statements, users } as unknown as Serializable);
  if (first.method === 'GET')
    await requireSameRows(first, tokens.get(first.user.id)!, ends.appPort, ends.rawPort);

  const requests = bytesOf(scenario.requests, tokens);
  const drive = (port: number, seconds: number) =>
    ask<LoadResult>(ends.load, {
      port,
      seconds,
      requests,
      connections: CONNECTIONS,
    } satisfies LoadPlan as never);
  const seconds = Number(options.seconds);
  for (const port of [ends.appPort, ends.rawPort]) await drive(port, Math.min(4, seconds));
  const app: LoadResult[] = [];
  const raw: LoadResult[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    app.push(await drive(ends.appPort, seconds));
    raw.push(await drive(ends.rawPort, seconds));
    const [a, r] = [app.at(-1)!, raw.at(-1)!].map(({ requests: n, seconds: s }) => n / s) as [number, number];
    say(`  ${scenario.name}  app ${a.toFixed(0)}/s  raw ${r.toFixed(0)}/s  ${(a / r).toFixed(2)}`);
  }
  const ratio = median(
    app.map((each, i) => each.requests / each.seconds / (raw[i]!.requests / raw[i]!.seconds)),
  );
  const sides = { app: sideOf(app), raw: sideOf(raw) };
  return {
    ...sides,
    name: scenario.name,
    ratio,
    target: scenario.target,
    passed: ratio >= scenario.target && sides.app.errors + sides.raw.errors === 0,
    statements: statements.length,
    firstError: [...app, ...raw].find(({ firstError }) => firstError)?.firstError ?? null,
  };
}

/** Runs each scenario against an app of its own and says where its CPU time went. */
async function profileAll(
  scenarios: readonly Scenario[],
  capture: Awaited<ReturnType<typeof openCapture>>,
  env: Record<string, string>,
): Promise<void> {
  const load = keep(fork(here('load.ts'), { serialization: 'advanced' }));
  await answerOf(load);
  for (const scenario of scenarios) {
    const folder = mkdtempSync(join(tmpdir(), 'genjin-profile-'));
    const app = await startApp(env, ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${folder}`]);
    const people = new Map(scenario.requests.map(({ user }) => [user.id, user]));
    const tokens = new Map([...people].map(([id, user]) => [id, capture.tokenOf(user)]));
    const requests = bytesOf(scenario.requests, tokens);
    const plan = { port: app.port, seconds: 15, requests, connections: CONNECTIONS } satisfies LoadPlan;
    const result = await ask<LoadResult>(load, plan as never);
    await stop(app.child);
    const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
    if (!file) throw new Error('No profile was written');
    const { busySeconds, ...tables } = summarise(join(folder, file), app.startSeconds, 15);
    rmSync(folder, { recursive: true });
    const perRequest = ((busySeconds / result.requests) * 1000).toFixed(2);
    console.log(
      `\n${scenario.name}: ${result.requests} requests, ${perRequest} ms each, ${result.errors} errors`,
    );
    for (const [title, shares] of Object.entries(tables)) {
      console.log(`  ${title}`);
      for (const { name, percent } of shares) console.log(`    ${percent.toFixed(1).padStart(5)} %  ${name}`);
    }
  }
}

function print(outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ name, app, raw, ratio, target, passed, statements }) => [
    name,
    app.perSecond.toFixed(0),
    raw.perSecond.toFixed(0),
    ratio.toFixed(2),
    target.toFixed(2),
    passed ? 'ok' : 'MISSED',
    `${app.p50.toFixed(1)} / ${app.p99.toFixed(1)}`,
    `${raw.p50.toFixed(1)} / ${raw.p99.toFixed(1)}`,
    `${app.errors} / ${raw.errors}`,
    String(statements),
  ]);
  const head = [
    '',
    'app/s',
    'raw/s',
    'ratio',
    'target',
    '',
    'app p50/p99 ms',
    'raw p50/p99 ms',
    'errors',
    'SQL',
  ];
  const width = (text: string) => [...text].reduce((sum, c) => sum + (c > '⺀' ? 2 : 1), 0);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => width(row[i]!))));
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, i) => cell + ' '.repeat(widths[i]! - width(cell)))
        .join('  ')
        .trimEnd(),
    );
  }
  for (const { name, firstError } of outcomes) if (firstError) console.log(`${name}: ${firstError}`);
}

async function main(): Promise<number> {
  const { databaseUrl, redisUrl } = environment();
  await createDatabase(databaseUrl);
  const database = openServer(databaseUrl, { pool: 2, timeoutMs: 600_000 });
  say(`Filling a database with ${options.leads} leads`);
  const users = await fill(database.db, Number(options.leads), (text) => say(`  ${text}`));
  const capture = await openCapture(database, SECRET);
  const scenarios = scenariosFor(users.slice(0, Number(options.people)));
  const env = {
    DATABASE_URL: databaseUrl,
    DATABASE_POOL: String(POOL),
    REDIS_URL: redisUrl,
    JWT_SECRET: SECRET,
  };
  try {
    if (options.profile) {
      await profileAll(scenarios, capture, env);
      return 0;
    }
    const app = await startApp(env);
    const raw = keep(
      fork(here('raw-server.ts'), { serialization: 'advanced', env: { ...process.env, ...env } }),
    );
    const { port: rawPort } = await answerOf<{ port: number }>(raw);
    const load = keep(fork(here('load.ts'), { serialization: 'advanced' }));
    await answerOf(load);
    const outcomes: Outcome[] = [];
    for (const scenario of scenarios) {
      outcomes.push(await measure(scenario, capture, { appPort: app.port, raw, rawPort, load }));
    }
    await stop(app.child);
    if (options.json) console.log(JSON.stringify(outcomes, null, 2));
    else print(outcomes);
    return outcomes.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    await capture.close();
    await database.close();
  }
}

try {
  process.exitCode = positionals[0] === 'scan' ? await measureScan(Number(options.rounds)) : await main();
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  for (const child of children) child.kill('SIGKILL');
}
