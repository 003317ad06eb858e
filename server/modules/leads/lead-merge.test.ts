import { beforeAll, describe, expect, it } from 'vitest';
import { followups } from '#shared/followups/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import type { LeadDetail } from '#shared/leads/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { type Company, createCompany, leadSeenBy, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const reason = '同一家酒店';
type Fields = Request<typeof leads.merge>['body']['fields'];
const versionOf = async (id: string) => (await storedLead(t, id)).version;
const merge = async (mine: string, theirs: string, as: TestUser, fields: Fields = {}) =>
  t.call(
    leads.merge,
    {
      params: { id: mine },
      body: {
        version: await versionOf(mine),
        otherId: theirs,
        otherVersion: await versionOf(theirs),
        fields,
        reason,
      },
    },
    { as },
  );
const undo = (lead: LeadDetail, as: TestUser) =>
  t.call(leads.undoMerge, { params: { id: lead.merges[0]?.id as string } }, { as });
const say = (id: string, as: TestUser, content: string) =>
  t.call(leads.followUp, { params: { id }, body: { method: 'phone', content } }, { as });
const timeline = async (id: string, as: TestUser) =>
  (await t.call(leads.timeline, { params: { id }, query: { pageSize: 100 } }, { as })).data.list;
const close = async (id: string, as: TestUser) =>
  t.call(
    leads.changeStatus,
    {
      params: { id },
      body: { action: 'close', version: await versionOf(id), outcome: 'lost', reason: '价格' },
    },
    { as },
  );

/** What a lead is, apart from what changes with every write. */
const essence = async (id: string) => {
  const { version, updatedAt, ...rest } = await storedLead(t, id);
  return rest;
};

