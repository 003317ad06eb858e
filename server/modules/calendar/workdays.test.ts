import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { workdays } from '#shared/workdays/contract.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';
import { createChain, dailyCheck, putLeads, saidTo, startOver } from '../../testing/reminders.ts';

let t: TestApp;
/** Another process of the same product. */
let other: TestApp;
let people: Awaited<ReturnType<typeof createChain>>;

beforeAll(async () => {
  t = await createTestApp();
  other = await createTestApp({ sharing: t });
  people = await createChain(t);
});
beforeEach(() => startOver(t, atWallClock('2026-03-09', '08:00')));

const daysOf = async (year: number, app = t) =>
  (await app.call(workdays.list, { query: { year } }, { as: people.admin })).data;
const set = (date: string, workday: boolean, note = '公司安排') =>
  t.call(workdays.set, { params: { date }, body: { workday, note } }, { as: people.admin });
const remove = (date: string) => t.call(workdays.remove, { params: { date } }, { as: people.admin });

describe('the days of a year', () => {
  it('are the published holidays and make-up days, by date', async () => {
    const { list, published } = await daysOf(2026);
    expect(published).toBe(true);
    const dates = list.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
    expect(list).toContainEqual({ date: '2026-10-01', workday: false, note: '国庆节', override: false });
    expect(list.find(({ date }) => date === '2026-10-10')).toMatchObject({ workday: true, override: false });
    expect(dates).not.toContain('2026-03-14');
    expect(list.every(({ date }) => date.startsWith('2026-'))).toBe(true);
  });

  it.each([2003, 2030, 2099])(
    'are none in %i, which nobody has published, until the company adds its own',
    async (year) => {
      expect(await daysOf(year)).toEqual({ list: [], published: false });
      await set(`${year}-10-01`, false, '国庆');
      await set(`${year}-12-31`, true, '年终盘点');
      expect(await daysOf(year)).toEqual({
        list: [
          { date: `${year}-10-01`, workday: false, note: '国庆', override: true },
          { date: `${year}-12-31`, workday: true, note: '年终盘点', override: true },
        ],
        published: false,
      });
    },
  );

  it('show a day that the company decided otherwise once, as its own, and the published one when it is taken back', async () => {
    const day = async () => (await daysOf(2026)).list.filter(({ date }) => date === '2026-10-05');
    const [published] = await day();
    expect((await set('2026-10-05', true, '值班')).data).toEqual({
      date: '2026-10-05',
      workday: true,
      note: '值班',
      override: true,
    });
    expect(await day()).toEqual([{ date: '2026-10-05', workday: true, note: '值班', override: true }]);
    await set('2026-10-05', false, '又不值班');
    expect(await day()).toEqual([{ date: '2026-10-05', workday: false, note: '又不值班', override: true }]);
    expect((await remove('2026-10-05')).data).toEqual({ date: '2026-10-05' });
    expect(await day()).toEqual([published]);
    expect((await remove('2026-10-05')).failure).toMatchObject({ code: 404, errorCode: 'NOT_FOUND' });
  });

  it('say in the log who changed them', async () => {
    await set('2026-05-06', false, '团建');
    await set('2026-05-06', true, '团建取消');
    await remove('2026-05-06');
    const entries = await t.db
      .selectFrom('auditEntries')
      .select(['action', 'changes', 'reason', 'actorId'])
      .where('entity', '=', 'workdays')
      .orderBy('id', 'desc')
      .limit(3)
      .execute();
    expect(entries.reverse()).toEqual([
      {
        action: 'workdays.set',
        changes: { day: [null, '2026-05-06 休息'] },
        reason: '团建',
        actorId: people.admin.id,
      },
      {
        action: 'workdays.set',
        changes: { day: ['2026-05-06 休息', '2026-05-06 上班'] },
        reason: '团建取消',
        actorId: people.admin.id,
      },
      {
        action: 'workdays.removed',
        changes: { day: ['2026-05-06 上班', null] },
        reason: null,
        actorId: people.admin.id,
      },
    ]);
  });

  it('are the administrator’s alone', async () => {
    for (const as of [people.rep, people.manager, people.registrar, people.engineer, people.finance]) {
      const replies = [
        await t.call(workdays.list, { query: { year: 2026 } }, { as }),
        await t.call(
          workdays.set,
          { params: { date: '2026-05-06' }, body: { workday: false, note: '休' } },
          { as },
        ),
        await t.call(workdays.remove, { params: { date: '2026-05-06' } }, { as }),
      ];
      expect(replies.map(({ status }) => status)).toEqual([403, 403, 403]);
    }
    expect(await t.db.selectFrom('workdayOverrides').select('date').execute()).toEqual([]);
  });
});

