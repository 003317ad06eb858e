import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { type Intention, leads } from '#shared/leads/contract.ts';
import { isOpenLead, type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { REMINDER_TIERS, type ReminderTier, reminders } from '#shared/reminders/contract.ts';
import { addDays, atWallClock, dateOf, type Instant, toInstant } from '#shared/values/time.ts';
import { isWorkday, withOverrides } from '../../kernel/calendar.ts';
import { newId } from '../../kernel/new-id.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { createRandom, type Random } from '../../testing/random.ts';
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
  setSchedule,
  startOver,
} from '../../testing/reminders.ts';

let t: TestApp;
let people: Awaited<ReturnType<typeof createChain>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createChain(t);
});
// A Monday at half past nine: the check of the day is done, and found nothing.
const MONDAY = atWallClock('2026-03-09', '09:30');
beforeEach(async () => {
  await startOver(t, MONDAY);
  await dailyCheck(t);
});

/** Due on Monday 2026-03-09 at 10:00. */
const dueMonday = (owner: TestUser | null, more: Partial<StoredLead> = {}): StoredLead => ({
  ownerId: owner?.id ?? null,
  contact: atWallClock('2026-03-04', '10:00'),
  ...more,
});
const put = async (...list: StoredLead[]) => (await putLeads(t, people.admin, list)) as [string, ...string[]];
const who = async () => (await saidTo(t)).map(({ tier, recipient }) => `${tier} ${recipient}`);
const slots = async () => (await runs(t)).map(({ slot }) => slot);
const addToList = (email: string) =>
  t.db
    .insertInto('remindEmails')
    .values({ id: newId(), email, createdBy: people.admin.id, createdAt: t.clock.now() })
    .execute();

