import cron from 'node-cron';
import type { Jobs, ScheduledJob } from './kernel/events.ts';

/** Lets the clock enqueue the scheduled jobs, in Asia/Shanghai. The queue makes sure that of several processes one runs. */
export function startClock(jobs: Jobs, scheduled: readonly ScheduledJob[]): { stop(): void } {
  const tasks = scheduled.map((job) =>
    cron.schedule(job.cron, () => jobs.trigger(job.name), { timezone: 'Asia/Shanghai', name: job.name }),
  );
  return { stop: () => void tasks.forEach((task) => void task.stop()) };
}