describe('merging two leads', () => {
  it('keeps mine, fills what is empty from the other, and takes over what was said and is to be done', async () => {
    const { rep } = people;
    const mine = await register(t, rep, { customerName: '金沙湾大酒店', city: '深圳', hotelRooms: 80 });
    const theirs = await register(t, rep, {
      customerName: '金沙湾国际酒店',
      wechat: 'jinsha_bay',
      hotelRooms: 120,
      email: 'a@example.com',
    });
    await say(mine.id, rep, '第一次联系');
    await say(theirs.id, rep, '发过报价');
    const dueAt = '2027-01-04T02:00:00.000Z';
    const about = { title: '寄样品', dueAt, sourceEntity: 'leads', sourceId: theirs.id } as const;
    const task = (await t.call(tasks.create, { body: about }, { as: rep })).data;
    const merged = (await merge(mine.id, theirs.id, rep, { hotelRooms: 'theirs' })).data;
    expect(merged).toMatchObject({
      id: mine.id,
      customerName: '金沙湾大酒店',
      phone: mine.phone,
      wechat: 'jinsha_bay',
      hotelRooms: 120,
      email: 'a@example.com',
      city: '深圳',
      followUpCount: 2,
      lastFollowUpContent: '发过报价',
      status: 'contacted',
    });
    expect(merged.merges).toMatchObject([{ no: theirs.no, customerName: '金沙湾国际酒店', undoable: true }]);
    const said = (await t.call(followups.list, { query: { leadId: mine.id } }, { as: rep })).data.list;
    expect(said.map(({ content }) => content).sort()).toEqual(['发过报价', '第一次联系'].sort());
    expect((await t.call(tasks.get, { params: { id: task.id } }, { as: rep })).data.source?.id).toBe(mine.id);
    expect(await storedLead(t, theirs.id)).toMatchObject({ mergedInto: mine.id });
    const words = (await timeline(mine.id, rep)).map(({ kind, title, of }) => [kind, title, of]);
    expect(words).toContainEqual(['merged', `并入线索 ${theirs.no} 金沙湾国际酒店`, null]);
    expect(words).toContainEqual(['created', `登记线索，跟进人：${rep.name}`, `${theirs.no} 金沙湾国际酒店`]);
    expect(words).toContainEqual(['status', '新线索 → 已联系', `${theirs.no} 金沙湾国际酒店`]);
  });

  it('answers the survivor under the old id, and puts a follow-up that comes late with it', async () => {
    const { rep, northerner, admin } = people;
    const [a, b, c] = [await register(t, rep), await register(t, rep), await register(t, rep)];
    await merge(b.id, a.id, rep);
    await merge(c.id, b.id, rep);
    expect((await leadSeenBy(t, rep, a.id)).id).toBe(c.id);
    expect((await leadSeenBy(t, admin, a.id)).id).toBe(c.id);
    expect((await t.call(leads.get, { params: { id: a.id } }, { as: northerner })).status).toBe(404);
    expect((await say(a.id, rep, '离线写的')).data.leadId).toBe(c.id);
    expect((await leadSeenBy(t, rep, c.id)).lastFollowUpContent).toBe('离线写的');
    const edit = await t.call(
      leads.update,
      { params: { id: a.id }, body: { version: 9, city: '广州' } },
      { as: rep },
    );
    expect(edit.failure).toMatchObject({ errorCode: 'NOT_FOUND', details: { mergedInto: c.id } });
    expect((await timeline(c.id, rep)).some(({ of }) => of?.startsWith(a.no))).toBe(true);
  });

  it('is no way to bring a lead back twice, and its external number still tells it', async () => {
    const { rep, admin } = people;
    const mine = await register(t, rep, { source: 'douyin', externalClueId: 'clue-1' });
    const theirs = await register(t, rep, { source: 'website', externalClueId: 'clue-2' });
    expect((await merge(mine.id, theirs.id, rep, { source: 'theirs' })).data.source).toBe('douyin');
    const again = await t.call(
      leads.create,
      {
        body: { customerName: '又来了', phone: '13712121212', source: 'website', externalClueId: 'clue-2' },
      },
      { as: rep },
    );
    expect(again.failure.errors?.[0]?.field).toBe('externalClueId');
    const body = { version: await versionOf(theirs.id) };
    const back = await t.call(leads.restore, { params: { id: theirs.id }, body }, { as: admin });
    expect(back.failure.errorCode).toBe('LEAD_MERGED');
    const gone = (await t.call(leads.list, { query: { deleted: true, pageSize: 100 } }, { as: admin })).data;
    expect(gone.list.map(({ id }) => id)).not.toContain(theirs.id);
  });

  it('gives the survivor to whom the other belonged, when that is chosen or the survivor lies in the pool', async () => {
    const { rep, colleague, manager, registrar } = people;
    const mine = await register(t, manager, { ownerId: rep.id });
    const theirs = await register(t, manager, { ownerId: colleague.id });
    expect((await merge(mine.id, theirs.id, manager)).data.owner?.id).toBe(rep.id);
    const another = await register(t, manager, { ownerId: colleague.id });
    const moved = (await merge(mine.id, another.id, manager, { ownerId: 'theirs' })).data;
    expect(moved.owner?.id).toBe(colleague.id);
    const changes = await t.db
      .selectFrom('ownershipChanges')
      .select(['kind', 'fromOwnerId', 'toOwnerId', 'reason'])
      .where('entityId', '=', mine.id)
      .where('kind', '=', 'merge')
      .execute();
    expect(changes).toEqual([
      { kind: 'merge', fromOwnerId: rep.id, toOwnerId: colleague.id, reason: '同一家酒店' },
    ]);
    const pooled = await register(t, registrar, { ownerId: null });
    expect((await merge(pooled.id, moved.id, manager)).data.owner?.id).toBe(colleague.id);
  });

  it('is refused outside of what somebody follows, also with a lead in the pool', async () => {
    const { rep, colleague, northerner, manager, registrar } = people;
    const mine = await register(t, rep);
    const theirs = await register(t, colleague);
    const pooled = await register(t, registrar, { ownerId: null });
    const north = await register(t, northerner);
    expect((await merge(mine.id, theirs.id, rep)).failure.errorCode).toBe('NOT_FOUND');
    expect((await merge(mine.id, pooled.id, rep)).failure.errorCode).toBe('LEAD_IN_POOL');
    expect((await merge(mine.id, north.id, manager)).failure.errorCode).toBe('NOT_FOUND');
    expect((await merge(mine.id, mine.id, rep)).failure.errorCode).toBe('MERGE_SAME');
    expect((await merge(mine.id, pooled.id, manager)).status).toBe(200);
    expect((await merge(mine.id, theirs.id, manager)).status).toBe(200);
  });

  it('takes what has ended only when it was closed', async () => {
    const { rep } = people;
    const [open, closed, won] = [await register(t, rep), await register(t, rep), await register(t, rep)];
    await close(closed.id, rep);
    const deal = { version: 1, dealDate: '2026-03-10', dealAmount: 100 };
    await t.call(leads.convert, { params: { id: won.id }, body: deal }, { as: rep });
    expect((await merge(open.id, won.id, rep)).failure.errorCode).toBe('MERGE_CONVERTED');
    expect((await merge(won.id, open.id, rep)).failure.errorCode).toBe('MERGE_ENDED');
    expect((await merge(closed.id, open.id, rep)).failure.errorCode).toBe('MERGE_ENDED');
    expect((await merge(open.id, closed.id, rep)).status).toBe(200);
    const other = await register(t, rep);
    await close(other.id, rep);
    expect((await merge(won.id, other.id, rep)).data.status).toBe('converted');
  });

  it('wants both versions', async () => {
    const { rep } = people;
    const [mine, theirs] = [await register(t, rep), await register(t, rep)];
    const body = { version: 1, otherId: theirs.id, otherVersion: 7, reason };
    const reply = await t.call(leads.merge, { params: { id: mine.id }, body }, { as: rep });
    expect(reply.failure).toMatchObject({ errorCode: 'STALE', details: { current: { id: theirs.id } } });
  });
});

