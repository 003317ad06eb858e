import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RoleCode } from '#shared/access/roles.ts';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, hashPassword, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

const PASSWORD = 'correct-horse-1';

let t: TestApp;
let people: Company;
let passwordHash: string;
let roleIds: Record<RoleCode, string>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  passwordHash = await hashPassword(PASSWORD);
  const rows = await t.db.selectFrom('roles').select(['id', 'code']).execute();
  roleIds = Object.fromEntries(rows.map(({ id, code }) => [code, id])) as Record<RoleCode, string>;
});
beforeEach(() => t.clock.advance({ minutes: 6 }));

const person = (more: Partial<Parameters<TestApp['user']>[0]> = {}) =>
  t.user({ roles: ['sales'], passwordHash, ...more });
const admin = () => ({ as: people.admin });
const see = async (id: string) => (await t.call(users.get, { params: { id } }, admin())).data;
const login = (username: string, password = PASSWORD) => t.call(auth.login, { body: { username, password } });
const listLeads = (as: TestUser) => t.call(leads.list, {}, { as });
const changeStatus = (id: string, body: object, as = people.admin) =>
  t.call(
    users.changeStatus,
    { params: { id }, body: { version: 1, status: 'disabled', reason: '离职', ...body } },
    { as },
  );
const entriesOf = (entityId: string) =>
  t.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('entityId', '=', entityId)
    .where('action', 'like', 'user.%')
    .orderBy('id')
    .execute();
let names = 0;
const draft = (more: object = {}) => ({
  username: `hire.${++names}`,
  name: '何新',
  roleIds: [roleIds.sales],
  ...more,
});
const hire = (more: object = {}) => t.call(users.create, { body: draft(more) as never }, admin());

describe('the list for who manages people', () => {
  const list = (query: object, as = people.admin) =>
    t.call(users.list, { query: { pageSize: 100, ...query } }, { as });

  it('shows username, mobile and status, and finds people by mobile', async () => {
    const user = await person({ name: '电话多', mobile: '13655550001' });
    const [row] = (await list({ keyword: '5555' })).data.list;
    expect(row).toMatchObject({
      id: user.id,
      username: user.username,
      mobile: '13655550001',
      status: 'active',
    });
    expect((await list({ keyword: '5555' }, people.rep)).data.list).toEqual([]);
    const [seen] = (await list({ keyword: '电话多' }, people.rep)).data.list;
    expect(seen).toMatchObject({ id: user.id, username: null, mobile: null, status: null });
  });

  it('includes the disabled when asked, which nobody else may', async () => {
    const gone = await person({ name: '已离开' });
    await changeStatus(gone.id, {});
    const found = async (status?: string) => (await list({ keyword: '已离开', status })).data.list.length;
    expect(await found()).toBe(0);
    expect(await found('active')).toBe(0);
    expect(await found('disabled')).toBe(1);
    expect(await found('all')).toBe(1);
    for (const status of ['disabled', 'all']) {
      expect((await list({ status }, people.manager)).failure.errorCode).toBe('FORBIDDEN');
    }
  });
});

