import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Grants } from '#shared/access/permissions.ts';
import { auth } from '#shared/auth/contract.ts';
import type { Failure } from '#shared/http/envelope.ts';
import { roles } from '#shared/roles/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, hashPassword } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

const PASSWORD = 'correct-horse-1';

let t: TestApp;
let people: Company;
let roleIds: Record<string, string>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const rows = await t.db.selectFrom('roles').select(['id', 'code']).execute();
  roleIds = Object.fromEntries(rows.map(({ id, code }) => [code, id]));
});
// A new window for every test, so that they do not spend each other's attempts.
beforeEach(() => t.clock.advance({ minutes: 16 }));

let count = 0;
const application = (more: object = {}) => {
  count++;
  return {
    username: `applicant.${count}`,
    name: '吴新',
    mobile: String(13_500_000_000 + count),
    password: PASSWORD,
    ...more,
  };
};
const apply = (more: object = {}) => t.call(auth.register, { body: application(more) as never });
const find = (username: string) =>
  t.db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst();
const login = (username: string, password = PASSWORD) => t.call(auth.login, { body: { username, password } });
const total = async () => (await t.db.selectFrom('users').select('id').execute()).length;
const audited = (entityId: string) =>
  t.db.selectFrom('auditEntries').selectAll().where('entityId', '=', entityId).orderBy('id').execute();

async function applicant(more: object = {}) {
  const body = application(more);
  await t.call(auth.register, { body: body as never });
  const user = await find(body.username);
  if (!user) throw new Error('Nothing was created');
  return user;
}
const changeStatus = (id: string, body: object, as: TestUser = people.admin) =>
  t.call(
    users.changeStatus,
    { params: { id }, body: { version: 1, status: 'active', reason: '审核通过', ...body } },
    { as },
  );
const reject = (id: string, as: TestUser = people.admin, version = 1) =>
  t.call(users.reject, { params: { id }, body: { version } }, { as });

