import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Config } from './config.ts';
import type { Database, OpenDatabase } from './kernel/database.ts';
import type { Jobs } from './kernel/events.ts';
import type { Metrics } from './kernel/metrics.ts';
import { isMigrated } from './kernel/migrate.ts';
import { Patience } from './kernel/patience.ts';
import { equalInConstantTime } from './kernel/secrets.ts';

/** What those who run the product ask a process, besides what is an endpoint of the product. */
export interface Operations {
  /** Null: nobody may read metrics. */
  readonly metrics: Metrics | null;
  /** Null: no Redis is configured. */
  readonly redis: { isUp(): boolean } | null;
  /** Whether this process was told to end and only finishes what it has. */
  isDraining(): boolean;
}

interface Dependencies extends Operations {
  readonly config: Config;
  readonly database: OpenDatabase;
  readonly jobs: Jobs;
}

const READY_MS = 1_000;

/**
 * `/healthz`: the process answers. `/readyz`: it may be sent requests. `/metrics`: for Prometheus. They have no envelope,
 * no account and no rate limit. Call it before any route is mounted: it also watches those.
 */
export function mountOperations(app: FastifyInstance, dependencies: Dependencies): void {
  const { config, database, jobs, metrics, redis, isDraining } = dependencies;
  // Of one that is gone without a word, the next who asks shall not hear only what the first one waits for.
  const isUsable = shared(() => new Patience(READY_MS).run(() => answers(database.db)));
  const schema = { hide: true };

  app.addHook('onRequest', (_request, reply, done) => {
    if (isDraining()) reply.header('connection', 'close');
    done();
  });

  // Without a look at the database: a process must not be ended because Postgres is away.
  app.get('/healthz', { schema, exposeHeadRoute: true }, async () => ({ status: 'ok' }));

  app.get('/readyz', { schema }, async (_request, reply) => {
    const usable = await Promise.race([isUsable(), sleep(READY_MS, false, { ref: false })]);
    const draining = isDraining();
    const word = (up: boolean) => (up ? 'up' : 'down');
    return reply
      .status(usable && !draining ? 200 : 503)
      .send({ database: word(usable), redis: redis && word(redis.isUp()), draining });
  });

  if (!metrics || !config.METRICS_TOKEN) return;
  const expected = `Bearer ${config.METRICS_TOKEN}`;
  metrics.watchPool(database);
  metrics.watchJobs(jobs);
  if (redis) metrics.watchRedis(redis.isUp);
  app.addHook('onResponse', (request, reply, done) => {
    metrics.answered(
      request.method,
      request.routeOptions.url ?? 'none',
      reply.statusCode,
      reply.elapsedTime / 1000,
    );
    done();
  });
  app.get('/metrics', { schema }, async (request, reply) => {
    // Who has no token does not learn whether there is anything.
    if (!equalInConstantTime(request.headers.authorization ?? '', expected)) return reply.callNotFound();
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}

/** Whether the database can do what every request begins with: give a connection, and read who sends it. */
async function answers(db: Database): Promise<boolean> {
  try {
    await db.selectFrom('deviceSessions').select('id').limit(1).execute();
    return await isMigrated(db);
  } catch {
    return false;
  }
}

/** Whoever asks while an answer is under way gets that one: questions do not queue up before a database that is busy. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
}
