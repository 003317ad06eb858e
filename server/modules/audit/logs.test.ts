import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ROLE_CODES, type RoleCode, roles } from '#shared/access/roles.ts';
import { actionWords, MODULE_LABELS, QUIET_ACTIONS } from '#shared/audit/actions.ts';
import { type LogEntry, logs } from '#shared/audit/contract.ts';
import { auth } from '#shared/auth/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import type { CallInput } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import type { Machine } from '#shared/machine.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { writeAudit } from '../../kernel/audit.ts';
import { newId } from '../../kernel/new-id.ts';
import { type Company, createCompany, hashPassword, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

// Counts are shared for a moment: each test looks at a moment of its own.
beforeEach(() => t.clock.advance({ minutes: 1 }));

type Query = NonNullable<CallInput<typeof logs.list>['query']>;
const read = async (query: Query = {}) =>
  (await t.call(logs.list, { query: { pageSize: 100, ...query } }, { as: people.admin })).data;

async function latest(query: Query): Promise<LogEntry> {
  const [entry] = (await read(query)).list;
  if (!entry) throw new Error('Nothing was logged');
  return entry;
}

async function assigned() {
  const lead = await register(t, people.rep, { customerName: '维也纳酒店', phone: '13900001111' });
  const body = { version: lead.version, ownerId: people.colleague.id, reason: '调整片区' };
  await t.call(leads.assign, { params: { id: lead.id }, body }, { as: people.manager });
  return lead;
}

const write = (entry: Partial<Parameters<typeof writeAudit>[2][number]>) =>
  writeAudit(t.db, { actorId: people.rep.id, now: t.clock.now(), ip: '10.0.0.1', requestId: newId() }, [
    { action: 'leads.updated', entity: 'leads', entityId: null, ...entry },
  ]);

describe('who reads the log', () => {
  const byRole = (role: RoleCode): TestUser =>
    ({
      sales: people.rep,
      media: people.registrar,
      sales_manager: people.manager,
      engineer: people.engineer,
      finance: people.finance,
      admin: people.admin,
    })[role];

  it.each(ROLE_CODES)('%s, only with the right to', async (role) => {
    await assigned();
    const reply = await t.call(logs.list, { query: {} }, { as: byRole(role) });
    const allowed = 'logs.read' in roles[role].grants;
    expect(reply.status).toBe(allowed ? 200 : 403);
    if (!allowed) expect(JSON.stringify(reply.body)).not.toContain('0000');
  });

  it('nobody without signing in', async () => {
    expect((await t.call(logs.list, {})).status).toBe(401);
  });
});

describe('an entry', () => {
  it('says who gave which lead to whom, why, and opens it', async () => {
    const lead = await assigned();
    expect(await latest({ entityId: lead.id })).toMatchObject({
      actor: { id: people.manager.id, name: '王芳' },
      action: 'leads.assigned',
      title: `分派线索 ${lead.no} 维也纳酒店 给 黄婷`,
      target: { label: `${lead.no} 维也纳酒店`, leadId: lead.id },
      changes: [{ label: '跟进人', from: '李强', to: '黄婷' }],
      reason: '调整片区',
      ip: '127.0.0.1',
      requestId: expect.stringMatching(/./),
    });
  });

  it('calls a lead without an owner by the pool', async () => {
    const lead = await register(t, people.registrar, { ownerId: null });
    await t.call(leads.claim, { params: { id: lead.id } }, { as: people.rep });
    expect(await latest({ entityId: lead.id })).toMatchObject({
      title: `从公海领取线索 ${lead.no} ${lead.customerName}`,
      changes: [{ label: '跟进人', from: '公海', to: '李强' }],
    });
  });

  it('says an edit in words, with telephone numbers as they are read', async () => {
    const { id, version } = await register(t, people.rep, { phone: '13912345678' });
    const body = { version, phone: '13987654321', intention: 'high', isContacted: true } as const;
    await t.call(leads.update, { params: { id }, body }, { as: people.rep });
    expect((await latest({ entityId: id })).changes).toEqual([
      { label: '电话', from: '139 1234 5678', to: '139 8765 4321' },
      { label: '意向', from: '中', to: '高' },
      { label: '已联系过', from: '否', to: '是' },
    ]);
  });

  it('says a registration without what was left empty, and without structures', async () => {
    const followUp = { method: 'phone', content: '第一次联系' } as const;
    const { id } = await register(t, people.rep, { phone: '13911112222', city: '珠海', followUp });
    const { changes, title } = await latest({ entityId: id, action: 'leads.created' });
    expect(title).toMatch(/^登记线索 LEAD-/);
    expect(changes).toEqual([
      { label: '跟进人', from: '公海', to: '李强' },
      { label: '客户名称', from: null, to: '维也纳酒店深圳湾店' },
      { label: '电话', from: null, to: '139 1111 2222' },
      { label: '来源', from: null, to: '其他' },
      { label: '意向', from: null, to: '中' },
      { label: '城市', from: null, to: '珠海' },
    ]);
  });

  it('says a step of the status, and what was booked with it', async () => {
    const { id, version } = await register(t, people.rep);
    const body = { version, dealDate: '2026-03-10', dealAmount: 12800.5 };
    await t.call(leads.convert, { params: { id }, body }, { as: people.rep });
    const entry = await latest({ entityId: id });
    expect(entry.title).toMatch(/^转化 LEAD-/);
    expect(entry.changes).toEqual([
      { label: '状态', from: '新线索', to: '已转化' },
      { label: '成交日期', from: null, to: '2026-03-10' },
      { label: '成交金额', from: null, to: '¥12,800.50' },
      { label: '已联系过', from: '否', to: '是' },
    ]);
  });

  it('of a follow-up names its lead', async () => {
    const lead = await register(t, people.rep);
    const input = { params: { id: lead.id }, body: { method: 'phone', content: '聊了报价' } } as const;
    const { id, version } = (await t.call(leads.followUp, input, { as: people.rep })).data;
    const body = { version, method: 'visit', content: '看了样板间' } as const;
    await t.call(followups.update, { params: { id }, body }, { as: people.rep });
    expect(await latest({ entityId: id })).toMatchObject({
      title: `修改跟进 ${lead.no} ${lead.customerName}`,
      target: { leadId: lead.id },
      changes: [
        { label: '方式', from: '电话', to: '拜访' },
        { label: '内容', from: '聊了报价', to: '看了样板间' },
      ],
    });
  });

  it('of a task says who gave it to whom and until when, and opens its lead', async () => {
    const lead = await register(t, people.rep);
    const dueAt = '2026-03-20T02:00:00.000Z';
    const draft = { title: '寄样品', dueAt, sourceEntity: 'leads', sourceId: lead.id } as const;
    const { id } = (await t.call(tasks.create, { body: draft }, { as: people.rep })).data;
    expect(await latest({ entityId: id })).toMatchObject({
      title: '新建待办 寄样品',
      target: { label: '寄样品', leadId: lead.id },
    });
    const give = { version: 1, assigneeId: people.colleague.id, reason: '出差' };
    await t.call(tasks.assign, { params: { id }, body: give }, { as: people.manager });
    expect(await latest({ entityId: id, action: 'tasks.assigned' })).toMatchObject({
      title: '转交待办 寄样品 给 黄婷',
      changes: [{ label: '负责人', from: '李强', to: '黄婷' }],
      reason: '出差',
    });
    const later = { version: 2, dueAt: '2026-03-21T02:00:00.000Z' };
    await t.call(tasks.defer, { params: { id }, body: later }, { as: people.colleague });
    expect(await latest({ entityId: id, action: 'tasks.deferred' })).toMatchObject({
      title: '延期待办 寄样品',
      changes: [
        { label: '截止时间', from: '3月20日 周五 10:00', to: '3月21日 周六 10:00' },
        { label: '延期次数', from: '0', to: '1' },
      ],
    });
  });

  it('leaves out the tasks that follow their lead by themselves', async () => {
    const lead = await register(t, people.rep);
    const followUp = {
      method: 'phone',
      content: '约好了',
      nextFollowUpAt: '2026-03-20T02:00:00.000Z',
    } as const;
    await t.call(leads.followUp, { params: { id: lead.id }, body: followUp }, { as: people.rep });
    const { list } = await read({ module: 'tasks' });
    expect(list.filter(({ action }) => action === 'tasks.planned')).toEqual([]);
    expect((await latest({ action: 'tasks.planned' })).title).toBe('安排跟进待办 跟进 维也纳酒店深圳湾店');
  });

  it('of a login and of a new password says just that, and shows no secret', async () => {
    const password = 'correct-horse-1';
    const user = await t.user({ roles: ['sales'], passwordHash: await hashPassword(password) });
    await t.call(auth.login, { body: { username: user.username, password } });
    const login = await latest({ userId: user.id });
    expect(login).toMatchObject({ title: '登录', actor: { name: user.name }, target: null, changes: [] });
    const body = { oldPassword: password, newPassword: 'another-horse-2' };
    await t.call(auth.changePassword, { body }, { as: user });
    const { list } = await read({ userId: user.id });
    expect(list.find(({ action }) => action === 'user.passwordChanged')).toMatchObject({
      title: '修改密码',
      target: null,
      changes: [],
    });
    expect(JSON.stringify(list)).not.toMatch(/horse|argon2/);
  });

  it('leaves out secrets and technical fields, whatever a command recorded', async () => {
    const changes = {
      passwordHash: ['$argon2id$old', '$argon2id$new'],
      refreshHash: ['aaa', 'bbb'],
      wechatOpenid: [null, 'o-secret'],
      sessionId: ['ccc', 'ddd'],
      name: ['李强', '李小强'],
    } as const;
    await write({ action: 'user.updated', entity: 'users', entityId: people.colleague.id, changes });
    const entry = await latest({ module: 'users' });
    expect(entry.title).toBe('修改员工 黄婷');
    expect(entry.changes).toEqual([{ label: '姓名', from: '李强', to: '李小强' }]);
    expect(JSON.stringify(entry)).not.toMatch(/argon2id|aaa|secret|ccc/);
  });

  it('says how far a permission goes', async () => {
    const changes = {
      name: ['临时工', null],
      'leads.read': ['own', 'all'],
      'leads.create': [null, 'all'],
    } as const;
    await write({ action: 'role.deleted', entity: 'roles', entityId: newId(), changes });
    expect(await latest({ module: 'roles' })).toMatchObject({
      title: '删除角色 临时工',
      changes: [
        { label: '名称', from: '临时工', to: null },
        { label: '查看负责的线索', from: '本人', to: '全公司' },
        { label: '新建线索', from: '关', to: '开' },
      ],
    });
  });
});

describe('the list', () => {
  it('narrows to a person, a module, an action and a record', async () => {
    const lead = await assigned();
    const all = (await read()).list;
    const cases: [Query, (entry: LogEntry) => boolean][] = [
      [{ userId: people.manager.id }, ({ actor }) => actor?.id === people.manager.id],
      [{ module: 'leads' }, ({ entity }) => entity === 'leads'],
      [{ action: 'leads.assigned' }, ({ action }) => action === 'leads.assigned'],
      [{ entityId: lead.id }, ({ entityId }) => entityId === lead.id],
      [
        { module: 'leads', userId: people.rep.id },
        (e) => e.entity === 'leads' && e.actor?.id === people.rep.id,
      ],
    ];
    for (const [query, belongs] of cases) {
      const found = await read(query);
      const expected = all.filter(belongs);
      expect(expected.length).toBeGreaterThan(0);
      expect(found.list.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(found.pagination.total).toBe(expected.length);
    }
  });

  it('narrows to days of the business calendar, both included', async () => {
    const entityId = newId();
    for (const at of ['2026-05-01T15:59:59.999Z', '2026-05-01T16:00:00.000Z', '2026-05-02T16:00:00.000Z']) {
      await writeAudit(t.db, { actorId: null, now: at, ip: '', requestId: 'r' }, [
        { action: 'leads.updated', entity: 'leads', entityId },
      ]);
    }
    const days = async (from?: string, to?: string) =>
      (await read({ entityId, ...(from ? { from } : {}), ...(to ? { to } : {}) })).list.map(({ at }) => at);
    expect(await days('2026-05-02', '2026-05-02')).toEqual(['2026-05-01T16:00:00.000Z']);
    expect(await days('2026-05-02')).toHaveLength(2);
    expect(await days(undefined, '2026-05-01')).toEqual(['2026-05-01T15:59:59.999Z']);
    expect((await latest({ entityId })).actor).toBeNull();
  });

  it('leaves out what happens by itself, unless it is asked for', async () => {
    const entityId = newId();
    for (const action of QUIET_ACTIONS) await write({ action, entityId });
    expect((await read({ entityId })).list).toEqual([]);
    for (const action of QUIET_ACTIONS)
      expect((await read({ entityId, action })).list).toMatchObject([{ action }]);
  });

  it('reads on from the last row while new ones arrive, and counts exactly', async () => {
    const entityId = newId();
    const { actorId, now, ip, requestId } = { actorId: null, now: t.clock.now(), ip: '', requestId: 'r' };
    // All in one moment: the id breaks the tie.
    const entries = Array.from({ length: 45 }, () => ({
      action: 'leads.updated',
      entity: 'leads',
      entityId,
    }));
    await writeAudit(t.db, { actorId, now, ip, requestId }, entries);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ entityId, pageSize: 20, ...(cursor ? { cursor } : {}) });
      if (!cursor) expect(page.pagination.total).toBe(45);
      seen.push(...page.list.map(({ id }) => id));
      cursor = page.pagination.nextCursor ?? undefined;
      await write({ entityId });
    } while (cursor);
    expect(seen).toHaveLength(45);
    expect(new Set(seen).size).toBe(45);
  });

  it.each<[string, object]>([
    ['a module there is not', { module: 'secrets' }],
    ['a date there is not', { from: '2026-02-30' }],
    ['an id that is none', { userId: '1' }],
    ['a keyword, which nothing could look up', { keyword: 'a' }],
  ])('refuses %s', async (_, query) => {
    const reply = await t.call(logs.list, { query: query as Query }, { as: people.admin });
    expect(reply.failure.errorCode).toBe('VALIDATION');
  });
});

