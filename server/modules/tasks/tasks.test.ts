import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type TaskDetail, type TaskDraft, type TaskFilters, tasks } from '#shared/tasks/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, leadSeenBy, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { onRealPostgres } from '../../testing/database.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
// Counts are shared for a moment: each test looks at a moment of its own.
beforeEach(() => t.clock.advance({ minutes: 1 }));

const inHours = (hours: number) => new Date(Date.parse(t.clock.now()) + hours * 3_600_000).toISOString();
const create = (as: TestUser, more: Partial<TaskDraft> = {}) =>
  t.call(tasks.create, { body: { title: '给金沙酒店寄样品', dueAt: inHours(2), ...more } }, { as });
const made = async (as: TestUser, more: Partial<TaskDraft> = {}) => (await create(as, more)).data;
const get = (as: TestUser, id: string) => t.call(tasks.get, { params: { id } }, { as });
const seen = async (as: TestUser, id: string) => (await get(as, id)).data;
const list = async (as: TestUser, query: TaskFilters & { keyword?: string } = {}) =>
  (await t.call(tasks.list, { query: { pageSize: 100, ...query } }, { as })).data;
const actionsOf = (task: TaskDetail) => task.actions.map(({ action }) => action);
const complete = (as: TestUser, { id, version }: TaskDetail, resultNote?: string) =>
  t.call(tasks.complete, { params: { id }, body: { version, resultNote } }, { as });
const defer = (as: TestUser, { id, version }: TaskDetail, dueAt: string, reason?: string) =>
  t.call(tasks.defer, { params: { id }, body: { version, dueAt, reason } }, { as });
const cancel = (as: TestUser, { id, version }: TaskDetail) =>
  t.call(tasks.cancel, { params: { id }, body: { version, reason: '客户不要了' } }, { as });
const reopen = (as: TestUser, { id, version }: TaskDetail) =>
  t.call(tasks.reopen, { params: { id }, body: { version } }, { as });
const update = (as: TestUser, { id, version }: TaskDetail, body: object) =>
  t.call(tasks.update, { params: { id }, body: { version, ...body } }, { as });
const assign = (as: TestUser, { id, version }: TaskDetail, assigneeId: string) =>
  t.call(tasks.assign, { params: { id }, body: { version, assigneeId, reason: '出差' } }, { as });
const remove = (as: TestUser, { id, version }: TaskDetail) =>
  t.call(tasks.remove, { params: { id }, body: { version } }, { as });
const auditOf = (entityId: string) =>
  t.db
    .selectFrom('auditEntries')
    .select(['action', 'changes', 'reason'])
    .where('entityId', '=', entityId)
    .orderBy('id')
    .execute();

