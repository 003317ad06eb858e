import { beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { mergeGrants } from '#shared/access/permissions.ts';
import { roles } from '#shared/access/roles.ts';
import { auth, type Session } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { createPasswords } from './passwords.ts';
import { setDepartmentManager } from './people.ts';

const PASSWORD = 'correct-horse-1';

let t: TestApp;
let people: Company;
let passwordHash: string;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  passwordHash = await createPasswords(8).hash(PASSWORD);
});
// A new window for every test, so that they do not spend each other's attempts.
beforeEach(() => t.clock.advance({ minutes: 6 }));

const person = (more: Partial<Parameters<TestApp['user']>[0]> = {}) =>
  t.user({ roles: ['sales'], passwordHash, ...more });
const login = (username: string, password = PASSWORD, more: { device?: string } = {}) =>
  t.call(auth.login, { body: { username, password, ...more } });
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const profile = (token: string) => t.call(auth.profile, {}, bearer(token));
const refresh = (refreshToken: string, idempotencyKey?: string) =>
  t.call(auth.refresh, { body: { refreshToken } }, idempotencyKey ? { idempotencyKey } : {});
const sessionsOf = (userId: string) =>
  t.db.selectFrom('deviceSessions').selectAll().where('userId', '=', userId).orderBy('id').execute();

describe('signing in', () => {
  it('takes the username in any case, and the mobile number in any spelling', async () => {
    const user = await person({ mobile: '13600001111' });
    for (const name of [user.username, user.username.toUpperCase(), '13600001111', '+86 136-0000-1111'])
      expect((await login(name)).data.user.id, name).toBe(user.id);
  });

  it('answers who it is and what they may do', async () => {
    const user = await person({
      roles: ['media', 'finance'],
      name: '周敏',
      department: people.departments.service,
    });
    const { data } = await login(user.username, PASSWORD, { device: 'iPhone 15' });
    expect(data.user).toEqual({
      id: user.id,
      username: user.username,
      name: '周敏',
      mobile: null,
      email: null,
      departmentName: '客户服务部',
      roles: [
        { code: 'finance', name: '财务' },
        { code: 'media', name: '新媒体' },
      ],
      permissions: mergeGrants([roles.media.grants, roles.finance.grants]),
      wechatBound: false,
      mustChangePassword: false,
      version: 1,
    });
    expect((await profile(data.accessToken)).data).toEqual(data.user);
    const session = (await sessionsOf(user.id)).at(-1);
    expect(session).toMatchObject({
      device: 'iPhone 15',
      ip: '127.0.0.1',
      createdAt: t.clock.now(),
      endedAt: null,
    });
    expect(JSON.stringify(session)).not.toContain(data.refreshToken.split('.')[1]);
  });

  it('does not tell a wrong password from an account that does not exist', async () => {
    const user = await person();
    const replies = [
      await login(user.username, 'wrong-horse-1'),
      await login('nobody-at-all', 'wrong-horse-1'),
      await login(user.username, `${PASSWORD} `),
      await login((await t.user({ roles: ['sales'] })).username, 'none'),
    ];
    for (const reply of replies)
      expect(reply.failure).toMatchObject({
        code: 401,
        errorCode: 'WRONG_CREDENTIALS',
        message: '账号或密码不正确',
        errors: null,
      });
  });

  it('works as hard for an account that does not exist', async () => {
    const passwords = createPasswords(4096);
    const hash = await passwords.hash(PASSWORD);
    /** The fastest of several, taken in turns: whatever else the machine does only adds. */
    const fastest = [Infinity, Infinity];
    for (let i = 0; i < 30; i++) {
      const started = performance.now();
      expect(await passwords.verify('wrong', i % 2 === 0 ? hash : null)).toBe(false);
      fastest[i % 2] = Math.min(fastest[i % 2] as number, performance.now() - started);
    }
    const [known, unknown] = fastest as [number, number];
    expect(unknown).toBeGreaterThan(known / 2);
    expect(unknown).toBeLessThan(known * 2);
  });

  it('refuses a disabled account, and only to who knows its password', async () => {
    const user = await person();
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', user.id).execute();
    expect((await login(user.username)).failure).toMatchObject({ code: 403, errorCode: 'ACCOUNT_DISABLED' });
    expect((await login(user.username, 'wrong-horse-1')).failure.errorCode).toBe('WRONG_CREDENTIALS');
  });

  it('leaves an entry in the audit', async () => {
    const user = await person();
    await login(user.username);
    const entry = await t.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('actorId', '=', user.id)
      .executeTakeFirstOrThrow();
    expect(entry).toMatchObject({ action: 'session.started', entity: 'deviceSessions', ip: '127.0.0.1' });
  });
});