describe('the daily check', () => {
  it('does nothing before nine, everything at nine, and nothing after that', async () => {
    const [id] = await put(dueMonday(people.rep));
    for (const time of ['00:00', '08:59']) await checkAt(t, '2026-03-10', time);
    expect(await saidTo(t)).toEqual([]);
    await checkAt(t, '2026-03-10', '09:00');
    expect(await saidTo(t)).toEqual([{ leadId: id, tier: 'owner', recipient: '李强' }]);
    for (const time of ['09:00', '09:01', '23:59']) await checkAt(t, '2026-03-10', time);
    expect(await slots()).toEqual([atWallClock('2026-03-09', '09:00'), atWallClock('2026-03-10', '09:00')]);
    expect(await deliveryRows(t)).toHaveLength(1);
  });

  it('looks at nine o’clock, however late it runs: what came due since waits for the next', async () => {
    const agreed = { next: atWallClock('2026-03-10', '09:00') };
    const [inTime, late] = await put(
      dueMonday(people.rep, { contact: MONDAY, ...agreed }),
      dueMonday(people.rep, { contact: MONDAY, next: toInstant(Date.parse(agreed.next) + 1) }),
    );
    await checkAt(t, '2026-03-10', '12:00');
    expect((await saidTo(t)).map(({ leadId }) => leadId)).toEqual([inTime]);
    await checkAt(t, '2026-03-11', '09:00');
    expect((await saidTo(t)).map(({ leadId }) => leadId).sort()).toEqual([inTime, late].sort());
  });

  test.each<[string, done: string, back: [string, string], slot: string]>([
    ['for hours', '2026-03-09', ['2026-03-10', '17:00'], '2026-03-10'],
    ['for days', '2026-03-09', ['2026-03-13', '08:00'], '2026-03-12'],
    ['over a weekend', '2026-03-12', ['2026-03-15', '12:00'], '2026-03-13'],
    ['over a long holiday', '2026-09-29', ['2026-10-08', '08:59'], '2026-09-30'],
  ])('that was missed %s is done once when somebody is back', async (_, done, [date, time], slot) => {
    t.clock.set(atWallClock(done, '09:00'));
    await dailyCheck(t);
    const before = (await slots()).length;
    await put(dueMonday(people.rep));
    for (let i = 0; i < 3; i++) await checkAt(t, date, time);
    expect((await slots()).slice(before)).toEqual([atWallClock(slot, '09:00')]);
    expect(await who()).toContain('owner 李强');
    // The next one comes at its time.
    for (let day = dateOf(t.clock.now()), i = 0; i < 2; i++, day = addDays(day, 1))
      await checkAt(t, day, '23:00');
    expect((await slots()).length).toBeGreaterThan(before + 1);
  });

  it('rests on weekends and over 国庆, and works on make-up days', async () => {
    t.clock.set(atWallClock('2026-09-18', '09:00'));
    await dailyCheck(t);
    const before = (await slots()).length;
    for (let date = '2026-09-18'; date <= '2026-10-13'; date = addDays(date, 1)) {
      for (const time of ['08:59', '09:00', '21:00']) await checkAt(t, date, time);
    }
    const days = (await slots()).slice(before).map((slot) => dateOf(String(slot)));
    expect(days).toEqual([
      ...['2026-09-20', '2026-09-21', '2026-09-22', '2026-09-23', '2026-09-24'],
      ...['2026-09-28', '2026-09-29', '2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10'],
      ...['2026-10-12', '2026-10-13'],
    ]);
  });

  it('rests on the weekdays that are to be quiet, and works on days off when told to', async () => {
    await setSchedule(t, { workdaysOnly: false, quietWeekdays: [2, 4] });
    const before = (await slots()).length;
    for (let date = '2026-03-10'; date <= '2026-03-17'; date = addDays(date, 1))
      await checkAt(t, date, '10:00');
    const days = (await slots()).slice(before).map((slot) => dateOf(String(slot)));
    expect(days).toEqual(['2026-03-11', '2026-03-13', '2026-03-14', '2026-03-15', '2026-03-16']);
  });

  it('is not repeated by a clock that jumps back two hours, nor by one that jumps back a day', async () => {
    await put(dueMonday(people.rep));
    await checkAt(t, '2026-03-10', '10:00');
    const before = await runs(t);
    for (const [date, time] of [
      ['2026-03-10', '08:00'],
      ['2026-03-10', '09:30'],
      ['2026-03-09', '10:00'],
    ] as const) {
      await checkAt(t, date, time);
    }
    expect(await runs(t)).toEqual(before);
    await checkAt(t, '2026-03-11', '09:00');
    expect(await runs(t)).toHaveLength(before.length + 1);
  });

  it('moved to a later time is done then, once, and not for yesterday at that time', async () => {
    t.clock.set(atWallClock('2026-03-10', '08:00'));
    await setSchedule(t, { sendTime: '11:00' });
    const before = (await slots()).length;
    for (const time of ['08:01', '09:00', '10:59']) await checkAt(t, '2026-03-10', time);
    expect((await slots()).slice(before)).toEqual([]);
    for (const time of ['11:00', '11:01', '20:00']) await checkAt(t, '2026-03-10', time);
    expect((await slots()).slice(before)).toEqual([atWallClock('2026-03-10', '11:00')]);
  });

  it('moved to an earlier time of today is done at once, and not again at the former time', async () => {
    t.clock.set(atWallClock('2026-03-10', '08:00'));
    await setSchedule(t, { sendTime: '07:00' });
    const before = (await slots()).length;
    for (const time of ['08:00', '09:00', '20:00']) await checkAt(t, '2026-03-10', time);
    expect((await slots()).slice(before)).toEqual([atWallClock('2026-03-10', '07:00')]);
  });

  it('that was done is done a second time that day only when a time still to come is set', async () => {
    await checkAt(t, '2026-03-10', '09:00');
    const before = (await slots()).length;
    t.clock.set(atWallClock('2026-03-10', '14:00'));
    for (const sendTime of ['10:00', '08:00', '13:59']) {
      await setSchedule(t, { sendTime });
      await dailyCheck(t);
    }
    expect((await slots()).slice(before)).toEqual([]);
    await setSchedule(t, { sendTime: '14:30' });
    for (const time of ['14:29', '14:30', '18:00']) await checkAt(t, '2026-03-10', time);
    expect((await slots()).slice(before)).toEqual([atWallClock('2026-03-10', '14:30')]);
  });

  it('says so in the settings: what comes next, and what was last', async () => {
    const settings = async () => (await t.call(reminders.settings, {}, { as: people.admin })).data;
    expect(await settings()).toMatchObject({
      nextRunAt: atWallClock('2026-03-10', '09:00'),
      lastRunAt: MONDAY,
    });
    t.clock.set(atWallClock('2026-03-11', '10:00'));
    await dailyCheck(t);
    expect(await settings()).toMatchObject({
      nextRunAt: atWallClock('2026-03-12', '09:00'),
      lastRunAt: atWallClock('2026-03-11', '10:00'),
    });
    await setSchedule(t, { sendTime: '09:30' });
    expect((await settings()).nextRunAt).toBe(atWallClock('2026-03-12', '09:30'));
  });

  it('by many workers at once, while people check too, says everything once', async () => {
    const { rep, colleague, junior, northerner, manager, director, admin } = people;
    const owners = [rep, colleague, junior, northerner, manager];
    await put(...Array.from({ length: 60 }, (_, i) => dueMonday(owners[i % 5] as TestUser)));
    await addToList('boss@example.org');
    t.clock.set(atWallClock('2026-03-13', '12:00'));
    const before = (await runs(t)).length;
    const check = (as: TestUser) => t.call(reminders.check, {}, { as });
    const replies = await Promise.all([
      ...Array.from({ length: 6 }, () => dailyCheck(t)),
      ...[admin, manager, director, admin, manager].map(check),
      ...Array.from({ length: 6 }, () => dailyCheck(t)),
    ]);
    for (const reply of replies) if (reply) expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    const all = await saidTo(t);
    // Each of sixty leads: its owner; whoever is in charge of four out of five; the company list.
    const count = (tier: string) => all.filter((each) => each.tier === tier).length;
    expect([count('owner'), count('manager'), count('company')]).toEqual([60, 48, 60]);
    const after = (await runs(t)).slice(before);
    expect(after.filter(({ slot }) => slot !== null)).toHaveLength(1);
    expect(after.reduce((sum, run) => sum + run.reminders, 0)).toBe(168);
    const deliveries = await deliveryRows(t);
    expect(after.reduce((sum, run) => sum + run.deliveries, 0)).toBe(deliveries.length);
    const perRun = deliveries.map(({ runId, userId, address }) => `${runId} ${userId ?? address}`);
    expect(new Set(perRun).size).toBe(perRun.length);
    const notices = await t.db.selectFrom('notifications').select(['userId', 'key']).execute();
    expect(notices).toHaveLength(deliveries.filter(({ userId }) => userId !== null).length);
    const undelivered = await t.db
      .selectFrom('reminders')
      .select('leadId')
      .where('deliveryId', 'is', null)
      .execute();
    expect(undelivered).toEqual([]);
  });
});

