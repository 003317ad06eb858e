import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Grants, PERMISSIONS } from '#shared/access/permissions.ts';
import { ROLE_CODES, roles as seeded } from '#shared/access/roles.ts';
import { logs } from '#shared/audit/contract.ts';
import { auth } from '#shared/auth/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { type Role, roles } from '#shared/roles/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, leadSeenBy, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { onRealPostgres, openTestDatabase } from '../../testing/database.ts';
import { seedRoles } from './roles.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const listed = async (as: TestUser = people.admin) => (await t.call(roles.list, {}, { as })).data.list;
const named = async (code: string) => (await listed()).find((role) => role.code === code) as Role;
const create = (name: string, grants: Grants = {}) =>
  t.call(roles.create, { body: { name, grants } }, { as: people.admin });
const grant = ({ id, version }: Pick<Role, 'id' | 'version'>, grants: Grants) =>
  t.call(roles.grant, { params: { id }, body: { version, grants } }, { as: people.admin });
const update = (id: string, body: { version: number; name?: string; description?: string | null }) =>
  t.call(roles.update, { params: { id }, body }, { as: people.admin });
const remove = (id: string) => t.call(roles.remove, { params: { id } }, { as: people.admin });
const grantsIn = async (roleId: string) =>
  Object.fromEntries(
    (await t.db.selectFrom('rolePermissions').selectAll().where('roleId', '=', roleId).execute()).map(
      ({ permission, reach }) => [permission, reach],
    ),
  );
