import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import {
  addressOf,
  checkAt,
  createChain,
  dailyCheck,
  deliveryRows,
  putLeads,
  runs,
  type StoredLead,
  saidTo,
  setRule,
  startOver,
} from '../../testing/reminders.ts';

let t: TestApp;
/** Another process of the same product. */
let other: TestApp;
let people: Awaited<ReturnType<typeof createChain>>;

beforeAll(async () => {
  t = await createTestApp();
  other = await createTestApp({ sharing: t });
  people = await createChain(t);
});
const NOW = atWallClock('2026-03-09', '12:00');
beforeEach(() => startOver(t, NOW));

/** Due on Monday 2026-03-09 at 10:00. */
const due = (owner: TestUser | null, more: Partial<StoredLead> = {}): StoredLead => ({
  ownerId: owner?.id ?? null,
  contact: atWallClock('2026-03-04', '10:00'),
  ...more,
});
const put = async (...list: StoredLead[]) => (await putLeads(t, people.admin, list)) as [string, ...string[]];
const rulesSeenBy = async (as: TestUser) => (await t.call(reminders.rules, {}, { as })).data.list;
const update = (level: '高' | '中' | '低', body: object, as = people.admin) =>
  t.call(reminders.updateRule, { params: { level }, body: { version: 1, ...body } }, { as });
const settings = async (as = people.admin) => (await t.call(reminders.settings, {}, { as })).data;
const changeSettings = (body: object, as = people.admin) =>
  t.call(reminders.updateSettings, { body: { version: 1, ...body } }, { as });
const check = async (as: TestUser) => (await t.call(reminders.check, {}, { as })).data;
const plan = async (as: TestUser) => (await t.call(reminders.dryRun, {}, { as })).data;
const preview = (as: TestUser, id: string) => t.call(reminders.preview, { params: { id } }, { as });
const addEmail = (email: string) => t.call(reminders.addEmail, { body: { email } }, { as: people.admin });

