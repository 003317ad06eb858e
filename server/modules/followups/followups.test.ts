import { beforeAll, describe, expect, it, test } from 'vitest';
import { type FollowUpDraft, followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, leadSeenBy, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp({ start: atWallClock('2026-03-10', '10:00') });
  people = await createCompany(t);
});

const log = (as: TestUser, leadId: string, more: Partial<FollowUpDraft> = {}) =>
  t.call(followups.create, { body: { leadId, method: 'phone', content: '聊了报价', ...more } }, { as });
const stored = (id: string) =>
  t.db.selectFrom('followups').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const ago = (hours: number) => new Date(Date.parse(t.clock.now()) - hours * 3_600_000).toISOString();

describe('writing a follow-up', () => {
  it('keeps what was said and brings its lead up to date', async () => {
    const lead = await register(t, people.rep);
    t.clock.advance({ hours: 1 });
    const { data } = await log(people.rep, lead.id, {
      method: 'visit',
      content: ' 看了样板间\n很满意 ',
      result: '有意向',
      customerFeedback: '价格偏高',
      contactPerson: '王总',
      location: '深圳湾',
      nextFollowUpAt: '2026-03-12T10:00:00+08:00',
      nextFollowUpContent: '带合同',
    });
    expect(data).toMatchObject({
      leadId: lead.id,
      targetName: lead.customerName,
      content: '看了样板间\n很满意',
      authorId: people.rep.id,
      authorName: '李强',
      happenedAt: t.clock.now(),
      nextFollowUpAt: '2026-03-12T02:00:00.000Z',
      editable: true,
      version: 1,
    });
    expect(await leadSeenBy(t, people.rep, lead.id)).toMatchObject({
      status: 'contacted',
      isContacted: true,
      followUpCount: 1,
      lastFollowUpAt: t.clock.now(),
      lastFollowUpContent: '看了样板间\n很满意',
      nextFollowUpAt: '2026-03-12T02:00:00.000Z',
      nextFollowUpContent: '带合同',
      nextDueAt: '2026-03-12T02:00:00.000Z',
      version: 2,
    });
  });

  it('starts the interval anew, and without a next date the old one is done', async () => {
    const lead = await register(t, people.rep, { intention: 'high' });
    await log(people.rep, lead.id, { nextFollowUpAt: atWallClock('2026-03-11', '09:00') });
    t.clock.set(atWallClock('2026-03-11', '10:00'));
    expect((await leadSeenBy(t, people.rep, lead.id)).overdue).toBe(true);
    await log(people.rep, lead.id);
    expect(await leadSeenBy(t, people.rep, lead.id)).toMatchObject({
      overdue: false,
      nextFollowUpAt: null,
      nextDueAt: atWallClock('2026-03-12', '10:00'),
    });
  });

  it('leaves a further status as it is', async () => {
    const lead = await register(t, people.rep);
    const qualify = { action: 'qualify', version: 1 } as const;
    await t.call(leads.changeStatus, { params: { id: lead.id }, body: qualify }, { as: people.rep });
    await log(people.rep, lead.id);
    expect((await leadSeenBy(t, people.rep, lead.id)).status).toBe('qualified');
  });

  it('about the past keeps its time, and does not hide a newer one', async () => {
    const lead = await register(t, people.rep);
    await log(people.rep, lead.id, { content: '今天' });
    await log(people.rep, lead.id, { content: '昨天', happenedAt: ago(26) });
    expect(await leadSeenBy(t, people.rep, lead.id)).toMatchObject({
      followUpCount: 2,
      lastFollowUpContent: '今天',
      lastFollowUpAt: t.clock.now(),
    });
  });

  test.each<[string, Partial<FollowUpDraft> | (() => Partial<FollowUpDraft>), string, string]>([
    ['in the future', () => ({ happenedAt: ago(-2) }), 'FOLLOW_UP_IN_FUTURE', 'happenedAt'],
    [
      'with a next date that is past',
      () => ({ nextFollowUpAt: ago(1) }),
      'NEXT_FOLLOW_UP_IN_PAST',
      'nextFollowUpAt',
    ],
    [
      'with a next date that is now',
      () => ({ nextFollowUpAt: t.clock.now() }),
      'NEXT_FOLLOW_UP_IN_PAST',
      'nextFollowUpAt',
    ],
  ])('%s is refused', async (_, more, errorCode, field) => {
    const lead = await register(t, people.rep);
    const { failure } = await log(people.rep, lead.id, typeof more === 'function' ? more() : more);
    expect(failure).toMatchObject({ code: 400, errorCode });
    expect(failure.errors?.map((error) => error.field)).toEqual([field]);
    expect(await storedLead(t, lead.id)).toMatchObject({ followUpCount: 0, version: 1 });
  });

  it('bears a phone whose clock is a little ahead, and takes it for now', async () => {
    const lead = await register(t, people.rep);
    const { data } = await log(people.rep, lead.id, { happenedAt: ago(-4 / 60) });
    expect(data.happenedAt).toBe(t.clock.now());
  });

  it('that waited for a signal while its next date passed is taken, and the lead is due', async () => {
    const lead = await register(t, people.rep);
    t.clock.advance({ hours: 30 });
    expect((await log(people.rep, lead.id, { happenedAt: ago(29), nextFollowUpAt: ago(2) })).status).toBe(
      200,
    );
    expect((await leadSeenBy(t, people.rep, lead.id)).overdue).toBe(true);
  });

  it('is for whoever may edit the lead: not a stranger, and in the pool nobody before it is claimed', async () => {
    const { rep, colleague, manager, registrar, admin } = people;
    const lead = await register(t, registrar, { ownerId: rep.id });
    for (const as of [rep, manager, registrar, admin])
      expect((await log(as, lead.id)).status, as.name).toBe(200);
    expect((await log(colleague, lead.id)).status).toBe(404);
    const pooled = await register(t, registrar, { ownerId: null });
    expect((await log(rep, pooled.id)).failure.errorCode).toBe('LEAD_IN_POOL');
    expect((await log(rep, newId())).status).toBe(404);
  });
});