describe('who hears of a lead', () => {
  it('is its owner when it is due, the department manager two working days on, the company list four', async () => {
    await addToList('boss@example.org');
    await put(dueMonday(people.rep));
    const heard: Record<string, string[]> = {};
    for (let date = '2026-03-09'; date <= '2026-03-20'; date = addDays(date, 1)) {
      const before = await who();
      await checkAt(t, date, '10:00');
      const now = (await who()).filter((each) => !before.includes(each));
      if (now.length > 0) heard[date] = now;
    }
    // Due on Monday at ten, after the check; two working days on is Wednesday at ten, four is Friday.
    expect(heard).toEqual({
      '2026-03-10': ['owner 李强'],
      '2026-03-12': ['manager 王芳'],
      '2026-03-16': ['company boss@example.org'],
    });
  });

  it('starts anew with a follow-up, and with another owner', async () => {
    const { rep, colleague, admin } = people;
    const [id] = await put(dueMonday(rep));
    await checkAt(t, '2026-03-12', '09:00');
    expect(await who()).toEqual(['manager 王芳', 'owner 李强']);
    const body = { method: 'phone', content: '打过了' } as const;
    t.clock.set(atWallClock('2026-03-12', '11:00'));
    await t.call(leads.followUp, { params: { id }, body }, { as: rep });
    await checkAt(t, '2026-03-17', '09:00');
    expect(await who()).toHaveLength(2);
    await checkAt(t, '2026-03-18', '09:00');
    expect(await who()).toEqual(['manager 王芳', 'owner 李强', 'owner 李强']);
    const { version } = (await t.call(leads.get, { params: { id } }, { as: admin })).data;
    const assign = { version, ownerId: colleague.id, reason: '调整' };
    await t.call(leads.assign, { params: { id }, body: assign }, { as: admin });
    await checkAt(t, '2026-03-20', '09:00');
    expect(await who()).toHaveLength(3);
    await checkAt(t, '2026-03-23', '09:00');
    expect(await who()).toEqual(['manager 王芳', 'owner 李强', 'owner 李强', 'owner 黄婷']);
  });

  it('is nobody when it is closed, converted, in the pool or deleted', async () => {
    const { rep } = people;
    await addToList('boss@example.org');
    const ended = Object.keys(leadMachine.states).filter((status) => !isOpenLead(status as LeadStatus));
    await put(
      dueMonday(null),
      dueMonday(rep, { deleted: true }),
      ...ended.map((status) => dueMonday(rep, { status: status as LeadStatus })),
    );
    await checkAt(t, '2026-04-30', '09:00');
    const check = (await t.call(reminders.check, {}, { as: people.admin })).data;
    expect(check).toMatchObject({ overdueCount: 0, overdueList: [], reminders: 0, deliveries: 0 });
    expect(await saidTo(t)).toEqual([]);
    expect(await deliveryRows(t)).toEqual([]);
  });

  it('leaves out a tier that is switched off, for that intention only', async () => {
    await setRule(t, 'medium', { managerAfter: null, companyAfter: null });
    await setRule(t, 'high', { ownerAfter: null });
    const [medium, high] = await put(dueMonday(people.rep), dueMonday(people.rep, { intention: 'high' }));
    await addToList('boss@example.org');
    await checkAt(t, '2026-03-31', '09:00');
    const told = (id: string) => async () =>
      (await saidTo(t)).filter(({ leadId }) => leadId === id).map(({ tier }) => tier);
    expect(await told(medium)()).toEqual(['owner']);
    expect(await told(high as string)()).toEqual(['company', 'manager']);
  });

  it('says nothing at all when every tier is switched off', async () => {
    for (const intention of ['high', 'medium', 'low'] as const) {
      await setRule(t, intention, { ownerAfter: null, managerAfter: null, companyAfter: null });
    }
    await put(dueMonday(people.rep));
    await checkAt(t, '2026-03-31', '09:00');
    expect(await saidTo(t)).toEqual([]);
    const { reminders: planned, list } = (await t.call(reminders.dryRun, {}, { as: people.admin })).data;
    expect([planned, list]).toEqual([0, []]);
  });

  const managersOf = async (owner: TestUser) => {
    await put(dueMonday(owner));
    await checkAt(t, '2026-03-12', '09:00');
    return (await who()).filter((each) => each.startsWith('manager'));
  };

  it('is the manager of the nearest department that has one', async () => {
    expect(await managersOf(people.junior)).toEqual(['manager 王芳']);
  });

  it('is the one above when the owner is the manager', async () => {
    expect(await managersOf(people.manager)).toEqual(['manager 何总']);
  });

  it.each(['director', 'northerner'] as const)(
    'is nobody above the top, nor in a department without one: %s',
    async (name) => {
      expect(await managersOf(people[name])).toEqual([]);
      expect(await who()).toEqual([`owner ${people[name].name}`]);
    },
  );

  const whileDisabled = async (user: TestUser, run: () => Promise<void>) => {
    const set = (status: string) =>
      t.db.updateTable('users').set({ status }).where('id', '=', user.id).execute();
    await set('disabled');
    try {
      await run();
    } finally {
      await set('active');
    }
  };

  it('is the one above a manager whose account is disabled', () =>
    whileDisabled(people.manager, async () => {
      expect(await managersOf(people.rep)).toEqual(['manager 何总']);
    }));

  it('is only the manager while the owner’s account is disabled', () =>
    whileDisabled(people.rep, async () => {
      await managersOf(people.rep);
      expect(await who()).toEqual(['manager 王芳']);
    }));

  it('survives departments that lie in each other', async () => {
    const a = await t.department('甲');
    const b = await t.department('乙', a);
    await t.db.updateTable('departments').set({ parentId: b }).where('id', '=', a).execute();
    const lost = await t.user({ roles: ['sales'], department: b });
    expect(await managersOf(lost)).toEqual([]);
    await t.db.updateTable('departments').set({ parentId: null }).where('id', '=', a).execute();
  });

  it('tells a colleague on the company list once, as themselves', async () => {
    const { rep, manager } = people;
    await addToList(addressOf(manager).toUpperCase());
    await put(dueMonday(rep), dueMonday(manager));
    await checkAt(t, '2026-03-16', '09:00');
    expect(await who()).toEqual(
      expect.arrayContaining(['manager 王芳', 'company 王芳', 'owner 王芳', 'company 王芳', 'manager 何总']),
    );
    const mine = (await deliveryRows(t)).filter(
      ({ address }) => address?.toLowerCase() === addressOf(manager),
    );
    expect(mine).toMatchObject([{ userId: manager.id, leads: 2, channel: 'mail', status: 'waiting' }]);
  });

  it('tells who comes later of what they have not heard, and nobody else again', async () => {
    await addToList('old@example.org');
    await put(dueMonday(people.rep));
    await checkAt(t, '2026-03-16', '09:00');
    await addToList('new@example.org');
    await checkAt(t, '2026-03-17', '09:00');
    const list = ['company new@example.org', 'company old@example.org'];
    expect(await who()).toEqual([...list, 'manager 王芳', 'owner 李强']);
    expect(await deliveryRows(t)).toHaveLength(4);
  });
});

