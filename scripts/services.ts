// Runs a command beside a throwaway Postgres and Redis of its own:
//   node scripts/services.ts [--durable] -- vitest run
// The command finds them in TEST_DATABASE_URL and TEST_REDIS_URL. Servers that are not installed are installed with apt-get.
// `--durable` writes to disk as in production, for benchmarks; otherwise the data may be lost and the tests are faster.
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { aptInstall, findExecutable } from './system-packages.ts';

const POSTGRES_MAJOR = 15;
const REDIS_MAJOR = 7;
const START_TIMEOUT_MS = 60_000;

interface Identity {
  uid: number;
  gid: number;
}

interface Server {
  name: string;
  process: ChildProcess;
  output(): string;
  /** The signal that makes it stop at once, but cleanly. */
  stopSignal: NodeJS.Signals;
}

const servers: Server[] = [];
let folder: string | null = null;

function findPostgres(): string | undefined {
  const versionOf = (bin: string) => Number.parseInt(bin.split('/')[4]!, 10);
  const byVersion = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionOf(b) - versionOf(a));
  const pgConfig = findExecutable(['pg_config']);
  const byConfig = pgConfig ? [spawnSync(pgConfig, ['--bindir'], { encoding: 'utf8' }).stdout.trim()] : [];
  const initdb = findExecutable(['initdb'], [...byVersion, ...byConfig]);
  return initdb && findExecutable(['postgres'], [path.dirname(initdb)]) ? path.dirname(initdb) : undefined;
}

/** From `postgres (PostgreSQL) 15.18 (Debian …)` or `Redis server v=7.0.15 sha=…`. */
function majorOf(executable: string): number {
  const answer = execFileSync(executable, ['--version'], { encoding: 'utf8' });
  return Number(/(?:PostgreSQL\) |v=)(\d+)/.exec(answer)?.[1]);
}

function requireServers(): { postgres: string; redis: string } {
  const find = () => ({ postgres: findPostgres(), redis: findExecutable(['redis-server', 'valkey-server']) });
  const missing = Object.entries(find())
    .filter(([, found]) => !found)
    .map(([name]) => (name === 'postgres' ? 'postgresql' : 'redis-server'));
  const failure = missing.length > 0 ? aptInstall(missing) : null;
  const { postgres, redis } = find();
  if (!postgres || !redis) {
    throw new Error(
      `${missing.join(' and ')} must be installed (Postgres ${POSTGRES_MAJOR} and Redis ${REDIS_MAJOR} or later), and ${failure ?? 'apt-get did not provide it'}.`,
    );
  }
  for (const [name, executable, wanted] of [
    ['Postgres', path.join(postgres, 'postgres'), POSTGRES_MAJOR],
    ['Redis', redis, REDIS_MAJOR],
  ] as const) {
    const major = majorOf(executable);
    if (!(major >= wanted))
      throw new Error(`${name} ${wanted} or later is needed; ${executable} is ${major}.`);
  }
  return { postgres, redis };
}

/** Postgres refuses to run as root, so root lends it another account. */
function serverIdentity(): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const user of ['postgres', 'nobody']) {
    const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, user], { encoding: 'utf8' }));
    if (uid?.status === 0 && gid?.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  }
  throw new Error('Postgres does not run as root, and there is neither a user postgres nor a user nobody.');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

function startServer(
  name: string,
  stopSignal: NodeJS.Signals,
  command: string,
  args: string[],
  cwd: string,
  identity?: Identity,
): Server {
  // Detached: Ctrl-C then reaches the command first and the servers only after it has ended.
  const child = spawn(command, args, { ...identity, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-4_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => keep(Buffer.from(error.message)));
  const server = { name, process: child, stopSignal, output: () => output };
  servers.push(server);
  return server;
}

const hasEnded = ({ process: child }: Server) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

async function waitUntil(server: Server, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isReady())) {
    if (hasEnded(server) || Date.now() > deadline)
      throw new Error(`${server.name} did not start:\n${server.output()}`);
    await sleep(50);
  }
}

async function answersPostgres(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

function answersRedis(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    const finish = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(1_000, () => finish(false));
    socket.on('error', () => finish(false));
    socket.on('data', (data) => finish(data.toString().startsWith('+PONG')));
  });
}

async function startPostgres(
  bin: string,
  cwd: string,
  durable: boolean,
  identity?: Identity,
): Promise<string> {
  const data = path.join(cwd, 'postgres');
  const locale = process.platform === 'linux' ? '--locale=C.UTF-8' : '--no-locale';
  const created = spawnSync(
    path.join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=trust',
      '--encoding=UTF8',
      locale,
      ...(durable ? [] : ['--no-sync']),
    ],
    { ...identity, cwd, encoding: 'utf8' },
  );
  if (created.status !== 0) throw new Error(`initdb failed:\n${created.error?.message ?? created.stderr}`);
  const port = await freePort();
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=400',
    'shared_buffers=256MB',
    ...(durable ? ['max_wal_size=4GB'] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  const server = startServer(
    'Postgres',
    'SIGINT',
    path.join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd,
    identity,
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  await waitUntil(server, () => answersPostgres(url));
  return url;
}

async function startRedis(executable: string, cwd: string, identity?: Identity): Promise<string> {
  const port = await freePort();
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    cwd,
  ];
  const server = startServer('Redis', 'SIGTERM', executable, args, cwd, identity);
  await waitUntil(server, () => answersRedis(port));
  return `redis://127.0.0.1:${port}`;
}

async function stopAll(): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      if (hasEnded(server)) return;
      const ended = new Promise((resolve) => server.process.once('exit', resolve));
      server.process.kill(server.stopSignal);
      const killer = setTimeout(() => server.process.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(killer);
    }),
  );
  if (folder) rmSync(folder, { recursive: true, force: true });
}

function runCommand(command: string[], env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), { stdio: 'inherit', env: { ...process.env, ...env } });
    interrupted = (signal) => child.kill(signal);
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

async function main(): Promise<number> {
  const separator = process.argv.indexOf('--');
  const command = separator < 0 ? [] : process.argv.slice(separator + 1);
  const options = process.argv.slice(2, separator < 0 ? undefined : separator);
  if (command.length === 0 || options.some((option) => option !== '--durable')) {
    throw new Error('Usage: node scripts/services.ts [--durable] -- command …');
  }
  const { postgres, redis } = requireServers();
  const identity = serverIdentity();
  folder = mkdtempSync(path.join(tmpdir(), 'genjin-services-'));
  if (identity) chownSync(folder, identity.uid, identity.gid);
  const [TEST_DATABASE_URL, TEST_REDIS_URL] = await Promise.all([
    startPostgres(postgres, folder, options.includes('--durable'), identity),
    startRedis(redis, folder, identity),
  ]);
  if (stopRequested) return 128 + constants.signals[stopRequested];
  return runCommand(command, { TEST_DATABASE_URL, TEST_REDIS_URL });
}

let stopRequested: NodeJS.Signals | null = null;
let interrupted: (signal: NodeJS.Signals) => void = () => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopRequested = signal;
    interrupted(signal);
  });
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stopAll();
}
