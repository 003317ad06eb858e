import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { BadRecipient, type Mail } from '../../kernel/mail.ts';
import { newId } from '../../kernel/new-id.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import {
  addressOf,
  checkAt,
  createChain,
  dailyCheck,
  deliveryRows,
  putLeads,
  type StoredLead,
  saidTo,
  sendWaiting,
  startOver,
} from '../../testing/reminders.ts';

let t: TestApp;
let people: Awaited<ReturnType<typeof createChain>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createChain(t);
});
beforeEach(() => startOver(t, atWallClock('2026-03-09', '08:00')));

/** Due on Monday 2026-03-09 at 10:00. */
const due = (owner: TestUser, more: Partial<StoredLead> = {}): StoredLead => ({
  ownerId: owner.id,
  contact: atWallClock('2026-03-04', '10:00'),
  ...more,
});
const put = async (...list: StoredLead[]) => (await putLeads(t, people.admin, list)) as [string, ...string[]];
const addToList = async (email: string) =>
  (await t.call(reminders.addEmail, { body: { email } }, { as: people.admin })).data;
const mailTo = (user: TestUser) => t.mails.filter(({ to }) => to === addressOf(user));
const only = <T>(list: readonly T[]): T => {
  expect(list).toHaveLength(1);
  return list[0] as T;
};
const noticesOf = async (as: TestUser) => (await t.call(notifications.list, {}, { as })).data.list;
const detail = (as: TestUser, id: string) => t.call(reminders.delivery, { params: { id } }, { as });
const failing = (error: Error, to?: string) => ({
  mailer: {
    async send(mail: Mail) {
      if (to === undefined || mail.to === to) throw error;
      t.mails.push(mail);
    },
    close: () => undefined,
  },
});