describe('the rules', () => {
  it('start with one, three and five working days, and are read by whoever reads leads', async () => {
    const list = await rulesSeenBy(people.rep);
    expect(list.map(({ intentionLevel, intervalDays }) => [intentionLevel, intervalDays])).toEqual([
      ['高', 1],
      ['中', 3],
      ['低', 5],
    ]);
    for (const rule of list) expect(rule.tiers).toEqual({ owner: 0, manager: 2, company: 4 });
    expect(list[1]?.words).toMatch(
      /^3个工作日没有联系就算超期；.*提醒跟进人，.*2个工作日.*提醒部门主管，.*4个工作日.*提醒公司名单$/,
    );
    expect((await t.call(reminders.rules, {}, { as: people.engineer })).status).toBe(403);
  });

  it('count at once wherever leads are shown, in every process, and rewrite no lead', async () => {
    const { rep, admin, manager } = people;
    const [id] = await put(due(rep));
    const rows = () => t.db.selectFrom('leads').selectAll().orderBy('id').execute();
    const before = await rows();
    const seen = async () => {
      const answers = [];
      for (const app of [t, other]) {
        const { nextDueAt, overdue } = (await app.call(leads.get, { params: { id } }, { as: rep })).data;
        const [item] = (await app.call(leads.list, { query: { due: 'overdue' } }, { as: rep })).data.list;
        const { sections } = (await app.call(workbench.get, {}, { as: rep })).data;
        const today = sections.find(({ key }) => key === 'overdue') as { count: number } | undefined;
        const team = (await app.call(workbench.get, {}, { as: manager })).data.sections;
        const teamToday = team.find(({ key }) => key === 'teamOverdue') as { count: number } | undefined;
        const statistics = (await app.call(leads.statistics, {}, { as: admin })).data;
        const { dueAt } = (await app.call(reminders.preview, { params: { id } }, { as: rep })).data;
        const { reminders: planned } = (await app.call(reminders.dryRun, {}, { as: admin })).data;
        const counts = [today?.count, teamToday?.count, statistics.overdue, planned];
        answers.push({ nextDueAt, overdue, listed: item?.id, counts, dueAt });
      }
      expect(answers[1]).toEqual(answers[0]);
      return answers[0];
    };
    const dueAt = atWallClock('2026-03-09', '10:00');
    const overdue = { nextDueAt: dueAt, overdue: true, listed: id, counts: [1, 1, 1, 1], dueAt };
    expect(await seen()).toEqual(overdue);
    const longer = (await update('中', { intervalDays: 4 })).data;
    expect(longer).toMatchObject({ intentionLevel: '中', intervalDays: 4, version: 2, updatedAt: NOW });
    const later = atWallClock('2026-03-10', '10:00');
    expect(await seen()).toEqual({
      nextDueAt: later,
      overdue: false,
      listed: undefined,
      counts: [0, 0, 0, 0],
      dueAt: later,
    });
    // The other intentions keep theirs.
    expect((await rulesSeenBy(admin)).map(({ intervalDays }) => intervalDays)).toEqual([1, 4, 5]);
    await update('中', { version: 2, intervalDays: 3 });
    expect(await seen()).toEqual(overdue);
    await update('中', { version: 3, intervalDays: 4 });
    expect((await check(admin)).overdueCount).toBe(0);
    await dailyCheck(t);
    expect(await saidTo(t)).toEqual([]);
    expect(await rows()).toEqual(before);
  });

  it('change only what is sent: a tier, or none', async () => {
    const { data } = await update('高', { tiers: { manager: null } });
    expect(data).toMatchObject({
      intervalDays: 1,
      tiers: { owner: 0, manager: null, company: 4 },
      version: 2,
    });
    expect(data.words).not.toContain('部门主管');
    await update('高', { version: 2, tiers: { owner: null, company: null } });
    expect((await rulesSeenBy(people.rep))[0]?.words).toBe('1个工作日没有联系就算超期；不提醒任何人');
    const entries = await t.db
      .selectFrom('auditEntries')
      .select(['changes', 'reason', 'actorId'])
      .where('action', '=', 'reminders.ruleChanged')
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    expect(entries).toEqual([
      {
        changes: { ownerAfter: [0, null], companyAfter: [4, null] },
        reason: '高意向',
        actorId: people.admin.id,
      },
    ]);
  });

  it('of two who change them at once refuse the second, with what they are now', async () => {
    await update('低', { intervalDays: 7 });
    const { failure } = await update('低', { intervalDays: 9 });
    expect(failure).toMatchObject({ code: 409, errorCode: 'STALE' });
    expect(failure.details).toMatchObject({ current: { intentionLevel: '低', intervalDays: 7, version: 2 } });
  });

  it('are changed by administrators only', async () => {
    for (const as of [people.rep, people.manager, people.registrar]) {
      expect((await update('低', { intervalDays: 7 }, as)).status).toBe(403);
      expect((await changeSettings({ sendTime: '10:00' }, as)).status).toBe(403);
    }
    expect((await rulesSeenBy(people.rep))[2]?.intervalDays).toBe(5);
  });

  test.each<[body: object, field: string, message: string]>([
    [{ intervalDays: 0 }, 'intervalDays', '不能小于1'],
    [{ intervalDays: 61 }, 'intervalDays', '不能大于60'],
    [{ intervalDays: 1.5 }, 'intervalDays', '格式不正确'],
    [{ intervalDays: '3' }, 'intervalDays', '格式不正确'],
    [{ intervalDays: null }, 'intervalDays', '必填'],
    [{ tiers: { owner: -1 } }, 'tiers.owner', '不能小于0'],
    [{ tiers: { manager: 61 } }, 'tiers.manager', '不能大于60'],
    [{ tiers: { company: 'never' } }, 'tiers.company', '格式不正确'],
    [{ tiers: { boss: 1 } }, 'tiers.boss', '不支持的字段'],
    [{ tiers: null }, 'tiers', '必填'],
    [{ words: 'x' }, 'words', '不支持的字段'],
    [{ version: null }, 'version', '必填'],
  ])('do not become %j', async (body, field, message) => {
    const reply = await t.send('PUT', `/api/followup-remind-config/${encodeURIComponent('中')}`, {
      as: people.admin,
      body: { version: 1, ...body },
    });
    expect(reply.status).toBe(400);
    expect(reply.failure.errors).toEqual([{ field, message }]);
    expect((await rulesSeenBy(people.admin))[1]).toMatchObject({ intervalDays: 3, version: 1 });
  });

  it('are those of three levels', async () => {
    for (const level of ['medium', 'x', encodeURIComponent('中高')]) {
      const body = { version: 1, intervalDays: 3 };
      const reply = await t.send('PUT', `/api/followup-remind-config/${level}`, { as: people.admin, body });
      expect(reply.failure.errors).toEqual([{ field: 'level', message: '请选择有效的选项' }]);
    }
  });
});

