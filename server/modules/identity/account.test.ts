import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { auth } from '#shared/auth/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { hashPassword } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

const PASSWORD = 'correct-horse-1';
const NEW_PASSWORD = 'another-horse-2';

let t: TestApp;
let passwordHash: string;

beforeAll(async () => {
  t = await createTestApp();
  passwordHash = await hashPassword(PASSWORD);
});
// A new window for every test, so that they do not spend each other's attempts.
beforeEach(() => t.clock.advance({ minutes: 16 }));

const person = (more: Partial<Parameters<TestApp['user']>[0]> = {}) =>
  t.user({ roles: ['sales'], passwordHash, ...more });
const login = (username: string, password = PASSWORD, device?: string) =>
  t.call(auth.login, { body: { username, password, ...(device ? { device } : {}) } });
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const profile = (token: string) => t.call(auth.profile, {}, bearer(token));
const stored = (id: string) =>
  t.db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const disable = (id: string) =>
  t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', id).execute();
const actionsOf = async (userId: string) =>
  (await t.db.selectFrom('auditEntries').select('action').where('actorId', '=', userId).execute()).map(
    ({ action }) => action,
  );

describe('the devices somebody is signed in on', () => {
  const sessions = async (token: string) => (await t.call(auth.sessions, {}, bearer(token))).data.list;
  const end = (id: string, token: string) => t.call(auth.endSession, { params: { id } }, bearer(token));
  async function twoDevices() {
    const user = await person();
    const phone = (await login(user.username, PASSWORD, '微信 Apple iPhone 15')).data;
    const desk = (await login(user.username, PASSWORD, 'Chrome · Windows')).data;
    return { user, phone: phone.accessToken, desk: desk.accessToken, deskRefresh: desk.refreshToken };
  }

  it('are listed with name, address and last use, this one first', async () => {
    const { phone, deskRefresh } = await twoDevices();
    const signedInAt = t.clock.now();
    t.clock.advance({ minutes: 10 });
    await t.call(auth.refresh, { body: { refreshToken: deskRefresh } });
    const list = await sessions(phone);
    const ip = '127.0.0.1';
    expect(list.slice(0, 2)).toMatchObject([
      { device: '微信 Apple iPhone 15', ip, createdAt: signedInAt, lastUsedAt: signedInAt, current: true },
      { device: 'Chrome · Windows', ip, createdAt: signedInAt, lastUsedAt: t.clock.now(), current: false },
    ]);
    expect(list.filter(({ current }) => current)).toHaveLength(1);
  });

  it('leave out those that ended or ran out, and everybody else’s', async () => {
    const { user, phone, desk } = await twoDevices();
    await t.call(auth.logout, {}, bearer(desk));
    const other = await person();
    await login(other.username);
    await t.db
      .updateTable('deviceSessions')
      .set({ expiresAt: t.clock.now() })
      .where('userId', '=', user.id)
      .where('device', 'is', null)
      .execute();
    expect((await sessions(phone)).map(({ device }) => device)).toEqual(['微信 Apple iPhone 15']);
  });

  it('are ended one by one, within one request', async () => {
    const { user, phone, desk, deskRefresh } = await twoDevices();
    const target = (await sessions(desk))[0] as { id: string };
    expect((await end(target.id, phone)).status).toBe(200);
    expect((await profile(desk)).failure.errorCode).toBe('SESSION_ENDED');
    const refreshed = await t.call(auth.refresh, { body: { refreshToken: deskRefresh } });
    expect(refreshed.failure.errorCode).toBe('SESSION_ENDED');
    expect((await profile(phone)).status).toBe(200);
    const row = await t.db
      .selectFrom('deviceSessions')
      .selectAll()
      .where('id', '=', target.id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({ endedAt: t.clock.now(), endedReason: 'ended-by-owner' });
    expect(await actionsOf(user.id)).toContain('session.ended');
    expect((await end(target.id, phone)).failure.code).toBe(404);
  });

  it('cannot be ended by anybody else, not even by an administrator', async () => {
    const { desk } = await twoDevices();
    const { id } = (await sessions(desk))[0] as { id: string };
    const admin = await person({ roles: ['admin'] });
    for (const as of [await person(), admin]) {
      const reply = await t.call(auth.endSession, { params: { id } }, { as });
      expect(reply.failure).toMatchObject({ code: 404, errorCode: 'NOT_FOUND' });
    }
    expect((await profile(desk)).status).toBe(200);
  });

  it('are all ended at once but this one', async () => {
    const { user, phone, desk } = await twoDevices();
    const other = await person();
    await t.call(auth.endOtherSessions, {}, bearer(phone));
    expect((await profile(desk)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await t.call(auth.profile, {}, { as: user })).failure.errorCode).toBe('SESSION_ENDED');
    expect(await sessions(phone)).toHaveLength(1);
    expect((await t.call(auth.profile, {}, { as: other })).status).toBe(200);
  });

  it('keep their name when the password changes', async () => {
    const { phone } = await twoDevices();
    const body = { oldPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const next = (await t.call(auth.changePassword, { body }, bearer(phone))).data;
    expect((await sessions(next.accessToken)).map(({ device }) => device)).toEqual(['微信 Apple iPhone 15']);
  });
});

describe('the profile', () => {
  const update = (as: TestUser, body: Record<string, unknown>) =>
    t.call(auth.updateProfile, { body: body as never }, { as });

  it('is changed by its owner, field by field, with what changed in the audit', async () => {
    const user = await person({ name: '李强', email: 'li@example.com' });
    const changed = (await update(user, { mobile: '+86 139-1000-0001', name: ' 李小强 ' })).data;
    expect(changed).toMatchObject({
      name: '李小强',
      mobile: '13910000001',
      email: 'li@example.com',
      version: 2,
    });
    expect(await stored(user.id)).toMatchObject({ name: '李小强', mobile: '13910000001' });
    const entry = await t.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('action', '=', 'user.profileChanged')
      .where('entityId', '=', user.id)
      .executeTakeFirstOrThrow();
    expect(entry.changes).toEqual({ name: ['李强', '李小强'], mobile: [null, '13910000001'] });
    expect((await login('13910000001')).data.user.id).toBe(user.id);
    expect((await update(user, { email: '', mobile: null })).data).toMatchObject({
      email: null,
      mobile: null,
    });
  });

  it('does not take a mobile number that a colleague has', async () => {
    await person({ mobile: '13910000002' });
    const user = await person();
    const { failure } = await update(user, { mobile: '139 1000 0002' });
    expect(failure).toMatchObject({ code: 400, errorCode: 'VALIDATION' });
    expect(failure.errors).toEqual([{ field: 'mobile', message: '手机号已被使用' }]);
  });

  test.each<[string, unknown]>([
    ['name', ''],
    ['name', null],
    ['mobile', '123'],
    ['email', 'nobody'],
    ['username', 'root'],
    ['status', 'active'],
    ['departmentId', newId()],
    ['roles', ['admin']],
  ])('does not take %s as %j', async (field, value) => {
    const user = await person();
    const before = await stored(user.id);
    const { failure } = await update(user, { [field]: value });
    expect(failure.code).toBe(400);
    expect(failure.errors?.map((error) => error.field)).toEqual([field]);
    expect(await stored(user.id)).toEqual(before);
  });

  it('that was changed meanwhile is answered as it is now', async () => {
    const user = await person();
    await update(user, { name: '新名字' });
    const { failure } = await update(user, { version: 1, name: '旧名字' });
    expect(failure).toMatchObject({ code: 409, errorCode: 'STALE' });
    expect(failure.details).toMatchObject({ current: { name: '新名字', version: 2 } });
  });

  it('tells the former address when the e-mail changes, and only then', async () => {
    const user = await person({ name: '李强', email: 'former@example.com' });
    await update(user, { email: 'former@example.com', name: '李小强' });
    await t.work();
    expect(t.mails.filter(({ to }) => to === 'former@example.com')).toEqual([]);
    await update(user, { email: 'next@example.com' });
    await t.work();
    expect(t.mails.filter(({ to }) => to === 'former@example.com')).toMatchObject([
      { subject: '您的跟进账号邮箱已修改' },
    ]);
  });

  it('waits for the first change of the password', async () => {
    const user = await person();
    await t.db.updateTable('users').set({ mustChangePassword: true }).where('id', '=', user.id).execute();
    expect((await update(user, { name: '新名字' })).failure.errorCode).toBe('PASSWORD_CHANGE_REQUIRED');
  });
});

describe('WeChat of who is signed in', () => {
  const attach = (as: TestUser, openid: string) => {
    t.wechatCodes.set('code', openid);
    return t.call(auth.attachWechat, { body: { code: 'code' } }, { as });
  };
  const detach = (as: TestUser, password = PASSWORD) =>
    t.call(auth.detachWechat, { body: { password } }, { as });
  const enter = (openid: string) => {
    t.wechatCodes.set('code', openid);
    return t.call(auth.wechat, { body: { code: 'code' } });
  };

  it('is bound and signs in from then on, until it is unbound with the password', async () => {
    const user = await person();
    const openid = newId();
    expect((await attach(user, openid)).data.wechatBound).toBe(true);
    expect((await enter(openid)).data.user.id).toBe(user.id);
    const { failure } = await detach(user, 'wrong-horse-1');
    expect(failure.errors).toEqual([{ field: 'password', message: '密码不正确' }]);
    expect((await stored(user.id)).wechatOpenid).toBe(openid);
    expect((await detach(user)).data.wechatBound).toBe(false);
    expect((await stored(user.id)).wechatOpenid).toBeNull();
    expect((await enter(openid)).failure.errorCode).toBe('WECHAT_NOT_BOUND');
    expect(await actionsOf(user.id)).toEqual(
      expect.arrayContaining(['user.wechatBound', 'user.wechatUnbound']),
    );
  });

  it('is not taken from a colleague', async () => {
    const [one, other] = [await person(), await person()];
    const openid = newId();
    await attach(one, openid);
    expect((await attach(other, openid)).failure).toMatchObject({
      code: 409,
      errorCode: 'WECHAT_BOUND_ELSEWHERE',
    });
    expect((await stored(one.id)).wechatOpenid).toBe(openid);
  });

  it('is not bound by a code that WeChat does not know', async () => {
    const reply = await t.call(auth.attachWechat, { body: { code: 'never' } }, { as: await person() });
    expect(reply.failure.errorCode).toBe('WECHAT_CODE_INVALID');
  });
});

describe('a forgotten password', () => {
  let addresses = 0;
  const address = () => `forgot${++addresses}@example.com`;
  const forgot = (username: string) => t.call(auth.forgotPassword, { body: { username } });
  const reset = (token: string, newPassword = NEW_PASSWORD) =>
    t.call(auth.resetPassword, { body: { token, newPassword } });
  const mailsTo = (to: string) => t.mails.filter((mail) => mail.to === to);
  /** Asks, lets the worker send it, and opens the mail. */
  async function mailedToken(username: string, to: string): Promise<string> {
    await forgot(username);
    await t.work();
    const link = /https:\S+/.exec(mailsTo(to).at(-1)?.text ?? '')?.[0] ?? '';
    const [path, token] = link.split('?token=');
    expect(path).toBe('https://crm.example.com/#/account/reset/index');
    return token as string;
  }

  it('is replaced with the link from the mail; every device is signed out', async () => {
    const email = address();
    const user = await person({ email, name: '李强' });
    const phone = (await login(user.username)).data;
    const token = await mailedToken(user.username.toUpperCase(), email);
    expect(mailsTo(email)[0]).toMatchObject({ subject: '重置您的跟进账号密码' });
    expect(mailsTo(email)[0]?.text).toContain('李强，您好');
    expect((await reset(token)).data).toEqual({});
    expect((await profile(phone.accessToken)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await login(user.username)).failure.errorCode).toBe('WRONG_CREDENTIALS');
    expect((await login(user.username, NEW_PASSWORD)).status).toBe(200);
    expect(await actionsOf(user.id)).toContain('user.passwordReset');
    await t.work();
    expect(mailsTo(email).at(-1)?.subject).toBe('您的跟进账号密码已修改');
  });

  it('leaves only the hash of the link in the tables', async () => {
    const email = address();
    const user = await person({ email });
    const token = await mailedToken(user.username, email);
    const row = await t.db
      .selectFrom('passwordResets')
      .selectAll()
      .where('userId', '=', user.id)
      .executeTakeFirstOrThrow();
    expect(row.usedAt).toBeNull();
    expect(Buffer.from(row.tokenHash)).toHaveLength(32);
    const text = JSON.stringify({ ...row, tokenHash: Buffer.from(row.tokenHash).toString('hex') });
    expect(text).not.toContain(token);
  });

  it('is answered alike for known, unknown, disabled and unreachable accounts, and only the first gets a mail', async () => {
    const email = address();
    const known = await person({ email });
    const gone = await person({ email: address() });
    await disable(gone.id);
    const before = t.mails.length;
    const replies = [];
    for (const name of [known.username, 'nobody-at-all', gone.username, (await person()).username])
      replies.push(await forgot(name));
    expect(new Set(replies.map(({ status, body }) => JSON.stringify({ status, body }))).size).toBe(1);
    await t.work();
    expect(t.mails.slice(before).map(({ to }) => to)).toEqual([email]);
  });

  it('is replaced once by a link', async () => {
    const email = address();
    const user = await person({ email });
    const token = await mailedToken(user.username, email);
    await reset(token);
    expect((await reset(token, 'a-third-horse-3')).failure).toMatchObject({
      code: 400,
      errorCode: 'RESET_TOKEN_INVALID',
    });
    expect((await login(user.username, NEW_PASSWORD)).status).toBe(200);
  });

  it('is not replaced after thirty minutes', async () => {
    const email = address();
    const user = await person({ email });
    const token = await mailedToken(user.username, email);
    t.clock.advance({ minutes: 29, seconds: 59 });
    const early = await reset(token, 'short');
    expect(early.failure.errors?.map(({ field }) => field)).toEqual(['newPassword']);
    t.clock.advance({ seconds: 1 });
    expect((await reset(token)).failure.errorCode).toBe('RESET_TOKEN_INVALID');
    expect((await login(user.username)).status).toBe(200);
  });

  it.each<[string, (user: TestUser) => Promise<unknown>]>([
    [
      'another link was used',
      async (user) => reset(await mailedToken(user.username, (await stored(user.id)).email as string)),
    ],
    [
      'the password was changed',
      (user) =>
        t.call(
          auth.changePassword,
          { body: { oldPassword: PASSWORD, newPassword: NEW_PASSWORD } },
          { as: user },
        ),
    ],
    [
      'the address was changed',
      (user) => t.call(auth.updateProfile, { body: { email: address() } }, { as: user }),
    ],
    ['the account was disabled', (user) => disable(user.id)],
  ])('is not replaced by a link after %s', async (_, happen) => {
    const email = address();
    const user = await person({ email });
    const token = await mailedToken(user.username, email);
    await happen(user);
    const { passwordHash: before } = await stored(user.id);
    expect((await reset(token, 'a-third-horse-3')).failure.errorCode).toBe('RESET_TOKEN_INVALID');
    expect((await stored(user.id)).passwordHash).toBe(before);
  });

  it('is not replaced by a made-up link', async () => {
    for (const token of ['garbage', 'A'.repeat(43), "' or 1=1 --"])
      expect((await reset(token)).failure.errorCode).toBe('RESET_TOKEN_INVALID');
  });

  it('of one account is asked for five times in a quarter of an hour, in whatever spelling', async () => {
    const user = await person({ email: address(), mobile: '13910000009' });
    for (const name of ['13910000009', '139 1000 0009', '139-1000-0009', '+8613910000009', '13910000009'])
      expect((await forgot(name)).status).toBe(200);
    expect((await forgot('13910000009')).failure).toMatchObject({ code: 429, errorCode: 'RATE_LIMITED' });
    expect((await forgot(user.username)).status).toBe(200);
    t.clock.advance({ minutes: 15 });
    expect((await forgot('13910000009')).status).toBe(200);
  });

  it('that nobody waits for any more, because mail was down, sends nothing', async () => {
    const email = address();
    await forgot((await person({ email })).username);
    t.clock.advance({ minutes: 30 });
    await t.work();
    expect(mailsTo(email)).toEqual([]);
  });
});