describe('taking a merge back', () => {
  it('restores both as they were, with what moved', async () => {
    const { rep, colleague, manager } = people;
    const next = '2026-12-24T02:00:00.000Z';
    const mine = await register(t, manager, { ownerId: rep.id });
    await say(mine.id, rep, '先打过电话');
    const theirs = await register(t, manager, { ownerId: colleague.id, wechat: 'undo_me', city: '珠海' });
    const said = { method: 'visit', content: '上门', nextFollowUpAt: next } as const;
    await t.call(leads.followUp, { params: { id: theirs.id }, body: said }, { as: colleague });
    const before = [await essence(mine.id), await essence(theirs.id)];
    const planned = () =>
      t.db
        .selectFrom('tasks')
        .select(['assigneeId', 'dueAt'])
        .where('sourceId', '=', theirs.id)
        .where('status', '=', 'pending')
        .execute();
    const plannedBefore = await planned();
    expect(plannedBefore).toHaveLength(1);
    const merged = (await merge(mine.id, theirs.id, manager, { ownerId: 'theirs' })).data;
    expect(merged).toMatchObject({ owner: { id: colleague.id }, nextFollowUpAt: next, wechat: 'undo_me' });
    expect(await planned()).toEqual([]);
    const { lead, restored, kept } = (await undo(merged, manager)).data;
    expect(kept).toEqual([]);
    expect(restored).toEqual({ id: theirs.id, no: theirs.no, customerName: theirs.customerName });
    expect(lead.merges).toEqual([]);
    expect([await essence(mine.id), await essence(theirs.id)]).toEqual(before);
    expect(await planned()).toEqual(plannedBefore);
    expect((await undo(merged, manager)).failure.errorCode).toBe('MERGE_UNDONE');
  });

  it('is told by both leads, each in words of its own, and once', async () => {
    const { manager, rep, colleague } = people;
    const mine = await register(t, manager, { ownerId: rep.id, customerName: '甲酒店' });
    const theirs = await register(t, manager, {
      ownerId: colleague.id,
      customerName: '乙酒店',
      city: '珠海',
    });
    const stories = async (id: string) =>
      (await timeline(id, manager))
        .filter(({ kind }) => ['merged', 'restored', 'edited'].includes(kind))
        .map(({ title, reason: why, of, changes }) => [
          title,
          why,
          of,
          changes.map(({ label, from, to }) => `${label}：${from} → ${to}`).join('；'),
        ]);
    const merged = (await merge(mine.id, theirs.id, manager, { ownerId: 'theirs' })).data;
    const into = [`并入线索 ${theirs.no} 乙酒店`, reason, null, '城市：null → 珠海'];
    expect(await stories(mine.id)).toEqual([into]);
    t.clock.advance({ minutes: 1 });
    await undo(merged, manager);
    const back = [`撤销并入线索 ${theirs.no} 乙酒店`, null, null, '城市：珠海 → null'];
    expect(await stories(mine.id)).toEqual([back, into]);
    expect(await stories(theirs.id)).toEqual([
      [`撤销合并，从线索 ${mine.no} 甲酒店 恢复`, null, null, ''],
      [`并入到线索 ${mine.no} 甲酒店`, reason, null, ''],
    ]);
    t.clock.advance({ minutes: 1 });
    await merge(mine.id, theirs.id, manager, { ownerId: 'mine' });
    expect(await stories(mine.id)).toEqual([into, back, into]);
  });

  it('leaves what was changed since, and says so', async () => {
    const { rep } = people;
    const mine = await register(t, rep);
    const theirs = await register(t, rep, { city: '珠海', company: '某某集团' });
    await say(theirs.id, rep, '聊过');
    const merged = (await merge(mine.id, theirs.id, rep)).data;
    const body = { version: merged.version, city: '中山' };
    await t.call(leads.update, { params: { id: mine.id }, body }, { as: rep });
    const { lead, kept } = (await undo(merged, rep)).data;
    expect(lead).toMatchObject({ city: '中山', company: null, followUpCount: 0 });
    expect(kept.sort()).toEqual(['城市', '状态'].sort());
  });

  it('is possible for seven days, and for whoever may merge', async () => {
    const { rep, northerner, registrar } = people;
    const [mine, theirs] = [await register(t, rep), await register(t, rep)];
    const merged = (await merge(mine.id, theirs.id, rep)).data;
    expect((await undo(merged, northerner)).status).toBe(404);
    expect((await undo(merged, registrar)).status).toBe(403);
    t.clock.advance({ days: 8 });
    expect((await leadSeenBy(t, rep, mine.id)).merges[0]?.undoable).toBe(false);
    expect((await undo(merged, rep)).failure.errorCode).toBe('MERGE_TOO_OLD');
  });
});