describe('one message', () => {
  it('holds everything that a run has to say to somebody: own leads first, then the team’s by rep', async () => {
    const { rep, colleague, manager } = people;
    const early = atWallClock('2026-03-02', '10:00');
    await put(
      due(rep, { customerName: '李强的酒店一' }),
      due(colleague, { customerName: '黄婷的酒店', contact: early }),
      due(manager, { customerName: '王芳的酒店' }),
      due(rep, { customerName: '李强的酒店二' }),
      // A namesake is somebody else.
      due(await t.user({ roles: ['sales'], name: '李强', department: people.departments.south }), {
        customerName: '另一位李强的酒店',
      }),
    );
    await checkAt(t, '2026-03-12', '09:00');
    await t.work();
    const { subject, html = '', text, messageId } = only(mailTo(manager));
    expect(subject).toBe('5条线索超期，等你跟进');
    for (const body of [html, text]) {
      const places = ['我的线索', '王芳的酒店', '黄婷的酒店', '李强的酒店一', '李强的酒店二'].map((name) =>
        body.indexOf(name),
      );
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(places[0]).toBeGreaterThan(0);
      expect(body.match(/[【>]李强[】（]/g)).toHaveLength(2);
    }
    expect(text).toContain('王芳，您好');
    const row = only((await deliveryRows(t)).filter(({ userId }) => userId === manager.id));
    expect(messageId).toBe(`reminder.${row.id}`);
    expect(row).toMatchObject({ status: 'sent', channel: 'mail', leads: 5, attempts: 1, reason: null });
    expect(mailTo(rep)).toHaveLength(1);
    expect(only(mailTo(rep)).subject).toBe('2条线索超期，等你跟进');
    expect(only(mailTo(rep)).text).not.toContain('黄婷');
  });

  it('links every line to its lead, in both bodies, and fetches nothing', async () => {
    const ids = await put(due(people.rep), due(people.rep), due(people.rep));
    await checkAt(t, '2026-03-10', '09:00');
    await sendWaiting(t);
    const { html = '', text } = only(t.mails);
    for (const id of ids) {
      const url = `https://crm.example.com/#/sales/lead-detail/index?id=${id}`;
      expect(html).toContain(`href="${url}"`);
      expect(text).toContain(url);
    }
    expect(html).not.toMatch(/<img|url\(|src=|@import|<link|<script/i);
    expect(
      [...html.matchAll(/(?:href|src)="([^"]*)"/g)].every(([, url]) =>
        url?.startsWith('https://crm.example.com/'),
      ),
    ).toBe(true);
  });

  it('escapes whatever people wrote, and keeps it out of the headers', async () => {
    const { departments } = people;
    const names = [
      '<script>alert(1)</script>',
      `"O'Brien" & <b>Söhne</b>`,
      '春天里🏨民宿',
      '第一行\r\nBcc: spy@example.org',
    ];
    const rep = await t.user({
      roles: ['sales'],
      name: '<i>小李</i>',
      department: departments.south,
      email: 'li@example.org',
    });
    await put(
      ...names.map((customerName) => due(rep, { customerName, nextContent: '<img src=x onerror=alert(2)>' })),
    );
    await checkAt(t, '2026-03-12', '09:00');
    await sendWaiting(t);
    expect(t.mails).toHaveLength(2);
    for (const { subject, html = '', text, to, messageId } of t.mails) {
      expect(html).not.toMatch(/<script|<img|<b>|<i>/);
      expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(html).toContain('&quot;O&#39;Brien&quot; &amp; &lt;b&gt;Söhne&lt;/b&gt;');
      expect(html).toContain('春天里🏨民宿');
      expect(html).toContain('&lt;i&gt;小李&lt;/i&gt;');
      expect(text).toContain('<script>alert(1)</script>');
      for (const header of [subject, to, messageId]) expect(header).not.toMatch(/[\r\n]|Bcc|script/);
    }
  });

  it('shows the worst two hundred, and says how many more there are', async () => {
    await put(...Array.from({ length: 203 }, () => due(people.rep)));
    await checkAt(t, '2026-03-10', '09:00');
    await sendWaiting(t);
    const { subject, html = '', text } = only(t.mails);
    expect(subject).toBe('203条线索超期，等你跟进');
    expect(html.match(/lead-detail/g)).toHaveLength(200);
    expect(html).toContain('还有3条');
    expect(text).toContain('还有3条：https://crm.example.com/#/pages/today/index');
  });

  it('to the company list greets nobody by name', async () => {
    await addToList('boss@example.org');
    await put(due(people.northerner));
    await checkAt(t, '2026-03-16', '09:00');
    await sendWaiting(t);
    const { subject, text } = only(t.mails.filter(({ to }) => to === 'boss@example.org'));
    expect(subject).toBe('团队1条线索超期');
    expect(text).toMatch(/^您好。/);
    expect(text).toContain('【孙悦】1条');
  });
});

