import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { openEmbedded } from './kernel/database.ts';
import { migrate } from './kernel/migrate.ts';
import { createPasswords } from './modules/identity/passwords.ts';
import { createUser } from './modules/identity/people.ts';
import { seedRoles } from './modules/identity/roles.ts';
import { leadDraft } from './testing/company.ts';
import { callServer, type ServerProcess, spawnServer } from './testing/process.ts';

// The real process, on an embedded database of its own.

const PASSWORD = 'correct-horse-1';
const DEVELOPMENT_SECRET = 'development-only-secret-do-not-deploy';
const directory = mkdtempSync(join(tmpdir(), 'genjin-process-'));
const data = join(directory, 'data');
const running = new Set<Server>();

afterAll(async () => {
  await Promise.all([...running].map((server) => server.kill()));
  rmSync(directory, { recursive: true, force: true });
});

type Server = ServerProcess & { readonly url: string };

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (!address || typeof address === 'string') throw new Error('No free port');
  return address.port;
}

async function start(env: Record<string, string> = {}): Promise<Server> {
  const port = String(await freePort());
  const child = spawnServer(directory, {
    JWT_SECRET: DEVELOPMENT_SECRET,
    PORT: port,
    DATA_DIR: data,
    ...env,
  });
  const server: Server = {
    ...child,
    url: `http://127.0.0.1:${port}`,
    async kill() {
      running.delete(server);
      await child.kill();
    },
  };
  running.add(server);
  return server;
}

async function untilReady(server: Server): Promise<Server> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (server.child.exitCode !== null) throw new Error(`It did not start:\n${server.output()}`);
    if (Date.now() > deadline) throw new Error(`It does not answer:\n${server.output()}`);
    const ready = await fetch(`${server.url}/api/docs/json`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return server;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function exitOf(server: Server): Promise<number | null> {
  if (server.child.exitCode === null) await once(server.child, 'close');
  return server.child.exitCode;
}

const signIn = async (server: Server) =>
  (await callServer(server, auth.login, { body: { username: 'rep', password: PASSWORD } })).accessToken;

describe('the process on its embedded database', () => {
  /** Started by the first test, ended by the last: a start takes seconds. */
  let server: Server;
  let token: string;

  it('loses nothing it acknowledged, however often the power is cut', async () => {
    const database = await openEmbedded(data);
    const now = new Date().toISOString();
    await migrate(database.db);
    await seedRoles(database.db, now);
    const passwordHash = await createPasswords(8).hash(PASSWORD);
    await createUser(database.db, now, { username: 'rep', name: '李强', passwordHash, roles: ['sales'] });
    await database.close();

    const acknowledged: string[] = [];
    for (let cut = 0; cut < 5; cut++) {
      server = await untilReady(await start());
      token = await signIn(server);
      const write = async () => {
        for (let i = 0; i < 6; i++)
          acknowledged.push((await callServer(server, leads.create, { body: leadDraft() }, token)).id);
      };
      // Some are still under way when it happens.
      const writers = [write(), write(), write()];
      const settled = Promise.allSettled(writers);
      await writers[0];
      await server.kill();
      await settled;
    }
    server = await untilReady(await start({ LOG_LEVEL: 'trace' }));
    token = await signIn(server);
    const kept = new Map<string, string>();
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await callServer(server, leads.list, { query: { pageSize: 100, cursor } }, token);
      for (const lead of page.list) kept.set(lead.id, lead.no);
      cursor = page.pagination.nextCursor;
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(30);
    for (const id of acknowledged) expect(kept.has(id), id).toBe(true);
    // Whatever was not acknowledged is whole or not there: the numbers have no gap.
    const numbers = [...kept.values()].map((no) => Number(no.split('-')[2])).sort((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, i) => i + 1));
  }, 180_000);

  it('does not start twice on one directory, and says why', async () => {
    const second = await start();
    expect(await exitOf(second)).toBe(1);
    expect(second.output().trim()).toBe(
      `另一个 Genjin（进程 ${server.child.pid}）正在使用数据目录 ${data}。请先停止它，或用 DATA_DIR 换一个目录。`,
    );
    expect((await fetch(`${server.url}/api/docs/json`)).status).toBe(200);
  }, 60_000);

  it('writes no secrets and no telephone numbers to its log', async () => {
    const draft = leadDraft();
    await callServer(server, leads.create, { body: draft }, token);
    await callServer(server, leads.list, { query: { keyword: String(draft.phone) } }, token);
    await fetch(`${server.url}/api/leads?keyword=${draft.phone}`);
    for (const secret of [token, PASSWORD, String(draft.phone)])
      expect(server.output()).not.toContain(secret);
  }, 60_000);

  it('ends cleanly at Ctrl-C within ten seconds, finishing what it was doing', async () => {
    const under = callServer(server, leads.create, { body: leadDraft() }, token).catch(
      (error: unknown) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    const started = Date.now();
    server.child.kill('SIGINT');
    expect(await exitOf(server)).toBe(0);
    expect(Date.now() - started).toBeLessThan(10_000);
    // Either it came in time and was answered in full, or it did not get in.
    const outcome = await under;
    if (outcome instanceof Error) expect(outcome.message).toBe('fetch failed');
    else expect(outcome).toMatchObject({ no: expect.stringMatching(/^LEAD-/) });
    expect(existsSync(join(data, 'lock'))).toBe(false);
  }, 60_000);

  it('does not start on a port that is taken, and says so', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const address = blocker.address();
    const port = address && typeof address === 'object' ? address.port : 0;
    const refused = await start({ PORT: String(port) });
    expect(await exitOf(refused)).toBe(1);
    expect(refused.output()).toContain('端口已被占用');
    blocker.close();
  }, 60_000);
});