describe('guessing', () => {
  it.each([
    ['in one spelling', (mobile: string) => mobile],
    [
      'in changing spellings',
      (mobile: string, i: number) => `${mobile.slice(0, i + 1)}-${mobile.slice(i + 1)}`,
    ],
  ])(
    'at one account ends after ten attempts %s, even with the right password, until the time is over',
    async (_, spell) => {
      const mobile = `136${newId().replace(/\D/g, '').slice(-8).padStart(8, '7')}`;
      await person({ mobile });
      for (let i = 0; i < 10; i++) {
        const reply = await login(spell(mobile, i % 9), 'wrong-horse-1');
        expect(reply.failure.errorCode, String(i)).toBe('WRONG_CREDENTIALS');
      }
      const eleventh = await login(spell(mobile, 3));
      expect(eleventh.failure).toMatchObject({
        code: 429,
        errorCode: 'RATE_LIMITED',
        message: '操作太频繁，请300秒后再试',
        details: { seconds: 300 },
      });
      expect(eleventh.headers['retry-after']).toBe('300');
      t.clock.advance({ seconds: 299 });
      expect((await login(mobile)).failure.message).toBe('操作太频繁，请1秒后再试');
      t.clock.advance({ seconds: 1 });
      expect((await login(mobile)).status).toBe(200);
    },
  );

  it('at one account leaves the others alone', async () => {
    const [one, other] = [await person(), await person()];
    for (let i = 0; i < 11; i++) await login(one.username, 'wrong-horse-1');
    expect((await login(one.username)).status).toBe(429);
    expect((await login(other.username)).status).toBe(200);
  });

  it('is forgiven to who got in', async () => {
    const user = await person();
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) await login(user.username, 'wrong-horse-1');
      expect((await login(user.username)).status).toBe(200);
    }
  });

  it('at one account from one address does not keep its owner out, who comes from another', async () => {
    const user = await person();
    for (let i = 0; i < 20; i++) await login(user.username, 'wrong-horse-1');
    expect((await login(user.username)).status).toBe(429);
    const elsewhere = await t.app.inject({
      method: 'POST',
      url: auth.login.path,
      remoteAddress: '203.0.113.7',
      payload: { username: user.username, password: PASSWORD },
    });
    expect(elsewhere.statusCode).toBe(200);
  });

  it('at many accounts from one address ends after a hundred', async () => {
    for (let i = 0; i < 100; i++) expect((await login(`guess${i}`, 'wrong-horse-1')).status).toBe(401);
    expect((await login('guess100', 'wrong-horse-1')).status).toBe(429);
    const user = await person();
    expect((await login(user.username)).status).toBe(429);
  });
});

