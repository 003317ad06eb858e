import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { httpErrors } from '#shared/http/errors.ts';
import { type Company, createCompany } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { onRealPostgres } from '../testing/database.ts';
import { contextOf, runIn } from '../testing/work.ts';
import type { Context, Work } from './context.ts';
import { newId } from './new-id.ts';
import { KeptRefusal } from './unit-of-work.ts';

let t: TestApp;
let people: Company;
let context: Context;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  context = await contextOf(t, people.rep, 'leads.update');
});

/** Something a command may write. */
const insert = (work: Pick<Work, 'db'>, prefix: string) =>
  work.db.insertInto('numberCounters').values({ prefix, year: 2026, lastValue: 1 }).execute();
const written = async (prefix: string) =>
  (await t.db.selectFrom('numberCounters').select('prefix').where('prefix', '=', prefix).execute()).length >
  0;
const entry = { action: 'test.done', entity: 'test', entityId: null };

describe('a command', () => {
  it('commits what it wrote with its audit entry, then runs what waits for the commit', async () => {
    const order: string[] = [];
    const answer = await runIn(t, context, async (work) => {
      await insert(work, 'kept');
      work.audit({ ...entry, entityId: people.rep.id, reason: '因为' });
      work.afterCommit(() => void order.push('after'));
      order.push('command');
      return { fine: true };
    });
    expect(answer).toEqual({ json: '{"fine":true}', replayed: false });
    expect(order).toEqual(['command', 'after']);
    expect(await written('kept')).toBe(true);
    const audit = await t.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('requestId', '=', context.requestId)
      .executeTakeFirstOrThrow();
    expect(audit).toMatchObject({
      action: 'test.done',
      actorId: people.rep.id,
      reason: '因为',
      ip: '127.0.0.1',
      at: context.now,
    });
  });

  it('that does not say what it did fails, and leaves nothing behind', async () => {
    let ran = false;
    const run = runIn(t, context, async (work) => {
      await insert(work, 'silent');
      work.afterCommit(() => {
        ran = true;
      });
    });
    await expect(run).rejects.toThrow(/no audit entry/);
    expect(await written('silent')).toBe(false);
    expect(ran).toBe(false);
  });

  it('that throws leaves nothing behind, its audit entry and its key included', async () => {
    const key = newId();
    const before = await t.db.selectFrom('auditEntries').select('id').execute();
    const run = runIn(
      t,
      context,
      async (work) => {
        await insert(work, 'thrown');
        work.audit(entry);
        throw httpErrors.FORBIDDEN();
      },
      key,
    );
    await expect(run).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await written('thrown')).toBe(false);
    expect(await t.db.selectFrom('auditEntries').select('id').execute()).toHaveLength(before.length);
    expect(await t.db.selectFrom('idempotencyKeys').selectAll().execute()).toHaveLength(0);
  });

  it('may refuse and keep what it wrote, without keeping an answer for the key', async () => {
    const key = newId();
    const refuse = () =>
      runIn(
        t,
        context,
        async (work) => {
          await insert(work, newId().slice(-12));
          work.audit({ ...entry, action: 'test.keptRefusal' });
          throw new KeptRefusal(httpErrors.NOT_FOUND());
        },
        key,
      );
    await expect(refuse()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(refuse()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const kept = await t.db
      .selectFrom('auditEntries')
      .select('id')
      .where('action', '=', 'test.keptRefusal')
      .execute();
    expect(kept).toHaveLength(2);
  });

  it('that must say what it did says so even when it refuses and keeps', async () => {
    const run = runIn(t, context, async (work) => {
      await insert(work, 'quiet');
      throw new KeptRefusal(httpErrors.NOT_FOUND());
    });
    await expect(run).rejects.toThrow(/no audit entry/);
    expect(await written('quiet')).toBe(false);
  });

  it('forgets what was counted of the entities it wrote', async () => {
    await context.cache.set('leads', 'k', 1, 60_000);
    await context.cache.set('users', 'k', 1, 60_000);
    await runIn(t, context, async (work) => work.audit({ ...entry, entity: 'leads' }));
    expect(await context.cache.get('leads', 'k')).toBeUndefined();
    expect(await context.cache.get('users', 'k')).toBe(1);
  });
});

describe('a command that met another one', () => {
  it.each(['40001', '40P01'])('is tried once more after %s', async (code) => {
    let attempts = 0;
    const name = `retry${code}`;
    await runIn(t, context, async (work) => {
      work.audit(entry);
      await insert(work, name);
      if (++attempts === 1) throw Object.assign(new Error('met'), { code });
    });
    expect(attempts).toBe(2);
    expect(await written(name)).toBe(true);
  });

  it('is not tried a third time', async () => {
    let attempts = 0;
    const run = runIn(t, context, async (work) => {
      work.audit(entry);
      attempts++;
      throw Object.assign(new Error('met'), { code: '40P01' });
    });
    await expect(run).rejects.toThrow('met');
    expect(attempts).toBe(2);
  });

  it('is not tried again after anything else', async () => {
    let attempts = 0;
    const run = runIn(t, context, async () => {
      attempts++;
      throw Object.assign(new Error('broken'), { code: '23505' });
    });
    await expect(run).rejects.toThrow('broken');
    expect(attempts).toBe(1);
  });

  it('says and emits each thing once although it was tried twice', async () => {
    let attempts = 0;
    const own = { ...context, requestId: newId() };
    await runIn(t, own, async (work) => {
      work.audit(entry);
      if (++attempts === 1) throw Object.assign(new Error('met'), { code: '40001' });
    });
    const entries = await t.db
      .selectFrom('auditEntries')
      .select('id')
      .where('requestId', '=', own.requestId)
      .execute();
    expect(entries).toHaveLength(1);
  });

  it.runIf(onRealPostgres)('in a real deadlock succeeds at the second attempt', async () => {
    await insert(t, 'left');
    await insert(t, 'right');
    const lock = (work: Work, prefix: string) =>
      sql`update number_counters set last_value = last_value + 1 where prefix = ${prefix}`.execute(work.db);
    let waiting = 2;
    let open: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const cross = (first: string, second: string) => {
      let attempt = 0;
      return runIn(t, context, async (work) => {
        work.audit(entry);
        await lock(work, first);
        if (++attempt === 1) {
          if (--waiting === 0) open();
          await both;
        }
        await lock(work, second);
      });
    };
    await Promise.all([cross('left', 'right'), cross('right', 'left')]);
    const rows = await t.db
      .selectFrom('numberCounters')
      .selectAll()
      .where('prefix', 'in', ['left', 'right'])
      .execute();
    expect(rows.map((row) => row.lastValue)).toEqual([3, 3]);
  });
});
