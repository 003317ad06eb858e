import { beforeAll, describe, expect, it } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from './kernel/new-id.ts';
import {
  type Company,
  createCompany,
  hashPassword,
  leadDraft,
  leadSeenBy,
  register,
  storedLead,
} from './testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { createRandom } from './testing/random.ts';

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('at the same moment', () => {
  let t: TestApp;
  let people: Company;
  let reps: TestUser[];

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
    reps = [];
    for (let i = 0; i < 50; i++)
      reps.push(await t.user({ roles: ['sales'], department: people.departments.south }));
  });

  const times = <T>(count: number, run: (i: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, i) => run(i)));
  const ok = (replies: readonly Reply<unknown>[]) => replies.filter((reply) => reply.status === 200);
  const noFault = (replies: readonly Reply<unknown>[]) => {
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
  };

  it('fifty reps claim one lead: one gets it, forty-nine learn who was faster', async () => {
    const { id } = await register(t, people.registrar, { ownerId: null });
    const replies = await Promise.all(reps.map((as) => t.call(leads.claim, { params: { id } }, { as })));
    const won = ok(replies);
    expect(won).toHaveLength(1);
    const owner = (won[0] as (typeof replies)[number]).data.owner;
    for (const reply of replies.filter((each) => each.status !== 200)) {
      expect(reply.failure).toMatchObject({ code: 409, errorCode: 'LEAD_ALREADY_CLAIMED' });
      expect(reply.failure.message).toBe(`手慢了，已被${owner?.name}领取`);
    }
    expect(await storedLead(t, id)).toMatchObject({ ownerId: owner?.id, version: 2, poolEnteredAt: null });
    const history = await t.db
      .selectFrom('ownershipChanges')
      .select('kind')
      .where('entityId', '=', id)
      .orderBy('id')
      .execute();
    expect(history.map((row) => row.kind)).toEqual(['create', 'claim']);
  });

  it('a form sent twenty times with one key makes one lead', async () => {
    const body = leadDraft({ customerName: '手抖酒店' });
    const options = { as: people.rep, idempotencyKey: newId() };
    const replies = await times(20, () => t.call(leads.create, { body }, options));
    const rows = await t.db.selectFrom('leads').select('id').where('customerName', '=', '手抖酒店').execute();
    expect(rows).toHaveLength(1);
    for (const reply of replies) {
      if (reply.status === 200) expect(reply.data.id).toBe(rows[0]?.id);
      else expect(reply.failure.errorCode).toBe('IN_FLIGHT');
    }
    expect((await t.call(leads.create, { body }, options)).data.id).toBe(rows[0]?.id);
  });

  it('fifty new leads get fifty numbers without a gap, also when some are refused', async () => {
    const taken = (await t.db.selectFrom('leads').select('no').execute()).length;
    const replies = await times(70, (i) =>
      i % 7 < 5
        ? t.call(leads.create, { body: leadDraft() }, { as: reps[i % 50] as TestUser })
        : t.call(leads.create, { body: leadDraft({ ownerId: newId() }) }, { as: people.admin }),
    );
    expect(ok(replies)).toHaveLength(50);
    const numbers = (await t.db.selectFrom('leads').select('no').execute()).map((row) =>
      Number(row.no.slice(-4)),
    );
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: taken + 50 }, (_, i) => i + 1));
  });

  it('one outside clue delivered ten times is one lead', async () => {
    const replies = await times(10, (i) => {
      const body = leadDraft({ source: 'douyin', externalClueId: 'clue-storm' });
      return t.call(leads.create, { body }, { as: reps[i] as TestUser });
    });
    expect(ok(replies)).toHaveLength(1);
    for (const reply of replies.filter((each) => each.status !== 200))
      expect(reply.failure.errors?.[0]?.field).toBe('externalClueId');
  });

  it('ten edits of one version: one is kept, nine are told what it is now', async () => {
    const { id } = await register(t, people.rep);
    const replies = await times(10, (i) =>
      t.call(leads.update, { params: { id }, body: { version: 1, city: `城市${i}` } }, { as: people.rep }),
    );
    const [kept, ...more] = ok(replies) as Reply<{ city: string | null }>[];
    expect(more).toEqual([]);
    for (const reply of replies.filter((each) => each.status !== 200)) {
      expect(reply.failure.errorCode).toBe('STALE');
      expect((reply.failure.details as { current: { city: string } }).current.city).toBe(kept?.data.city);
    }
  });

  it('twenty follow-ups are all counted', async () => {
    const { id } = await register(t, people.rep);
    const replies = await times(20, (i) =>
      t.call(
        leads.followUp,
        { params: { id }, body: { method: 'phone', content: `第${i}次` } },
        { as: people.rep },
      ),
    );
    expect(ok(replies)).toHaveLength(20);
    expect(await storedLead(t, id)).toMatchObject({ followUpCount: 20, version: 21, status: 'contacted' });
  });

  it('a follow-up changed while its lead is edited loses neither, nor a version', async () => {
    for (let round = 0; round < 10; round++) {
      const lead = await register(t, people.rep);
      const body = { method: 'phone', content: '原文' } as const;
      const followUp = (await t.call(leads.followUp, { params: { id: lead.id }, body }, { as: people.rep }))
        .data;
      const edits = { version: 2, city: '深圳' };
      const replies = await Promise.all([
        t.call(
          followups.update,
          { params: { id: followUp.id }, body: { version: 1, content: '改过' } },
          { as: people.rep },
        ),
        t.call(leads.update, { params: { id: lead.id }, body: edits }, { as: people.rep }),
        t.call(leads.followUp, { params: { id: lead.id }, body }, { as: people.manager }),
      ]);
      noFault(replies);
      const row = await storedLead(t, lead.id);
      expect(row.version).toBe(2 + ok(replies).length);
      expect(row.followUpCount).toBe(2);
    }
  });

  it('a storm of everything leaves each lead whole', async () => {
    const random = createRandom(99);
    for (let round = 0; round < 6; round++) {
      const { id } = await register(t, people.registrar, {
        ownerId: random.chance(0.5) ? null : people.rep.id,
      });
      const replies: Reply<unknown>[] = [];
      for (let wave = 0; wave < 5; wave++) {
        const { version } = await storedLead(t, id);
        const reason = '风暴';
        const params = { id };
        const { rep, colleague, manager, admin } = people;
        const actions = [
          () => t.call(leads.claim, { params }, { as: rep }),
          () => t.call(leads.claim, { params }, { as: colleague }),
          () =>
            t.call(
              leads.assign,
              { params, body: { version, ownerId: colleague.id, reason } },
              { as: manager },
            ),
          () => t.call(leads.assign, { params, body: { version, ownerId: rep.id, reason } }, { as: admin }),
          () => t.call(leads.release, { params, body: { version, reason } }, { as: rep }),
          () => t.call(leads.release, { params, body: { version, reason } }, { as: admin }),
          () => t.call(leads.update, { params, body: { version, city: '深圳' } }, { as: admin }),
          () => t.call(leads.followUp, { params, body: { method: 'phone', content: '你好' } }, { as: admin }),
          () => t.call(leads.changeStatus, { params, body: { version, action: 'qualify' } }, { as: admin }),
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
          () => t.call(leads.remove, { params, body: { version } }, { as: admin }),
          () => t.call(leads.restore, { params, body: { version } }, { as: admin }),
        ];
        replies.push(...(await times(20, () => random.pick<() => Promise<Reply<unknown>>>(actions)())));
      }
      noFault(replies);
      const row = await storedLead(t, id);
      expect(row.version, 'one version for every write that was acknowledged').toBe(1 + ok(replies).length);
      expect(row.ownerId === null).toBe(row.poolEnteredAt !== null);
      const moves = await t.db
        .selectFrom('ownershipChanges')
        .selectAll()
        .where('entityId', '=', id)
        .orderBy('at')
        .orderBy('id')
        .execute();
      expect(moves.filter((move) => move.kind !== 'create').length).toBeLessThanOrEqual(ok(replies).length);
      const counted = await t.db.selectFrom('followups').select('id').where('leadId', '=', id).execute();
      expect(row.followUpCount).toBe(counted.length);
      const entries = await t.db.selectFrom('auditEntries').select('id').where('entityId', '=', id).execute();
      // One for the birth and one for each write; a follow-up has its own beside that of its lead.
      expect(entries).toHaveLength(1 + ok(replies).length);
    }
  }, 60_000);

  it('a refresh token used ten times at once gives one new pair, and then the session is over', async () => {
    const password = 'correct-horse-1';
    const user = await t.user({ roles: ['sales'], passwordHash: await hashPassword(password) });
    const session = (await t.call(auth.login, { body: { username: user.username, password } })).data;
    const body = { refreshToken: session.refreshToken };
    const replies = await times(10, () => t.call(auth.refresh, { body }));
    expect(ok(replies)).toHaveLength(1);
    const [winner] = ok(replies) as Reply<{ refreshToken: string }>[];
    const next = { refreshToken: winner?.data.refreshToken ?? '' };
    expect((await t.call(auth.refresh, { body: next })).failure.errorCode).toBe('SESSION_ENDED');
  });

  it('the same refresh repeated with its key gives one pair, which stays good', async () => {
    const password = 'correct-horse-1';
    const user = await t.user({ roles: ['sales'], passwordHash: await hashPassword(password) });
    const session = (await t.call(auth.login, { body: { username: user.username, password } })).data;
    const body = { refreshToken: session.refreshToken };
    const idempotencyKey = newId();
    const replies = await times(10, () => t.call(auth.refresh, { body }, { idempotencyKey }));
    const tokens = new Set(
      (ok(replies) as Reply<{ refreshToken: string }>[]).map((reply) => reply.data.refreshToken),
    );
    expect(tokens.size).toBe(1);
    for (const reply of replies.filter((each) => each.status !== 200))
      expect(reply.failure.errorCode).toBe('IN_FLIGHT');
    const [refreshToken = ''] = tokens;
    expect((await t.call(auth.refresh, { body: { refreshToken } })).status).toBe(200);
  });

  it('a hundred readers and writers do not exhaust the pool', async () => {
    const { id } = await register(t, people.rep);
    const replies = await times(150, (i): Promise<Reply<unknown>> => {
      if (i % 5 === 0) return t.call(leads.create, { body: leadDraft() }, { as: reps[i % 50] as TestUser });
      if (i % 5 === 1) return t.call(leads.get, { params: { id } }, { as: people.rep });
      if (i % 5 === 2) return t.call(users.list, {}, { as: people.rep });
      if (i % 5 === 3) return t.call(leads.statistics, {}, { as: people.admin });
      return t.call(leads.list, { query: { pageSize: 50 } }, { as: people.admin });
    });
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    expect((await leadSeenBy(t, people.rep, id)).version).toBe(1);
  });
});