describe('refreshing', () => {
  let user: TestUser;
  let session: Session;

  beforeEach(async () => {
    user = await person();
    session = (await login(user.username)).data;
  });

  it('gives a new pair and makes the old one useless', async () => {
    t.clock.advance({ minutes: 20 });
    expect((await profile(session.accessToken)).failure.errorCode).toBe('TOKEN_EXPIRED');
    const next = (await refresh(session.refreshToken)).data;
    expect(next.refreshToken).not.toBe(session.refreshToken);
    expect((await profile(next.accessToken)).data.id).toBe(user.id);
    expect((await refresh(next.refreshToken)).status).toBe(200);
  });

  it('with a token that was used ends the session, whoever holds it', async () => {
    const next = (await refresh(session.refreshToken)).data;
    expect((await refresh(session.refreshToken)).failure).toMatchObject({
      code: 401,
      errorCode: 'SESSION_ENDED',
    });
    expect((await profile(next.accessToken)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await refresh(next.refreshToken)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await sessionsOf(user.id)).at(-1)).toMatchObject({
      endedReason: 'refresh-reused',
      endedAt: t.clock.now(),
    });
    const entries = await t.db
      .selectFrom('auditEntries')
      .select('action')
      .where('actorId', '=', user.id)
      .execute();
    expect(entries.map((entry) => entry.action)).toContain('session.refreshReused');
  });

  it('repeated with its key, because the answer was lost, gives the same tokens', async () => {
    const key = newId();
    const first = (await refresh(session.refreshToken, key)).data;
    t.clock.advance({ minutes: 1 });
    const again = await refresh(session.refreshToken, key);
    expect(again.data).toEqual(first);
    expect((await profile(first.accessToken)).status).toBe(200);
    expect((await refresh(session.refreshToken, newId())).failure.errorCode).toBe('SESSION_ENDED');
  });

  it('keeps a device signed in as long as it comes back within thirty days', async () => {
    let { refreshToken } = session;
    for (let i = 0; i < 3; i++) {
      t.clock.advance({ days: 29 });
      const { data } = await refresh(refreshToken);
      expect((await profile(data.accessToken)).status).toBe(200);
      refreshToken = data.refreshToken;
    }
    t.clock.advance({ days: 30 });
    expect((await refresh(refreshToken)).failure.errorCode).toBe('SESSION_ENDED');
  });

  test.each<[string, (token: string) => string]>([
    ['another secret', (token) => `${token.slice(0, 37)}${'a'.repeat(43)}`],
    ['another session', (token) => `${newId()}${token.slice(36)}`],
    ['no secret', (token) => token.slice(0, 37)],
    ['garbage', () => 'garbage'],
    ['SQL', () => "' or 1=1.x"],
    ['an access token', () => session.accessToken],
  ])('with %s is refused', async (_, change) => {
    expect((await refresh(change(session.refreshToken))).failure).toMatchObject({
      code: 401,
      errorCode: 'SESSION_ENDED',
    });
  });

  it('of a disabled account is refused', async () => {
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', user.id).execute();
    expect((await refresh(session.refreshToken)).failure.errorCode).toBe('SESSION_ENDED');
  });
});

describe('signing out', () => {
  it('ends this device and no other', async () => {
    const user = await person();
    const [phone, desk] = [(await login(user.username)).data, (await login(user.username)).data];
    await t.call(auth.logout, {}, bearer(phone.accessToken));
    expect((await profile(phone.accessToken)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await refresh(phone.refreshToken)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await profile(desk.accessToken)).status).toBe(200);
  });
});

describe('changing the password', () => {
  const change = (token: string, oldPassword: string, newPassword: string) =>
    t.call(auth.changePassword, { body: { oldPassword, newPassword } }, bearer(token));

  it('ends every other device within one request, and keeps this one signed in', async () => {
    const user = await person();
    const [phone, desk] = [(await login(user.username)).data, (await login(user.username)).data];
    const next = (await change(phone.accessToken, PASSWORD, 'another-horse-2')).data;
    expect((await profile(next.accessToken)).data.id).toBe(user.id);
    for (const old of [phone, desk]) {
      expect((await profile(old.accessToken)).failure.errorCode).toBe('SESSION_ENDED');
      expect((await refresh(old.refreshToken)).failure.errorCode).toBe('SESSION_ENDED');
    }
    expect((await login(user.username)).status).toBe(401);
    expect((await login(user.username, 'another-horse-2')).status).toBe(200);
  });

  it('needs the old one', async () => {
    const user = await person();
    const { accessToken } = (await login(user.username)).data;
    const { failure } = await change(accessToken, 'wrong-horse-1', 'another-horse-2');
    expect(failure).toMatchObject({ code: 400, errorCode: 'WRONG_PASSWORD' });
    expect(failure.errors).toEqual([{ field: 'oldPassword', message: '原密码不正确' }]);
    expect((await profile(accessToken)).status).toBe(200);
  });

  test.each(['short-1', 'onlyletters', '12345678', 'ALLCAPITALS', '', 'x1'.repeat(65), PASSWORD])(
    'to %j is refused under its input',
    async (newPassword) => {
      const user = await person();
      const { accessToken } = (await login(user.username)).data;
      const { failure } = await change(accessToken, PASSWORD, newPassword);
      expect(failure.code).toBe(400);
      expect(failure.errors?.map((error) => error.field)).toEqual(['newPassword']);
      expect((await login(user.username)).status).toBe(200);
    },
  );

  it('is told to its owner by mail, from the worker, once for every change', async () => {
    const user = await person({ name: '李强', email: 'li@example.com' });
    const { accessToken } = (await login(user.username)).data;
    await change(accessToken, PASSWORD, 'another-horse-2');
    expect(t.mails).toEqual([]);
    await t.work();
    expect(t.mails).toHaveLength(1);
    expect(t.mails[0]).toMatchObject({
      to: 'li@example.com',
      subject: '您的跟进账号密码已修改',
      messageId: `password-changed.${user.id}.${Date.parse(t.clock.now())}`,
    });
    expect(t.mails[0]?.text).toContain('李强，您好');
    expect(JSON.stringify(t.mails)).not.toContain('another-horse-2');
  });

  it('without an address sends nothing', async () => {
    const before = t.mails.length;
    const user = await person();
    await change((await login(user.username)).data.accessToken, PASSWORD, 'another-horse-2');
    await t.work();
    expect(t.mails).toHaveLength(before);
  });
});

