import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { newId } from '../kernel/new-id.ts';
import { leadDraft } from '../testing/company.ts';
import { type Line, openLine } from '../testing/line.ts';
import {
  canStopServers,
  type Installation,
  install,
  type RunningServer,
  USERNAME,
} from '../testing/own-servers.ts';
import { until } from '../testing/process.ts';

// Redis holds nothing of record: whatever becomes of it, people go on working.

const PEOPLE = 8;
/** Nobody waits so long for a cache. */
const PATIENCE_MS = 5_000;
const SILENT_MS = 20_000;

describe.runIf(canStopServers)('Redis', () => {
  let installation: Installation;
  let line: Line;
  let servers: RunningServer[];
  let token: string;

  beforeAll(async () => {
    installation = await install();
    line = await openLine(installation.redis.url);
    const env = { REDIS_URL: line.url };
    const first = await installation.start({ ...env, WORKER: 'on' });
    servers = [first, await installation.start({ ...env, WORKER: 'off' })];
    token = await installation.signIn(first);
  });
  afterAll(async () => {
    await line?.close();
    await installation?.remove();
  });

  const ready = () =>
    Promise.all(
      servers.map(async ({ url }) => {
        const response = await fetch(`${url}/readyz`);
        return { status: response.status, ...((await response.json()) as { redis: string }) };
      }),
    );
  const bothSay = (redis: 'up' | 'down') =>
    until(`both processes find Redis ${redis}`, async () =>
      (await ready()).every((each) => each.redis === redis),
    );
  const healthy = (redis: 'up' | 'down') => ({ status: 200, database: 'up', redis, draining: false });

  const call = (server: RunningServer | undefined, endpoint: EndpointDefinition, body?: object) =>
    fetch(`${server?.url}${endpoint.path}`, {
      method: endpoint.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });

  /** People who write, read and look at cached figures, until they are told to stop; answers what they were told. */
  function work() {
    const statuses: number[] = [];
    let slowest = 0;
    let isOver = false;
    const people = Array.from({ length: PEOPLE }, async (_, i) => {
      const server = servers[i % servers.length];
      while (!isOver) {
        for (const ask of [
          () => call(server, leads.create, leadDraft()),
          () => call(server, leads.list),
          () => call(server, leads.statistics),
        ]) {
          const asked = Date.now();
          statuses.push((await ask()).status);
          slowest = Math.max(slowest, Date.now() - asked);
        }
      }
    });
    /** Waits until so many more were answered. */
    const more = async (count: number) => {
      const enough = statuses.length + count;
      await until('people are answered', async () => statuses.length >= enough);
    };
    return {
      more,
      async finish() {
        isOver = true;
        await Promise.all(people);
        return { statuses: new Set(statuses), slowest };
      },
    };
  }

  const guess = async (server: RunningServer | undefined, username: string) =>
    (await call(server, auth.login, { username, password: 'wrong-horse-1' })).status;

  /** Wrong passwords for an account, at one process after the other; answers how many were heard. */
  async function heard(username: string, guesses: number): Promise<number> {
    const statuses: number[] = [];
    for (let i = 0; i < guesses; i++) statuses.push(await guess(servers[i % servers.length], username));
    expect(statuses.every((status) => status === 401 || status === 429)).toBe(true);
    return statuses.filter((status) => status === 401).length;
  }

  it('that is not there when the processes start keeps nobody from working, and each counts guesses for itself', async () => {
    expect(await ready()).toEqual([healthy('down'), healthy('down')]);
    const people = work();
    await people.more(60);
    expect((await people.finish()).statuses).toEqual(new Set([200]));
    expect(await heard(newId(), 24)).toBe(20);
  }, 60_000);

  it('that comes is used: guesses are counted together', async () => {
    await installation.redis.start();
    await bothSay('up');
    expect(await ready()).toEqual([healthy('up'), healthy('up')]);
    expect(await heard(newId(), 14)).toBe(10);
  }, 60_000);

  it('that goes away and comes back while people work is not noticed by any of them', async () => {
    const people = work();
    for (let round = 0; round < 3; round++) {
      await people.more(30);
      await installation.redis.stop('SIGKILL');
      await people.more(60);
      expect(await ready()).toEqual([healthy('down'), healthy('down')]);
      await installation.redis.start();
      await bothSay('up');
    }
    expect((await people.finish()).statuses).toEqual(new Set([200]));
    expect(await heard(newId(), 14)).toBe(10);
    for (const { child } of servers) expect([child.exitCode, child.signalCode]).toEqual([null, null]);
  }, 120_000);

  it('that stops answering with its connections open is given up, and found again', async () => {
    const people = work();
    await people.more(30);
    installation.redis.freeze();
    await bothSay('down');
    expect(await ready()).toEqual([healthy('down'), healthy('down')]);
    await people.more(60);
    const asked = Date.now();
    expect((await call(servers[0], leads.create, leadDraft())).status).toBe(200);
    expect(Date.now() - asked).toBeLessThan(PATIENCE_MS);
    // Whoever owns the account gets in all the while.
    expect(await heard(USERNAME, 2)).toBe(2);
    await installation.signIn(servers[0] as RunningServer);
    installation.redis.thaw();
    await bothSay('up');
    expect((await people.finish()).statuses).toEqual(new Set([200]));
  }, 120_000);

  it('that is out of reach without a word for twenty seconds is given up, and found again within five', async () => {
    const people = work();
    await people.more(30);
    line.silence();
    const silentUntil = Date.now() + SILENT_MS;
    await bothSay('down');
    while (Date.now() < silentUntil) await people.more(1);
    expect(await ready()).toEqual([healthy('down'), healthy('down')]);
    // Whoever owns the account gets in all the while.
    await installation.signIn(servers[0] as RunningServer);
    line.restore();
    const restored = Date.now();
    await bothSay('up');
    const back = Date.now() - restored;
    await people.more(30);
    const { statuses, slowest } = await people.finish();
    console.info(`the slowest answer after ${slowest} ms; back after ${back} ms`);
    expect(statuses).toEqual(new Set([200]));
    expect(back).toBeLessThan(PATIENCE_MS);
    expect(await heard(newId(), 14)).toBe(10);
  }, 120_000);
});
