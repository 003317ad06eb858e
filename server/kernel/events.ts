import { fromKysely, type Db as JobDatabase, PgBoss, type Queue } from 'pg-boss';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { OpenDatabase, Queryable } from './database.ts';
import { NO_ID } from './new-id.ts';
import type { Signer } from './signer.ts';

/** A thing that happened, `noun.pastTense`, with what its handlers need to know. */
export interface EventDefinition<P extends object> {
  readonly name: string;
  readonly payload?: P;
}

export function defineEvent<P extends object>(name: string): EventDefinition<P> {
  return { name };
}

export interface JobContext {
  readonly database: OpenDatabase;
  readonly clock: Clock;
  readonly cache: Cache;
  readonly signer: Signer;
  readonly jobs: Jobs;
}

interface HandlerOptions {
  /** Tried again so often, after pauses in seconds that double up to a longest one. */
  readonly retries?: { readonly limit: number; readonly first: number; readonly longest: number };
}

/** Reacts to an event in the worker: at least once, so it must bear a second time. */
export interface EventHandler {
  readonly event: string;
  /** Says what it does; part of the queue's name. */
  readonly name: string;
  readonly options: HandlerOptions;
  handle(context: JobContext, payload: never): Promise<void>;
}

export function on<P extends object>(
  event: EventDefinition<P>,
  name: string,
  handle: (context: JobContext, payload: P) => Promise<void>,
  options: HandlerOptions = {},
): EventHandler {
  return { event: event.name, name, options, handle };
}

/** Work that the clock starts: a cron expression in Asia/Shanghai. */
export interface ScheduledJob {
  readonly name: string;
  readonly cron: string;
  run(context: JobContext): Promise<void>;
}

const queueOf = (handler: { event: string; name: string }) => `${handler.event}/${handler.name}`;
const DEAD_LETTERS = 'dead-letters';
/** A job whose process died is given to another one this long after its last sign of life. */
const HEARTBEAT_SECONDS = 15;
const PATIENCE = { limit: 8, first: 2, longest: 900 };

const queueOptions = ({ retries = PATIENCE }: HandlerOptions) => ({
  retryLimit: retries.limit,
  retryDelay: retries.first,
  retryBackoff: true,
  retryDelayMax: retries.longest,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  deadLetter: DEAD_LETTERS,
});

export interface JobCounts {
  readonly name: string;
  readonly queued: number;
  readonly active: number;
  readonly failed: number;
}

/** The job queue of a process: every process sends, those that work also handle. */
export interface Jobs {
  /** Enqueues events inside a transaction, one job per handler. */
  send(db: Queryable, events: readonly { name: string; payload: object }[]): Promise<void>;
  /** Starts a scheduled job now; of several at once, in whatever process, one runs. */
  trigger(name: string): Promise<void>;
  /** How many jobs there are, of all processes, as counted within the last half minute. */
  queues(): Promise<JobCounts[]>;
  start(options: { work: boolean }): Promise<void>;
  /** Takes no further job and gives those under way five seconds; can still send. */
  stop(): Promise<void>;
}

export function createJobs(
  parts: Omit<JobContext, 'jobs'>,
  handlers: readonly EventHandler[],
  scheduled: readonly ScheduledJob[],
  onError: (error: unknown) => void,
): Jobs {
  const { database } = parts;
  const boss = new PgBoss({
    db: database.jobs,
    ...(database.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
    schedule: false,
    superviseIntervalSeconds: HEARTBEAT_SECONDS,
    monitorIntervalSeconds: HEARTBEAT_SECONDS,
  });
  boss.on('error', onError);
  const byEvent = Map.groupBy(handlers, (handler) => handler.event);
  const inside = (db: Queryable): JobDatabase => fromKysely(db);

  /** Creates a queue, or brings one of an earlier version up to date; its policy never changes. */
  async function declare(name: string, options: Omit<Queue, 'name'>): Promise<void> {
    await boss.createQueue(name, options);
    const { policy: _, ...changeable } = options;
    await boss.updateQueue(name, changeable);
  }

  async function createQueues(): Promise<void> {
    await boss.createQueue(DEAD_LETTERS);
    for (const handler of handlers) await declare(queueOf(handler), queueOptions(handler.options));
    for (const job of scheduled) await declare(job.name, { ...queueOptions({}), policy: 'exclusive' });
  }

  /**
   * Makes the queue library remember its queues. A send inside a transaction would otherwise look its queue up on a second
   * connection, and the embedded database has only the one: it would wait for itself for ever.
   */
  async function rememberQueues(): Promise<void> {
    for (const handler of handlers) await boss.findJobs(queueOf(handler), { id: NO_ID });
  }

  /** Takes one job after the other as long as there are any, and then looks for more once a second. */
  async function takeJobs(queue: string, handle: (data: unknown) => Promise<void>): Promise<void> {
    let worker = '';
    worker = await boss.work(queue, { pollingIntervalSeconds: 1 }, async (waiting) => {
      try {
        for (const job of waiting) await handle(job.data);
      } finally {
        // Otherwise the library sleeps after each single job.
        boss.notifyWorker(worker);
      }
    });
  }

  async function work(): Promise<void> {
    for (const handler of handlers) {
      await takeJobs(queueOf(handler), (data) => handler.handle(context, data as never));
    }
    for (const job of scheduled) await takeJobs(job.name, () => job.run(context));
  }

  const jobs: Jobs = {
    async send(db, events) {
      for (const event of events) {
        for (const handler of byEvent.get(event.name) ?? []) {
          await boss.send(queueOf(handler), event.payload, { db: inside(db) });
        }
      }
    },
    async trigger(name) {
      await boss.send(name);
    },
    async queues() {
      const queues = await boss.getQueues();
      return queues.map(({ name, queuedCount, activeCount, failedCount }) => ({
        name,
        queued: queuedCount,
        active: activeCount,
        failed: failedCount,
      }));
    },
    async start(options) {
      await boss.start();
      await createQueues();
      await rememberQueues();
      if (options.work) await work();
    },
    async stop() {
      await boss.stop({ graceful: true, timeout: 5_000, close: false });
    },
  };
  const context: JobContext = { ...parts, jobs };
  return jobs;
}
