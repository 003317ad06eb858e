import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

// Throwaway servers of this machine: those of a whole run, and those that a test stops and starts as it likes.

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** A Postgres or Redis with its own data and port, which both outlive a stop. */
export interface LocalServer {
  readonly url: string;
  /** Answers when it answers. */
  start(): Promise<void>;
  /** Ends it, cleanly or as the signal says, if it runs; answers when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Lets it stand still with its connections open, as on a machine that hangs. */
  freeze(): void;
  thaw(): void;
}

interface Identity {
  uid: number;
  gid: number;
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

/** A folder that the servers may write to; the caller removes it when they have ended. */
export function serverFolder(): { readonly path: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'genjin-services-'));
  const identity = serverIdentity();
  if (identity) chownSync(folder, identity.uid, identity.gid);
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

interface Program {
  readonly name: string;
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Makes it stop at once, but cleanly. */
  readonly stopSignal: NodeJS.Signals;
  answers(): Promise<boolean>;
}

const hasEnded = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null || child.pid === undefined;

function localServer({ name, url, command, args, cwd, stopSignal, answers }: Program): LocalServer {
  const identity = serverIdentity();
  let child: ChildProcess | null = null;
  const tell = (signal: NodeJS.Signals) => void (child && !hasEnded(child) && child.kill(signal));
  return {
    url,
    async start() {
      let output = '';
      const keep = (chunk: Buffer) => {
        output = (output + chunk).slice(-4_000);
      };
      // Detached: Ctrl-C then reaches the command first and the servers only after it has ended.
      const stdio = ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'];
      const started = spawn(command, args, { ...identity, cwd, detached: true, stdio });
      child = started;
      started.stdout.on('data', keep);
      started.stderr.on('data', keep);
      started.on('error', (error) => keep(Buffer.from(error.message)));
      const deadline = Date.now() + START_TIMEOUT_MS;
      while (!(await answers())) {
        if (hasEnded(started) || Date.now() > deadline) throw new Error(`${name} did not start:\n${output}`);
        await sleep(50);
      }
    },
    async stop(signal = stopSignal) {
      const running = child;
      if (!running || hasEnded(running)) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.kill(signal);
      const killer = setTimeout(() => running.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(killer);
    },
    freeze: () => tell('SIGSTOP'),
    thaw: () => tell('SIGCONT'),
  };
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

/**
 * Sets up a Postgres in a folder, from the programs in `bin`; it is not started yet. `durable`: nothing that it
 * acknowledged is lost however it ends, as in production.
 */
export async function createPostgres(bin: string, cwd: string, durable: boolean): Promise<LocalServer> {
  const data = path.join(cwd, 'postgres');
  const locale = process.platform === 'linux' ? '--locale=C.UTF-8' : '--no-locale';
  const args = ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', locale];
  const created = spawnSync(path.join(bin, 'initdb'), [...args, ...(durable ? [] : ['--no-sync'])], {
    ...serverIdentity(),
    cwd,
    encoding: 'utf8',
  });
  if (created.status !== 0) throw new Error(`initdb failed:\n${created.error?.message ?? created.stderr}`);
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=400',
    'shared_buffers=256MB',
    ...(durable ? ['max_wal_size=4GB'] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
  return localServer({
    name: 'Postgres',
    url,
    command: path.join(bin, 'postgres'),
    args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    cwd,
    stopSignal: 'SIGINT',
    answers: () => answersPostgres(url),
  });
}

/** Chooses a port for a Redis that keeps nothing on disk; it is not started yet. */
export async function createRedis(executable: string, cwd: string): Promise<LocalServer> {
  const port = await freePort();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', cwd];
  return localServer({
    name: 'Redis',
    url: `redis://127.0.0.1:${port}`,
    command: executable,
    args: [...place, '--save', '', '--appendonly', 'no'],
    cwd,
    stopSignal: 'SIGTERM',
    answers: () => answersRedis(port),
  });
}