describe('what ends its own session, sent again because its answer was lost', () => {
  const newPassword = 'another-horse-2';
  const begin = async () => {
    const user = await person();
    const { accessToken } = (await login(user.username)).data;
    const as = { ...bearer(accessToken), idempotencyKey: newId() };
    const body = { oldPassword: PASSWORD, newPassword };
    const change = (more: object = {}, changed: object = {}) =>
      t.call(auth.changePassword, { body: { ...body, ...changed } }, { ...as, ...more });
    return { user, accessToken, as, change };
  };

  it('is answered as the first time', async () => {
    const phone = await begin();
    const changed = await phone.change();
    const again = await phone.change();
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.data).toEqual(changed.data);
    const { accessToken } = again.data;
    expect((await profile(accessToken)).status).toBe(200);

    const as = { ...bearer(accessToken), idempotencyKey: newId() };
    expect((await t.call(auth.logout, {}, as)).status).toBe(200);
    expect((await t.call(auth.logout, {}, as)).headers['idempotency-replayed']).toBe('true');
    expect((await profile(accessToken)).failure.errorCode).toBe('SESSION_ENDED');
  });

  it('opens nothing else: under another key, with other words, at another place, to somebody else', async () => {
    const { as, accessToken, change } = await begin();
    await change();
    expect((await change({ idempotencyKey: newId() })).failure.errorCode).toBe('SESSION_ENDED');
    expect((await change({ idempotencyKey: undefined })).failure.errorCode).toBe('SESSION_ENDED');
    const other = { newPassword: 'another-horse-3' };
    expect((await change({}, other)).failure.errorCode).toBe('IDEMPOTENCY_MISMATCH');
    expect((await t.call(auth.logout, {}, as)).failure.errorCode).toBe('IDEMPOTENCY_MISMATCH');
    expect((await t.call(auth.profile, {}, as)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await t.call(leads.create, { body: { customerName: '甲' } as never }, as)).status).toBe(401);
    const stranger = await begin();
    await t.call(auth.logout, {}, stranger.as);
    const { idempotencyKey } = as;
    expect((await stranger.change({ idempotencyKey })).failure.errorCode).toBe('SESSION_ENDED');
    expect((await profile(accessToken)).failure.errorCode).toBe('SESSION_ENDED');
  });

  it('is refused once its token is over or the account is disabled, and when something else ended the session', async () => {
    const late = await begin();
    await late.change();
    t.clock.advance({ minutes: 16 });
    expect((await late.change()).failure.errorCode).toBe('TOKEN_EXPIRED');
    const disabled = await begin();
    await disabled.change();
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', disabled.user.id).execute();
    expect((await disabled.change()).failure.errorCode).toBe('SESSION_ENDED');
    const ended = await begin();
    const wrong = await ended.change({}, { oldPassword: 'wrong-horse-1' });
    expect(wrong.status).toBe(400);
    await t.db
      .updateTable('deviceSessions')
      .set({ endedAt: t.clock.now(), endedReason: 'ended-by-owner' })
      .where('userId', '=', ended.user.id)
      .execute();
    expect((await ended.change()).failure.errorCode).toBe('SESSION_ENDED');
  });
});