describe('what is on record', () => {
  it.each([
    ['changed', "update audit_entries set action = 'x'"],
    ['deleted', 'delete from audit_entries'],
    ['emptied', 'truncate audit_entries'],
  ])('cannot be %s, by the database itself', async (_, statement) => {
    await assigned();
    await expect(sql.raw(statement).execute(t.db)).rejects.toThrow('append-only');
  });
});

describe('every action that the server records', () => {
  const root = join(import.meta.dirname, '../../..');
  const sources = globSync('server/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));
  /** The action may be a choice between several, and the entity whatever something hangs on. */
  const RECORDED = /\.audit\(\s*\{\s*action:\s+([^,]+),\s*entity(?:: (?:'(\w+)'|[\w.]+))?,/g;
  const machineFiles = globSync('shared/*/machine.ts', { cwd: root });
  const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

  const recorded = sources.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(RECORDED)].map(([, choice = '', entity = '']) => ({
      file,
      entity,
      actions: [...choice.matchAll(/'(\w+\.\w+)'/g)].map(([, action = '']) => action),
    }));
  });

  it('is found in the source: entity and action stand there as they are', () => {
    for (const file of sources) {
      const text = readFileSync(join(root, file), 'utf8');
      const calls = [...text.matchAll(/\.audit\(\s*\{/g)].length;
      const found = recorded.filter((each) => each.file === file && each.actions.length > 0).length;
      // The kernel's transitions are named by the machines.
      const named = file.endsWith(join('kernel', 'transition.ts')) ? 1 : 0;
      expect(found + named, file).toBe(calls);
    }
    expect(recorded.length).toBeGreaterThan(10);
  });

  it('has Chinese words, and a module to filter by', () => {
    for (const { actions, entity, file } of recorded) {
      for (const action of actions) {
        const words = actionWords(action, entity) ?? '';
        expect(words, `${action} in ${file}: name it in shared/audit/actions.ts`).toMatch(/\p{Script=Han}/u);
      }
      if (entity) expect(Object.keys(MODULE_LABELS), `${entity} in ${file}`).toContain(entity);
    }
  });

  it.each(machineFiles)('and every step of %s', async (file) => {
    const entity = camelCase(file.split(/[\\/]/)[1] ?? '');
    const machines = Object.values((await import(join(root, file))) as Record<string, unknown>).filter(
      (value): value is Machine<string, string> =>
        typeof value === 'object' && value !== null && 'actions' in value && 'states' in value,
    );
    expect(machines.length).toBeGreaterThan(0);
    for (const { actions } of machines) {
      for (const action of Object.keys(actions))
        expect(actionWords(`${entity}.${action}`, entity) ?? '', action).toMatch(/\p{Script=Han}/u);
    }
  });
});
