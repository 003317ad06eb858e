// Runs a command beside a throwaway Postgres and Redis of its own:
//   node scripts/services.ts [--durable] -- vitest run
// The command finds them in TEST_DATABASE_URL and TEST_REDIS_URL, and their programs, for servers that it stops itself, in
// TEST_POSTGRES_BIN and TEST_REDIS_SERVER. Servers that are not installed are installed with apt-get.
// `--durable` writes to disk as in production, for benchmarks; otherwise the data may be lost and the tests are faster.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { createPostgres, createRedis, type LocalServer, serverFolder } from '../server/testing/servers.ts';
import { aptInstall, findExecutable } from './system-packages.ts';

const POSTGRES_MAJOR = 15;
const REDIS_MAJOR = 7;

const servers: LocalServer[] = [];
let folder: ReturnType<typeof serverFolder> | null = null;

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

async function start(): Promise<Record<string, string>> {
  const { postgres, redis } = requireServers();
  folder = serverFolder();
  servers.push(
    await createPostgres(postgres, folder.path, process.argv.includes('--durable')),
    await createRedis(redis, folder.path),
  );
  await Promise.all(servers.map((server) => server.start()));
  const [TEST_DATABASE_URL, TEST_REDIS_URL] = servers.map(({ url }) => url) as [string, string];
  return { TEST_DATABASE_URL, TEST_REDIS_URL, TEST_POSTGRES_BIN: postgres, TEST_REDIS_SERVER: redis };
}

async function stopAll(): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
  folder?.remove();
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
  const env = await start();
  if (stopRequested) return 128 + constants.signals[stopRequested];
  return runCommand(command, env);
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