describe('what was dealt with between the run and the sending', () => {
  const call = {
    'followed up': (id: string) =>
      t.call(
        leads.followUp,
        { params: { id }, body: { method: 'phone', content: '打了' } },
        { as: people.rep },
      ),
    reassigned: (id: string) =>
      t.call(
        leads.assign,
        { params: { id }, body: { version: 1, ownerId: people.colleague.id, reason: '调整' } },
        { as: people.admin },
      ),
    closed: (id: string) =>
      t.call(
        leads.changeStatus,
        { params: { id }, body: { action: 'close', version: 1, outcome: 'lost', reason: '选了别家' } },
        { as: people.admin },
      ),
    'given back': (id: string) =>
      t.call(leads.release, { params: { id }, body: { version: 1, reason: '跟不动' } }, { as: people.rep }),
    deleted: (id: string) =>
      t.call(leads.remove, { params: { id }, body: { version: 1 } }, { as: people.admin }),
  };
  test.each(Object.keys(call) as (keyof typeof call)[])('is left out: %s', async (how) => {
    // A new owner takes over the agreed date, which is past: due again, but not the former owner's.
    const next = atWallClock('2026-03-09', '09:30');
    const [gone, kept] = await put(due(people.rep, { customerName: '办完的酒店', next }), due(people.rep));
    await t.db.updateTable('leads').set({ version: 1 }).where('id', '=', gone).execute();
    await checkAt(t, '2026-03-10', '09:00');
    t.clock.advance({ minutes: 1 });
    expect((await call[how](gone)).status).toBe(200);
    await sendWaiting(t);
    const { subject, text } = only(t.mails);
    expect(subject).toBe('1条线索超期，等你跟进');
    expect(text).not.toContain('办完的酒店');
    expect(text).toContain(String(kept));
  });

  it('leaves nothing to say, and then no mail goes out', async () => {
    const [id] = await put(due(people.rep));
    await checkAt(t, '2026-03-10', '09:00');
    t.clock.advance({ minutes: 1 });
    await call['followed up'](id);
    await t.work();
    expect(t.mails).toEqual([]);
    expect(only(await deliveryRows(t))).toMatchObject({
      status: 'skipped',
      reason: '都已经跟进或改派',
      sentAt: null,
    });
    // It is over: nothing is sent later either.
    t.clock.set(atWallClock('2026-03-20', '08:00'));
    await sendWaiting(t);
    expect(t.mails).toEqual([]);
  });

  it('counts a rule that was loosened meanwhile', async () => {
    await put(due(people.rep));
    await checkAt(t, '2026-03-10', '09:00');
    await t.db
      .updateTable('reminderRules')
      .set({ intervalDays: 9 })
      .where('intention', '=', 'medium')
      .execute();
    await sendWaiting(t);
    expect(only(await deliveryRows(t))).toMatchObject({ status: 'skipped' });
  });

  it('tells nobody whose account was disabled meanwhile', async () => {
    const leaver = await t.user({
      roles: ['sales'],
      department: people.departments.north,
      email: 'leaver@example.org',
    });
    await put(due(leaver));
    await checkAt(t, '2026-03-10', '09:00');
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', leaver.id).execute();
    await sendWaiting(t);
    expect(t.mails).toEqual([]);
    expect(only(await deliveryRows(t))).toMatchObject({
      status: 'skipped',
      reason: '账号已停用',
      attempts: 1,
    });
  });
});