describe('a first password', () => {
  it('must be changed before anything else', async () => {
    const user = await person();
    await t.db.updateTable('users').set({ mustChangePassword: true }).where('id', '=', user.id).execute();
    const session = (await login(user.username)).data;
    expect(session.user.mustChangePassword).toBe(true);
    const list = () => t.call(leads.list, {}, bearer(session.accessToken));
    expect((await list()).failure).toMatchObject({ code: 403, errorCode: 'PASSWORD_CHANGE_REQUIRED' });
    expect((await profile(session.accessToken)).status).toBe(200);
    const body = { oldPassword: PASSWORD, newPassword: 'another-horse-2' };
    const next = (await t.call(auth.changePassword, { body }, bearer(session.accessToken))).data;
    expect(next.user.mustChangePassword).toBe(false);
    expect((await t.call(leads.list, {}, bearer(next.accessToken))).status).toBe(200);
  });

  it('does not keep anybody from signing out', async () => {
    const user = await person();
    await t.db.updateTable('users').set({ mustChangePassword: true }).where('id', '=', user.id).execute();
    const { accessToken } = (await login(user.username)).data;
    expect((await t.call(auth.logout, {}, bearer(accessToken))).status).toBe(200);
  });
});

describe('WeChat', () => {
  const wechat = (code: string) => t.call(auth.wechat, { body: { code } });
  const bind = (ticket: string, username: string, password = PASSWORD) =>
    t.call(auth.bindWechat, { body: { ticket, username, password } });
  async function ticketFor(openid: string): Promise<string> {
    t.wechatCodes.set('code', openid);
    const { failure } = await wechat('code');
    expect(failure).toMatchObject({ code: 409, errorCode: 'WECHAT_NOT_BOUND' });
    return (failure.details as { ticket: string }).ticket;
  }

  it('unknown at first, is bound with the password, and signs in from then on', async () => {
    const user = await person();
    const openid = newId();
    const bound = (await bind(await ticketFor(openid), user.username)).data;
    expect(bound.user).toMatchObject({ id: user.id, wechatBound: true });
    t.wechatCodes.set('again', openid);
    expect((await wechat('again')).data.user.id).toBe(user.id);
    expect((await wechat('again')).failure).toMatchObject({ code: 400, errorCode: 'WECHAT_CODE_INVALID' });
  });

  it('is bound to one account only', async () => {
    const [one, other] = [await person(), await person()];
    const openid = newId();
    const ticket = await ticketFor(openid);
    await bind(ticket, one.username);
    expect((await bind(ticket, other.username)).failure).toMatchObject({
      code: 409,
      errorCode: 'WECHAT_BOUND_ELSEWHERE',
    });
  });

  it('is not bound with a wrong password, an old ticket or one that we did not write', async () => {
    const user = await person();
    const openid = newId();
    const ticket = await ticketFor(openid);
    expect((await bind(ticket, user.username, 'wrong-horse-1')).failure.errorCode).toBe('WRONG_CREDENTIALS');
    expect((await bind(user.token, user.username)).failure.errorCode).toBe('BIND_TICKET_INVALID');
    expect((await bind(`${ticket}x`, user.username)).failure.errorCode).toBe('BIND_TICKET_INVALID');
    expect((await profile(ticket)).failure.errorCode).toBe('UNAUTHENTICATED');
    t.clock.advance({ minutes: 10 });
    expect((await bind(ticket, user.username)).failure).toMatchObject({
      code: 400,
      errorCode: 'BIND_TICKET_INVALID',
    });
  });

  it('of a disabled account does not sign in', async () => {
    const user = await person();
    const openid = newId();
    await bind(await ticketFor(openid), user.username);
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', user.id).execute();
    t.wechatCodes.set('code', openid);
    expect((await wechat('code')).failure.errorCode).toBe('ACCOUNT_DISABLED');
  });
});