describe('a new account', () => {
  it('can sign in with the password shown once, and has to change it', async () => {
    const { data } = await hire({
      username: 'He.Xin',
      mobile: '+86 136-0000-2222',
      email: 'he@example.com',
      departmentId: people.departments.team,
      roleIds: [roleIds.sales, roleIds.media],
    });
    expect(data.user).toMatchObject({
      username: 'He.Xin',
      mobile: '13600002222',
      email: 'he@example.com',
      department: { id: people.departments.team, name: '深圳组' },
      status: 'active',
      mustChangePassword: true,
      openLeads: 0,
      version: 1,
    });
    expect(data.user.roles.map(({ code }) => code)).toEqual(['media', 'sales']);
    const session = (await login('he.xin', data.initialPassword)).data;
    expect(session.user.mustChangePassword).toBe(true);
    const refused = await t.send('GET', '/api/leads', {
      headers: { authorization: `Bearer ${session.accessToken}` },
    });
    expect(refused.failure.errorCode).toBe('PASSWORD_CHANGE_REQUIRED');
    expect((await login('13600002222', data.initialPassword)).status).toBe(200);
    const [entry] = await entriesOf(data.user.id);
    expect(entry).toMatchObject({ action: 'user.created', actorId: people.admin.id });
    expect(entry?.changes).toMatchObject({ username: [null, 'He.Xin'], roles: [null, '新媒体、销售'] });
    expect(JSON.stringify(entry)).not.toContain(data.initialPassword);
  });

  it('names the field that is taken or wrong', async () => {
    const taken = await person({ mobile: '13600003333' });
    const refused = async (more: object) => (await hire(more)).failure.errors?.map(({ field }) => field);
    expect(await refused({ username: taken.username.toUpperCase() })).toEqual(['username']);
    expect(await refused({ mobile: '136 0000 3333' })).toEqual(['mobile']);
    expect(await refused({ departmentId: newId() })).toEqual(['departmentId']);
    expect(await refused({ roleIds: [newId()] })).toEqual(['roleIds']);
    expect(await refused({ username: '13600004444' })).toEqual(['username']);
    expect(await refused({ name: ' ' })).toEqual(['name']);
    expect(await refused({ email: 'nowhere' })).toEqual(['email']);
  });

  it.each(['passwordHash', 'password', 'status', 'mustChangePassword', 'id', 'wechatOpenid'])(
    'takes no %s',
    async (field) => {
      const { failure } = await hire({ [field]: 'x' });
      expect(failure).toMatchObject({ code: 400, errorCode: 'VALIDATION' });
    },
  );
});

describe('editing', () => {
  const update = (id: string, body: object) =>
    t.call(users.update, { params: { id }, body: { version: 1, ...body } as never }, admin());

  it('changes what is given, clears what is null, and says so in the audit', async () => {
    const user = await person({ name: '旧名', mobile: '13600005555', email: 'old@example.com' });
    const { data } = await update(user.id, {
      name: '新名',
      mobile: null,
      departmentId: people.departments.north,
    });
    expect(data).toMatchObject({
      name: '新名',
      mobile: null,
      email: 'old@example.com',
      department: { name: '华北销售部' },
      version: 2,
    });
    const [entry] = await entriesOf(user.id);
    expect(entry?.action).toBe('user.updated');
    expect(entry?.changes).toEqual({
      name: ['旧名', '新名'],
      mobile: ['13600005555', null],
      department: [null, '华北销售部'],
    });
  });

  it('refuses an old version with the present state, and a taken mobile by its field', async () => {
    const user = await person();
    await person({ mobile: '13600006666' });
    await update(user.id, { name: '先改的' });
    const { failure } = await update(user.id, { name: '后改的' });
    expect(failure).toMatchObject({ code: 409, errorCode: 'STALE' });
    expect(failure.details).toMatchObject({ current: { name: '先改的', version: 2 } });
    const taken = await update(user.id, { version: 2, mobile: '13600006666' });
    expect(taken.failure.errors).toEqual([{ field: 'mobile', message: '手机号已被使用' }]);
  });

  it.each(['passwordHash', 'status', 'username', 'mustChangePassword', 'roleIds', 'wechatOpenid'])(
    'takes no %s',
    async (field) => {
      const user = await person();
      const { failure } = await update(user.id, { [field]: 'disabled' });
      expect(failure).toMatchObject({ code: 400, errorCode: 'VALIDATION' });
      expect((await see(user.id)).version).toBe(1);
    },
  );

  it('knows nobody who does not exist', async () => {
    expect((await update(newId(), { name: '谁' })).status).toBe(404);
    expect((await t.call(users.get, { params: { id: newId() } }, admin())).status).toBe(404);
  });

  it('moves somebody to another department with their next request', async () => {
    const boss = await person({ roles: ['sales_manager'], department: people.departments.north });
    const lead = await register(t, people.junior);
    const sees = async () =>
      (await t.call(leads.get, { params: { id: lead.id } }, { as: boss })).status === 200;
    expect(await sees()).toBe(false);
    await update(boss.id, { departmentId: people.departments.south });
    expect(await sees()).toBe(true);
  });
});