describe('the way to somebody', () => {
  let silent: TestUser;
  let wechat: TestUser;
  beforeEach(async () => {
    silent = await t.user({ roles: ['sales'], department: people.departments.north });
    wechat = await t.user({
      roles: ['sales'],
      department: people.departments.north,
      email: `${newId()}@example.org`,
    });
    const wechatOpenid = `openid-${wechat.id}`;
    await t.db.updateTable('users').set({ wechatOpenid }).where('id', '=', wechat.id).execute();
  });
  const agree = (times: number) =>
    t.db
      .insertInto('wechatCredits')
      .values({ userId: wechat.id, template: 'overdue', credits: times, updatedAt: t.clock.now() })
      .execute();
  const credits = async () => {
    const row = await t.db
      .selectFrom('wechatCredits')
      .select('credits')
      .where('userId', '=', wechat.id)
      .executeTakeFirst();
    return row?.credits;
  };

  it('is the app alone without an address', async () => {
    await put(due(silent));
    await checkAt(t, '2026-03-10', '09:00');
    expect(await sendWaiting(t)).toEqual([]);
    const row = only(await deliveryRows(t));
    expect(row).toMatchObject({
      channel: 'app',
      status: 'sent',
      reason: '没有填写邮箱，只发站内通知',
      address: null,
    });
    expect(t.mails).toEqual([]);
    expect(await noticesOf(silent)).toMatchObject([{ kind: 'overdue', title: '维也纳酒店深圳湾店超期了' }]);
  });

  it('is the app alone without a mail server, and the company list learns that it failed', async () => {
    await addToList('boss@example.org');
    await put(due(people.northerner));
    t.clock.set(atWallClock('2026-03-16', '09:00'));
    await dailyCheck(t, { mailConfigured: false });
    expect(await deliveryRows(t)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          channel: 'app',
          status: 'sent',
          reason: '没有配置邮件服务器，只发站内通知',
        }),
        expect.objectContaining({
          address: 'boss@example.org',
          status: 'failed',
          reason: '没有配置邮件服务器',
        }),
      ]),
    );
  });

  it('is WeChat for who agreed, once for each consent, and mail after that', async () => {
    await agree(1);
    const [id] = await put(due(wechat));
    await checkAt(t, '2026-03-10', '09:00');
    expect(await credits()).toBe(0);
    await sendWaiting(t);
    expect(t.mails).toEqual([]);
    expect(only(t.wechatMessages)).toMatchObject({
      openid: `openid-${wechat.id}`,
      template: 'overdue',
      page: `sales/lead-detail/index?id=${id}`,
      fields: { number2: '1' },
    });
    expect(only(await deliveryRows(t))).toMatchObject({ channel: 'wechat', status: 'sent', reason: null });
    await put(due(wechat, { contact: atWallClock('2026-03-05', '15:00') }));
    await checkAt(t, '2026-03-11', '09:00');
    await sendWaiting(t);
    expect(t.wechatMessages).toHaveLength(1);
    expect(t.mails).toHaveLength(1);
    expect(await credits()).toBe(0);
    expect(await noticesOf(wechat)).toHaveLength(2);
  });

  it('opens the list when WeChat tells of several', async () => {
    await agree(3);
    await put(due(wechat), due(wechat));
    await checkAt(t, '2026-03-10', '09:00');
    await sendWaiting(t);
    expect(only(t.wechatMessages)).toMatchObject({ page: 'pages/today/index', fields: { number2: '2' } });
    expect(await credits()).toBe(2);
  });

  it('is mail when WeChat refuses', async () => {
    await agree(1);
    t.wechatRefuses.add(`openid-${wechat.id}`);
    await put(due(wechat));
    await checkAt(t, '2026-03-10', '09:00');
    await t.work();
    expect(t.wechatMessages).toEqual([]);
    expect(t.mails).toHaveLength(1);
    expect(only(await deliveryRows(t))).toMatchObject({
      channel: 'mail',
      status: 'sent',
      reason: null,
      attempts: 1,
    });
  });

  it('stays mail after WeChat refused, and says what is wrong with the mail', async () => {
    await agree(1);
    t.wechatRefuses.add(`openid-${wechat.id}`);
    await put(due(wechat));
    await checkAt(t, '2026-03-10', '09:00');
    const away = Object.assign(new Error('connect'), { code: 'ESOCKET' });
    expect(await sendWaiting(t, failing(away))).toEqual([away]);
    expect(only(await deliveryRows(t))).toMatchObject({
      channel: 'mail',
      status: 'waiting',
      reason: '连不上邮件服务器',
    });
    t.wechatRefuses.clear();
    await sendWaiting(t);
    expect(t.wechatMessages).toEqual([]);
    expect(t.mails).toHaveLength(1);
  });

  it('waits for WeChat when it is away', async () => {
    await agree(1);
    await put(due(wechat));
    await checkAt(t, '2026-03-10', '09:00');
    const away = { templateId: () => 'x', send: () => Promise.reject(new Error('away')) };
    expect(await sendWaiting(t, { messages: away })).toHaveLength(1);
    expect(only(await deliveryRows(t))).toMatchObject({
      channel: 'wechat',
      status: 'waiting',
      reason: '微信暂时发不出去',
    });
    await sendWaiting(t);
    expect(t.wechatMessages).toHaveLength(1);
  });

  it('always leads through the app as well, to one lead or to the list', async () => {
    const { rep, manager } = people;
    const [, second] = await put(due(rep), due(people.colleague));
    await checkAt(t, '2026-03-12', '09:00');
    expect(await noticesOf(manager)).toMatchObject([
      { title: '团队2条线索超期', target: { entity: 'leads', id: null } },
    ]);
    expect(await noticesOf(people.colleague)).toMatchObject([{ target: { entity: 'leads', id: second } }]);
    expect(await noticesOf(rep)).toHaveLength(1);
  });
});