/** The tiers and their people, from the plan of the company alone. */
function naiveRecipients(tier: ReminderTier, ownerId: string, company: readonly string[]): string[] {
  const { rep, colleague, junior, northerner, manager, director } = people;
  if (tier === 'company') return [...company];
  if (tier === 'owner') {
    const owner = [rep, colleague, junior, northerner, manager, director].find(({ id }) => id === ownerId);
    return owner ? [owner.name] : [];
  }
  if ([rep.id, colleague.id, junior.id].includes(ownerId)) return [manager.name];
  return ownerId === manager.id ? [director.name] : [];
}

const randomTime = (random: Random) =>
  random.pick(['00:00', '08:59', '09:00', '09:01', '12:34', '17:30', '18:00', '23:59']);

describe('an agreed date', () => {
  it('that is put off after its reminder is reminded of again, to whoever follows the lead and nobody else', async () => {
    const { rep } = people;
    await startOver(t, atWallClock('2026-09-14', '10:00'));
    const contact = atWallClock('2026-09-11', '10:00');
    const next = atWallClock('2026-09-15', '08:00');
    const [id] = (await put({ ownerId: rep.id, contact, intention: 'low', next })) as [string];
    const told = async () => {
      const rows = await t.db.selectFrom('reminders').select('tier').where('leadId', '=', id).execute();
      return rows.map(({ tier }) => tier).sort();
    };
    await checkAt(t, '2026-09-15', '09:00');
    expect(await told()).toEqual(['owner']);
    const later = atWallClock('2026-09-17', '15:00');
    await t.db.updateTable('leads').set({ nextFollowUpAt: later }).where('id', '=', id).execute();
    await checkAt(t, '2026-09-16', '09:00');
    await checkAt(t, '2026-09-17', '09:00');
    expect(await told()).toEqual(['owner']);
    await checkAt(t, '2026-09-18', '09:00');
    expect(await told()).toEqual(['owner', 'owner']);
    for (const date of ['2026-09-19', '2026-09-20', '2026-09-21', '2026-09-22'])
      await checkAt(t, date, '09:00');
    expect(await told()).toEqual(['manager', 'owner', 'owner']);
  });
});