describe('changing a follow-up', () => {
  const edit = (as: TestUser, id: string, body: object) =>
    t.send('PUT', `/api/followups/${id}`, { as, body });
  const remove = (as: TestUser, id: string, version: number) =>
    t.call(followups.remove, { params: { id }, body: { version } }, { as });

  it('is for its author, on the day it was written', async () => {
    const lead = await register(t, people.rep);
    const { id } = (await log(people.rep, lead.id)).data;
    expect((await edit(people.rep, id, { version: 1, content: '聊了报价和交期' })).status).toBe(200);
    expect(await stored(id)).toMatchObject({
      content: '聊了报价和交期',
      version: 2,
      happenedAt: (await stored(id)).createdAt,
    });
    for (const as of [people.manager, people.admin]) {
      expect((await edit(as, id, { version: 2, content: '改写' })).failure.errorCode, as.name).toBe(
        'FOLLOW_UP_FROZEN',
      );
      expect((await remove(as, id, 2)).failure.errorCode).toBe('FOLLOW_UP_FROZEN');
    }
    expect((await edit(people.colleague, id, { version: 2, content: '改写' })).status).toBe(404);
    expect(await stored(id)).toMatchObject({ content: '聊了报价和交期', version: 2 });
  });

  it('ends with the day in Shanghai', async () => {
    t.clock.set(atWallClock('2026-03-12', '23:58'));
    const lead = await register(t, people.rep);
    const { id } = (await log(people.rep, lead.id)).data;
    t.clock.set(atWallClock('2026-03-12', '23:59'));
    expect((await t.call(followups.get, { params: { id } }, { as: people.rep })).data.editable).toBe(true);
    expect((await edit(people.rep, id, { version: 1, content: '还来得及' })).status).toBe(200);
    t.clock.set(atWallClock('2026-03-13', '00:00'));
    expect((await t.call(followups.get, { params: { id } }, { as: people.rep })).data.editable).toBe(false);
    expect((await edit(people.rep, id, { version: 2, content: '太晚了' })).failure).toMatchObject({
      code: 409,
      errorCode: 'FOLLOW_UP_FROZEN',
    });
    expect((await remove(people.rep, id, 2)).failure.errorCode).toBe('FOLLOW_UP_FROZEN');
    t.clock.set(atWallClock('2026-03-13', '10:00'));
  });

  it('shows on the lead when it was the last one', async () => {
    const lead = await register(t, people.rep);
    const first = (await log(people.rep, lead.id, { content: '第一次' })).data;
    t.clock.advance({ minutes: 1 });
    const second = (await log(people.rep, lead.id, { content: '第二次' })).data;
    await edit(people.rep, first.id, { version: 1, content: '第一次（改）' });
    expect((await leadSeenBy(t, people.rep, lead.id)).lastFollowUpContent).toBe('第二次');
    await edit(people.rep, second.id, { version: 1, content: '第二次（改）', nextFollowUpContent: '送样' });
    expect(await leadSeenBy(t, people.rep, lead.id)).toMatchObject({
      lastFollowUpContent: '第二次（改）',
      nextFollowUpContent: '送样',
    });
  });

  it('of an old version is refused with the current one', async () => {
    const lead = await register(t, people.rep);
    const { id } = (await log(people.rep, lead.id)).data;
    await edit(people.rep, id, { version: 1, content: '二' });
    const { failure } = await edit(people.rep, id, { version: 1, content: '三' });
    expect(failure.errorCode).toBe('STALE');
    expect((failure.details as { current: { content: string } }).current.content).toBe('二');
  });

  it('cannot move it in time, to another lead or to another author', async () => {
    const lead = await register(t, people.rep);
    const { id } = (await log(people.rep, lead.id)).data;
    for (const [field, value] of [
      ['happenedAt', ago(1)],
      ['leadId', lead.id],
      ['authorId', people.admin.id],
      ['createdAt', ago(1)],
    ] as const) {
      const { failure } = await edit(people.rep, id, { version: 1, [field]: value });
      expect(failure.errors).toEqual([{ field, message: '不支持的字段' }]);
    }
  });

  it('deleted, the lead stands as if it had not been', async () => {
    const lead = await register(t, people.rep, { intention: 'high' });
    t.clock.advance({ hours: 1 });
    const first = (await log(people.rep, lead.id, { content: '第一次', nextFollowUpAt: ago(-48) })).data;
    const afterFirst = await leadSeenBy(t, people.rep, lead.id);
    t.clock.advance({ hours: 1 });
    const second = (await log(people.rep, lead.id, { content: '记错客户了' })).data;
    await remove(people.rep, second.id, 1);
    expect(await leadSeenBy(t, people.rep, lead.id)).toEqual({
      ...afterFirst,
      version: afterFirst.version + 2,
      updatedAt: t.clock.now(),
    });
    await remove(people.rep, first.id, 1);
    expect(await leadSeenBy(t, people.rep, lead.id)).toMatchObject({
      followUpCount: 0,
      lastFollowUpAt: null,
      lastFollowUpContent: null,
      nextFollowUpAt: null,
      nextDueAt: lead.nextDueAt,
    });
    expect((await stored(first.id)).deletedAt).toBe(t.clock.now());
    expect((await t.call(followups.get, { params: { id: first.id } }, { as: people.rep })).status).toBe(404);
  });

  it('deleted after its lead was closed does not plan the next contact again', async () => {
    const lead = await register(t, people.rep);
    await log(people.rep, lead.id, { nextFollowUpAt: ago(-48) });
    t.clock.advance({ minutes: 1 });
    const last = (await log(people.rep, lead.id)).data;
    const close = { action: 'close', version: 3, outcome: 'lost', reason: '价格' } as const;
    await t.call(leads.changeStatus, { params: { id: lead.id }, body: close }, { as: people.rep });
    await remove(people.rep, last.id, 1);
    expect((await leadSeenBy(t, people.rep, lead.id)).nextFollowUpAt).toBeNull();
  });
});