describe('what looks like the same', () => {
  it('is grouped by telephone number and WeChat, within reach, newest first, page by page', async () => {
    const { rep, colleague, northerner, manager } = people;
    const as = await t.user({ roles: ['sales'], department: people.departments.south });
    const phone = '13655556666';
    const first = await register(t, as, { phone, wechat: 'same_one' });
    const second = await register(t, as, { phone, wechat: 'same_one' });
    await register(t, northerner, { phone });
    t.clock.advance({ days: 1 });
    const third = await register(t, as, { wechat: 'same_two' });
    const fourth = await register(t, as, { wechat: 'Same_Two' });
    const ask = async (who: TestUser, query = {}) =>
      (await t.call(leads.duplicateGroups, { query }, { as: who })).data;
    const { list } = await ask(as);
    expect(list.map(({ by, leads: each }) => [by, each.map(({ id }) => id)])).toEqual([
      ['wechat', [fourth.id, third.id]],
      ['phone', [second.id, first.id]],
    ]);
    const page = await ask(as, { pageSize: 1 });
    expect(page.list[0]?.by).toBe('wechat');
    const rest = await ask(as, { pageSize: 1, cursor: page.nextCursor });
    expect(rest.list.map(({ by }) => by)).toEqual(['phone']);
    expect(rest.nextCursor).toBeNull();
    await merge(third.id, fourth.id, as);
    expect((await ask(as)).list).toHaveLength(1);
    expect((await ask(manager)).list.flatMap((group) => group.leads.map(({ id }) => id))).toContain(first.id);
    expect((await ask(rep)).list.flatMap((group) => group.leads)).not.toContainEqual(
      expect.objectContaining({ id: first.id }),
    );
    expect((await ask(colleague)).list).toEqual([]);
  });
});