describe('a message that fails', () => {
  const refused = (to?: string) => failing(new BadRecipient('550 5.1.1 No such user'), to);

  it('for good fails for that recipient only', async () => {
    const { rep, colleague } = people;
    await put(due(rep), due(colleague));
    await checkAt(t, '2026-03-10', '09:00');
    expect(await sendWaiting(t, refused(addressOf(rep)))).toEqual([]);
    const byName = Object.fromEntries((await deliveryRows(t)).map(({ name, ...row }) => [name, row]));
    expect(byName.李强).toMatchObject({
      status: 'failed',
      reason: '收件地址被拒收：550 5.1.1 No such user',
      attempts: 1,
    });
    expect(byName.黄婷).toMatchObject({ status: 'sent' });
    expect(mailTo(colleague)).toHaveLength(1);
    // Nothing is told a second time because of that.
    await checkAt(t, '2026-03-11', '09:00');
    expect(await saidTo(t)).toHaveLength(2);
  });

  it('for now is tried twenty times, with one id, and then is failed', async () => {
    await put(due(people.rep));
    await checkAt(t, '2026-03-10', '09:00');
    const ids = new Set<string>();
    const away = Object.assign(new Error('connect'), { code: 'ESOCKET' });
    const mailer = {
      send: async ({ messageId }: Mail) => {
        ids.add(messageId);
        throw away;
      },
      close: () => undefined,
    };
    for (let i = 1; i < 20; i++) {
      expect(await sendWaiting(t, { mailer })).toEqual([away]);
      expect(only(await deliveryRows(t))).toMatchObject({
        status: 'waiting',
        attempts: i,
        reason: '连不上邮件服务器',
      });
    }
    expect(await sendWaiting(t, { mailer })).toEqual([]);
    expect(only(await deliveryRows(t))).toMatchObject({ status: 'failed', attempts: 20, sentAt: null });
    expect(ids.size).toBe(1);
  });

  it('is resent to the address of now, with its id; only once, and only while it is failed', async () => {
    const { rep, admin } = people;
    await put(due(rep));
    await checkAt(t, '2026-03-10', '09:00');
    await sendWaiting(t, refused());
    // The queue is done with it as well.
    await t.work();
    const failed = only(await deliveryRows(t));
    await t.db.updateTable('users').set({ email: 'new-rep@example.org' }).where('id', '=', rep.id).execute();
    const resend = (version: number) =>
      t.call(reminders.resend, { params: { id: failed.id }, body: { version } }, { as: admin });
    const stale = await resend(failed.version - 1);
    expect(stale.failure).toMatchObject({ code: 409, errorCode: 'STALE' });
    expect((stale.failure.details as { current: object }).current).toMatchObject({
      status: 'failed',
      version: failed.version,
    });
    const { data } = await resend(failed.version);
    expect(data).toMatchObject({
      status: 'waiting',
      attempts: 0,
      reason: null,
      resendable: false,
      address: 'new-rep@example.org',
    });
    expect((await resend(data.version)).failure).toMatchObject({
      code: 409,
      errorCode: 'DELIVERY_NOT_FAILED',
      message: '只有发送失败的提醒可以重发',
    });
    await t.work();
    expect(only(t.mails)).toMatchObject({ to: 'new-rep@example.org', messageId: `reminder.${failed.id}` });
    const sent = only(await deliveryRows(t));
    expect(sent).toMatchObject({ status: 'sent', attempts: 1 });
    expect((await resend(sent.version)).failure.errorCode).toBe('DELIVERY_NOT_FAILED');
    const audits = await t.db
      .selectFrom('auditEntries')
      .select('actorId')
      .where('action', '=', 'reminders.resent')
      .where('entityId', '=', failed.id)
      .execute();
    expect(audits).toEqual([{ actorId: admin.id }]);
    await t.db
      .updateTable('users')
      .set({ email: addressOf(rep) })
      .where('id', '=', rep.id)
      .execute();
  });
});