describe('making a task', () => {
  it('for oneself needs no more than a title and a time', async () => {
    const task = await made(people.engineer, { title: ' 巡检  三楼 ' });
    expect(task).toMatchObject({
      title: '巡检 三楼',
      type: 'custom',
      priority: 'medium',
      status: 'pending',
      source: null,
      assignee: { id: people.engineer.id, name: '赵磊' },
      creator: { id: people.engineer.id, name: '赵磊' },
      overdue: false,
      deferrals: 0,
      version: 1,
    });
    expect(actionsOf(task)).toEqual(['complete', 'cancel', 'defer', 'edit', 'delete']);
    expect(await auditOf(task.id)).toMatchObject([{ action: 'tasks.created' }]);
  });

  it('for somebody else needs the right to give tasks, and reaches as far as that', async () => {
    const { rep, colleague, junior, northerner, manager, admin } = people;
    expect((await create(rep, { assigneeId: colleague.id })).failure).toMatchObject({
      code: 403,
      errorCode: 'TASK_ASSIGNEE_NOT_ALLOWED',
    });
    expect((await made(manager, { assigneeId: junior.id })).assignee.name).toBe('刘洋');
    const { failure } = await create(manager, { assigneeId: northerner.id });
    expect(failure.errorCode).toBe('TASK_ASSIGNEE_NOT_ALLOWED');
    expect(failure.errors?.[0]?.field).toBe('assigneeId');
    expect((await made(admin, { assigneeId: northerner.id })).assignee.name).toBe('孙悦');
    expect((await made(rep, { assigneeId: rep.id })).assignee.name).toBe('李强');
  });

  it('for nobody who works here is refused', async () => {
    const gone = await t.user({ roles: ['sales'] });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', gone.id).execute();
    for (const assigneeId of [gone.id, newId()]) {
      const { failure } = await create(people.admin, { assigneeId });
      expect(failure).toMatchObject({ code: 400, errorCode: 'TASK_ASSIGNEE_INVALID' });
    }
  });

  it('for the past is refused, with the field', async () => {
    for (const dueAt of [t.clock.now(), inHours(-1)]) {
      const { failure } = await create(people.rep, { dueAt });
      expect(failure).toMatchObject({ code: 400, errorCode: 'TASK_DUE_IN_PAST' });
      expect(failure.errors?.[0]?.field).toBe('dueAt');
    }
  });

  it('about a lead is for who sees that lead; who does not learns neither that it is there nor its name', async () => {
    const { rep, northerner, engineer, admin } = people;
    const lead = await register(t, rep, { customerName: '保密酒店' });
    const about = { sourceEntity: 'leads', sourceId: lead.id } as const;
    for (const as of [northerner, engineer]) expect((await create(as, about)).status).toBe(404);
    expect((await create(rep, { ...about, sourceId: newId() })).status).toBe(404);
    const task = await made(rep, about);
    expect(task.source).toEqual({ entity: 'leads', id: lead.id, name: '保密酒店', openable: true });
    const given = await made(admin, { ...about, assigneeId: engineer.id });
    const hidden = { entity: 'leads', id: lead.id, name: null, openable: false };
    expect((await seen(engineer, given.id)).source).toEqual(hidden);
    expect((await list(engineer, about)).list.map(({ source }) => source)).toEqual([hidden]);
    await t.call(leads.remove, { params: { id: lead.id }, body: { version: 1 } }, { as: rep });
    expect((await seen(rep, task.id)).source).toEqual(hidden);
  });

  it('tells a colleague who is given one, once, and nobody else', async () => {
    const { manager, rep, colleague } = people;
    const own = await made(rep);
    const given = await made(manager, { title: '盯一下押金', assigneeId: rep.id });
    await assign(manager, given, colleague.id);
    await t.work();
    const notices = await t.db
      .selectFrom('notifications')
      .select(['userId', 'key', 'kind', 'title', 'body', 'entityId'])
      .where('entityId', 'in', [own.id, given.id])
      .execute();
    // It was passed on before the first could be told.
    expect(notices).toMatchObject([
      {
        userId: colleague.id,
        key: `task.assigned:${given.id}:2`,
        kind: 'task',
        title: '新待办：盯一下押金',
        entityId: given.id,
      },
    ]);
    expect(notices[0]?.body).toMatch(/^王芳 交给你，今天 .*到期$/);
  });
});