describe('roles', () => {
  const setRoles = (id: string, codes: RoleCode[], version = 1, as = people.admin) =>
    t.call(
      users.setRoles,
      { params: { id }, body: { version, roleIds: codes.map((code) => roleIds[code]) } },
      { as },
    );

  it('are replaced, in force with the next request', async () => {
    const user = await person({ roles: ['finance'] });
    expect((await listLeads(user)).status).toBe(403);
    const { data } = await setRoles(user.id, ['sales']);
    expect(data.roles.map(({ code }) => code)).toEqual(['sales']);
    expect((await listLeads(user)).status).toBe(200);
    await setRoles(user.id, [], 2);
    expect((await listLeads(user)).status).toBe(403);
    expect((await entriesOf(user.id)).map(({ changes }) => changes)).toEqual([
      { roles: ['财务', '销售'] },
      { roles: ['销售', null] },
    ]);
  });

  it('are refused in an old version, and where one does not exist', async () => {
    const user = await person();
    await setRoles(user.id, ['sales', 'media']);
    expect((await setRoles(user.id, ['finance'])).failure.errorCode).toBe('STALE');
    const body = { version: 2, roleIds: [newId()] };
    const { failure } = await t.call(users.setRoles, { params: { id: user.id }, body }, admin());
    expect(failure.errors?.map(({ field }) => field)).toEqual(['roleIds']);
    expect((await see(user.id)).roles.map(({ code }) => code)).toEqual(['media', 'sales']);
  });

  it('leave at least one active administrator', async () => {
    const own = (await see(people.admin.id)).version;
    const refused = await setRoles(people.admin.id, ['sales'], own);
    expect(refused.failure).toMatchObject({ code: 409, errorCode: 'LAST_ADMIN' });
    expect((await see(people.admin.id)).roles.map(({ code }) => code)).toEqual(['admin']);
    const second = await person({ roles: ['admin'] });
    expect((await setRoles(second.id, ['sales'])).status).toBe(200);
    await setRoles(second.id, ['admin'], 2);
    await changeStatus(second.id, { version: 3 });
    expect((await setRoles(people.admin.id, [], own)).failure.errorCode).toBe('LAST_ADMIN');
  });
});

describe('a new password', () => {
  const reset = (id: string, as = people.admin) => t.call(users.resetPassword, { params: { id } }, { as });

  it('replaces the old one, ends every session, and has to be changed', async () => {
    const user = await person();
    await login(user.username);
    const { data } = await reset(user.id);
    expect(data.initialPassword).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){2}$/);
    expect((await listLeads(user)).failure.errorCode).toBe('SESSION_ENDED');
    const open = await t.db
      .selectFrom('deviceSessions')
      .select('id')
      .where('userId', '=', user.id)
      .where('endedAt', 'is', null)
      .execute();
    expect(open).toEqual([]);
    expect((await login(user.username)).status).toBe(401);
    expect((await login(user.username, data.initialPassword)).data.user.mustChangePassword).toBe(true);
    const again = await reset(user.id);
    expect(again.data.initialPassword).not.toBe(data.initialPassword);
  });

  it('is not made for oneself', async () => {
    expect((await reset(people.admin.id)).failure).toMatchObject({ code: 409, errorCode: 'OWN_ACCOUNT' });
  });
});