describe('the record of what was sent', () => {
  let ids: string[];
  /** By the name of the recipient. */
  let rows: Record<string, string>;
  beforeEach(async () => {
    const { rep, junior, northerner, colleague } = people;
    await addToList('boss@example.org');
    // A colleague of 华南 hears of everybody's leads, as one of the company list.
    await addToList(addressOf(colleague));
    ids = await put(due(rep), due(junior), due(northerner));
    await checkAt(t, '2026-03-16', '09:00');
    const named = (await deliveryRows(t)).map(({ name, address, id }) => [name ?? address, id]);
    rows = Object.fromEntries(named);
  });
  const listed = async (as: TestUser, query: object = {}) =>
    (await t.call(reminders.deliveries, { query }, { as })).data.list.map(
      ({ recipient, address }) => recipient?.name ?? address,
    );

  it('is shown to a manager as far as their people go, to an administrator whole, and to nobody else', async () => {
    const { manager, director, admin, rep, registrar, engineer, finance } = people;
    const all = ['boss@example.org', '李强', '刘洋', '孙悦', '黄婷', '王芳'];
    expect((await listed(admin)).sort()).toEqual([...all].sort());
    const team = ['李强', '刘洋', '黄婷', '王芳'];
    expect((await listed(manager)).sort()).toEqual([...team].sort());
    expect((await listed(director)).sort()).toEqual([...team].sort());
    for (const as of [rep, registrar, engineer, finance]) {
      expect((await t.call(reminders.deliveries, {}, { as })).status).toBe(403);
      expect((await detail(as, String(rows.李强))).status).toBe(403);
    }
    for (const name of all) {
      const reached = team.includes(name);
      expect((await detail(manager, String(rows[name]))).status, name).toBe(reached ? 200 : 404);
      expect((await detail(admin, String(rows[name]))).status, name).toBe(200);
    }
  });

  it('shows the leads of a message only as far as they may be seen', async () => {
    const lines = async (as: TestUser) =>
      (await detail(as, String(rows.黄婷))).data.lines.map(({ leadId }) => leadId).sort();
    expect(await lines(people.admin)).toEqual([...ids].sort());
    expect(await lines(people.manager)).toEqual(ids.slice(0, 2).sort());
    const { lines: shown, leads: count } = (await detail(people.admin, String(rows.李强))).data;
    expect(count).toBe(1);
    expect(shown).toMatchObject([
      { leadId: ids[0], tier: 'owner', dueAt: atWallClock('2026-03-09', '10:00') },
    ]);
  });

  it('is narrowed by state and day', async () => {
    const { admin } = people;
    await sendWaiting(t, failing(new BadRecipient('550'), 'boss@example.org'));
    expect(await listed(admin, { status: 'failed' })).toEqual(['boss@example.org']);
    expect(await listed(admin, { status: 'failed,sent' })).toHaveLength(6);
    expect(await listed(admin, { status: 'waiting' })).toEqual([]);
    expect(await listed(admin, { from: '2026-03-17' })).toEqual([]);
    expect(await listed(admin, { to: '2026-03-15' })).toEqual([]);
    expect(await listed(admin, { from: '2026-03-16', to: '2026-03-16' })).toHaveLength(6);
  });

  it('lets a manager resend to their own people only, and a rep to nobody', async () => {
    const { manager, rep } = people;
    await sendWaiting(t, failing(new BadRecipient('550')));
    const resend = (as: TestUser, name: string) =>
      t.call(reminders.resend, { params: { id: String(rows[name]) }, body: { version: 2 } }, { as });
    for (const name of ['孙悦', 'boss@example.org']) expect((await resend(manager, name)).status).toBe(404);
    expect((await resend(rep, '李强')).status).toBe(403);
    expect((await deliveryRows(t)).every(({ status }) => status === 'failed')).toBe(true);
    expect((await resend(manager, '李强')).data.status).toBe('waiting');
  });
});