describe('a day that the company decides otherwise', () => {
  it('counts at once, everywhere and in every process, and changes no lead', async () => {
    // Contacted on Friday, high: due on Monday at ten.
    const contact = atWallClock('2026-03-06', '10:00');
    const [id = ''] = await putLeads(t, people.admin, [
      { ownerId: people.rep.id, contact, intention: 'high' },
    ]);
    const row = () => t.db.selectFrom('leads').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    const before = await row();
    t.clock.set(atWallClock('2026-03-09', '12:00'));
    const seen = async () => {
      const answers = [];
      for (const app of [t, other]) {
        const { nextDueAt, overdue } = (await app.call(leads.get, { params: { id } }, { as: people.rep }))
          .data;
        const { list } = (await app.call(leads.list, { query: { due: 'overdue' } }, { as: people.rep })).data;
        const { dueAt } = (await app.call(reminders.preview, { params: { id } }, { as: people.rep })).data;
        const { reminders: planned } = (await app.call(reminders.dryRun, {}, { as: people.admin })).data;
        answers.push({ nextDueAt, overdue, listed: list.length, dueAt, planned });
      }
      expect(answers[1]).toEqual(answers[0]);
      return answers[0];
    };
    const monday = atWallClock('2026-03-09', '10:00');
    const due = { nextDueAt: monday, overdue: true, listed: 1, dueAt: monday, planned: 1 };
    expect(await seen()).toEqual(due);
    await set('2026-03-09', false, '公司年会');
    const tuesday = atWallClock('2026-03-10', '10:00');
    expect(await seen()).toEqual({
      nextDueAt: tuesday,
      overdue: false,
      listed: 0,
      dueAt: tuesday,
      planned: 0,
    });
    await set('2026-03-07', true, '周六补班');
    const saturday = atWallClock('2026-03-07', '10:00');
    expect(await seen()).toEqual({ ...due, nextDueAt: saturday, dueAt: saturday });
    await remove('2026-03-07');
    await remove('2026-03-09');
    expect(await seen()).toEqual(due);
    expect(await row()).toEqual(before);
  });

  it('moves the daily check with it', async () => {
    await dailyCheck(t);
    await putLeads(t, people.admin, [
      { ownerId: people.rep.id, contact: atWallClock('2026-03-02', '10:00') },
    ]);
    await set('2026-03-09', false, '公司年会');
    for (const time of ['09:00', '23:00']) {
      t.clock.set(atWallClock('2026-03-09', time));
      await dailyCheck(t);
    }
    expect(await saidTo(t)).toEqual([]);
    const { nextRunAt } = (await t.call(reminders.settings, {}, { as: people.admin })).data;
    expect(nextRunAt).toBe(atWallClock('2026-03-10', '09:00'));
    await remove('2026-03-09');
    await dailyCheck(t);
    expect(await saidTo(t)).toHaveLength(1);
  });
});

describe('what cannot be', () => {
  const put = (date: string, body: unknown) =>
    t.send('PUT', `/api/workdays/${date}`, { as: people.admin, body });
  const good = { workday: false, note: '休息' };

  test.each<[date: string, body: object, errors: { field: string; message: string }[]]>([
    ['2026-02-30', good, [{ field: 'date', message: '日期格式应为 YYYY-MM-DD' }]],
    ['20260501', good, [{ field: 'date', message: '日期格式应为 YYYY-MM-DD' }]],
    ['1999-12-31', good, [{ field: 'date', message: '日期超出范围' }]],
    ['2100-01-01', good, [{ field: 'date', message: '日期超出范围' }]],
    ['2026-05-06', { workday: false }, [{ field: 'note', message: '必填' }]],
    ['2026-05-06', { workday: false, note: '  ' }, [{ field: 'note', message: '必填' }]],
    ['2026-05-06', { workday: false, note: '长'.repeat(51) }, [{ field: 'note', message: '最多50个字' }]],
    ['2026-05-06', { note: '休息' }, [{ field: 'workday', message: '必填' }]],
    ['2026-05-06', { ...good, workday: 'yes' }, [{ field: 'workday', message: '格式不正确' }]],
    ['2026-05-06', { ...good, override: true }, [{ field: 'override', message: '不支持的字段' }]],
  ])('%s as %j', async (date, body, errors) => {
    const reply = await put(date, body);
    expect(reply.status).toBe(400);
    expect(reply.failure).toMatchObject({ errorCode: 'VALIDATION', message: '请检查填写的内容', errors });
    expect(await t.db.selectFrom('workdayOverrides').select('date').execute()).toEqual([]);
  });

  test.each([
    ['', '必填|格式不正确'],
    ['?year=1999', '不能小于2000'],
    ['?year=2100', '不能大于2099'],
    ['?year=2026.5', '格式不正确'],
    ['?year=this', '格式不正确'],
  ])('the list of %j', async (query, message) => {
    const reply = await t.send('GET', `/api/workdays${query}`, { as: people.admin });
    expect(reply.status).toBe(400);
    expect(reply.failure.errors).toEqual([
      { field: 'year', message: expect.stringMatching(`^(${message})$`) },
    ]);
  });
});
