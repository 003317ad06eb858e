import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notifications } from '#shared/notifications/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { onRealPostgres } from '../../testing/database.ts';
import { takeCredits } from './credits.ts';
import { type Notice, notify } from './notify.ts';

let t: TestApp;
let me: TestUser;
let other: TestUser;

beforeAll(async () => {
  t = await createTestApp();
});
beforeEach(async () => {
  me = await t.user({ roles: ['sales'] });
  other = await t.user({ roles: ['admin'] });
  t.clock.advance({ minutes: 6 });
});

const tell = (user: TestUser, key: string, more: Partial<Notice> = {}) =>
  notify(t.db, t.clock.now(), [{ userId: user.id, key, kind: 'task', title: key, target: null, ...more }]);
const listOf = async (as: TestUser, query: object = {}) =>
  (await t.call(notifications.list, { query }, { as })).data;
const titles = async (as: TestUser, query: object = {}) =>
  (await listOf(as, query)).list.map(({ title }) => title);
const unread = async (as: TestUser) => (await t.call(notifications.unread, {}, { as })).data.count;
const read = (as: TestUser, id: string) => t.call(notifications.read, { params: { id } }, { as });
const audits = (entityId: string) =>
  t.db
    .selectFrom('auditEntries')
    .select(['action', 'entity', 'actorId'])
    .where('entityId', '=', entityId)
    .execute();

describe('notifications', () => {
  it('are listed newest first, with what a tap opens', async () => {
    const leadId = newId();
    await tell(me, 'first', { body: '张总', kind: 'assigned', target: { entity: 'leads', id: leadId } });
    t.clock.advance({ minutes: 1 });
    await tell(me, 'second', { target: { entity: 'tasks', id: null } });
    const { list, pagination } = await listOf(me);
    expect(pagination.total).toBe(2);
    expect(list).toMatchObject([
      { title: 'second', body: null, kind: 'task', target: { entity: 'tasks', id: null }, readAt: null },
      { title: 'first', body: '张总', kind: 'assigned', target: { entity: 'leads', id: leadId } },
    ]);
  });

  it('are said once for one occasion', async () => {
    await tell(me, 'again');
    await tell(me, 'again');
    expect(await titles(me)).toEqual(['again']);
  });

  it('are read page by page without a gap, also where many came at one moment', async () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) await tell(me, key);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await listOf(me, { pageSize: 2, ...(cursor ? { cursor } : {}) });
      found.push(...page.list.map(({ title }) => title));
      cursor = page.pagination.nextCursor ?? undefined;
    } while (cursor);
    expect(found.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are counted and filtered by whether they were read', async () => {
    await tell(me, 'old');
    const [old] = (await listOf(me)).list;
    await tell(me, 'new');
    await read(me, old?.id ?? '');
    expect(await unread(me)).toBe(1);
    expect(await titles(me, { unread: true })).toEqual(['new']);
    expect(await titles(me, { unread: false })).toEqual(['old']);
  });

  it('keep the moment they were read first, and each reading is recorded', async () => {
    await tell(me, 'once');
    const id = (await listOf(me)).list[0]?.id ?? '';
    const first = await read(me, id);
    expect(first.data.readAt).toBe(t.clock.now());
    t.clock.advance({ minutes: 5 });
    const second = await read(me, id);
    expect(second.data).toEqual(first.data);
    const entry = { action: 'notifications.read', entity: 'notifications', actorId: me.id };
    expect(await audits(id)).toEqual([entry, entry]);
  });

  it('are nobody else’s: not listed, not counted, not found', async () => {
    await tell(me, 'mine');
    const id = (await listOf(me)).list[0]?.id ?? '';
    expect(await titles(other)).toEqual([]);
    expect(await unread(other)).toBe(0);
    expect((await read(other, id)).status).toBe(404);
    await t.call(notifications.readAll, {}, { as: other });
    expect(await unread(me)).toBe(1);
    expect((await read(me, newId())).status).toBe(404);
  });

  it('are all read at once, and the answer says how many there were', async () => {
    await tell(me, 'x');
    await tell(me, 'y');
    const readAll = async () => (await t.call(notifications.readAll, {}, { as: me })).data.count;
    expect(await readAll()).toBe(2);
    expect(await unread(me)).toBe(0);
    expect(await readAll()).toBe(0);
  });

  it('are all read also when there are more than one statement takes', async () => {
    await notify(
      t.db,
      t.clock.now(),
      Array.from({ length: 5_001 }, (_, i) => ({
        userId: me.id,
        key: String(i),
        kind: 'task',
        title: '回电',
        target: null,
      })),
    );
    expect((await t.call(notifications.readAll, {}, { as: me })).data.count).toBe(5_001);
    expect(await unread(me)).toBe(0);
  });

  it('are forgotten after half a year, read or not', async () => {
    await tell(me, 'old');
    t.clock.advance({ days: 1 });
    await tell(me, 'recent');
    t.clock.advance({ days: 179, hours: 12 });
    await t.jobs.trigger('notifications.forget');
    await t.work();
    expect(await titles(me)).toEqual(['recent']);
  });
});

