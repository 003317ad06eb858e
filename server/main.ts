import { setTimeout as sleep } from 'node:timers/promises';
import { createApp } from './app.ts';
import { printBanner } from './banner.ts';
import { loadConfig, publicUrlOf } from './config.ts';
import { seedDemo } from './demo/company.ts';
import { systemClock } from './kernel/clock.ts';
import { DataDirectoryInUse } from './kernel/database.ts';
import { createJobs } from './kernel/events.ts';
import { errorForLog } from './kernel/log.ts';
import { createMailer } from './kernel/mail.ts';
import { createMetrics } from './kernel/metrics.ts';
import { inTurn, migrate } from './kernel/migrate.ts';
import { seedRoles } from './modules/identity/roles.ts';
import { createWechat } from './modules/identity/wechat.ts';
import { createWechatMessages } from './modules/notifications/wechat-messages.ts';
import { allHandlers, allScheduledJobs } from './modules.ts';
import { openParts } from './parts.ts';
import { startClock } from './worker.ts';

const SHUTDOWN_MS = 10_000;

async function start(): Promise<void> {
  const config = loadConfig();
  const parts = await openParts(config);
  const { database } = parts;

  const metrics = config.METRICS_TOKEN ? createMetrics() : null;
  const smtp = config.SMTP_URL ? createMailer(config.SMTP_URL, config.MAIL_FROM) : null;
  const mailer = smtp && metrics ? metrics.countMails(smtp) : smtp;
  const working = config.WORKER === 'on';
  const publicUrl = publicUrlOf(config);
  const messages = createWechatMessages(config, parts.cache);
  const outside = { mailer, messages, publicUrl, storage: parts.storage };
  const scheduled = allScheduledJobs(outside);
  const jobs = createJobs(
    { database, clock: systemClock, cache: parts.cache, signer: parts.signer },
    allHandlers(outside),
    scheduled,
    (error) => app.log.error({ err: error }, 'job queue'),
  );
  const wechat = createWechat(config.WECHAT_APP_ID, config.WECHAT_APP_SECRET);
  let draining = false;
  const operations = { metrics, redis: parts.redis, isDraining: () => draining };
  const app = await createApp({ ...parts, config, clock: systemClock, jobs, wechat, operations });
  process.on('uncaughtException', (error) => {
    app.log.fatal({ err: error }, 'uncaught');
    process.exit(1);
  });
  await inTurn(database, async () => {
    await migrate(database.db);
    await seedRoles(database.db, systemClock.now());
    await jobs.start({ work: working });
  });
  if (config.NODE_ENV !== 'production' && config.DEMO_DATA === 'on') await seedDemo({ ...parts, config });
  const clock = working ? startClock(jobs, scheduled) : null;

  /** Lets the proxies see it, finishes the requests and jobs under way, and ends. */
  async function stop(): Promise<void> {
    if (draining) return;
    draining = true;
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    clock?.stop();
    const jobsEnded = jobs.stop();
    await sleep(config.DRAIN_SECONDS * 1000);
    // Without a database neither ends well, and the process all the same.
    await Promise.allSettled([app.close(), jobsEnded]);
    mailer?.close();
    await parts.close();
    process.exit(0);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const address = await app.listen({ host: config.HOST, port: config.PORT });
  if (config.NODE_ENV !== 'production') await printBanner(Number(new URL(address).port), config);
}

start().catch((error: unknown) => {
  const expected = error instanceof DataDirectoryInUse || /configuration is not usable/.test(String(error));
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (inUse) console.error('端口已被占用：请停止占用它的程序，或用 PORT 换一个端口。');
  else console.error(expected ? (error as Error).message : JSON.stringify(errorForLog(error)));
  process.exit(1);
});