const lastAudit = (entityId: string) =>
  t.db
    .selectFrom('auditEntries')
    .selectAll()
    .where('entityId', '=', entityId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow();
const give = async (user: TestUser, ...ids: string[]) => {
  await t.db.deleteFrom('userRoles').where('userId', '=', user.id).execute();
  await t.db
    .insertInto('userRoles')
    .values(ids.map((roleId) => ({ userId: user.id, roleId })))
    .execute();
};

describe('the list of roles', () => {
  it('starts with those of the product, with how many people have each and what they may do', async () => {
    const list = await listed();
    expect(list.slice(0, ROLE_CODES.length).map((role) => role.code)).toEqual(ROLE_CODES);
    for (const code of ROLE_CODES) {
      const role = list.find((each) => each.code === code);
      expect(role, code).toMatchObject({ name: seeded[code].label, builtIn: true, version: 1 });
      expect(role?.permissions, code).toEqual(seeded[code].grants);
    }
    expect((await named('sales')).members).toBe(4);
    expect((await named('admin')).members).toBe(1);
  });

  it('says who there is to everybody who chooses colleagues, but not what they may do', async () => {
    const list = await listed(people.engineer);
    expect(list.map((role) => role.name)).toContain('销售主管');
    expect(list.every((role) => role.permissions === null)).toBe(true);
  });

  it('comes with a catalogue of every permission, under a heading', async () => {
    const { list } = (await t.call(roles.permissions, {}, { as: people.admin })).data;
    expect(list.map((each) => each.permission)).toEqual(PERMISSIONS);
    expect(list[0]).toEqual({
      permission: 'leads.read',
      label: '查看负责的线索',
      group: '线索',
      scoped: true,
    });
    expect(new Set(list.map((each) => each.group))).toEqual(
      new Set([
        '线索',
        '客户',
        '产品',
        '设备',
        '工单',
        '跟进',
        '待办',
        '超期提醒',
        '公海',
        '线索接入',
        '团队',
        '系统',
      ]),
    );
  });
});

describe('a new role', () => {
  it('is stored with what it may do, and audited', async () => {
    const { data } = await t.call(
      roles.create,
      {
        body: {
          name: ' 渠道  经理 ',
          description: '只看华南',
          grants: { 'leads.read': 'department', 'leads.claim': 'all' },
        },
      },
      { as: people.admin },
    );
    expect(data).toMatchObject({ name: '渠道 经理', description: '只看华南', builtIn: false, members: 0 });
    expect(await grantsIn(data.id)).toEqual({ 'leads.read': 'department', 'leads.claim': 'all' });
    expect(await lastAudit(data.id)).toMatchObject({
      actorId: people.admin.id,
      action: 'role.created',
      entity: 'roles',
      changes: {
        name: [null, '渠道 经理'],
        description: [null, '只看华南'],
        'leads.read': [null, 'department'],
        'leads.claim': [null, 'all'],
      },
    });
  });

  it('needs a name of its own, in any case', async () => {
    await create('Partner');
    const { failure } = await create('PARTNER');
    expect(failure).toMatchObject({ code: 409, errorCode: 'ROLE_NAME_TAKEN' });
    expect(failure.errors).toEqual([{ field: 'name', message: '这个名称已经用了' }]);
    expect((await listed()).filter((role) => /^partner$/i.test(role.name))).toHaveLength(1);
    const { data: other } = await create('另一个角色');
    expect((await update(other.id, { version: 1, name: 'partner' })).failure.errorCode).toBe(
      'ROLE_NAME_TAKEN',
    );
    expect((await update(other.id, { version: 1, name: '另一个角色' })).status).toBe(200);
  });

  it.each([
    ['leads.fly', 'all'],
    ['leads.read', 'galaxy'],
    ['leads.claim', 'own'],
    ['users.manage', 'department'],
  ])('refuses %s with %s by the name of the field', async (permission, reach) => {
    const grants = { [permission]: reach } as Grants;
    const name = `不能有${permission}`;
    const { failure } = await create(name, grants);
    expect(failure).toMatchObject({ code: 400, errorCode: 'VALIDATION' });
    expect(failure.errors?.map((error) => error.field)).toEqual([`grants.${permission}`]);
    const sales = await named('sales');
    expect((await grant(sales, grants)).status).toBe(400);
    expect(await named('sales')).toEqual(sales);
    expect((await listed()).some((role) => role.name === name)).toBe(false);
  });
});

describe('changing a role', () => {
  it('changes its words and leaves what it may do', async () => {
    const { data: role } = await create('客户成功', { 'leads.read': 'own' });
    const { data } = await update(role.id, { version: 1, description: '老客户回访' });
    expect(data).toMatchObject({ name: '客户成功', description: '老客户回访', version: 2 });
    expect(data.permissions).toEqual({ 'leads.read': 'own' });
    expect((await lastAudit(role.id)).changes).toEqual({ description: ['', '老客户回访'] });
  });

  it('replaces what it may do, and the log says from what to what in words', async () => {
    const { data: role } = await create('督导', { 'leads.read': 'own', 'leads.claim': 'all' });
    const { data } = await grant(role, { 'leads.read': 'department', 'logs.read': 'all' });
    expect(data.version).toBe(2);
    expect(data.permissions).toEqual({ 'leads.read': 'department', 'logs.read': 'all' });
    expect(await grantsIn(role.id)).toEqual(data.permissions);
    expect(await lastAudit(role.id)).toMatchObject({
      action: 'role.permissionsChanged',
      changes: {
        'leads.read': ['own', 'department'],
        'leads.claim': ['all', null],
        'logs.read': [null, 'all'],
      },
    });
    const log = await t.call(logs.list, { query: { entityId: role.id } }, { as: people.admin });
    expect(log.data.list[0]?.changes).toEqual([
      { label: '查看负责的线索', from: '本人', to: '本部门' },
      { label: '领取公海线索', from: '开', to: '关' },
      { label: '查看操作日志', from: '关', to: '开' },
    ]);
  });

  it('is refused when somebody else was faster, with the role as it is now', async () => {
    const { data: role } = await create('两人同改');
    const { data: first } = await grant(role, { 'leads.read': 'own' });
    const { failure } = await grant(role, { 'leads.read': 'all' });
    expect(failure).toMatchObject({ code: 409, errorCode: 'STALE', details: { current: first } });
    expect((await update(role.id, { version: 1, name: '改名' })).failure.errorCode).toBe('STALE');
    expect(await grantsIn(role.id)).toEqual({ 'leads.read': 'own' });
    expect((await named(role.code)).name).toBe('两人同改');
  });

  it('does not find a role that is not there', async () => {
    const nowhere = { id: newId(), version: 1 };
    expect((await grant(nowhere, {})).status).toBe(404);
    expect((await update(nowhere.id, { version: 1, name: '没有' })).status).toBe(404);
    expect((await remove(nowhere.id)).status).toBe(404);
  });
});

describe('deleting a role', () => {
  it('takes what it may do along', async () => {
    const { data: role } = await create('临时', { 'leads.read': 'own' });
    await remove(role.id);
    expect(await named(role.code)).toBeUndefined();
    expect(await grantsIn(role.id)).toEqual({});
    expect((await lastAudit(role.id)).changes).toEqual({ name: ['临时', null], description: ['', null] });
  });

  it('is refused for those of the product, and while somebody has it', async () => {
    const finance = await named('finance');
    expect((await remove(finance.id)).failure.errorCode).toBe('ROLE_BUILT_IN');
    const { data: role } = await create('有人用');
    await give(await t.user({ roles: ['finance'] }), role.id);
    const { failure } = await remove(role.id);
    expect(failure).toMatchObject({ code: 409, errorCode: 'ROLE_IN_USE', details: { members: 1 } });
    expect(await named(role.code)).toMatchObject({ members: 1, version: 1 });
    expect(await named('finance')).toEqual(finance);
  });
});

describe('the last one who manages roles', () => {
  const without = ({ permissions }: Role): Grants => {
    const { 'roles.manage': _, ...rest } = permissions as Grants;
    return rest;
  };

  it('cannot lose it, and it stays as it was', async () => {
    const admin = await named('admin');
    const { failure } = await grant(admin, without(admin));
    expect(failure).toMatchObject({ code: 409, errorCode: 'LAST_ADMIN' });
    expect(await named('admin')).toEqual(admin);
    expect((await lastAudit(admin.id).catch(() => null))?.action).not.toBe('role.permissionsChanged');
  });

  it('is not saved by somebody whose account is disabled', async () => {
    const { data: role } = await create('备用管理员', { 'roles.manage': 'all' });
    const deputy = await t.user({ roles: ['finance'] });
    await give(deputy, role.id);
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', deputy.id).execute();
    const admin = await named('admin');
    expect((await grant(admin, without(admin))).failure.errorCode).toBe('LAST_ADMIN');

    await t.db.updateTable('users').set({ status: 'active' }).where('id', '=', deputy.id).execute();
    expect((await grant(admin, without(admin))).status).toBe(200);
    expect(
      (await t.call(roles.create, { body: { name: '不行了', grants: {} } }, { as: people.admin })).status,
    ).toBe(403);
    // Back to what it was, by the other one.
    const body = { version: admin.version + 1, grants: admin.permissions as Grants };
    await t.call(roles.grant, { params: { id: admin.id }, body }, { as: deputy });
    await give(deputy, (await named('finance')).id);
  });
});

describe.runIf(onRealPostgres)('two who manage roles', () => {
  it('cannot both lose it at once, each counting on the other', async () => {
    const admin = await named('admin');
    const both: Grants = { 'roles.manage': 'all', 'users.lookup': 'all' };
    const { data: role } = await create('副管理员', both);
    const deputy = await t.user({ roles: ['finance'] });
    await give(deputy, role.id);
    const { 'roles.manage': _, ...rest } = admin.permissions as Grants;
    for (let round = 0; round < 5; round++) {
      const [now, other] = [await named('admin'), await named(role.code)];
      const replies = await Promise.all([grant(now, rest), grant(other, {})]);
      const refused = replies.filter((reply) => reply.status !== 200);
      expect(refused.map((reply) => reply.failure.errorCode)).toEqual(['LAST_ADMIN']);
      // Whoever still manages gives it back to the other.
      const as = replies[0]?.status === 200 ? deputy : people.admin;
      const list = await listed(as);
      for (const [id, grants] of [
        [admin.id, admin.permissions],
        [role.id, both],
      ] as [string, Grants][]) {
        const version = list.find((each) => each.id === id)?.version as number;
        expect(
          (await t.call(roles.grant, { params: { id }, body: { version, grants } }, { as })).status,
        ).toBe(200);
      }
    }
    await give(deputy, (await named('finance')).id);
  });
});

describe('a change takes effect', () => {
  it('with the very next request, on every process', async () => {
    const second = await createTestApp({ sharing: t });
    const { data: role } = await create('跨进程', { 'leads.read': 'own', 'users.lookup': 'all' });
    const user = await t.user({ roles: ['finance'] });
    await give(user, role.id);
    const { id } = await register(t, people.rep);
    const sees = async () => [
      (await t.call(leads.get, { params: { id } }, { as: user })).status,
      (await second.call(leads.get, { params: { id } }, { as: user })).status,
    ];
    expect(await sees()).toEqual([404, 404]);
    const { data: wider } = await grant(role, { 'leads.read': 'all' });
    expect(await sees()).toEqual([200, 200]);
    const { data: profile } = await second.call(auth.profile, {}, { as: user });
    expect(profile.permissions).toEqual({ 'leads.read': 'all' });
    await second.call(
      roles.grant,
      { params: { id: role.id }, body: { version: wider.version, grants: {} } },
      { as: people.admin },
    );
    expect(await sees()).toEqual([403, 403]);
    expect(await leadSeenBy(t, people.rep, id)).toMatchObject({ id });
  });
});

describe('the roles a company starts with', () => {
  const NOW = '2026-03-10T02:00:00.000Z';
  const withGrants = ROLE_CODES.flatMap((code) =>
    Object.entries(seeded[code].grants).map(([permission, reach]) => `${code} ${permission} ${reach}`),
  ).sort();

  it('come with all they may do, or not at all, and once however many processes begin at once', async () => {
    const database = await openTestDatabase();
    const { db } = database;
    const there = async () => {
      const rows = await db
        .selectFrom('roles')
        .innerJoin('rolePermissions', 'roleId', 'roles.id')
        .select(['code', 'permission', 'reach'])
        .execute();
      return rows.map(({ code, permission, reach }) => `${code} ${permission} ${reach}`).sort();
    };
    await db.deleteFrom('roles').execute();
    await sql`alter table role_permissions add constraint broken check (permission <> 'leads.read')`.execute(
      db,
    );
    await expect(seedRoles(db, NOW)).rejects.toThrow('broken');
    expect(await db.selectFrom('roles').selectAll().execute()).toEqual([]);
    await sql`alter table role_permissions drop constraint broken`.execute(db);
    await Promise.all(Array.from({ length: 8 }, () => seedRoles(db, NOW)));
    expect(await there()).toEqual(withGrants);
    await database.close();
  });
});