describe('the list of follow-ups', () => {
  let author: TestUser;
  let leadId: string;
  const made: string[] = [];

  beforeAll(async () => {
    author = await t.user({ roles: ['sales'], name: '钱进', department: people.departments.south });
    leadId = (await register(t, author)).id;
    const other = await register(t, author);
    t.clock.set(atWallClock('2026-03-20', '12:00'));
    for (const [lead, method, content, happenedAt] of [
      [leadId, 'phone', '电话 100% 确认', atWallClock('2026-03-16', '00:00')],
      [leadId, 'visit', '上门看房', atWallClock('2026-03-16', '23:59')],
      [other.id, 'phone', '加了VX', atWallClock('2026-03-17', '00:00')],
    ] as const) {
      made.push((await log(author, lead, { method, content, happenedAt })).data.id);
    }
  });

  const found = async (query: object, as = author) =>
    (await t.call(followups.list, { query: { userId: author.id, ...query } }, { as })).data.list.map((item) =>
      made.indexOf(item.id),
    );

  test.each<[object | (() => object), number[]]>([
    [{}, [2, 1, 0]],
    [{ sort: 'happenedAt' }, [0, 1, 2]],
    [{ method: 'phone' }, [2, 0]],
    [() => ({ leadId }), [1, 0]],
    [{ from: '2026-03-16', to: '2026-03-16' }, [1, 0]],
    [{ from: '2026-03-17' }, [2]],
    [{ to: '2026-03-15' }, []],
    [{ keyword: '看房' }, [1]],
    [{ keyword: 'vx' }, [2]],
    [{ keyword: '100%' }, [0]],
    [{ keyword: '%' }, [0]],
    [{ keyword: '_' }, []],
  ])('%j', async (query, expected) => {
    expect(await found(typeof query === 'function' ? query() : query)).toEqual(expected);
  });

  it('belongs to the department for a manager, and to nobody else', async () => {
    expect(await found({}, people.manager)).toEqual([2, 1, 0]);
    expect(await found({}, people.colleague)).toEqual([]);
    expect(await found({}, people.northerner)).toEqual([]);
  });

  it('keeps for its author what was written before the lead changed hands', async () => {
    const lead = await register(t, author);
    const { id } = (await log(author, lead.id)).data;
    const give = { version: 2, ownerId: people.colleague.id, reason: '交接' };
    await t.call(leads.assign, { params: { id: lead.id }, body: give }, { as: people.manager });
    for (const as of [author, people.colleague])
      expect((await t.call(followups.get, { params: { id } }, { as })).status, as.name).toBe(200);
    expect((await t.call(leads.get, { params: { id: lead.id } }, { as: author })).status).toBe(404);
    expect((await t.call(followups.get, { params: { id } }, { as: people.northerner })).status).toBe(404);
  });
});
