/** `npm run bench`: what the app costs over raw `pg` and `node:http` that run the same SQL. See README.md. */
import { type ChildProcess, fork, type Serializable, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import pg from 'pg';
import { addDays, dateOf } from '#shared/values/time.ts';
import { systemClock } from '../server/kernel/clock.ts';
import { type OpenDatabase, openServer, PLANNING } from '../server/kernel/database.ts';
import { migrate } from '../server/kernel/migrate.ts';
import { seedRoles } from '../server/modules/identity/roles.ts';
import { type BenchRequest, openCapture } from './capture.ts';
import { type BenchUser, fill, signIn } from './data.ts';
import type { LoadPlan, LoadResult, RawPlan } from './plan.ts';
import { summarise } from './profile.ts';
import { measureScan } from './scan.ts';
import { type Scenario, scenariosFor } from './scenarios.ts';

const CONNECTIONS = 32;
const POOL = 20;
/** Longer than an answer is shared. */
const SHARED_MS = 3_100;
const EXPORTED = 10_000;
const SECRET = 'the-secret-of-the-benchmark-and-nobody-else';
const here = (file: string) => join(import.meta.dirname, file);

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    leads: { type: 'string', default: '100000' },
    sizes: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '6' },
    people: { type: 'string', default: '150' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    kept: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
});

interface Side {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
}

interface Outcome {
  readonly name: string;
  readonly leads: number;
  readonly app: Side;
  readonly raw: Side;
  readonly ratio: number;
  /** How many times longer a request takes than in the smallest company. */
  readonly growth: number;
  readonly target: number | undefined;
  readonly passed: boolean;
  readonly statements: number;
  readonly firstError: string | null;
}

/** A company of some size, with both servers that answer for it. */
interface World {
  readonly leads: number;
  readonly scenarios: readonly Scenario[];
  readonly admin: BenchUser;
  readonly env: Record<string, string>;
  readonly database: OpenDatabase;
  readonly capture: Awaited<ReturnType<typeof openCapture>>;
}
interface Ends {
  readonly appPort: number;
  readonly raw: ChildProcess;
  readonly rawPort: number;
}

const say = (text: string) => void process.stderr.write(`${text}\n`);
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;

async function createWorld(leads: number): Promise<World> {
  const { TEST_DATABASE_URL: base, TEST_REDIS_URL: redisUrl } = process.env;
  if (!base || !redisUrl)
    throw new Error('Run it as `npm run bench`: it needs a Postgres and a Redis of its own.');
  const name = `genjin_bench_${leads}`;
  const admins = openServer(base, { pool: 1, timeoutMs: 60_000 });
  const { rows } = await sql`select from pg_database where datname = ${name}`.execute(admins.db);
  const kept = options.kept && rows.length > 0;
  if (!kept) {
    await sql.raw(`drop database if exists ${name} with (force)`).execute(admins.db);
    await sql.raw(`create database ${name}`).execute(admins.db);
  }
  await admins.close();
  const url = Object.assign(new URL(base), { pathname: `/${name}` });
  const database = openServer(url.href, { pool: 2, timeoutMs: 1_800_000 });
  await migrate(database.db);
  if (!kept) {
    await seedRoles(database.db, systemClock.now());
    say(`Filling a database with ${leads} leads`);
    await fill(database.db, leads, (text) => say(`  ${text}`));
  }
  const people = await signIn(database.db);
  const admin = people.pop() as BenchUser;
  const only = options.only?.split(',');
  const scenarios = scenariosFor(people.slice(0, Number(options.people)), admin, leads).filter(
    (scenario) => !only || only.some((part) => scenario.name.includes(part)),
  );
  const redis = Object.assign(new URL(redisUrl), { pathname: `/${worlds}` });
  worlds++;
  const env = {
    DATABASE_URL: url.href,
    DATABASE_POOL: String(POOL),
    REDIS_URL: redis.href,
    JWT_SECRET: SECRET,
  };
  return { leads, scenarios, admin, env, database, capture: await openCapture(database, SECRET) };
}
/** Each has a Redis database of its own. */
let worlds = 0;

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
  const app: {
    data: { list?: { id: string }[]; id?: string; pagination?: { total: number; capped: boolean } };
  } = await get(appPort);
  const raw: { list: { id: string }[]; total: number } = await get(rawPort);
  const { list, id, pagination } = app.data;
  if (!pagination && !id) return;
  const shown = list ? list.map((row) => row.id) : [id];
  const found = raw.list.slice(0, shown.length).map((row) => row.id);
  const counted = raw.total || (pagination?.total ?? 0);
  // A page near the end is read from there.
  const { total = 0, capped = false } = pagination ?? {};
  const sameTotal = !pagination || (capped ? counted > total : counted === total);
  if (shown.sort().join() !== found.sort().join() || !sameTotal) {
    throw new Error(`${request.path}: the raw server answers other rows than the app`);
  }
}