describe('an application for an account', () => {
  it('is kept without roles until an administrator looks at it', async () => {
    const body = application({ mobile: '+86 135-1111-2222', email: 'wu@example.com' });
    const reply = await t.call(auth.register, { body });
    expect(reply.data).toEqual({ message: '已提交，等待管理员开通' });
    const user = await find(body.username);
    expect(user).toMatchObject({
      name: '吴新',
      mobile: '13511112222',
      email: 'wu@example.com',
      status: 'pending',
      departmentId: null,
      mustChangePassword: false,
    });
    const { data } = await t.call(users.get, { params: { id: user?.id as string } }, { as: people.admin });
    expect(data.roles).toEqual([]);
    expect(data.actions.map(({ action }) => action)).toEqual(['approve', 'reject']);
    const [entry] = await audited(data.id);
    expect(entry).toMatchObject({ action: 'user.registered', actorId: null });
    expect(JSON.stringify(entry)).not.toMatch(/argon2|correct-horse/);
  });

  it('lets nobody in, and says so only to who knows the password', async () => {
    const { username, mobile } = await applicant();
    for (const name of [username, mobile as string]) {
      expect((await login(name)).failure).toMatchObject({
        code: 403,
        errorCode: 'ACCOUNT_PENDING',
        message: '账号等待管理员开通',
      });
      expect((await login(name, 'wrong-horse-1')).failure.errorCode).toBe('WRONG_CREDENTIALS');
    }
  });

  it('sends no link for a new password', async () => {
    const { username } = await applicant({ email: 'waiting@example.com' });
    await t.call(auth.forgotPassword, { body: { username } });
    await t.work();
    expect(t.mails.filter(({ to }) => to === 'waiting@example.com')).toEqual([]);
  });

  const taken: [string, (user: TestUser) => object][] = [
    ['a username', ({ username }) => ({ username })],
    ['a username in capitals', ({ username }) => ({ username: username.toUpperCase() })],
    ['a mobile', () => ({ mobile: '13599990000' })],
    ['a mobile spelled otherwise', () => ({ mobile: '+86 135 9999 0000' })],
  ];
  it.each(taken)(
    'with %s that is taken is answered in the same words, and creates nothing',
    async (_, of) => {
      const holder = await t.user({ roles: ['sales'], passwordHash: await hashPassword('their-own-1') });
      await t.db.updateTable('users').set({ mobile: null }).where('mobile', '=', '13599990000').execute();
      await t.db.updateTable('users').set({ mobile: '13599990000' }).where('id', '=', holder.id).execute();
      const before = await total();
      const fresh = await apply();
      const reply = await apply(of(holder));
      expect(reply.status).toBe(fresh.status);
      expect({ ...reply.body, timestamp: null }).toEqual({ ...fresh.body, timestamp: null });
      expect(await total()).toBe(before + 1);
      expect((await login(holder.username, 'their-own-1')).status).toBe(200);
    },
  );

  it('sent by two at once with one username creates one', async () => {
    const before = await total();
    const username = `twin.${++count}`;
    const replies = await Promise.all([apply({ username }), apply({ username })]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    expect(await total()).toBe(before + 1);
  });

  it.each([
    ['role', 'admin'],
    ['roles', ['admin']],
    ['roleIds', []],
    ['status', 'active'],
    ['departmentId', newId()],
    ['id', newId()],
    ['passwordHash', 'x'],
    ['mustChangePassword', false],
    ['wechatOpenid', 'x'],
  ])('takes no %s', async (field, value) => {
    const before = await total();
    expect((await apply({ [field]: value })).failure).toMatchObject({ code: 400, errorCode: 'VALIDATION' });
    expect(await total()).toBe(before);
  });

  it.each([
    ['username', '13612345678'],
    ['username', '+8613612345678'],
    ['username', '１３６１２３４５６７８'],
    ['username', 'x'],
    ['username', undefined],
    ['name', ' '],
    ['mobile', ''],
    ['mobile', '123'],
    ['mobile', null],
    ['email', 'nowhere'],
    ['password', 'short1'],
    ['password', 'onlyletters'],
  ])('with the %s %j is refused at that field', async (field, value) => {
    const { failure } = await apply({ [field]: value });
    expect(failure.errors?.map((error) => error.field)).toEqual([field]);
  });

  it('counts against its account and its address even when it succeeds', async () => {
    const username = `again.${++count}`;
    const refused = async (times: number, more: () => object) => {
      let failure: Failure | null = null;
      for (let i = 0; i < times; i++) {
        const reply = await apply(more());
        if (reply.status !== 200) failure = reply.failure;
      }
      return failure?.errorCode ?? null;
    };
    expect(await refused(5, () => ({ username }))).toBeNull();
    expect(await refused(1, () => ({ username: username.toUpperCase() }))).toBe('RATE_LIMITED');
    expect(await refused(94, () => ({}))).toBeNull();
    expect(await refused(1, () => ({}))).toBe('RATE_LIMITED');
  });
});

describe('an administrator', () => {
  it('finds who waits, and how many', async () => {
    const user = await applicant({ name: '等开通' });
    const list = (status: 'pending' | 'active' | 'all', as = people.admin) =>
      t.call(users.list, { query: { keyword: '等开通', status } }, { as });
    const { data } = await list('pending');
    expect(data.list).toMatchObject([{ id: user.id, status: 'pending', roles: [] }]);
    expect(data.pagination.total).toBe(1);
    expect((await list('all')).data.list).toHaveLength(1);
    expect((await list('active')).data.list).toEqual([]);
    expect((await list('pending', people.rep)).failure.errorCode).toBe('FORBIDDEN');
  });

  it('opens the account with a department and roles in one request', async () => {
    const { id, username } = await applicant();
    const { data } = await changeStatus(id, {
      roleIds: [roleIds.sales],
      departmentId: people.departments.south,
    });
    expect(data).toMatchObject({ status: 'active', version: 2, department: { name: '华南销售部' } });
    expect(data.roles.map(({ code }) => code)).toEqual(['sales']);
    const session = (await login(username)).data;
    expect(session.user.permissions['leads.read']).toBe('own');
    const entry = (await audited(id)).at(-1);
    expect(entry).toMatchObject({ action: 'user.approved', actorId: people.admin.id, reason: '审核通过' });
    expect(entry?.changes).toEqual({
      status: ['pending', 'active'],
      department: [null, '华南销售部'],
      roles: [null, '销售'],
    });
  });

  it.each([
    ['without roles', {}, 'VALIDATION'],
    ['with an empty choice of roles', { roleIds: [] }, 'VALIDATION'],
    ['with a role that is not there', { roleIds: [newId()] }, 'VALIDATION'],
    ['by closing it', { status: 'disabled' }, 'ACTION_NOT_ALLOWED'],
    ['into waiting', { status: 'pending' }, 'VALIDATION'],
    ['as it was before', { version: 7 }, 'STALE'],
  ])('cannot open it %s', async (_, body, code) => {
    const { id, username } = await applicant();
    expect((await changeStatus(id, body)).failure.errorCode).toBe(code);
    expect((await find(username))?.status).toBe('pending');
  });

  it('gives roles with the status only to who waits', async () => {
    const user = await t.user({ roles: ['sales'] });
    const body = { status: 'disabled', roleIds: [roleIds.admin] };
    expect((await changeStatus(user.id, body)).failure.errors).toMatchObject([{ field: 'roleIds' }]);
  });

  it('turns the application down: it is gone, and can be made again', async () => {
    const { id, username, mobile } = await applicant();
    expect((await reject(id)).data).toEqual({ id });
    expect(await find(username)).toBeUndefined();
    expect((await login(username)).failure.errorCode).toBe('WRONG_CREDENTIALS');
    const entry = (await audited(id)).at(-1);
    expect(entry).toMatchObject({ action: 'user.rejected', actorId: people.admin.id });
    expect(entry?.changes).toMatchObject({ username: [username, null], mobile: [mobile, null] });
    expect((await applicant({ username, mobile })).status).toBe('pending');
  });

  it('turns down nobody else', async () => {
    const user = await t.user({ roles: ['sales'] });
    expect((await reject(user.id)).failure.errorCode).toBe('ACTION_NOT_ALLOWED');
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', user.id).execute();
    expect((await reject(user.id)).failure.errorCode).toBe('ACTION_NOT_ALLOWED');
    const { id } = await applicant();
    expect((await reject(id, people.manager)).failure.errorCode).toBe('FORBIDDEN');
    expect((await reject(id, people.admin, 9)).failure.errorCode).toBe('STALE');
    expect((await reject(newId())).failure.code).toBe(404);
  });
});

describe('whoever manages people but not roles', () => {
  const HELD: Grants = {
    'users.manage': 'all',
    'users.lookup': 'all',
    'leads.read': 'department',
    'leads.create': 'all',
  };
  let clerk: TestUser;
  let within: string;
  let wider: string;
  let further: string;

  const role = async (name: string, grants: Grants) =>
    (await t.call(roles.create, { body: { name, grants } }, { as: people.admin })).data.id;
  const holding = async (...ids: string[]) => {
    const user = await t.user({ roles: ['engineer'], passwordHash: await hashPassword(PASSWORD) });
    await t.db.deleteFrom('userRoles').where('userId', '=', user.id).execute();
    for (const roleId of ids)
      await t.db.insertInto('userRoles').values({ userId: user.id, roleId }).execute();
    return user;
  };

  beforeAll(async () => {
    clerk = await holding(await role('人事', HELD));
    within = await role('范围内', { 'leads.read': 'own', 'leads.create': 'all' });
    wider = await role('看得更宽', { 'leads.read': 'all' });
    further = await role('多一项', { 'leads.read': 'own', 'logs.read': 'all' });
  });

  const ids = () => ({ within, wider, further, admin: roleIds.admin as string });
  const gives: [string, (roleIds: string[]) => Promise<{ status: number; failure: Failure }>][] = [
    [
      'with a new account',
      (given) =>
        t.call(
          users.create,
          { body: { username: `clerk.hire.${++count}`, name: '何新', roleIds: given } },
          { as: clerk },
        ),
    ],
    ['by opening one', async (given) => changeStatus((await applicant()).id, { roleIds: given }, clerk)],
    [
      'to somebody',
      async (given) => {
        const { id } = await holding(within);
        return t.call(
          users.setRoles,
          { params: { id }, body: { version: 1, roleIds: given } },
          { as: clerk },
        );
      },
    ],
    [
      'to themselves',
      async (given) => {
        const { version } = (await t.call(users.get, { params: { id: clerk.id } }, { as: clerk })).data;
        const held = await t.db
          .selectFrom('userRoles')
          .select('roleId')
          .where('userId', '=', clerk.id)
          .execute();
        const all = [...new Set([...held.map(({ roleId }) => roleId), ...given])];
        return t.call(
          users.setRoles,
          { params: { id: clerk.id }, body: { version, roleIds: all } },
          { as: clerk },
        );
      },
    ],
  ];
  it.each(gives)('gives %s only roles within their own', async (_, give) => {
    expect((await give([ids().within])).status).toBe(200);
    for (const beyond of ['wider', 'further', 'admin'] as const) {
      const before = await total();
      const { failure } = await give([ids().within, ids()[beyond]]);
      expect(failure).toMatchObject({ code: 403, errorCode: 'ROLE_BEYOND_YOURS' });
      expect(failure.errors).toMatchObject([{ field: 'roleIds' }]);
      // Only what the arrangement made.
      expect(await total()).toBeLessThanOrEqual(before + 1);
    }
    const { data } = await t.call(auth.profile, {}, { as: clerk });
    expect(data.permissions).toEqual(HELD);
  });

  const touches: [string, (id: string, as: TestUser) => Promise<{ status: number; failure: Failure }>][] = [
    ['reset the password', (id, as) => t.call(users.resetPassword, { params: { id } }, { as })],
    ['close the account', (id, as) => changeStatus(id, { status: 'disabled' }, as)],
    [
      'open a closed account',
      async (id, as) => {
        await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', id).execute();
        return changeStatus(id, { status: 'active' }, as);
      },
    ],
    [
      'take the roles',
      (id, as) => t.call(users.setRoles, { params: { id }, body: { version: 1, roleIds: [] } }, { as }),
    ],
    [
      'change the address for new passwords',
      (id, as) =>
        t.call(users.update, { params: { id }, body: { version: 1, email: 'mine@example.com' } }, { as }),
    ],
  ];
  it.each(touches)('can %s of those within their own only', async (_, touch) => {
    expect((await touch((await holding(within)).id, clerk)).status).toBe(200);
    for (const beyond of [[wider], [within, further], [roleIds.admin as string]]) {
      const { id } = await holding(...beyond);
      expect((await touch(id, clerk)).failure).toMatchObject({ code: 403, errorCode: 'USER_BEYOND_YOURS' });
      expect((await touch(id, people.admin)).status).toBe(200);
    }
  });

  it('is told beforehand what they cannot do', async () => {
    const reasons = async (id: string, as: TestUser) =>
      (await t.call(users.get, { params: { id } }, { as })).data.actions
        .filter(({ disabledReason }) => disabledReason)
        .map(({ action }) => action);
    const high = await holding(wider);
    expect(await reasons(high.id, clerk)).toEqual(['setRoles', 'resetPassword', 'disable']);
    expect(await reasons((await holding(within)).id, clerk)).toEqual([]);
    expect(await reasons(high.id, people.admin)).toEqual([]);
  });

  it('is held to nothing when they manage roles too', async () => {
    const deputy = await holding(await role('副手', { 'users.manage': 'all', 'roles.manage': 'all' }));
    const { id } = await holding(within);
    const body = { version: 1, roleIds: [roleIds.admin as string] };
    const { data } = await t.call(users.setRoles, { params: { id }, body }, { as: deputy });
    expect(data.roles.map(({ code }) => code)).toEqual(['admin']);
  });
});