describe('a change of what somebody may do takes effect in their next request:', () => {
  const list = (as: TestUser) => t.call(leads.list, {}, { as });
  const roleId = async (code: string) =>
    (await t.db.selectFrom('roles').select('id').where('code', '=', code).executeTakeFirstOrThrow()).id;

  it('a role taken and given', async () => {
    const user = await person();
    expect((await list(user)).status).toBe(200);
    await t.db.deleteFrom('userRoles').where('userId', '=', user.id).execute();
    expect((await list(user)).status).toBe(403);
    await t.db
      .insertInto('userRoles')
      .values({ userId: user.id, roleId: await roleId('media') })
      .execute();
    expect((await list(user)).status).toBe(200);
  });

  it('a permission of a role', async () => {
    const user = await person({ roles: ['finance'] });
    const id = await roleId('finance');
    expect((await list(user)).status).toBe(403);
    const grant = { roleId: id, permission: 'leads.read', reach: 'own' };
    await t.db.insertInto('rolePermissions').values(grant).execute();
    expect((await list(user)).status).toBe(200);
    expect((await t.call(auth.profile, {}, { as: user })).data.permissions['leads.read']).toBe('own');
    await t.db
      .deleteFrom('rolePermissions')
      .where('roleId', '=', id)
      .where('permission', '=', 'leads.read')
      .execute();
    expect((await list(user)).status).toBe(403);
  });

  it('a move to another department, and becoming its manager', async () => {
    const boss = await person({ roles: ['sales_manager'], department: people.departments.north });
    const lead = await register(t, people.junior);
    const sees = async () =>
      (await t.call(leads.get, { params: { id: lead.id } }, { as: boss })).status === 200;
    expect(await sees()).toBe(false);
    await t.db
      .updateTable('users')
      .set({ departmentId: people.departments.south })
      .where('id', '=', boss.id)
      .execute();
    expect(await sees()).toBe(true);
    await t.db
      .updateTable('users')
      .set({ departmentId: people.departments.north })
      .where('id', '=', boss.id)
      .execute();
    expect(await sees()).toBe(false);
    await setDepartmentManager(t.db, people.departments.team, boss.id);
    expect(await sees()).toBe(true);
  });

  it('being disabled', async () => {
    const user = await person();
    expect((await list(user)).status).toBe(200);
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', user.id).execute();
    expect((await list(user)).failure.errorCode).toBe('SESSION_ENDED');
  });

  it('that several roles give together', async () => {
    const user = await person({ roles: ['media', 'sales_manager'] });
    const { permissions } = (await t.call(auth.profile, {}, { as: user })).data;
    expect(permissions['leads.read']).toBe('department');
    expect(permissions['leads.dispatch']).toBe('all');
  });
});

describe('the colleagues', () => {
  const names = async (query: object, as = people.rep) =>
    (await t.call(users.list, { query: { pageSize: 100, ...query } }, { as })).data.list.map(
      (each) => each.name,
    );

  it('are found by name or username, in any case', async () => {
    expect(await names({ keyword: '婷' })).toEqual(['黄婷']);
    expect(await names({ keyword: people.colleague.username.toUpperCase() })).toContain('黄婷');
    expect(await names({ keyword: '%' })).toEqual([]);
  });

  it('can be narrowed to those who follow leads, or to a role', async () => {
    const assignable = await names({ assignable: true });
    expect(assignable).toEqual(expect.arrayContaining(['李强', '王芳', '林涛']));
    for (const name of ['周敏', '赵磊', '陈静']) expect(assignable).not.toContain(name);
    expect(await names({ assignable: false })).toContain('赵磊');
    expect(await names({ role: 'engineer' })).toEqual(['赵磊']);
  });

  it('come with their department, roles and open leads', async () => {
    const busy = await person({ name: '忙人', department: people.departments.team, roles: ['sales'] });
    for (let i = 0; i < 3; i++) await register(t, busy);
    const closed = await register(t, busy);
    const close = { action: 'close', version: 1, outcome: 'lost', reason: '价格' } as const;
    await t.call(leads.changeStatus, { params: { id: closed.id }, body: close }, { as: busy });
    const [row] = (await t.call(users.list, { query: { keyword: '忙人' } }, { as: people.admin })).data.list;
    expect(row).toEqual({
      id: busy.id,
      name: '忙人',
      departmentName: '深圳组',
      roles: ['销售'],
      openLeads: 3,
      username: busy.username,
      mobile: null,
      status: 'active',
    });
  });

  it('do not include who was disabled, and show neither mobile nor mail', async () => {
    const gone = await person({ name: '离职的人', mobile: '13600009999', email: 'gone@example.com' });
    const all = async () =>
      JSON.stringify((await t.call(users.list, { query: { pageSize: 100 } }, { as: people.rep })).data);
    expect(await all()).toContain('离职的人');
    expect(await all()).not.toContain('13600009999');
    expect(await all()).not.toContain('gone@example.com');
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', gone.id).execute();
    expect(await all()).not.toContain('离职的人');
  });

  it('are read in pages by name', async () => {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = (await t.call(users.list, { query: { pageSize: 7, cursor } }, { as: people.rep })).data;
      seen.push(...page.list.map((each) => each.id));
      cursor = page.pagination.nextCursor;
    }
    const whole = (await t.call(users.list, { query: { pageSize: 100 } }, { as: people.rep })).data;
    expect(seen).toEqual(whole.list.map((each) => each.id));
  });
});
