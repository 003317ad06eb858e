import { beforeAll, describe, expect, it } from 'vitest';
import { departments } from '#shared/departments/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, register } from '../../testing/company.ts';
import { createTestApp, type TestApp } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const admin = () => ({ as: people.admin });
const list = async (as = people.rep) => (await t.call(departments.list, {}, { as })).data.list;
const one = async (id: string) => (await list()).find((each) => each.id === id);
const create = (body: object) => t.call(departments.create, { body: body as never }, admin());
const update = (id: string, body: object) =>
  t.call(departments.update, { params: { id }, body: { version: 1, ...body } as never }, admin());
const remove = (id: string, version = 1) =>
  t.call(departments.remove, { params: { id }, body: { version } }, admin());

describe('the departments', () => {
  it('are listed with parent, manager and the number of active people', async () => {
    const top = await t.department('测试中心');
    const below = await t.department('测试一组', top);
    const boss = await t.user({ roles: ['sales_manager'], name: '组长', department: below });
    const gone = await t.user({ roles: ['sales'], department: below });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', gone.id).execute();
    await update(below, { managerId: boss.id });
    expect(await one(top)).toEqual({
      id: top,
      name: '测试中心',
      parentId: null,
      manager: null,
      members: 0,
      version: 1,
    });
    expect(await one(below)).toEqual({
      id: below,
      name: '测试一组',
      parentId: top,
      manager: { id: boss.id, name: '组长' },
      members: 1,
      version: 2,
    });
  });

  it('are created, under another one or at the top', async () => {
    const { data: top } = await create({ name: '华东销售部' });
    const { data: below } = await create({ name: '上海组', parentId: top.id, managerId: people.manager.id });
    expect(below).toMatchObject({ parentId: top.id, manager: { name: '王芳' }, members: 0, version: 1 });
    expect(await one(top.id)).toMatchObject({ name: '华东销售部', parentId: null });
  });

  it('name the field that is wrong', async () => {
    const gone = await t.user({ roles: ['sales'] });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', gone.id).execute();
    const refused = async (body: object) => (await create(body)).failure.errors?.map(({ field }) => field);
    expect(await refused({ name: '' })).toEqual(['name']);
    expect(await refused({ name: '组', parentId: newId() })).toEqual(['parentId']);
    expect(await refused({ name: '组', managerId: newId() })).toEqual(['managerId']);
    expect(await refused({ name: '组', managerId: gone.id })).toEqual(['managerId']);
    expect((await create({ name: '组', version: 9 })).failure.errorCode).toBe('VALIDATION');
  });

  it('are renamed and moved, with an entry of what changed', async () => {
    const a = await t.department('甲部');
    const b = await t.department('乙部');
    const { data } = await update(b, { name: '乙组', parentId: a });
    expect(data).toMatchObject({ name: '乙组', parentId: a, version: 2 });
    expect((await update(b, { name: '太晚' })).failure).toMatchObject({ code: 409, errorCode: 'STALE' });
    expect((await update(b, { version: 2, parentId: null })).data.parentId).toBeNull();
    const entry = await t.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('entityId', '=', b)
      .orderBy('id')
      .executeTakeFirstOrThrow();
    expect(entry).toMatchObject({ action: 'department.updated', actorId: people.admin.id });
    expect(entry.changes).toEqual({ name: ['乙部', '乙组'], parent: [null, '甲部'] });
  });

  it('never go round in a circle', async () => {
    const a = await t.department('一级');
    const b = await t.department('二级', a);
    const c = await t.department('三级', b);
    for (const parentId of [a, b, c]) {
      const { failure } = await update(a, { parentId });
      expect(failure).toMatchObject({ code: 409, errorCode: 'DEPARTMENT_CYCLE' });
    }
    expect((await update(c, { parentId: a })).status).toBe(200);
    // Both were fine on their own: moved at the same moment, one comes too late.
    const d = await t.department('丁');
    const e = await t.department('戊');
    const moves = await Promise.all([update(d, { parentId: e }), update(e, { parentId: d })]);
    expect(moves.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('are deleted only when nobody and nothing is in them', async () => {
    const top = await t.department('要撤的');
    const below = await t.department('要撤的下级', top);
    const member = await t.user({ roles: ['sales'], department: below });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', member.id).execute();
    for (const id of [top, below]) {
      expect((await remove(id)).failure).toMatchObject({ code: 409, errorCode: 'DEPARTMENT_NOT_EMPTY' });
    }
    await t.db.updateTable('users').set({ departmentId: null }).where('id', '=', member.id).execute();
    expect((await remove(below, 3)).failure.errorCode).toBe('STALE');
    expect((await remove(below)).status).toBe(200);
    expect((await remove(top)).status).toBe(200);
    expect((await remove(top)).status).toBe(404);
    expect(await one(top)).toBeUndefined();
  });

  it('give their new manager sight of their leads with the next request', async () => {
    const boss = await t.user({ roles: ['sales_manager'], department: people.departments.north });
    const lead = await register(t, people.junior);
    const sees = async () =>
      (await t.call(leads.get, { params: { id: lead.id } }, { as: boss })).status === 200;
    expect(await sees()).toBe(false);
    await update(people.departments.team, { managerId: boss.id });
    expect(await sees()).toBe(true);
    await update(people.departments.team, { version: 2, managerId: null });
    expect(await sees()).toBe(false);
  });
});