describe('what the preview of a lead says', () => {
  it.each([
    ['by default', {}, []],
    [
      'in the evening, also at weekends, not on Wednesdays',
      { sendTime: '17:30', workdaysOnly: false, quietWeekdays: [3] },
      [],
    ],
    [
      'with days of the company’s own',
      { sendTime: '08:05' },
      [
        ['2026-09-22', false],
        ['2026-10-05', true],
      ],
    ],
  ] as const)(
    'is what the daily checks then do, over 国庆 and its make-up days: %s',
    async (name, schedule, days) => {
      const { rep, colleague, junior, northerner, manager, director, admin } = people;
      const random = createRandom(name.length);
      await startOver(t, atWallClock('2026-09-14', '20:00'));
      await setSchedule(t, {
        ...schedule,
        quietWeekdays: [...('quietWeekdays' in schedule ? schedule.quietWeekdays : [])],
      });
      for (const [date, workday] of days) {
        const more = { note: '公司安排', createdBy: admin.id, createdAt: t.clock.now() };
        await t.db
          .insertInto('workdayOverrides')
          .values({ date, workday, ...more })
          .execute();
      }
      await addToList('boss@example.org');
      await setRule(t, 'low', { managerAfter: 0, companyAfter: null });
      await setRule(t, 'high', { ownerAfter: 1, managerAfter: 1, companyAfter: 7 });
      const owners = [rep, colleague, junior, northerner, manager, director];
      const ids = await put(
        ...Array.from({ length: 20 }, () => ({
          ownerId: random.pick(owners).id,
          contact: atWallClock(
            addDays('2026-09-07', random.below(8)),
            random.pick(['00:00', '09:00', '10:10', '18:00']),
          ),
          intention: random.pick(['high', 'medium', 'low'] as const),
          next: random.chance(0.5)
            ? atWallClock(addDays('2026-09-15', random.below(26)), randomTime(random))
            : null,
        })),
      );
      const names = new Map([...owners].map(({ id, name: called }) => [id, called]));
      const keyOf = (id: string, tier: string, name: string) => `${id} ${tier} ${name}`;
      await dailyCheck(t);
      let told = 0;
      for (let date = '2026-09-15'; date <= '2026-10-12'; date = addDays(date, 1)) {
        t.clock.set(atWallClock(date, '00:10'));
        const foretold: [string, Instant][] = [];
        for (const id of ids) {
          const { list } = (await t.call(reminders.preview, { params: { id } }, { as: admin })).data;
          for (const { tier, at, recipients } of list) {
            if (at === null || dateOf(at) !== date) continue;
            for (const name of recipients) foretold.push([keyOf(id, tier, name), at]);
          }
        }
        for (const time of ['08:05', '09:00', '17:30']) await checkAt(t, date, time);
        const rows = await t.db
          .selectFrom('reminders')
          .innerJoin('reminderRuns', 'reminderRuns.id', 'reminders.runId')
          .select(['leadId', 'tier', 'recipient', 'reminderRuns.at'])
          .where('reminderRuns.at', '>=', atWallClock(date, '00:10'))
          .execute();
        const done = rows.map(({ leadId, tier, recipient, at }) => [
          keyOf(leadId, tier, names.get(recipient) ?? recipient),
          at,
        ]);
        expect(Object.fromEntries(done), date).toEqual(Object.fromEntries(foretold));
        expect(done, date).toHaveLength(foretold.length);
        told += done.length;
      }
      expect(told).toBeGreaterThan(25);
    },
    60_000,
  );
});