/** One scenario in every company in turn, so that all meet the same machine. */
async function measure(
  name: string,
  load: ChildProcess,
  sizes: readonly (readonly [World, Ends])[],
): Promise<Outcome[]> {
  const seconds = Number(options.seconds);
  const sides = [];
  for (const [{ leads, scenarios, capture }, { appPort, raw, rawPort }] of sizes) {
    const scenario = scenarios.find((each) => each.name === name) as Scenario;
    const tokens = tokensOf(scenario, capture);
    const first = scenario.requests[0]!;
    const statements = await capture.statementsOf(first);
    const users: RawPlan['users'] = Object.fromEntries(
      scenario.requests.map(({ user }) => [
        `Bearer ${tokens.get(user.id)}`,
        { user: user.id, session: user.sessionId },
      ]),
    );
    await ask(raw, { statements, users } as unknown as Serializable);
    if (first.method === 'GET') await requireSameRows(first, tokens.get(first.user.id)!, appPort, rawPort);
    const requests = bytesOf(scenario.requests, tokens);
    const drive = (port: number, for_ = seconds) =>
      ask<LoadResult>(load, {
        port,
        seconds: for_,
        requests,
        connections: CONNECTIONS,
      } satisfies LoadPlan as never);
    for (const port of [appPort, rawPort]) await drive(port, Math.min(3, seconds));
    const app: LoadResult[] = [];
    const bare: LoadResult[] = [];
    const round = async () => {
      app.push(await drive(appPort));
      bare.push(await drive(rawPort));
      const [a, r] = [rate(app.at(-1)!), rate(bare.at(-1)!)];
      say(`  ${name}, ${leads}  app ${a.toFixed(0)}/s  raw ${r.toFixed(0)}/s  ${(a / r).toFixed(2)}`);
    };
    sides.push({ leads, target: scenario.target, statements: statements.length, app, raw: bare, round });
  }
  for (let round = 0; round < Number(options.rounds); round++) for (const side of sides) await side.round();
  const smallest = sides[0]!;
  return sides.map(({ leads, target, statements, app, raw }): Outcome => {
    const ratio = median(app.map((each, i) => rate(each) / rate(raw[i]!)));
    const measured = { app: sideOf(app), raw: sideOf(raw) };
    return {
      ...measured,
      name,
      leads,
      ratio,
      growth: median(app.map((each, i) => rate(smallest.app[i]!) / rate(each))),
      target,
      passed: ratio >= (target ?? 0) && measured.app.errors + measured.raw.errors === 0,
      statements,
      firstError: [...app, ...raw].find(({ firstError }) => firstError)?.firstError ?? null,
    };
  });
}

const rate = ({ requests, seconds }: LoadResult): number => requests / seconds;
const tokensOf = ({ requests }: Scenario, { tokenOf }: World['capture']): ReadonlyMap<string, string> =>
  new Map(requests.map(({ user }) => [user.id, tokenOf(user)]));

/** What a person waits for whom nobody asked before, and after that. Nobody else is there. */
async function measureOverview({ capture, admin }: World, { appPort }: Ends): Promise<string> {
  const headers = { authorization: `Bearer ${capture.tokenOf(admin)}` };
  const wait = async () => {
    const started = performance.now();
    const response = await fetch(`http://127.0.0.1:${appPort}/api/statistics/leads-overview`, { headers });
    if (!response.ok) throw new Error(await response.text());
    await response.arrayBuffer();
    return performance.now() - started;
  };
  const [cold, warm] = [[] as number[], [] as number[]];
  for (let i = 0; i < 7; i++) {
    await sleep(SHARED_MS);
    cold.push(await wait());
    warm.push(await wait());
  }
  return `overview, alone: ${median(cold).toFixed(0)} ms cold, ${median(warm).toFixed(1)} ms warm`;
}

