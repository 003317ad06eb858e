import { beforeAll, describe, expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { type Company, createCompany, register } from './testing/company.ts';
import { createTestApp, type Reply, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';

const ROUNDS = 15;

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('merging at the same moment', () => {
  let t: TestApp;
  let people: Company;

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
  });

  const ok = (replies: readonly Reply<unknown>[]) => replies.filter(({ status }) => status === 200);
  const noFault = (replies: readonly Reply<unknown>[]) => {
    for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
  };
  const mergeOf = (mine: { id: string; version: number }, theirs: { id: string; version: number }) =>
    t.call(
      leads.merge,
      {
        params: { id: mine.id },
        body: { version: mine.version, otherId: theirs.id, otherVersion: theirs.version, reason: '重复' },
      },
      { as: people.manager },
    );
  const say = (id: string, content: string) =>
    t.call(leads.followUp, { params: { id }, body: { method: 'phone', content } }, { as: people.rep });
  const stored = (ids: readonly string[]) =>
    t.db
      .selectFrom('leads')
      .select(['id', 'deletedAt', 'mergedInto', 'followUpCount', 'ownerId'])
      .where('id', 'in', ids)
      .execute();
  const said = async (ids: readonly string[]) =>
    t.db.selectFrom('followups').select(['leadId', 'content']).where('leadId', 'in', ids).execute();

  it('one of two merges of the same leads wins, and no follow-up is lost', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [a, b] = [await register(t, people.rep), await register(t, people.rep)];
      const calls: Promise<Reply<unknown>>[] = [
        mergeOf(a, b),
        mergeOf(b, a),
        say(a.id, '给甲'),
        say(b.id, '给乙'),
        t.call(
          tasks.create,
          {
            body: {
              title: '寄样品',
              dueAt: '2027-01-04T02:00:00.000Z',
              sourceEntity: 'leads',
              sourceId: b.id,
            },
          },
          { as: people.rep },
        ),
      ];
      const replies = await Promise.all(calls);
      noFault(replies);
      const merges = ok(replies.slice(0, 2));
      expect(merges.length).toBeLessThanOrEqual(1);
      const written = ok(replies.slice(2, 4)).length;
      expect(written).toBe(2);
      const both = await stored([a.id, b.id]);
      const living = both.filter(({ deletedAt }) => deletedAt === null);
      expect(living).toHaveLength(2 - merges.length);
      const notes = await said([a.id, b.id]);
      expect(notes.map(({ content }) => content).sort()).toEqual(['给乙', '给甲']);
      for (const { leadId } of notes) expect(living.map(({ id }) => id)).toContain(leadId);
      expect(living.reduce((sum, { followUpCount }) => sum + followUpCount, 0)).toBe(written);
      const about = await t.db
        .selectFrom('tasks')
        .select('sourceId')
        .where('sourceId', 'in', [a.id, b.id])
        .where('title', '=', '寄样品')
        .execute();
      expect(about).toHaveLength(ok(replies.slice(4)).length);
      for (const { sourceId } of about) expect(living.map(({ id }) => id)).toContain(sourceId);
    }
  });

  it('a merge and an assignment, a removal or a change of the same lead come one after the other', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [a, b] = [await register(t, people.rep), await register(t, people.rep)];
      const note = (await say(b.id, '说过')).data;
      const version = a.version;
      const other = { id: b.id, version: b.version + 1 };
      const body = { version: other.version };
      const as = people.manager;
      const replies = await Promise.all<Reply<unknown>>([
        mergeOf({ id: a.id, version }, other),
        t.call(
          leads.assign,
          { params: { id: b.id }, body: { ...body, ownerId: people.colleague.id, reason: '调整' } },
          { as },
        ),
        round % 2
          ? t.call(leads.remove, { params: { id: b.id }, body }, { as })
          : t.send('PUT', `/api/followups/${note.id}`, {
              as: people.rep,
              body: { version: note.version, content: '改过' },
            }),
      ]);
      noFault(replies);
      const merged = replies[0]?.status === 200;
      const both = await stored([a.id, b.id]);
      const theirs = both.find(({ id }) => id === b.id);
      expect(theirs?.mergedInto ?? null).toBe(merged ? a.id : null);
      const [kept] = await said([a.id, b.id]);
      expect(kept?.leadId).toBe(merged ? a.id : b.id);
      if (merged) expect(theirs?.ownerId).toBe(people.rep.id);
    }
  });

  it('a merge is taken back once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [a, b] = [await register(t, people.rep), await register(t, people.rep)];
      await say(b.id, '说过');
      const merged = await mergeOf(a, { id: b.id, version: b.version + 1 });
      const merge = (merged.data as { merges: { id: string }[] }).merges[0];
      const undo = () =>
        t.call(leads.undoMerge, { params: { id: merge?.id as string } }, { as: people.manager });
      const replies = await Promise.all<Reply<unknown>>([
        undo(),
        undo(),
        say(a.id, '给甲'),
        say(b.id, '给乙'),
      ]);
      noFault(replies);
      expect(ok(replies.slice(0, 2))).toHaveLength(1);
      expect(ok(replies.slice(2))).toHaveLength(2);
      const both = await stored([a.id, b.id]);
      expect(both.every(({ deletedAt, mergedInto }) => deletedAt === null && mergedInto === null)).toBe(true);
      expect(await said([a.id, b.id])).toHaveLength(3);
      expect(both.reduce((sum, { followUpCount }) => sum + followUpCount, 0)).toBe(3);
    }
  });
});