describe('the settings', () => {
  it('are read by whoever checks, and changed field by field', async () => {
    expect(await settings(people.manager)).toEqual({
      sendTime: '09:00',
      workdaysOnly: true,
      quietWeekdays: [],
      version: 1,
      nextRunAt: atWallClock('2026-03-10', '09:00'),
      lastRunAt: null,
      mailConfigured: true,
    });
    expect((await t.call(reminders.settings, {}, { as: people.rep })).status).toBe(403);
    const { data } = await changeSettings({ sendTime: '18:30' });
    expect(data).toMatchObject({
      sendTime: '18:30',
      workdaysOnly: true,
      version: 2,
      nextRunAt: atWallClock('2026-03-09', '18:30'),
    });
    const quiet = await changeSettings({ version: 2, quietWeekdays: [5, 1, 5], workdaysOnly: false });
    expect(quiet.data).toMatchObject({
      sendTime: '18:30',
      quietWeekdays: [1, 5],
      workdaysOnly: false,
      version: 3,
    });
    expect((await t.call(reminders.settings, {}, { as: people.admin })).data).toEqual(quiet.data);
    expect((await other.call(reminders.settings, {}, { as: people.admin })).data).toEqual(quiet.data);
    const stale = await changeSettings({ version: 2, sendTime: '07:00' });
    expect(stale.failure).toMatchObject({
      code: 409,
      errorCode: 'STALE',
      details: { current: { version: 3 } },
    });
    const [entry] = await t.db
      .selectFrom('auditEntries')
      .select('changes')
      .where('action', '=', 'reminders.settingsChanged')
      .orderBy('id', 'desc')
      .limit(1)
      .execute();
    expect(entry?.changes).toEqual({ workdaysOnly: [true, false], quietWeekdays: ['', '周一、周五'] });
  });

  test.each<[body: object, field: string, message: string]>([
    [{ sendTime: '24:00' }, 'sendTime', '时间格式应为 HH:MM'],
    [{ sendTime: '9:00' }, 'sendTime', '时间格式应为 HH:MM'],
    [{ sendTime: '09:60' }, 'sendTime', '时间格式应为 HH:MM'],
    [{ sendTime: '09:00:00' }, 'sendTime', '时间格式应为 HH:MM'],
    [{ sendTime: 9 }, 'sendTime', '格式不正确'],
    [{ workdaysOnly: 'true' }, 'workdaysOnly', '格式不正确'],
    [{ quietWeekdays: [0, 1, 2, 3, 4, 5, 6] }, 'quietWeekdays', '一周至少留一天'],
    [{ quietWeekdays: [7] }, 'quietWeekdays.0', '不能大于6'],
    [{ quietWeekdays: [-1] }, 'quietWeekdays.0', '不能小于0'],
    [{ quietWeekdays: 'all' }, 'quietWeekdays', '格式不正确'],
    [{ nextRunAt: '2026-03-10T01:00:00.000Z' }, 'nextRunAt', '不支持的字段'],
  ])('do not become %j', async (body, field, message) => {
    const reply = await t.send('PUT', '/api/followup-remind-settings', {
      as: people.admin,
      body: { version: 1, ...body },
    });
    expect(reply.status).toBe(400);
    expect(reply.failure.errors).toEqual([{ field, message }]);
    expect(await settings()).toMatchObject({ sendTime: '09:00', version: 1 });
  });
});

