import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { actionWords } from '#shared/audit/actions.ts';
import { leads } from '#shared/leads/contract.ts';
import { newId } from '../../kernel/new-id.ts';
import { createCompany, leadSeenBy, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';

let t: TestApp;
let people: Awaited<ReturnType<typeof createCompany>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const CONTACT = {
  phone: '13912345678',
  wechat: 'hotel-manager-li',
  otherHandle: 'douyin-88231',
  contactPerson: '李经理13800001111',
  email: 'li.manager@example.com',
};
const reason = '核对是否重复';

const pooled = () => register(t, people.registrar, { ...CONTACT, ownerId: null });
const reveal = (id: string, as: TestUser, options: { idempotencyKey?: string } = {}) =>
  t.call(leads.reveal, { params: { id }, body: { reason } }, { as, ...options });
const actionsFor = async (as: TestUser, id: string) =>
  (await leadSeenBy(t, as, id)).actions.map(({ action }) => action);
const entriesOn = (id: string) =>
  t.db
    .selectFrom('auditEntries')
    .select(['actorId', 'action', 'entity', 'reason', 'changes'])
    .where('entityId', '=', id)
    .where('action', '=', 'leads.revealed')
    .execute();

describe('revealing a lead in the pool', () => {
  it('answers in full what the page masks, and records who asked and why, without the number', async () => {
    const { id } = await pooled();
    const seen = await leadSeenBy(t, people.manager, id);
    expect(seen.contactMasked).toBe(true);
    for (const text of Object.values(CONTACT)) expect(JSON.stringify(seen)).not.toContain(text);
    const before = await storedLead(t, id);
    expect((await reveal(id, people.manager)).data).toEqual(CONTACT);
    const entries = await entriesOn(id);
    expect(entries).toMatchObject([{ actorId: people.manager.id, entity: 'leads', reason }]);
    expect(JSON.stringify(entries)).not.toContain(CONTACT.phone);
    expect(actionWords('leads.revealed', 'leads')).toBe('查看公海联系方式');
    // It changes nothing: the lead stays in the pool, and masked at the next look.
    expect(await storedLead(t, id)).toEqual(before);
    expect((await leadSeenBy(t, people.manager, id)).contactMasked).toBe(true);
  });

  it('is recorded every time, and once for a request that is repeated', async () => {
    const { id } = await pooled();
    const idempotencyKey = newId();
    const first = await reveal(id, people.manager, { idempotencyKey });
    const again = await reveal(id, people.manager, { idempotencyKey });
    expect(again.data).toEqual(first.data);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(await entriesOn(id)).toHaveLength(1);
    await reveal(id, people.manager);
    expect(await entriesOn(id)).toHaveLength(2);
  });

  it('wants a reason', async () => {
    const { id } = await pooled();
    for (const body of [{}, { reason: '' }, { reason: '   ' }, { reason: 'x'.repeat(201) }]) {
      const reply = await t.send('POST', `/api/leads/${id}/reveal`, { as: people.manager, body });
      expect(reply.failure).toMatchObject({ code: 400, errors: [{ field: 'reason' }] });
    }
    expect(await entriesOn(id)).toEqual([]);
  });

  it('is refused without the permission, and offered only with it', async () => {
    const { id } = await pooled();
    expect(await actionsFor(people.manager, id)).toContain('reveal');
    expect(await actionsFor(people.rep, id)).not.toContain('reveal');
    expect((await reveal(id, people.rep)).failure.errorCode).toBe('FORBIDDEN');
    expect(await entriesOn(id)).toEqual([]);
  });

  it('needs sight of the pool: without it the lead does not exist', async () => {
    const { id } = await pooled();
    const role = await t.db
      .insertInto('roles')
      .values({
        id: newId(),
        code: 'no-pool',
        name: '不看公海',
        createdAt: t.clock.now(),
        updatedAt: t.clock.now(),
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await t.db
      .insertInto('rolePermissions')
      .values([
        { roleId: role.id, permission: 'leads.read', reach: 'department' },
        { roleId: role.id, permission: 'leads.reveal', reach: 'all' },
      ])
      .execute();
    const blind = await t.user({ roles: ['engineer'], department: people.departments.south });
    await t.db.insertInto('userRoles').values({ userId: blind.id, roleId: role.id }).execute();
    expect((await reveal(id, blind)).status).toBe(404);
    expect(await entriesOn(id)).toEqual([]);
  });
});

describe('revealing a lead that is not in the pool', () => {
  it('answers for one that is held anyway, recorded but not offered', async () => {
    const { id } = await register(t, people.rep, CONTACT);
    expect(await actionsFor(people.manager, id)).not.toContain('reveal');
    expect((await reveal(id, people.manager)).data).toEqual(CONTACT);
    expect(await entriesOn(id)).toHaveLength(1);
  });

  it('finds none of another department, none that was claimed there, and none that was deleted', async () => {
    const north = await register(t, people.northerner, CONTACT);
    const claimed = await pooled();
    await t.call(leads.claim, { params: { id: claimed.id } }, { as: people.northerner });
    const gone = await pooled();
    const body = { version: gone.version };
    await t.call(leads.remove, { params: { id: gone.id }, body }, { as: people.admin });
    for (const { id } of [north, claimed, gone, { id: newId() }]) {
      const reply = await reveal(id, people.manager);
      expect(reply.failure).toMatchObject({ code: 404, errorCode: 'NOT_FOUND' });
      expect(await entriesOn(id)).toEqual([]);
    }
  });

  it('is not offered to an administrator, for whom nothing is masked', async () => {
    const { id } = await pooled();
    expect(await actionsFor(people.admin, id)).not.toContain('reveal');
  });
});

describe('the permission in a company that is there already', () => {
  it('goes to managers and administrators, once', async () => {
    const holders = () =>
      t.db
        .selectFrom('rolePermissions')
        .innerJoin('roles', 'roles.id', 'rolePermissions.roleId')
        .select(['roles.code', 'reach'])
        .where('permission', '=', 'leads.reveal')
        .orderBy('roles.code')
        .execute();
    const migration = await readFile(
      new URL('../../../migrations/0011_leads_reveal.sql', import.meta.url),
      'utf8',
    );
    const run = () => sql.raw(migration).execute(t.db);
    await t.db.deleteFrom('rolePermissions').where('permission', '=', 'leads.reveal').execute();
    expect(await holders()).toEqual([]);
    await run();
    await run();
    expect(await holders()).toEqual([
      { code: 'admin', reach: 'all' },
      { code: 'sales_manager', reach: 'all' },
    ]);
  });
});
