import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auth } from '#shared/auth/contract.ts';
import { systemClock } from '../kernel/clock.ts';
import { type Database, openServer } from '../kernel/database.ts';
import { createUser } from '../modules/identity/people.ts';
import { hashPassword } from './company.ts';
import { addressOf, callServer, type ServerProcess, spawnServer } from './process.ts';
import { createPostgres, createRedis, type LocalServer, serverFolder } from './servers.ts';

export const USERNAME = 'admin';
const PASSWORD = 'correct-horse-1';

/** Whether the run has the programs of Postgres and Redis, so that a test may stop its own without hurting others. */
export const canStopServers = Boolean(process.env.TEST_POSTGRES_BIN && process.env.TEST_REDIS_SERVER);

/** A process of the product that listens. */
export type RunningServer = ServerProcess & { readonly url: string };

/** A company of one administrator on a Postgres and a Redis that nobody else uses. Neither Redis nor a process runs yet. */
export interface Installation {
  readonly postgres: LocalServer;
  readonly redis: LocalServer;
  readonly db: Database;
  start(env?: Readonly<Record<string, string>>): Promise<RunningServer>;
  signIn(server: RunningServer): Promise<string>;
  remove(): Promise<void>;
}

export async function install(): Promise<Installation> {
  const directory = mkdtempSync(join(tmpdir(), 'genjin-faults-'));
  const folder = serverFolder();
  const postgres = await createPostgres(process.env.TEST_POSTGRES_BIN as string, folder.path, true);
  const redis = await createRedis(process.env.TEST_REDIS_SERVER as string, folder.path);
  await postgres.start();
  const { db, close } = openServer(postgres.url, { pool: 2 });
  const running = new Set<ServerProcess>();
  let hasPeople = false;
  return {
    postgres,
    redis,
    db,
    async start(env) {
      const server = spawnServer(directory, { DATABASE_URL: postgres.url, ...env });
      running.add(server);
      const url = await addressOf(server);
      if (!hasPeople) {
        hasPeople = true;
        const passwordHash = await hashPassword(PASSWORD);
        const account = { username: USERNAME, name: '林涛', passwordHash };
        await createUser(db, systemClock.now(), { ...account, roles: ['admin'] });
      }
      return { ...server, url };
    },
    async signIn(server) {
      const body = { username: USERNAME, password: PASSWORD };
      return (await callServer(server, auth.login, { body })).accessToken;
    },
    async remove() {
      await Promise.all([...running].map((server) => server.kill()));
      await close();
      await Promise.all([postgres.stop(), redis.stop()]);
      folder.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
