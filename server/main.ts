import { createApp } from './app.ts';
import { printBanner } from './banner.ts';
import { loadConfig, publicUrlOf } from './config.ts';
import { seedDemo } from './demo/company.ts';
import { systemClock } from './kernel/clock.ts';
import { DataDirectoryInUse } from './kernel/database.ts';
import { createJobs } from './kernel/events.ts';
import { createMailer } from './kernel/mail.ts';
import { migrate } from './kernel/migrate.ts';
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
  await migrate(database.db);
  await seedRoles(database.db, systemClock.now());

  const mailer = config.SMTP_URL ? createMailer(config.SMTP_URL, config.MAIL_FROM) : null;
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
  const app = await createApp({ ...parts, config, clock: systemClock, jobs, wechat });
  await jobs.start({ work: working });
  if (config.NODE_ENV !== 'production' && config.DEMO_DATA === 'on') await seedDemo({ ...parts, config });
  const clock = working ? startClock(jobs, scheduled) : null;

  let stopping = false;
  async function stop(): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), SHUTDOWN_MS).unref();
    clock?.stop();
    await app.close();
    await jobs.stop();
    mailer?.close();
    await parts.close();
    process.exit(0);
  }
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const address = await app.listen({ host: config.HOST, port: config.PORT });
  await printBanner(Number(new URL(address).port), config);
}

start().catch((error: unknown) => {
  const expected = error instanceof DataDirectoryInUse || /configuration is not usable/.test(String(error));
  const inUse = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (inUse) console.error('端口已被占用：请停止占用它的程序，或用 PORT 换一个端口。');
  else console.error(expected ? (error as Error).message : error);
  process.exit(1);
});