/** The same number of leads as a workbook in every company, and how long their reads alone take. */
async function measureExport({ capture, admin, leads, env }: World): Promise<string> {
  const from = addDays(dateOf(systemClock.now()), -Math.ceil((EXPORTED / leads) * 365));
  const runs: { rows: number; app: number; raw: number }[] = [];
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  for (let i = 0; i < Number(options.rounds); i++) {
    const { rows, ms, reads } = await capture.exportLeads(admin, from);
    const started = performance.now();
    for (const { text, values } of reads) await client.query(text, [...values]);
    runs.push({ rows, app: ms, raw: performance.now() - started });
  }
  await client.end();
  const perSecond = (side: 'app' | 'raw') =>
    median(runs.map((each) => (each.rows / each[side]) * 1000)).toFixed(0);
  return `export of ${runs[0]?.rows}: ${perSecond('app')} rows/s, its reads alone ${perSecond('raw')} rows/s`;
}

/** Runs each scenario against an app of its own and says where its CPU time went. */
async function profileAll({ scenarios, capture, env }: World): Promise<void> {
  const load = keep(fork(here('load.ts'), { serialization: 'advanced' }));
  await answerOf(load);
  for (const scenario of scenarios) {
    const folder = mkdtempSync(join(tmpdir(), 'genjin-profile-'));
    const app = await startApp(env, ['--cpu-prof', '--cpu-prof-interval=500', `--cpu-prof-dir=${folder}`]);
    const requests = bytesOf(scenario.requests, tokensOf(scenario, capture));
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
  const rows = outcomes.map(({ name, leads, app, raw, ratio, growth, target, passed, statements }) => [
    name,
    String(leads),
    app.perSecond.toFixed(0),
    raw.perSecond.toFixed(0),
    ratio.toFixed(2),
    target === undefined ? '' : target.toFixed(2),
    passed ? 'ok' : 'MISSED',
    growth.toFixed(2),
    `${app.p50.toFixed(1)} / ${app.p99.toFixed(1)}`,
    `${raw.p50.toFixed(1)} / ${raw.p99.toFixed(1)}`,
    `${app.errors} / ${raw.errors}`,
    String(statements),
  ]);
  const head = [
    '',
    'leads',
    'app/s',
    'raw/s',
    'ratio',
    'target',
    '',
    'growth',
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
  const sizes = (options.sizes ?? options.leads).split(',').map(Number);
  const all: World[] = [];
  try {
    for (const leads of sizes) all.push(await createWorld(leads));
    if (options.profile) {
      for (const world of all) await profileAll(world);
      return 0;
    }
    const load = keep(fork(here('load.ts'), { serialization: 'advanced' }));
    await answerOf(load);
    const ready: [World, Ends][] = [];
    for (const world of all) {
      const { port: appPort } = await startApp(world.env);
      const raw = keep(
        fork(here('raw-server.ts'), {
          serialization: 'advanced',
          env: { ...process.env, ...world.env, PGOPTIONS: PLANNING },
        }),
      );
      const { port: rawPort } = await answerOf<{ port: number }>(raw);
      ready.push([world, { appPort, raw, rawPort }]);
    }
    const outcomes: Outcome[] = [];
    for (const { name } of all[0]!.scenarios) outcomes.push(...(await measure(name, load, ready)));
    if (options.json) console.log(JSON.stringify(outcomes, null, 2));
    else print(outcomes);
    for (const [world, ends] of options.only ? [] : ready) {
      console.log(
        `${world.leads} leads: ${await measureOverview(world, ends)}; ${await measureExport(world)}`,
      );
    }
    return outcomes.every(({ passed }) => passed) ? 0 : 1;
  } finally {
    for (const { capture, database } of all) {
      await capture.close();
      await database.close();
    }
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