describe('what can be done', () => {
  it('changes what was given, and an old date does not stand in the way', async () => {
    const task = await made(people.rep);
    t.clock.advance({ hours: 3 });
    const { data } = await update(people.rep, task, { title: '寄两套', priority: 'high', dueAt: task.dueAt });
    expect(data).toMatchObject({ title: '寄两套', priority: 'high', overdue: true, version: 2 });
    expect((await update(people.rep, data, { dueAt: inHours(-2) })).failure.errorCode).toBe(
      'TASK_DUE_IN_PAST',
    );
    expect((await update(people.rep, task, { title: '旧' })).failure).toMatchObject({
      errorCode: 'STALE',
      details: { current: { title: '寄两套', version: 2 } },
    });
  });

  it('completes with a result, reopens, and is deleted', async () => {
    const task = await made(people.rep);
    const done = (await complete(people.rep, task, '已寄出')).data;
    expect(done).toMatchObject({ status: 'completed', resultNote: '已寄出', endedAt: t.clock.now() });
    expect(actionsOf(done)).toEqual(['reopen', 'delete']);
    expect((await update(people.rep, done, { title: '晚了' })).failure.errorCode).toBe('TASK_NOT_OPEN');
    expect((await defer(people.rep, done, inHours(5))).failure.errorCode).toBe('TASK_NOT_OPEN');
    const again = (await reopen(people.rep, done)).data;
    expect(again).toMatchObject({ status: 'pending', endedAt: null });
    const off = (await cancel(people.rep, again)).data;
    expect(off).toMatchObject({ status: 'cancelled', resultNote: '客户不要了' });
    expect((await remove(people.rep, off)).status).toBe(200);
    expect((await get(people.rep, task.id)).status).toBe(404);
    expect((await auditOf(task.id)).map(({ action }) => action)).toEqual([
      'tasks.created',
      'tasks.complete',
      'tasks.reopen',
      'tasks.cancel',
      'tasks.deleted',
    ]);
  });

  it('is put off with a reason, into the future only', async () => {
    const task = await made(people.rep);
    expect((await defer(people.rep, task, inHours(-1))).failure.errorCode).toBe('TASK_DUE_IN_PAST');
    const { data } = await defer(people.rep, task, inHours(30), '样品没到');
    expect(data).toMatchObject({ dueAt: inHours(30), deferrals: 1, version: 2 });
    expect((await auditOf(task.id)).at(-1)).toMatchObject({ action: 'tasks.deferred', reason: '样品没到' });
  });

  it('is given on within the department, not to who has it, and not to strangers', async () => {
    const { rep, colleague, manager, northerner } = people;
    const task = await made(rep);
    expect((await assign(rep, task, colleague.id)).status).toBe(403);
    expect((await assign(manager, task, northerner.id)).failure.errorCode).toBe('TASK_ASSIGNEE_NOT_ALLOWED');
    expect((await assign(manager, task, rep.id)).failure.errorCode).toBe('TASK_ALREADY_ASSIGNED');
    const { data } = await assign(manager, task, colleague.id);
    expect(data.assignee.name).toBe('黄婷');
    expect(actionsOf(data)).toContain('assign');
    // Whoever made it goes on seeing it.
    expect((await seen(rep, task.id)).assignee.name).toBe('黄婷');
  });

  test.each<[keyof Company & string, boolean]>([
    ['rep', true],
    ['manager', true],
    ['admin', true],
    ['colleague', false],
    ['northerner', false],
    ['engineer', false],
  ])('a task of a rep is there for %s: %s', async (who, reached) => {
    const { id } = await made(people.rep, { title: '范围' });
    const as = people[who] as TestUser;
    expect((await get(as, id)).status).toBe(reached ? 200 : 404);
    expect((await list(as, { assigneeId: people.rep.id })).list.some((task) => task.id === id)).toBe(reached);
  });
});

describe('looking for tasks', () => {
  let as: TestUser;
  const named = new Map<string, string>();

  beforeAll(async () => {
    t.clock.set('2026-04-14T02:00:00.000Z');
    as = await t.user({ roles: ['finance'] });
    const add = async (name: string, more: Partial<TaskDraft>) => {
      const task = await made(as, { title: name, ...more });
      named.set(task.id, name);
      return task;
    };
    await add('逾期', { dueAt: inHours(1), priority: 'high' });
    const done = await add('做完', { dueAt: inHours(2) });
    await add('今晚', { dueAt: '2026-04-14T15:59:59.000Z', priority: 'low' });
    await add('明天', { dueAt: '2026-04-14T16:00:00.000Z' });
    t.clock.advance({ hours: 1 });
    await complete(as, done);
    t.clock.advance({ hours: 1 });
  });

  const found = async (query: TaskFilters & { keyword?: string }) =>
    (await list(as, query)).list.map(({ id }) => named.get(id));

  test.each<[TaskFilters & { keyword?: string }, string[]]>([
    [{}, ['逾期', '做完', '今晚', '明天']],
    [{ due: 'overdue' }, ['逾期']],
    [{ due: 'today' }, ['今晚']],
    [{ status: 'completed' }, ['做完']],
    [{ status: ['pending', 'completed'], priority: ['high', 'low'] }, ['逾期', '今晚']],
    [{ from: '2026-04-15' }, ['明天']],
    [{ to: '2026-04-14' }, ['逾期', '做完', '今晚']],
    [{ planned: true }, []],
    [{ planned: false, type: 'custom', due: 'today' }, ['今晚']],
    [{ type: 'ticket' }, []],
    [{ keyword: '明' }, ['明天']],
  ])('%j', async (query, expected) => {
    t.clock.set('2026-04-14T04:00:00.000Z');
    expect(await found(query)).toEqual(expected);
  });

  it('the overdue ones are a list of their own', async () => {
    t.clock.set('2026-04-14T04:00:00.000Z');
    const { data } = await t.call(tasks.overdue, {}, { as });
    expect(data.list.map(({ id, overdue }) => [named.get(id), overdue])).toEqual([['逾期', true]]);
  });

  it('counts them by when they were due', async () => {
    t.clock.set('2026-04-14T04:00:00.000Z');
    const { data } = await t.call(tasks.statistics, { query: { to: '2026-04-14' } }, { as });
    expect(data).toMatchObject({
      total: 3,
      pending: 2,
      completed: 1,
      cancelled: 0,
      overdue: 1,
      completionRate: 33.3,
      overdueRate: 33.3,
      averageHours: 1,
    });
    expect(data.byType).toMatchObject({ custom: 3, ticket: 0 });
    const none = await t.call(tasks.statistics, { query: { from: '2030-01-01' } }, { as });
    expect(none.data).toMatchObject({ total: 0, completionRate: 0, averageHours: null });
  });
});

