import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { createPasswords } from '../modules/identity/passwords.ts';
import { createCompany } from '../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../testing/createTestApp.ts';
import { onRealPostgres, redisUrl, urlOfDatabase } from '../testing/database.ts';
import { addressOf, callServer, type ServerProcess, spawnServer } from '../testing/process.ts';

// Two real processes behind one Redis, passwords as expensive as in production, and somebody who guesses them.

const TRIES = 100;
const MEMORY = 19_456;
const PASSWORD = 'correct-horse-1';
const [perAccount, perAddress, perAccountAnywhere] = auth.login.limits;
const directory = mkdtempSync(join(tmpdir(), 'genjin-logins-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.runIf(onRealPostgres && redisUrl)('a hundred wrong passwords', () => {
  let t: TestApp;
  let rep: TestUser;
  let passwordHash: string;
  let servers: (ServerProcess & { readonly url: string })[];

  beforeAll(async () => {
    t = await createTestApp({ start: new Date().toISOString() });
    ({ rep } = await createCompany(t));
    passwordHash = await createPasswords(MEMORY).hash(PASSWORD);
    const env = {
      DATABASE_URL: await urlOfDatabase(t.database),
      REDIS_URL: redisUrl as string,
      JWT_SECRET: 'development-only-secret-do-not-deploy',
      PASSWORD_MEMORY_KIB: String(MEMORY),
      TRUSTED_PROXIES: '127.0.0.1',
      WORKER: 'off',
    };
    const started = [spawnServer(directory, env), spawnServer(directory, env)];
    servers = await Promise.all(started.map(async (each) => ({ ...each, url: await addressOf(each) })));
  });
  afterAll(async () => void (await Promise.all((servers ?? []).map((server) => server.kill()))));

  const person = () => t.user({ roles: ['sales'], passwordHash });
  let places = 0;
  /** An address from which nobody has come yet. */
  const newAddress = () => `203.0.${113 + (places >> 8)}.${places++ & 255}`;

  let turns = 0;
  async function login(username: string, password: string, address: string): Promise<number> {
    const server = servers[turns++ % servers.length] as (typeof servers)[number];
    const response = await fetch(server.url + auth.login.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify({ username, password }),
    });
    await response.arrayBuffer();
    return response.status;
  }
  const times = (statuses: readonly number[]) =>
    Object.fromEntries(
      [...Map.groupBy(statuses, (status) => status)].map(([status, all]) => [status, all.length]),
    );

  it('one after the other for one account: ten are heard, and others of that address and the owner elsewhere get in', async () => {
    const [target, neighbour] = [await person(), await person()];
    const address = newAddress();
    const statuses: number[] = [];
    // The address may guess ninety times more; its neighbour signs in while it still may.
    for (let i = 0; i < perAddress.max - 10; i++)
      statuses.push(await login(target.username, `wrong-${i}`, address));
    expect(times(statuses)).toEqual({ 401: perAccount.max, 429: perAddress.max - 10 - perAccount.max });
    expect(await login(neighbour.username, PASSWORD, address)).toBe(200);
    for (let i = 0; i < 10; i++) statuses.push(await login(target.username, `wrong-${i}`, address));
    expect(statuses).toHaveLength(TRIES);
    expect(statuses.lastIndexOf(401)).toBe(perAccount.max - 1);
    expect(await login(target.username, PASSWORD, address)).toBe(429);
    expect(await login(target.username, PASSWORD, newAddress())).toBe(200);
  }, 60_000);

  it('at once for one account from a hundred addresses: fifty are heard, and then the right one waits as well', async () => {
    const target = await person();
    const statuses = await Promise.all(
      Array.from({ length: TRIES }, (_, i) => login(target.username, `wrong-${i}`, newAddress())),
    );
    const { max } = perAccountAnywhere;
    expect(times(statuses)).toEqual({ 401: max, 429: TRIES - max });
    expect(await login(target.username, PASSWORD, newAddress())).toBe(429);
    const { token } = target;
    // Who is signed in already notices nothing.
    expect(await callServer(servers[0] as { url: string }, auth.profile, {}, token)).toMatchObject({
      id: target.id,
    });
  }, 60_000);

  it('at once for a hundred accounts from one address: none gets in, and neither does the next from there', async () => {
    const victim = await person();
    const address = newAddress();
    const names = Array.from({ length: TRIES }, (_, i) => `nobody${i}`);
    const statuses = await Promise.all(names.map((name) => login(name, PASSWORD, address)));
    expect(times(statuses)).toEqual({ 401: perAddress.max });
    expect(await login(victim.username, PASSWORD, address)).toBe(429);
    expect(await login(victim.username, PASSWORD, newAddress())).toBe(200);
  }, 60_000);

  it('at once for as many accounts and addresses hold nobody up who is signed in', async () => {
    const server = servers[0] as { url: string };
    const ask = async () => {
      const started = performance.now();
      await callServer(server, leads.list, { query: {} }, rep.token);
      return performance.now() - started;
    };
    const middle = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1] as number;
    const quiet: number[] = [];
    for (let i = 0; i < 30; i++) quiet.push(await ask());
    turns = 0;
    let guessing = true;
    const guesses = Promise.all(
      Array.from({ length: TRIES }, (_, i) => login(`stranger${i}`, PASSWORD, newAddress())),
    ).finally(() => {
      guessing = false;
    });
    const busy: number[] = [];
    while (guessing) busy.push(await ask());
    expect(times(await guesses)).toEqual({ 401: TRIES });
    const [before, during, worst] = [middle(quiet), middle(busy), Math.max(...busy)].map((ms) =>
      ms.toFixed(1),
    );
    console.info(
      `a list: ${before} ms alone, ${during} ms (at most ${worst}) while guessed at, ${busy.length} times`,
    );
    // Had they waited for the guesses, there would have been time for one or two.
    expect(busy.length).toBeGreaterThan(10);
  }, 60_000);
});
