import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OpenDatabase } from './database.ts';
import type { Jobs } from './events.ts';
import { BadRecipient, type Mailer } from './mail.ts';

/** What Prometheus reads of this process. */
export interface Metrics {
  /** Counts an answer. `path` is the pattern of an address: an address itself would be a series of its own, and tell ids. */
  answered(method: string, path: string, status: number, seconds: number): void;
  /** Counts what becomes of each mail. */
  countMails(mailer: Mailer): Mailer;
  watchPool(database: OpenDatabase): void;
  watchJobs(jobs: Jobs): void;
  watchRedis(isUp: () => boolean): void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** In seconds. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });

  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'How long answers took',
    labelNames: ['method', 'path', 'status'],
    buckets: BUCKETS,
    registers,
  });
  const mails = new Counter({
    name: 'genjin_mails_total',
    help: 'Attempts to send a mail; a failed one is tried again',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['sent', 'refused', 'failed']) mails.inc({ result }, 0);

  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    answered(method, path, status, seconds) {
      requests.observe({ method, path, status }, seconds);
    },
    countMails: (mailer) => ({
      async send(mail) {
        try {
          await mailer.send(mail);
          mails.inc({ result: 'sent' });
        } catch (error) {
          mails.inc({ result: error instanceof BadRecipient ? 'refused' : 'failed' });
          throw error;
        }
      },
      close: () => mailer.close(),
    }),
    watchPool(database) {
      if (!database.pool()) return;
      new Gauge({
        name: 'genjin_database_pool',
        help: 'Connections to Postgres (total, idle) and requests waiting for one',
        labelNames: ['state'],
        registers,
        collect() {
          for (const [state, count] of Object.entries(database.pool() ?? {})) this.set({ state }, count);
        },
      });
    },
    watchJobs(jobs) {
      new Gauge({
        name: 'genjin_jobs',
        help: 'Background jobs by queue, of all processes, as counted a few seconds ago',
        labelNames: ['queue', 'state'],
        registers,
        async collect() {
          this.reset();
          // Without a database the rest is worth the more.
          const queues = await jobs.queues().catch(() => []);
          for (const { name, ...counts } of queues) {
            for (const [state, count] of Object.entries(counts)) this.set({ queue: name, state }, count);
          }
        },
      });
    },
    watchRedis(isUp) {
      new Gauge({
        name: 'genjin_redis_up',
        help: '1 while Redis answers; without it rate limits hold per process and nothing is cached',
        registers,
        collect() {
          this.set(isUp() ? 1 : 0);
        },
      });
    },
  };
}