describe('in production', () => {
  it('refuses to start with everything that is missing, before it touches any data', async () => {
    const untouched = join(directory, 'production');
    const server = await start({
      NODE_ENV: 'production',
      DATA_DIR: untouched,
      PUBLIC_URL: '',
      WECHAT_APP_ID: 'wx1',
    });
    expect(await exitOf(server)).toBe(1);
    for (const name of ['JWT_SECRET', 'PUBLIC_URL', 'PASSWORD_MEMORY_KIB', 'WECHAT_APP_ID'])
      expect(server.output()).toContain(`- ${name}`);
    expect(existsSync(untouched)).toBe(false);
  });

  it('refuses a short secret', async () => {
    const server = await start({
      NODE_ENV: 'production',
      JWT_SECRET: 'short',
      PUBLIC_URL: 'https://crm.example.com',
    });
    expect(await exitOf(server)).toBe(1);
    expect(server.output()).toContain('- JWT_SECRET');
    expect(server.output()).not.toContain('at Object');
  });

  it('starts without demo accounts when everything is there, and ends when it is told to', async () => {
    const own = join(directory, 'own');
    const server = await untilReady(
      await start({
        NODE_ENV: 'production',
        DATA_DIR: own,
        JWT_SECRET: 'a-secret-of-our-own-with-32-characters',
        PUBLIC_URL: 'https://crm.example.com',
        PASSWORD_MEMORY_KIB: '19456',
        DEMO_DATA: 'on',
      }),
    );
    const body = JSON.stringify({ username: 'admin', password: 'genjin2026' });
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${server.url}/api/auth/login`, { method: 'POST', headers, body });
    expect(reply.status).toBe(401);
    expect(reply.headers.get('strict-transport-security')).toBeTruthy();
    expect(server.output()).not.toContain('genjin2026');
    expect(readFileSync(join(own, 'lock'), 'utf8')).toBe(String(server.child.pid));
    server.child.kill('SIGTERM');
    expect(await exitOf(server)).toBe(0);
  }, 60_000);
});