/** The instant so many working days later, by looking at each day. */
function naiveAdd(from: Instant, days: number, works: (date: string) => boolean): Instant {
  let at = from;
  while (!works(dateOf(at))) at = atWallClock(addDays(dateOf(at), 1), '00:00');
  for (let passed = 0; passed < days; ) {
    at = toInstant(Date.parse(at) + 86_400_000);
    if (works(dateOf(at))) passed++;
  }
  return at;
}

describe('the look at all leads', () => {
  it.each([1, 2, 3, 4])('finds what judging each lead alone finds (%i)', async (seed) => {
    const { rep, colleague, junior, northerner, manager, director, admin } = people;
    const random = createRandom(seed);
    const owners = [rep, colleague, junior, northerner, manager, director];
    await startOver(t, atWallClock('2026-09-01', '08:00'));
    const overrides = new Map([
      ['2026-09-23', false],
      ['2026-10-03', true],
    ]);
    for (const [date, workday] of overrides) {
      const more = { note: '公司安排', createdBy: admin.id, createdAt: t.clock.now() };
      await t.db
        .insertInto('workdayOverrides')
        .values({ date, workday, ...more })
        .execute();
    }
    const works = withOverrides(overrides);
    expect(works('2026-10-03')).not.toBe(isWorkday('2026-10-03'));
    await addToList('boss@example.org');
    await addToList('second@example.org');
    const tierDays = () => (random.chance(0.2) ? null : random.below(5));
    const rules = {} as Record<Intention, { interval: number; tiers: Record<ReminderTier, number | null> }>;
    for (const intention of ['high', 'medium', 'low'] as const) {
      const rule = {
        interval: 1 + random.below(6),
        tiers: { owner: tierDays(), manager: tierDays(), company: tierDays() },
      };
      rules[intention] = rule;
      const { owner: ownerAfter, manager: managerAfter, company: companyAfter } = rule.tiers;
      await setRule(t, intention, { intervalDays: rule.interval, ownerAfter, managerAfter, companyAfter });
    }
    const day = (from: string, span: number) => addDays(from, random.below(span));
    const stored = Array.from(
      { length: 300 },
      (): StoredLead => ({
        ownerId: random.chance(0.1) ? null : random.pick(owners).id,
        contact: atWallClock(day('2026-09-08', 35), randomTime(random)),
        next: random.chance(0.4) ? atWallClock(day('2026-09-15', 35), randomTime(random)) : null,
        intention: random.pick(['high', 'medium', 'low']),
        status: random.pick(Object.keys(leadMachine.states) as LeadStatus[]),
        deleted: random.chance(0.08),
      }),
    );
    const ids = await put(...stored);
    const now = atWallClock(
      random.pick(['2026-09-28', '2026-10-04', '2026-10-10', '2026-10-12']),
      randomTime(random),
    );
    t.clock.set(now);

    let overdue = 0;
    const expected: string[] = [];
    const ofTeam: string[] = [];
    stored.forEach((lead, i) => {
      const { ownerId, intention = 'medium', status = 'new' } = lead;
      if (ownerId === null || lead.deleted || !isOpenLead(status)) return;
      const limit = naiveAdd(lead.contact, rules[intention].interval, works);
      const due = lead.next && lead.next < limit ? lead.next : limit;
      if (due <= now) overdue++;
      for (const tier of REMINDER_TIERS) {
        const days = rules[intention].tiers[tier];
        if (days === null || (days === 0 ? due : naiveAdd(due, days, works)) > now) continue;
        const company = ['boss@example.org', 'second@example.org'];
        for (const name of naiveRecipients(tier, ownerId, company)) {
          const line = `${ids[i]} ${tier} ${name}`;
          expected.push(line);
          if ([rep.id, colleague.id, junior.id, manager.id].includes(ownerId)) ofTeam.push(line);
        }
      }
    });
    const lines = async () =>
      (await saidTo(t)).map(({ leadId, tier, recipient }) => `${leadId} ${tier} ${recipient}`).sort();

    const planned = (await t.call(reminders.dryRun, {}, { as: admin })).data;
    expect(planned.reminders).toBe(expected.length);
    expect((await t.call(reminders.dryRun, {}, { as: manager })).data.reminders).toBe(ofTeam.length);
    expect(await lines()).toEqual([]);

    const mine = (await t.call(reminders.check, {}, { as: manager })).data;
    expect(await lines()).toEqual(ofTeam.sort());
    expect(mine.reminders).toBe(ofTeam.length);
    const rest = (await t.call(reminders.check, {}, { as: admin })).data;
    expect(await lines()).toEqual(expected.sort());
    expect(rest).toMatchObject({ overdueCount: overdue, reminders: expected.length - ofTeam.length });
    const again = (await t.call(reminders.check, {}, { as: admin })).data;
    expect(again).toMatchObject({ overdueCount: overdue, reminders: 0, deliveries: 0 });
    expect((await t.call(reminders.dryRun, {}, { as: admin })).data).toMatchObject({
      reminders: 0,
      list: [],
    });
    // The draw must have shown something.
    expect(overdue).toBeGreaterThan(40);
    expect(ofTeam.length).toBeLessThan(expected.length);
  });
});