describe('consents to messages by WeChat', () => {
  const wechat = async (as: TestUser) => (await t.call(notifications.wechat, {}, { as })).data;
  const grant = async (as: TestUser) => {
    const body = { templates: ['overdue' as const] };
    return (await t.call(notifications.grant, { body }, { as })).data.list;
  };
  const bind = (user: TestUser) =>
    t.db.updateTable('users').set({ wechatOpenid: user.id }).where('id', '=', user.id).execute();
  const take = (users: readonly TestUser[]) =>
    takeCredits(
      t.db,
      t.clock.now(),
      users.map(({ id }) => id),
      'overdue',
    );

  it('are counted for the person who gave them', async () => {
    const overdue = { template: 'overdue', templateId: 'template-overdue' };
    expect(await wechat(me)).toEqual({ list: [{ ...overdue, credits: 0 }], bound: false });
    await bind(me);
    expect(await grant(me)).toEqual([{ template: 'overdue', credits: 1 }]);
    expect(await grant(me)).toEqual([{ template: 'overdue', credits: 2 }]);
    expect(await wechat(me)).toEqual({ list: [{ ...overdue, credits: 2 }], bound: true });
    expect((await wechat(other)).list).toEqual([{ ...overdue, credits: 0 }]);
  });

  it('count once in one answer, and up to fifty altogether', async () => {
    const body = { templates: ['overdue' as const, 'overdue' as const] };
    const once = await t.call(notifications.grant, { body }, { as: me });
    expect(once.data.list).toEqual([{ template: 'overdue', credits: 1 }]);
    await t.db.updateTable('wechatCredits').set({ credits: 50 }).where('userId', '=', me.id).execute();
    expect(await grant(me)).toEqual([{ template: 'overdue', credits: 50 }]);
  });

  it('are taken one by one, from whoever has one and can be reached', async () => {
    const unbound = await t.user({ roles: ['sales'] });
    const disabled = await t.user({ roles: ['sales'] });
    const none = await t.user({ roles: ['sales'] });
    for (const user of [me, unbound, disabled]) await grant(user);
    await grant(me);
    for (const user of [me, disabled, none]) await bind(user);
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', disabled.id).execute();
    const all = [unbound, disabled, none, me, me];
    expect(await take(all)).toEqual(new Set([me.id]));
    expect(await take(all)).toEqual(new Set([me.id]));
    expect(await take(all)).toEqual(new Set());
    expect((await wechat(unbound)).list).toMatchObject([{ credits: 1 }]);
    expect(await take([])).toEqual(new Set());
  });

  it.runIf(onRealPostgres)('are taken by one of two who come at the same moment', async () => {
    await bind(me);
    await bind(other);
    for (let round = 0; round < 20; round++) {
      await grant(me);
      await grant(other);
      const taken = await Promise.all([take([me, other]), take([other, me]), take([me]), take([other])]);
      expect(taken.flatMap((each) => [...each]).sort()).toEqual([me.id, other.id].sort());
    }
  });
});