describe('the preview of a lead', () => {
  it('says when it is due and why, and who hears of it when', async () => {
    await addEmail('boss@example.org');
    const [id] = await put(due(people.rep));
    const { data } = await preview(people.rep, id);
    expect(data).toEqual({
      dueAt: atWallClock('2026-03-09', '10:00'),
      words: '中意向，3个工作日没有联系就算超期：今天 10:00',
      list: [
        {
          tier: 'owner',
          recipients: ['李强'],
          at: atWallClock('2026-03-10', '09:00'),
          saidAt: null,
          words: '明天 09:00 提醒跟进人 李强',
        },
        {
          tier: 'manager',
          recipients: ['王芳'],
          at: atWallClock('2026-03-12', '09:00'),
          saidAt: null,
          words: expect.stringContaining('提醒部门主管 王芳'),
        },
        {
          tier: 'company',
          recipients: ['boss@example.org'],
          at: atWallClock('2026-03-16', '09:00'),
          saidAt: null,
          words: expect.stringContaining('提醒公司名单（1个邮箱）'),
        },
      ],
    });
    await checkAt(t, '2026-03-10', '09:00');
    const [owner] = (await preview(people.rep, id)).data.list;
    expect(owner).toMatchObject({
      at: null,
      saidAt: atWallClock('2026-03-10', '09:00'),
      words: '今天 09:00 已提醒跟进人',
    });
  });

  it('names an agreed date, and who is not there to be told', async () => {
    const next = atWallClock('2026-03-11', '15:00');
    const [id] = await put(due(people.northerner, { contact: NOW, next }));
    const { dueAt, words, list } = (await preview(people.northerner, id)).data;
    expect([dueAt, words]).toEqual([next, '约好后天 15:00联系，到时没有跟进就算超期']);
    expect(list.map(({ recipients, words: said }) => [recipients, said])).toEqual([
      [['孙悦'], '3月12日 周四 09:00 提醒跟进人 孙悦'],
      [[], '没有设部门主管，不会提醒'],
      [[], '公司名单是空的，不会提醒'],
    ]);
  });

  it('counts a check that was missed and is owed', async () => {
    t.clock.set(atWallClock('2026-03-06', '09:00'));
    await dailyCheck(t);
    t.clock.set(atWallClock('2026-03-10', '12:00'));
    const [id] = await put(due(people.rep));
    expect((await preview(people.rep, id)).data.list[0]?.at).toBe(atWallClock('2026-03-10', '09:00'));
    await dailyCheck(t);
    expect(await saidTo(t)).toHaveLength(1);
  });

  it('does not count a check that was done', async () => {
    await checkAt(t, '2026-03-10', '09:00');
    const [id] = await put(due(people.rep));
    expect((await preview(people.rep, id)).data.list[0]?.at).toBe(atWallClock('2026-03-11', '09:00'));
  });

  it('of what nobody has to contact is empty, with the reason', async () => {
    const [pool, closed] = await put(due(null), due(people.rep, { status: 'closed' }));
    expect((await preview(people.admin, pool)).data).toEqual({
      dueAt: null,
      words: '公海里的线索不提醒',
      list: [],
    });
    expect((await preview(people.admin, String(closed))).data).toEqual({
      dueAt: null,
      words: '已经结束的线索不提醒',
      list: [],
    });
  });

  it('leaves out a tier that is switched off', async () => {
    await setRule(t, 'medium', { managerAfter: null });
    const [id] = await put(due(people.rep));
    expect((await preview(people.rep, id)).data.list.map(({ tier }) => tier)).toEqual(['owner', 'company']);
  });

  it('is for whoever sees the lead', async () => {
    const [id, deleted] = await put(due(people.rep), due(people.rep, { deleted: true }));
    expect((await preview(people.colleague, id)).status).toBe(404);
    expect((await preview(people.manager, id)).status).toBe(200);
    expect((await preview(people.admin, String(deleted))).status).toBe(404);
    const reply = await t.send('GET', '/api/leads/1/reminders', { as: people.admin });
    expect(reply.failure.errors).toEqual([{ field: 'id', message: '编号格式不正确' }]);
  });
});

