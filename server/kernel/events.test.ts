import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Company, createCompany } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { contextOf } from '../testing/work.ts';
import type { Context, Work } from './context.ts';
import { createJobs, defineEvent, type Jobs, on } from './events.ts';
import { runCommand } from './unit-of-work.ts';

const greeted = defineEvent<{ name: string }>('somebody.greeted');

let t: TestApp;
let people: Company;
let context: Context;
let jobs: Jobs;
const heard: string[] = [];
const echoed: string[] = [];
const errors: unknown[] = [];
let failures = 0;
let nightly = 0;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  context = await contextOf(t, people.rep, 'leads.update');
  jobs = createJobs(
    { database: t.database, clock: t.clock, cache: context.cache, signer: context.signer },
    [
      on(greeted, 'hear', async (_, { name }) => {
        heard.push(name);
        if (name === '第一次失败' && failures++ === 0) throw new Error('not today');
      }),
      on(greeted, 'echo', async ({ clock }, { name }) => void echoed.push(`${name} ${clock.now()}`)),
    ],
    [
      {
        name: 'nightly.count',
        cron: '0 3 * * *',
        run: async () => {
          nightly++;
          await sleep(300);
        },
      },
    ],
    (error) => void errors.push(error),
  );
  await jobs.start({ work: true });
});
afterAll(() => jobs.stop());

const greet = (name: string, then?: (work: Work) => Promise<void>) =>
  runCommand(
    { db: t.db, jobs },
    context,
    null,
    async (work) => {
      const real = work as unknown as Work;
      real.audit({ action: 'test.greeted', entity: 'test', entityId: null });
      real.emit(greeted, { name });
      await then?.(real);
    },
    () => 'null',
  );

async function until(happened: () => boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!happened()) {
    if (Date.now() > deadline) throw new Error('It did not happen in time');
    await sleep(50);
  }
}

describe('an event', () => {
  it('reaches every handler after the commit, with its payload', async () => {
    await greet('王芳');
    await until(() => heard.includes('王芳') && echoed.some((each) => each.startsWith('王芳')));
    expect(echoed).toContain(`王芳 ${t.clock.now()}`);
  });

  it('of a transaction that was rolled back reaches nobody', async () => {
    const rolledBack = greet('没发生', async () => {
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    await greet('之后');
    await until(() => heard.includes('之后') && echoed.some((each) => each.startsWith('之后')));
    expect(heard).not.toContain('没发生');
  });

  it('is tried again when its handler throws, and only that handler', async () => {
    await greet('第一次失败');
    await until(() => heard.filter((name) => name === '第一次失败').length === 2);
    expect(echoed.filter((each) => each.startsWith('第一次失败'))).toHaveLength(1);
  });

  it('waits for its turn only: many are handled one after the other without pauses', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `客人${i}`);
    for (const name of many) await greet(name);
    // With a look once a second it would take forty.
    await until(() => many.every((name) => heard.includes(name)), 15_000);
    expect(heard.filter((name) => name.startsWith('客人'))).toEqual(many);
  });

  it('that nobody handles is no error', async () => {
    await jobs.send(t.db, [{ name: 'nobody.cares', payload: {} }]);
    expect(errors).toEqual([]);
  });
});

it('a process that only sends can do so inside its first transaction', async () => {
  const sender = createJobs(
    { database: t.database, clock: t.clock, cache: context.cache, signer: context.signer },
    [on(defineEvent('first.sent'), 'hear', async () => undefined)],
    [],
    (error) => void errors.push(error),
  );
  await sender.start({ work: false });
  await t.db.transaction().execute((trx) => sender.send(trx, [{ name: 'first.sent', payload: {} }]));
  await sender.stop();
});

describe('a scheduled job', () => {
  it('triggered by several processes at once runs once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => jobs.trigger('nightly.count')));
    await until(() => nightly > 0);
    await sleep(2_500);
    expect(nightly).toBe(1);
  });

  it('runs again the next time', async () => {
    await jobs.trigger('nightly.count');
    await until(() => nightly === 2);
  });
});