describe('disabling', () => {
  const history = (leadId: string) =>
    t.db
      .selectFrom('ownershipChanges')
      .selectAll()
      .where('entityId', '=', leadId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();

  it('ends every session at once; enabling lets them sign in again', async () => {
    const user = await person();
    await login(user.username);
    const { data } = await changeStatus(user.id, {});
    expect(data).toMatchObject({ status: 'disabled', version: 2 });
    expect((await listLeads(user)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await login(user.username)).failure.errorCode).toBe('ACCOUNT_DISABLED');
    const back = await changeStatus(user.id, { version: 2, status: 'active', reason: '回来了' });
    expect(back.data.status).toBe('active');
    expect((await listLeads(user)).failure.errorCode).toBe('SESSION_ENDED');
    expect((await login(user.username)).status).toBe(200);
    const entries = await entriesOf(user.id);
    expect(entries.map(({ action, reason }) => [action, reason])).toEqual([
      ['user.disabled', '离职'],
      ['user.enabled', '回来了'],
    ]);
    expect(entries[0]?.changes).toEqual({ status: ['active', 'disabled'] });
  });

  it('asks who takes over while leads are open, and changes nothing before', async () => {
    const user = await person();
    await register(t, user);
    await register(t, user);
    const { failure } = await changeStatus(user.id, {});
    expect(failure).toMatchObject({ code: 409, errorCode: 'HANDOVER_REQUIRED', details: { total: 2 } });
    expect(await see(user.id)).toMatchObject({ status: 'active', version: 1, openLeads: 2 });
    expect((await listLeads(user)).status).toBe(200);
  });

  it('hands every open lead to a colleague, with reason and history; ended ones stay', async () => {
    const user = await person();
    const open = [await register(t, user), await register(t, user), await register(t, user)];
    const closed = await register(t, user);
    const close = { action: 'close', version: 1, outcome: 'lost', reason: '价格' } as const;
    await t.call(leads.changeStatus, { params: { id: closed.id }, body: close }, { as: user });
    const { data } = await changeStatus(user.id, { handoverTo: people.colleague.id });
    expect(data).toMatchObject({ status: 'disabled', openLeads: 0 });
    for (const { id } of open) {
      expect(await storedLead(t, id)).toMatchObject({
        ownerId: people.colleague.id,
        assignedAt: t.clock.now(),
        version: 2,
      });
      expect(await history(id)).toMatchObject({
        kind: 'handover',
        fromOwnerId: user.id,
        toOwnerId: people.colleague.id,
        reason: '离职',
        actorId: people.admin.id,
      });
    }
    expect((await storedLead(t, closed.id)).ownerId).toBe(user.id);
  });

  it('puts every open lead into the pool when nobody takes over', async () => {
    const user = await person();
    const { id } = await register(t, user);
    await changeStatus(user.id, { handoverTo: null });
    expect(await storedLead(t, id)).toMatchObject({ ownerId: null, poolEnteredAt: t.clock.now() });
    expect(await history(id)).toMatchObject({ kind: 'handover', fromOwnerId: user.id, toOwnerId: null });
    const claimed = await t.call(leads.claim, { params: { id } }, { as: people.rep });
    expect(claimed.status).toBe(200);
  });

  it('hands over only to somebody who can follow leads', async () => {
    const user = await person();
    await register(t, user);
    for (const handoverTo of [people.finance.id, newId(), user.id]) {
      const { failure } = await changeStatus(user.id, { handoverTo });
      expect(failure.errorCode).toBe('HANDOVER_NOT_ASSIGNABLE');
      expect(failure.errors?.[0]?.field).toBe('handoverTo');
    }
    expect((await see(user.id)).status).toBe('active');
  });

  it('is refused for oneself, for an old version, and for who is disabled already', async () => {
    const own = await see(people.admin.id);
    expect(own.actions.find(({ action }) => action === 'disable')?.disabledReason).not.toBeNull();
    const refused = await changeStatus(people.admin.id, { version: own.version });
    expect(refused.failure).toMatchObject({ code: 409, errorCode: 'OWN_ACCOUNT' });
    const user = await person();
    expect((await changeStatus(user.id, { version: 7 })).failure.errorCode).toBe('STALE');
    await changeStatus(user.id, {});
    expect((await changeStatus(user.id, { version: 2 })).failure.errorCode).toBe('ACTION_NOT_ALLOWED');
    expect((await changeStatus(user.id, { version: 2, reason: ' ' })).failure.errors?.[0]?.field).toBe(
      'reason',
    );
  });

  it('never takes an administrator, when who does it is none', async () => {
    const grant = { roleId: roleIds.media, permission: 'users.manage', reach: 'all' };
    await t.db.insertInto('rolePermissions').values(grant).execute();
    const { version } = await see(people.admin.id);
    const refused = await changeStatus(people.admin.id, { version, handoverTo: null }, people.registrar);
    expect(refused.failure).toMatchObject({ code: 403, errorCode: 'USER_BEYOND_YOURS' });
    expect((await listLeads(people.admin)).status).toBe(200);
    await t.db
      .deleteFrom('rolePermissions')
      .where('roleId', '=', roleIds.media)
      .where('permission', '=', 'users.manage')
      .execute();
  });
});