describe('the dry run', () => {
  it('says who would be told what and why, and does nothing', async () => {
    const { rep, manager, admin } = people;
    const [first] = await put(
      due(rep, { contact: atWallClock('2026-03-02', '10:00'), customerName: '湖景酒店' }),
      due(rep, { contact: atWallClock('2026-03-04', '11:00') }),
    );
    const { at, reminders: count, list } = await plan(admin);
    expect([at, count]).toEqual([NOW, 3]);
    expect(list).toMatchObject([
      { recipient: { id: rep.id, name: '李强' }, address: addressOf(rep), channel: 'mail', leads: 2 },
      { recipient: { id: manager.id, name: '王芳' }, leads: 1 },
    ]);
    expect(list[0]?.lines[0]).toMatchObject({ leadId: first, customerName: '湖景酒店', tier: 'owner' });
    expect(list[0]?.lines[0]?.reason).toMatch(/^中意向，超期2个工作日，.*提醒跟进人$/);
    expect(list[0]?.lines[1]?.reason).toMatch(/^中意向，刚到期，/);
    expect(await saidTo(t)).toEqual([]);
    expect(await runs(t)).toEqual([]);
    expect(await deliveryRows(t)).toEqual([]);
    expect(await t.db.selectFrom('notifications').select('id').execute()).toEqual([]);
    await dailyCheck(t);
    expect((await plan(admin)).reminders).toBe(3 - (await saidTo(t)).length);
  });

  it('shows the first five of many', async () => {
    await put(...Array.from({ length: 8 }, () => due(people.rep)));
    const [only] = (await plan(people.admin)).list;
    expect(only).toMatchObject({ leads: 8 });
    expect(only?.lines).toHaveLength(5);
  });
});

describe('a check by hand', () => {
  it('says what is overdue, worst first, and tells what was not told; again it tells nothing', async () => {
    const { rep, junior, manager, admin } = people;
    const [second, first, , third] = await put(
      due(rep, { customerName: '湖景酒店' }),
      due(junior, { contact: atWallClock('2026-03-02', '10:00'), intention: 'high' }),
      due(rep, { contact: atWallClock('2026-03-05', '10:00') }),
      due(rep, { contact: atWallClock('2026-03-06', '10:00'), next: atWallClock('2026-03-09', '12:00') }),
    );
    const answer = await check(admin);
    expect(answer.overdueCount).toBe(3);
    expect(answer.overdueList.map(({ leadId }) => leadId)).toEqual([first, second, third]);
    expect(answer.overdueList[0]).toMatchObject({
      intentionLevel: '高',
      followUpPerson: '刘洋',
      configDays: 1,
      overdueDays: 4,
      emailList: [addressOf(junior), addressOf(manager)],
    });
    expect(answer.overdueList[1]).toMatchObject({
      customerName: '湖景酒店',
      overdueDays: 0,
      configDays: 3,
      emailList: [addressOf(rep)],
    });
    expect([answer.reminders, answer.deliveries]).toEqual([4, 3]);
    expect(await runs(t)).toMatchObject([
      { slot: null, actorId: admin.id, at: NOW, reminders: 4, deliveries: 3 },
    ]);
    const again = await check(admin);
    expect(again).toEqual({ ...answer, reminders: 0, deliveries: 0 });
    // Nor does the daily one repeat it.
    await checkAt(t, '2026-03-10', '09:00');
    expect((await saidTo(t)).filter(({ tier }) => tier === 'owner')).toHaveLength(3);
  });

  it('by a manager is about their people only', async () => {
    const { rep, junior, northerner, manager } = people;
    const [south, team, north] = await put(due(rep), due(junior), due(northerner));
    const planned = await plan(manager);
    expect(planned.reminders).toBe(2);
    expect(JSON.stringify(planned)).not.toContain(String(north));
    const answer = await check(manager);
    expect(answer).toMatchObject({ overdueCount: 2, reminders: 2, deliveries: 2 });
    expect(answer.overdueList.map(({ leadId }) => leadId).sort()).toEqual([south, String(team)].sort());
    expect((await saidTo(t)).map(({ recipient }) => recipient).sort()).toEqual(['李强', '刘洋'].sort());
    expect((await plan(people.admin)).reminders).toBe(1);
  });

  it('is refused to everybody who answers for nobody', async () => {
    await put(due(people.rep));
    for (const as of [people.rep, people.registrar, people.engineer, people.finance]) {
      expect((await t.call(reminders.check, {}, { as })).status).toBe(403);
      expect((await t.call(reminders.dryRun, {}, { as })).status).toBe(403);
    }
    expect(await saidTo(t)).toEqual([]);
  });

  it('sent twice with one key is one check', async () => {
    await put(due(people.rep));
    const options = { as: people.admin, idempotencyKey: newId() };
    const first = await t.call(reminders.check, {}, options);
    const second = await t.call(reminders.check, {}, options);
    expect(second.body).toMatchObject({ data: first.data });
    expect(await runs(t)).toHaveLength(1);
  });
});