describe('the task that a lead plans', () => {
  const planned = (leadId: string) =>
    t.db
      .selectFrom('tasks')
      .selectAll()
      .where('sourceId', '=', leadId)
      .where('planned', '=', true)
      .orderBy('id')
      .execute();
  const openOf = async (leadId: string) =>
    (await planned(leadId)).filter(({ status }) => status === 'pending');
  const log = (as: TestUser, leadId: string, more: object = {}) =>
    t.call(followups.create, { body: { leadId, method: 'phone', content: '聊了报价', ...more } }, { as });
  /** Lead with an agreed date. */
  async function agreed(as = people.rep, hours = 24) {
    const lead = await register(t, as, { intention: 'high' });
    const next = { nextFollowUpAt: inHours(hours), nextFollowUpContent: '带合同' };
    const followUp = (await log(as, lead.id, next)).data;
    const [task] = await openOf(lead.id);
    if (!task) throw new Error('Nothing is planned');
    return { id: lead.id, followUp, task: await seen(as, task.id), ...next };
  }
  const versionOf = async (id: string) => (await storedLead(t, id)).version;
  /** What must hold of every lead, whatever happened to it. */
  async function expectInLine(id: string): Promise<void> {
    const lead = await storedLead(t, id);
    const open = ['new', 'contacted', 'qualified'].includes(lead.status);
    const wanted =
      open && lead.ownerId && lead.nextFollowUpAt && !lead.deletedAt
        ? [{ assigneeId: lead.ownerId, dueAt: lead.nextFollowUpAt }]
        : [];
    expect((await openOf(id)).map(({ assigneeId, dueAt }) => ({ assigneeId, dueAt }))).toEqual(wanted);
  }

  it('comes with the agreed date, and belongs to who follows the lead', async () => {
    const { id, task, nextFollowUpAt } = await agreed();
    expect(task).toMatchObject({
      type: 'lead_follow_up',
      title: '跟进 维也纳酒店深圳湾店',
      description: '带合同',
      priority: 'high',
      assignee: { id: people.rep.id },
      creator: null,
      dueAt: nextFollowUpAt,
      source: { id, name: '维也纳酒店深圳湾店', openable: true },
    });
    expect(actionsOf(task)).toEqual(['followUp', 'complete', 'cancel', 'defer']);
    expect(actionsOf(await seen(people.manager, task.id))).toEqual([
      'followUp',
      'complete',
      'cancel',
      'defer',
    ]);
  });

  it('is not there without a date or without an owner, and comes with a claim', async () => {
    const lead = await register(t, people.rep);
    expect(await planned(lead.id)).toEqual([]);
    const pooled = await register(t, people.registrar, {
      ownerId: null,
      followUp: { method: 'wechat', content: '加了微信', nextFollowUpAt: inHours(3) },
    });
    expect(await planned(pooled.id)).toEqual([]);
    await t.call(leads.claim, { params: { id: pooled.id } }, { as: people.rep });
    expect(await openOf(pooled.id)).toMatchObject([{ assigneeId: people.rep.id }]);
    await expectInLine(pooled.id);
  });

  it('is done by the next contact, whose date plans the next one', async () => {
    const { id, task } = await agreed();
    await log(people.rep, id, { content: '签了意向', nextFollowUpAt: inHours(48) });
    const [first, second, ...more] = await planned(id);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id: task.id, status: 'completed', resultNote: '签了意向' });
    expect(second).toMatchObject({ status: 'pending', dueAt: inHours(48) });
    await log(people.rep, id, { content: '没有下次' });
    await expectInLine(id);
    expect((await planned(id)).map(({ status }) => status)).toEqual(['completed', 'completed']);
    expect(actionsOf(await seen(people.rep, task.id))).toEqual([]);
  });

  it('is not done by a contact that took place before the last one', async () => {
    const { id, task } = await agreed();
    await log(people.rep, id, { content: '补记', happenedAt: inHours(-20), nextFollowUpAt: inHours(2) });
    expect(await openOf(id)).toMatchObject([{ id: task.id, dueAt: task.dueAt, version: 1 }]);
    expect((await storedLead(t, id)).nextFollowUpAt).toBe(task.dueAt);
  });

  it('moves with a date that is corrected in the follow-up, and goes when it is taken out', async () => {
    const { id, followUp, task } = await agreed();
    const change = (version: number, body: object) =>
      t.call(
        followups.update,
        { params: { id: followUp.id }, body: { version, ...body } },
        { as: people.rep },
      );
    expect((await change(1, { nextFollowUpAt: inHours(-30) })).failure.errorCode).toBe(
      'NEXT_FOLLOW_UP_IN_PAST',
    );
    expect((await change(1, { nextFollowUpAt: inHours(50) })).data.nextFollowUpAt).toBe(inHours(50));
    expect(await openOf(id)).toMatchObject([{ id: task.id, dueAt: inHours(50), deferrals: 0 }]);
    expect((await storedLead(t, id)).nextFollowUpAt).toBe(inHours(50));
    await change(2, { nextFollowUpAt: null });
    expect(await planned(id)).toMatchObject([{ status: 'cancelled' }]);
    await change(3, { nextFollowUpAt: inHours(5) });
    await expectInLine(id);
    expect(await openOf(id)).toHaveLength(1);
  });

  it('goes back to what was agreed before, when the follow-up is deleted', async () => {
    const { id, nextFollowUpAt } = await agreed();
    t.clock.advance({ minutes: 5 });
    const last = (await log(people.rep, id, { nextFollowUpAt: inHours(90) })).data;
    await t.call(followups.remove, { params: { id: last.id }, body: { version: 1 } }, { as: people.rep });
    expect(await openOf(id)).toMatchObject([{ dueAt: nextFollowUpAt }]);
    await expectInLine(id);
  });

  it('put off, moves the lead’s date; editing the follow-up’s words does not bring the old one back', async () => {
    const { id, task, followUp } = await agreed();
    const { data } = await defer(people.rep, task, inHours(72), '客户出差');
    expect(data).toMatchObject({ dueAt: inHours(72), deferrals: 1, version: 2 });
    const lead = await leadSeenBy(t, people.rep, id);
    expect(lead).toMatchObject({ nextFollowUpAt: inHours(72), nextFollowUpContent: '带合同' });
    expect((await auditOf(task.id)).at(-1)).toMatchObject({ action: 'tasks.deferred', reason: '客户出差' });
    const body = { version: 1, content: '改过的话', nextFollowUpAt: followUp.nextFollowUpAt };
    await t.call(followups.update, { params: { id: followUp.id }, body }, { as: people.rep });
    await log(people.rep, id, { content: '补记', happenedAt: inHours(-20) });
    expect((await storedLead(t, id)).nextFollowUpAt).toBe(inHours(72));
    await expectInLine(id);
  });

  it.each(['complete', 'cancel'] as const)('with %s clears the lead’s date', async (action) => {
    const { id, task } = await agreed();
    const reply = action === 'complete' ? await complete(people.rep, task) : await cancel(people.rep, task);
    expect(reply.data.status).toBe(action === 'complete' ? 'completed' : 'cancelled');
    expect(await storedLead(t, id)).toMatchObject({ nextFollowUpAt: null, nextFollowUpContent: null });
    await expectInLine(id);
    expect(await planned(id)).toHaveLength(1);
  });

  it('is not changed by hand', async () => {
    const { task } = await agreed();
    const { manager } = people;
    const replies = [
      await update(manager, task, { title: '别的' }),
      await assign(manager, task, people.colleague.id),
      await remove(manager, task),
      await reopen(manager, (await complete(manager, task)).data),
    ];
    for (const { failure } of replies)
      expect(failure).toMatchObject({ code: 409, errorCode: 'TASK_PLANNED' });
  });

  it('follows the lead’s name, intention and owner', async () => {
    const { id, task } = await agreed();
    const body = { version: await versionOf(id), customerName: '改名酒店', intention: 'low' } as const;
    await t.call(leads.update, { params: { id }, body }, { as: people.rep });
    expect(await openOf(id)).toMatchObject([{ id: task.id, title: '跟进 改名酒店', priority: 'low' }]);
    const give = { version: await versionOf(id), ownerId: people.colleague.id, reason: '调整' };
    await t.call(leads.assign, { params: { id }, body: give }, { as: people.manager });
    expect(await openOf(id)).toMatchObject([{ id: task.id, assigneeId: people.colleague.id }]);
    expect((await get(people.rep, task.id)).status).toBe(404);
    const [version, before] = [await versionOf(id), await openOf(id)];
    await t.call(leads.update, { params: { id }, body: { version, city: '深圳' } }, { as: people.colleague });
    expect(await openOf(id)).toEqual(before);
  });

  test.each(['close', 'convert', 'release', 'remove'] as const)(
    'is off when the lead is no longer work: %s',
    async (how) => {
      const { id } = await agreed();
      const version = await versionOf(id);
      const params = { id };
      const as = people.rep;
      const reply = {
        close: () =>
          t.call(
            leads.changeStatus,
            { params, body: { version, action: 'close', outcome: 'lost', reason: '价格' } },
            { as },
          ),
        convert: () =>
          t.call(leads.convert, { params, body: { version, dealDate: '2026-04-10', dealAmount: 1 } }, { as }),
        release: () => t.call(leads.release, { params, body: { version, reason: '跟不动' } }, { as }),
        remove: () => t.call(leads.remove, { params, body: { version } }, { as }),
      }[how];
      expect((await reply()).status).toBe(200);
      expect(await planned(id)).toMatchObject([{ status: 'cancelled', endedAt: t.clock.now() }]);
      await expectInLine(id);
    },
  );

  it('is there again when the lead is restored', async () => {
    const { id, nextFollowUpAt } = await agreed();
    const version = await versionOf(id);
    await t.call(leads.remove, { params: { id }, body: { version } }, { as: people.rep });
    await t.call(leads.restore, { params: { id }, body: { version: version + 1 } }, { as: people.admin });
    expect(await openOf(id)).toMatchObject([{ dueAt: nextFollowUpAt }]);
    await expectInLine(id);
  });

  // Only a real server lets transactions meet.
  it.runIf(onRealPostgres)('survives everybody at once', async () => {
    for (let round = 0; round < 12; round++) {
      const { id, task, followUp } = await agreed();
      const version = await versionOf(id);
      const { rep, manager, colleague } = people;
      const give = { version, ownerId: colleague.id, reason: '调整' };
      const words = { version: 1, nextFollowUpAt: inHours(60) };
      const replies = await Promise.all([
        log(rep, id, { nextFollowUpAt: inHours(30 + round) }),
        log(manager, id, {}),
        defer(rep, task, inHours(40)),
        complete(manager, task),
        cancel(rep, task),
        t.call(leads.assign, { params: { id }, body: give }, { as: manager }),
        t.call(followups.update, { params: { id: followUp.id }, body: words }, { as: rep }),
        t.call(leads.release, { params: { id }, body: { version, reason: '跟不动' } }, { as: rep }),
      ]);
      for (const reply of replies) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500);
      await expectInLine(id);
    }
  });
});
