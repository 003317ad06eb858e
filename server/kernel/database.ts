import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import {
  CamelCasePlugin,
  type Dialect,
  DummyDriver,
  Kysely,
  PGliteDialect,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  type PostgresPool,
  PostgresQueryCompiler,
  sql,
  type Transaction,
} from 'kysely';
import pg from 'pg';
import { fromKysely, type Db as JobDatabase } from 'pg-boss';
import { Patience } from './patience.ts';
import type { DB } from './schema.ts';

export type Database = Kysely<DB>;
export type Queryable = Kysely<DB> | Transaction<DB>;

/** The connections of this process, and the requests that wait for one. */
export interface PoolState {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
}

export interface OpenDatabase {
  readonly db: Database;
  /** Postgres behind a connection pool, or the one embedded connection. */
  readonly kind: 'server' | 'embedded';
  /** The same database as the job queue wants it. */
  readonly jobs: JobDatabase;
  /** Null: there is no pool. */
  pool(): PoolState | null;
  close(): Promise<void>;
}

const OID = { int8: 20, numeric: 1700, timestamptz: 1184, date: 1082 } as const;

/** `2026-11-20 01:02:03.004+00`, as Postgres prints it in UTC, to ISO-8601; much cheaper than a Date. */
export function instantText(text: string): string {
  const millis = text.length === 22 ? '.000' : text.slice(19, -3).padEnd(4, '0');
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${millis}Z`;
}

const asIs = (text: string): string => text;
const parsers: Record<number, (text: string) => unknown> = {
  [OID.timestamptz]: instantText,
  [OID.date]: asIs,
  // Counts and numeric(14,2) fit a double exactly.
  [OID.int8]: Number,
  [OID.numeric]: Number,
};

const plugins = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

const kysely = (dialect: Dialect): Database => new Kysely<DB>({ dialect, plugins });

/** Builds queries that are compiled here and run elsewhere. */
export const queryBuilder: Database = kysely({
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
});

const named = new Map<string, string>();

/** Marks a statement that each connection shall parse and plan only once. */
export function nameStatement(text: string): void {
  if (!named.has(text)) named.set(text, `genjin_${named.size}`);
}

type Query = (text: unknown, ...rest: unknown[]) => Promise<unknown>;

/** A transaction that has nothing left to wait with still ends like one, where Postgres is there to hear it. */
const ROLLBACK_MS = 250;

/**
 * Kysely sends bare text; Postgres keeps a plan only for statements with a name. And neither Kysely nor the driver gives a
 * statement up that nobody answers, and the connection with it.
 */
class PatientClient extends pg.Client {
  readonly #statementMs: number;

  constructor(config?: pg.ClientConfig) {
    super(config);
    this.#statementMs = Number(config?.statement_timeout) + STATEMENT_GRACE_MS;
    // Broken between two statements of a transaction, it refuses the next one; without a listener it would end the process.
    this.on('error', () => undefined);
  }

  override query = ((text: unknown, values?: unknown, ...rest: unknown[]) => {
    const name = typeof text === 'string' ? named.get(text) : undefined;
    const query = super.query as Query;
    const send = () =>
      name ? query.call(this, { name, text, values }, ...rest) : query.call(this, text, values, ...rest);
    const patience = Patience.current ?? new Patience(this.#statementMs);
    return patience.wait(send, () => this.#cut(), text === 'rollback' ? ROLLBACK_MS : 0);
  }) as pg.Client['query'];

  /** What is under way fails, and the pool takes another one. Where Postgres still listens, it rolls back. */
  #cut(): void {
    (this as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
  }
}

/** Lets a request wait no longer for a connection than it has patience. */
const patient = (pool: pg.Pool): PostgresPool => ({
  options: pool.options,
  end: () => pool.end(),
  connect() {
    let connecting: Promise<pg.PoolClient>;
    const ask = () => {
      connecting = pool.connect();
      return connecting;
    };
    const giveBack = () =>
      void connecting.then(
        (client) => client.release(),
        () => undefined,
      );
    return Patience.current?.wait(ask, giveBack) ?? ask();
  },
});

/**
 * How long anybody waits for a free connection of the pool, and for a lock that somebody else holds. Whoever waited in vain
 * gets UNAVAILABLE and may try again. Requests have less patience than the sum of all that they may have to wait for.
 */
const CONNECTION_WAIT_MS = 2_000;
const LOCK_WAIT_MS = 2_000;
/** Postgres ends a statement by itself; what is not over so long after that was asked of a Postgres that is gone. */
const STATEMENT_GRACE_MS = 2_000;
/** A process that is gone without a word keeps its locks so long. */
const SILENCE_IN_TRANSACTION_MS = 15_000;

/**
 * Lets Postgres look once a second whether anybody still waits for the statement under way: whatever was given up would hold
 * its locks, and a connection beside those of the pool, for as long as a statement may take. One on Windows cannot.
 */
async function endWithItsClient(client: pg.ClientBase): Promise<void> {
  await client.query('set client_connection_check_interval = 1000').catch(() => undefined);
}

/**
 * How connections plan: without Postgres' compiler, which takes longer than our statements, on a disk that reads any page as
 * fast as the next, and with memory enough to remember where a common keyword stands.
 */
export const PLANNING = '-c jit=off -c random_page_cost=1.1 -c work_mem=16MB';

/**
 * Postgres 15 or newer over a pool. A statement ends after `timeoutMs`, a wait for a connection or a lock much sooner.
 */
export function openServer(url: string, options: { pool?: number; timeoutMs?: number } = {}): OpenDatabase {
  const timeout = options.timeoutMs ?? 15_000;
  const pool = new pg.Pool({
    connectionString: url,
    max: options.pool ?? 20,
    Client: PatientClient,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    // One that is idle, and whose server is gone without a word, is noticed within half a minute.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: timeout,
    lock_timeout: LOCK_WAIT_MS,
    idle_in_transaction_session_timeout: SILENCE_IN_TRANSACTION_MS,
    options: `-c TimeZone=UTC ${PLANNING}`,
    onConnect: endWithItsClient,
    types: {
      getTypeParser: ((oid: number, format?: string) =>
        parsers[oid] ?? pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // The pool replaces one that breaks while idle, and would also end the process.
  pool.on('error', () => undefined);
  const db = kysely(new PostgresDialect({ pool: patient(pool) }));
  return {
    db,
    kind: 'server',
    jobs: wholeTransactions(db),
    pool: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => db.destroy(),
  };
}

/**
 * The queue library sends whole transactions as one text. What breaks one off would stay with the connection, and refuse
 * every statement of whoever gets it next.
 */
const wholeTransactions = (db: Database): JobDatabase => ({
  executeSql: (text, values) =>
    db.connection().execute(async (connection) => {
      try {
        return await fromKysely(connection).executeSql(text, values);
      } catch (error) {
        await sql`rollback`.execute(connection).catch(() => undefined);
        throw error;
      }
    }),
});

/**
 * Postgres compiled to WASM in a directory. Only one process may use it, and it takes no lock of its own, so this holds
 * a lock file. Throws `DataDirectoryInUse`.
 */
export async function openEmbedded(directory: string): Promise<OpenDatabase> {
  mkdirSync(directory, { recursive: true });
  const unlock = lockDirectory(directory);
  try {
    return await embed(new PGlite(join(directory, 'postgres'), { parsers: pgliteParsers() }), unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** A database in memory, from a dump of another one: for tests. */
export function openInMemory(loadDataDir?: Blob): Promise<OpenDatabase> {
  return embed(new PGlite({ loadDataDir, parsers: pgliteParsers() }), () => undefined);
}

const pgliteParsers = () =>
  ({ ...parsers, [types.TIMESTAMPTZ]: instantText, [types.DATE]: asIs }) as Record<
    number,
    (text: string) => unknown
  >;

/** The embedded engine behind an open database, for dumping it. */
export const engines = new WeakMap<Database, PGlite>();

async function embed(engine: PGlite, unlock: () => void): Promise<OpenDatabase> {
  await engine.waitReady;
  await engine.exec("set time zone 'UTC'");
  const db = kysely(new PGliteDialect({ pglite: engine }));
  engines.set(db, engine);
  const jobs: JobDatabase = {
    // Through Kysely's own lock: the job queue must not slip a statement into somebody's open transaction.
    executeSql: (text, values) =>
      db.connection().execute(async () => {
        if (values?.length) return engine.query(text, values);
        const results = await engine.exec(text);
        return { rows: results.flatMap((result) => result.rows ?? []) };
      }),
  };
  return {
    db,
    kind: 'embedded',
    jobs,
    pool: () => null,
    close: async () => {
      await db.destroy();
      unlock();
    },
  };
}

export class DataDirectoryInUse extends Error {
  constructor(directory: string, pid: number) {
    super(
      `另一个 Genjin（进程 ${pid}）正在使用数据目录 ${directory}。请先停止它，或用 DATA_DIR 换一个目录。`,
    );
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Of this process: a lock file with our own number tells nothing, since in a container the number is always the same. */
const locked = new Set<string>();

function lockDirectory(directory: string): () => void {
  const path = resolve(directory, 'lock');
  if (locked.has(path)) throw new DataDirectoryInUse(directory, process.pid);
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, String(process.pid));
      closeSync(file);
      locked.add(path);
      return () => {
        locked.delete(path);
        rmSync(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 0) throw error;
      const holder = Number(readFileSync(path, 'utf8'));
      if (holder && holder !== process.pid && isRunning(holder))
        throw new DataDirectoryInUse(directory, holder);
      // Left behind by a killed process.
      rmSync(path, { force: true });
    }
  }
}
