import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { createCompany } from '../testing/company.ts';
import { createTestApp, type TestUser } from '../testing/createTestApp.ts';
import { onRealPostgres, urlOfDatabase } from '../testing/database.ts';
import { addressOf, callServer, type ServerProcess, spawnServer } from '../testing/process.ts';

// A real process, and many who keep it busy by saying nothing, or saying it slowly.

const WANTED = 5_000;
/** Of files that this process and that one may have open, some are needed otherwise. */
const SPARE = 1_000;
/** In seconds: longer than any connection may take that sends nothing of use. */
const GIVES_UP = 110;

const directory = mkdtempSync(join(tmpdir(), 'genjin-connections-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** How many a process here may have, having raised its own limit as Node does. */
function limitOfFiles(): number {
  const line = /Max open files\s+\d+\s+(\d+|unlimited)/.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line?.[1] === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line?.[1]);
}

describe.runIf(onRealPostgres)('a process', () => {
  let server: ServerProcess & { readonly url: string };
  let rep: TestUser;
  let port: number;
  const open = new Set<Socket>();

  beforeAll(async () => {
    const t = await createTestApp({ start: new Date().toISOString() });
    ({ rep } = await createCompany(t));
    const started = spawnServer(directory, {
      DATABASE_URL: await urlOfDatabase(t.database),
      JWT_SECRET: 'development-only-secret-do-not-deploy',
      WORKER: 'off',
    });
    server = { ...started, url: await addressOf(started) };
    port = Number(new URL(server.url).port);
  });
  afterAll(async () => {
    for (const socket of open) socket.destroy();
    await server?.kill();
  });

  /** Settles when there is a connection. */
  function connection(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(socket));
      socket
        .on('error', reject)
        .on('close', () => open.delete(socket))
        .resume();
      open.add(socket);
    });
  }
  /** What the server says until it hangs up; null: it did not. */
  async function answerOf(socket: Socket): Promise<string | null> {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    const patience = new AbortController();
    const isClosed = await Promise.race([
      closed.then(() => true),
      sleep(GIVES_UP * 1000, false, { signal: patience.signal }),
    ]);
    patience.abort();
    return isClosed ? text : null;
  }
  const stillAnswers = () => callServer(server, leads.list, { query: {} }, rep.token);

  it('answers others while thousands of connections say nothing', async () => {
    const count = Math.min(WANTED, limitOfFiles() - SPARE);
    for (let i = 0; i < count; i += 250) {
      await Promise.all(Array.from({ length: Math.min(250, count - i) }, connection));
    }
    expect(open.size).toBe(count);
    for (let i = 0; i < 20; i++) await stillAnswers();
    console.info(`${count} connections were open and silent`);
    for (const socket of open) socket.destroy();
  }, 60_000);

  it('hangs up on whoever sends nothing, slow headers or a slow body, and answers others meanwhile', async () => {
    const head = (...lines: string[]) => ['POST /api/auth/login HTTP/1.1', 'host: x', ...lines].join('\r\n');
    const body = ['content-type: application/json', 'content-length: 100000', '', '{'];
    const silent = await connection();
    const halfHead = await connection();
    halfHead.write(head('x-a: b'));
    const slowHead = await connection();
    slowHead.write(head(''));
    const halfBody = await connection();
    halfBody.write(head(...body));
    const slowBody = await connection();
    slowBody.write(head(...body));
    const drip = setInterval(() => {
      if (slowHead.writable) slowHead.write('x-a: b\r\n');
      if (slowBody.writable) slowBody.write(' ');
    }, 1_000);
    const ends = Promise.all([silent, halfHead, slowHead, halfBody, slowBody].map(answerOf));
    const others = Array.from({ length: 10 }, stillAnswers);
    expect(await Promise.all(others)).toHaveLength(10);
    const answers = await ends.finally(() => clearInterval(drip));
    expect(answers).not.toContain(null);
    const [, half, slow, , dripped] = answers;
    for (const answer of [half, slow, dripped]) expect(answer).toMatch(/^HTTP\/1\.1 408 .*REQUEST_TIMEOUT/s);
    await stillAnswers();
    expect(server.child.exitCode).toBeNull();
    expect(server.output()).not.toContain('request failed');
  }, 150_000);
});
