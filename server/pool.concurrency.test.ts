import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assignment } from '#shared/assignment/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { pool } from '#shared/pool/contract.ts';
import { type Company, createCompany, register, storedLead } from './testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { acceptance, recycling, setPool, startPoolOver } from './testing/pool.ts';
import { createRandom } from './testing/random.ts';
import { putLeads } from './testing/reminders.ts';

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('the pool at the same moment', () => {
  let t: TestApp;
  let people: Company;

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
  });
  beforeEach(() => startPoolOver(t, '2026-03-10T02:00:00.000Z'));

  const ok = (replies: readonly Reply<unknown>[]) => replies.filter((reply) => reply.status === 200);
  const noFault = (replies: readonly Reply<unknown>[]) => {
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
  };
  const ownedBy = (user: TestUser) =>
    t.db
      .selectFrom('leads')
      .select('id')
      .where('ownerId', '=', user.id)
      .where('deletedAt', 'is', null)
      .execute();

  it('one person who claims twenty leads at once gets as many as the day allows', async () => {
    await setPool(t, people.admin, 'default', { claimCap: 3 });
    const ids = await putLeads(
      t,
      people.registrar,
      Array.from({ length: 20 }, () => ({ ownerId: null, contact: t.clock.now() })),
    );
    const replies = await Promise.all(
      ids.map((id) => t.call(leads.claim, { params: { id } }, { as: people.rep })),
    );
    noFault(replies);
    expect(ok(replies)).toHaveLength(3);
    for (const reply of replies.filter(({ status }) => status !== 200))
      expect(reply.failure.errorCode).toBe('LEAD_CLAIM_CAP');
    expect(await ownedBy(people.rep)).toHaveLength(3);
  });

  it('claims and assignments together never go beyond what one person may hold', async () => {
    await setPool(t, people.admin, 'default', { holdingCap: 5 });
    const ids = await putLeads(
      t,
      people.registrar,
      Array.from({ length: 24 }, () => ({ ownerId: null, contact: t.clock.now() })),
    );
    const replies = await Promise.all(
      ids.map((id, i): Promise<Reply<unknown>> => {
        const body = { version: 1, ownerId: people.rep.id, reason: '调整' };
        return i % 2 === 0
          ? t.call(leads.claim, { params: { id } }, { as: people.rep })
          : t.call(leads.assign, { params: { id }, body }, { as: people.manager });
      }),
    );
    noFault(replies);
    expect(ok(replies)).toHaveLength(5);
    expect(await ownedBy(people.rep)).toHaveLength(5);
  });

  it('a thousand leads handed out in parallel are shared by weight, to the lead', async () => {
    const weights = [1, 2, 3, 4] as const;
    const users: TestUser[] = [];
    for (const _ of weights)
      users.push(await t.user({ roles: ['sales'], department: people.departments.south }));
    const members = users.map(({ id }, i) => ({ userId: id, weight: weights[i] as number }));
    await t.call(assignment.create, { body: { name: '新客组', members } }, { as: people.admin });
    const ids = await putLeads(
      t,
      people.registrar,
      Array.from({ length: 1000 }, () => ({ ownerId: null, contact: t.clock.now() })),
    );
    const replies: Reply<{ done: number }>[] = [];
    const handOut = (i: number) => {
      const chosen = ids.slice(i * 25, i * 25 + 25).map((id) => ({ id, version: 1 }));
      const body = { leads: chosen, ownerId: 'auto' as const, reason: '新线索' };
      return t.call(pool.assignMany, { body }, { as: people.admin });
    };
    for (let wave = 0; wave < 5; wave++) {
      const together = Array.from({ length: 8 }, (_, i) => handOut(wave * 8 + i));
      replies.push(...(await Promise.all(together)));
    }
    noFault(replies);
    expect(replies.reduce((sum, { data }) => sum + data.done, 0)).toBe(1000);
    for (const [i, user] of users.entries()) {
      const share = (weights[i] as number) * 100;
      expect(Math.abs((await ownedBy(user)).length - share)).toBeLessThanOrEqual(1);
    }
  }, 60_000);

  it('claim, recycle, assign, convert, delete and release leave each lead with one owner or none, and say so', async () => {
    await setPool(t, people.admin, 'default', { recycleDays: { high: 1, medium: 1, low: 1 }, warnDays: [] });
    const body = {
      name: '新客组',
      acceptMinutes: 1,
      members: [people.rep, people.colleague].map(({ id }) => ({ userId: id })),
    };
    await t.call(assignment.create, { body }, { as: people.admin });
    const random = createRandom(2026);
    for (let round = 0; round < 8; round++) {
      const { id } = await register(t, people.registrar, {
        ownerId: random.chance(0.3) ? null : people.rep.id,
      });
      for (let wave = 0; wave < 4; wave++) {
        t.clock.advance({ days: 3 });
        const { version } = await storedLead(t, id);
        const params = { id };
        const reason = '风暴';
        const { rep, colleague, admin } = people;
        const calls: (() => Promise<Reply<unknown>>)[] = [
          () => t.call(leads.claim, { params }, { as: rep }),
          () => t.call(leads.claim, { params }, { as: colleague }),
          () =>
            t.call(leads.assign, { params, body: { version, ownerId: colleague.id, reason } }, { as: admin }),
          () => {
            const chosen = { leads: [{ id, version }], ownerId: 'auto' as const, reason };
            return t.call(pool.assignMany, { body: chosen }, { as: admin });
          },
          () => t.call(leads.release, { params, body: { version, reason } }, { as: admin }),
          () =>
            t.call(
              leads.convert,
              { params, body: { version, dealDate: '2026-03-10', dealAmount: 100 } },
              { as: admin },
            ),
          () => t.call(leads.remove, { params, body: { version } }, { as: admin }),
          () => t.call(leads.restore, { params, body: { version } }, { as: admin }),
          () => t.call(pool.accept, { params }, { as: rep }),
          () => t.call(leads.followUp, { params, body: { method: 'phone', content: '你好' } }, { as: rep }),
          () =>
            t.call(
              leads.changeStatus,
              { params, body: { version, action: 'close', outcome: 'lost', reason } },
              { as: admin },
            ),
          () =>
            t.call(
              leads.changeStatus,
              { params, body: { version, action: 'reopen', reason } },
              { as: admin },
            ),
        ];
        const storm = Array.from({ length: 16 }, () => random.pick(calls)());
        const [replies] = await Promise.all([Promise.all(storm), recycling(t), recycling(t), acceptance(t)]);
        noFault(replies);
      }
      const row = await storedLead(t, id);
      expect(row.ownerId === null).toBe(row.poolEnteredAt !== null);
      if (row.ownerId === null) expect(row.acceptBy).toBeNull();
      const history = await t.db
        .selectFrom('ownershipChanges')
        .select(['kind', 'fromOwnerId', 'toOwnerId', 'at', 'reason'])
        .where('entityId', '=', id)
        .execute();
      // Each change begins where another ended: as many gave it to somebody as took it away, but for the last.
      const balance = new Map<string | null, number>();
      for (const { kind, fromOwnerId, toOwnerId } of history) {
        if (kind !== 'create') balance.set(fromOwnerId, (balance.get(fromOwnerId) ?? 0) - 1);
        balance.set(toOwnerId, (balance.get(toOwnerId) ?? 0) + 1);
      }
      for (const [owner, count] of balance) expect(count, String(owner)).toBe(owner === row.ownerId ? 1 : 0);
      const open = await t.db
        .selectFrom('tasks')
        .select('assigneeId')
        .where('sourceId', '=', id)
        .where('planned', '=', true)
        .where('status', '=', 'pending')
        .execute();
      for (const { assigneeId } of open) expect(assigneeId).toBe(row.ownerId);
    }
  }, 60_000);

  it('two workers that recycle at once take each lead once', async () => {
    await setPool(t, people.admin, 'default', { recycleDays: { high: 1, medium: 1, low: 1 }, warnDays: [] });
    await t.db.updateTable('poolRules').set({ recycleSince: '2026-01-01T00:00:00.000Z' }).execute();
    const ids = await putLeads(
      t,
      people.registrar,
      Array.from({ length: 250 }, (_, i) => ({
        ownerId: [people.rep, people.colleague][i % 2]?.id as string,
        contact: '2026-03-02T02:00:00.000Z',
      })),
    );
    await Promise.all([recycling(t), recycling(t), recycling(t)]);
    await recycling(t);
    const history = await t.db
      .selectFrom('ownershipChanges')
      .select('entityId')
      .where('kind', '=', 'recycle')
      .where('entityId', 'in', ids)
      .execute();
    expect(new Set(history.map(({ entityId }) => entityId)).size).toBe(250);
    expect(history).toHaveLength(250);
  }, 60_000);
});