describe('the company list', () => {
  const list = async () => (await t.call(reminders.emails, {}, { as: people.admin })).data.list;

  it('takes an address once, in whatever case, and gives it back', async () => {
    const added = (await addEmail('  Boss@Example.org ')).data;
    expect(added).toMatchObject({ email: 'Boss@Example.org', createdAt: NOW });
    const { failure } = await addEmail('boss@example.ORG');
    expect(failure).toMatchObject({
      code: 409,
      errorCode: 'REMIND_EMAIL_TAKEN',
      message: '这个邮箱已经在名单里',
      errors: [{ field: 'email', message: '已经在名单里' }],
    });
    expect(await list()).toEqual([added]);
    const remove = () => t.call(reminders.removeEmail, { params: { id: added.id } }, { as: people.admin });
    expect((await remove()).data).toEqual({ id: added.id });
    expect((await remove()).failure.errorCode).toBe('NOT_FOUND');
    expect(await list()).toEqual([]);
    expect(await t.db.selectFrom('remindEmails').select('id').execute()).toEqual([]);
    const entries = await t.db
      .selectFrom('auditEntries')
      .select(['action', 'changes'])
      .where('entityId', '=', added.id)
      .orderBy('id')
      .execute();
    expect(entries).toEqual([
      { action: 'reminders.emailAdded', changes: { email: [null, 'Boss@Example.org'] } },
      { action: 'reminders.emailRemoved', changes: { email: ['Boss@Example.org', null] } },
    ]);
  });

  test.each<[email: unknown, message: string]>([
    ['', '必填'],
    ['boss', '邮箱格式不正确'],
    ['a@b', '邮箱格式不正确'],
    ['a@b.cn, c@d.cn', '邮箱格式不正确'],
    ['a@b.cn\r\nBcc: c@d.cn', '邮箱格式不正确'],
    [`${'x'.repeat(200)}@example.org`, '最多200个字'],
    [null, '必填'],
    [5, '格式不正确'],
  ])('does not take %j', async (email, message) => {
    const reply = await t.send('POST', '/api/remind-email-list', { as: people.admin, body: { email } });
    expect(reply.status).toBe(400);
    expect(reply.failure.errors).toEqual([{ field: 'email', message }]);
    expect(await list()).toEqual([]);
  });

  it('is the administrator’s alone', async () => {
    for (const as of [people.rep, people.manager, people.registrar]) {
      const body = { email: 'spy@example.org' };
      const replies = [
        await t.call(reminders.emails, {}, { as }),
        await t.call(reminders.addEmail, { body }, { as }),
        await t.call(reminders.removeEmail, { params: { id: newId() } }, { as }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect(await list()).toEqual([]);
  });
});

describe('the query of the record', () => {
  test.each<[query: string, field: string, message: string]>([
    ['status=lost', 'status.0', '请选择有效的选项'],
    ['from=2026-02-30', 'from', '日期格式应为 YYYY-MM-DD'],
    ['to=1999-01-01', 'to', '日期超出范围'],
    ['sort=createdAt', 'sort', '请选择有效的选项'],
    ['pageSize=101', 'pageSize', '不能大于100'],
    ['userId=1', 'userId', '不支持的字段'],
  ])('refuses %s', async (query, field, message) => {
    const reply = await t.send('GET', `/api/remind-deliveries?${query}`, { as: people.admin });
    expect(reply.status).toBe(400);
    expect(reply.failure.errors).toEqual([{ field, message }]);
  });

  it('refuses to resend what is not there, or without a version', async () => {
    const resend = (id: string, body: object) =>
      t.send('POST', `/api/remind-deliveries/${id}/resend`, { as: people.admin, body });
    expect((await resend(newId(), { version: 1 })).status).toBe(404);
    expect((await resend(newId(), {})).failure.errors).toEqual([{ field: 'version', message: '必填' }]);
    expect((await resend('1', { version: 1 })).failure.errors).toEqual([
      { field: 'id', message: '编号格式不正确' },
    ]);
    expect((await t.send('GET', `/api/remind-deliveries/${newId()}`, { as: people.admin })).status).toBe(404);
  });
});
