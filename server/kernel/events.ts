import { fromKysely, type Db as JobDatabase, PgBoss } from 'pg-boss';
import type { Clock } from './clock.ts';
import type { OpenDatabase, Queryable } from './database.ts';

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
}

/** Reacts to an event in the worker: at least once, so it must bear a second time. */
export interface EventHandler {
  readonly event: string;
  /** Says what it does; part of the queue's name. */
  readonly name: string;
  handle(context: JobContext, payload: never): Promise<void>;
}

export function on<P extends object>(
  event: EventDefinition<P>,
  name: string,
  handle: (context: JobContext, payload: P) => Promise<void>,
): EventHandler {
  return { event: event.name, name, handle };
}

/** Work that the clock starts: a cron expression in Asia/Shanghai. */
export interface ScheduledJob {
  readonly name: string;
  readonly cron: string;
  run(context: JobContext): Promise<void>;
}

const queueOf = (handler: { event: string; name: string }) => `${handler.event}/${handler.name}`;
const DEAD_LETTERS = 'dead-letters';
const RETRIES = {
  retryLimit: 8,
  retryDelay: 2,
  retryBackoff: true,
  retryDelayMax: 900,
  deadLetter: DEAD_LETTERS,
};

/** The job queue of a process: every process sends, those that work also handle. */
export interface Jobs {
  /** Enqueues events inside a transaction, one job per handler. */
  send(db: Queryable, events: readonly { name: string; payload: object }[]): Promise<void>;
  /** Starts a scheduled job now; of several at once, in whatever process, one runs. */
  trigger(name: string): Promise<void>;
  start(options: { work: boolean }): Promise<void>;
  stop(): Promise<void>;
}

export function createJobs(
  context: JobContext,
  handlers: readonly EventHandler[],
  scheduled: readonly ScheduledJob[],
  onError: (error: unknown) => void,
): Jobs {
  const { database } = context;
  const boss = new PgBoss({
    db: database.jobs,
    ...(database.kind === 'embedded' ? { backend: 'pglite' as const } : {}),
    schedule: false,
  });
  boss.on('error', onError);
  const byEvent = Map.groupBy(handlers, (handler) => handler.event);
  const inside = (db: Queryable): JobDatabase => fromKysely(db);

  async function createQueues(): Promise<void> {
    await boss.createQueue(DEAD_LETTERS);
    for (const handler of handlers) await boss.createQueue(queueOf(handler), RETRIES);
    for (const job of scheduled) await boss.createQueue(job.name, { ...RETRIES, policy: 'exclusive' });
  }

  /**
   * Makes the queue library remember its queues. A send inside a transaction would otherwise look its queue up on a second
   * connection, and the embedded database has only the one: it would wait for itself for ever.
   */
  async function rememberQueues(): Promise<void> {
    const none = '00000000-0000-0000-0000-000000000000';
    for (const handler of handlers) await boss.findJobs(queueOf(handler), { id: none });
  }

  async function work(): Promise<void> {
    const options = { pollingIntervalSeconds: 1 };
    for (const handler of handlers) {
      await boss.work(queueOf(handler), options, async (jobs) => {
        for (const job of jobs) await handler.handle(context, job.data as never);
      });
    }
    for (const job of scheduled) await boss.work(job.name, options, () => job.run(context));
  }

  return {
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
}
