import { beforeAll, describe, expect, it, test } from 'vitest';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import { type Company, createCompany, register } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { actorOf } from '../testing/work.ts';
import { type Actor, deleted, holds, reaches, type Scope, scopeOf, visible } from './access.ts';

let t: TestApp;
let people: Company;
/** Everybody is the rep `李强` of the south, so that each lead stands in one relation to the asker. */
let asker: Actor;
/** Relation → lead. */
const relations = {} as Record<Relation, string>;

const RELATIONS = [
  'mine',
  'colleague',
  'below',
  'elsewhere',
  'pool',
  'registered',
  'teamRegistered',
] as const;
type Relation = (typeof RELATIONS)[number];

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const { rep, colleague, junior, northerner, admin, manager } = people;
  const owned = async (ownerId: string | null, by = admin) => (await register(t, by, { ownerId })).id;
  relations.mine = await owned(rep.id);
  relations.colleague = await owned(colleague.id);
  relations.below = await owned(junior.id);
  relations.elsewhere = await owned(northerner.id);
  relations.pool = await owned(null);
  relations.registered = await owned(rep.id, rep);
  await t.db
    .updateTable('leads')
    .set({ ownerId: northerner.id })
    .where('id', '=', relations.registered)
    .execute();
  relations.teamRegistered = await owned(northerner.id, manager);
  asker = await actorOf(t, rep);
});

const withGrants = (grants: Grants): Actor => ({ ...asker, grants });

async function seen(condition: ReturnType<typeof visible>): Promise<Relation[]> {
  const rows = await t.db.selectFrom('leads').select('id').where(condition).execute();
  const ids = new Set(rows.map((row) => row.id));
  return RELATIONS.filter((relation) => ids.has(relations[relation]));
}

describe('which leads exist for somebody', () => {
  const team: Relation[] = ['mine', 'colleague', 'below'];
  test.each<[read: Reach, registered: Reach | null, pool: boolean, expected: Relation[]]>([
    ['own', null, false, ['mine']],
    ['own', null, true, ['mine', 'pool']],
    ['own', 'own', false, ['mine', 'registered']],
    ['own', 'own', true, ['mine', 'pool', 'registered']],
    ['own', 'department', false, ['mine', 'registered', 'teamRegistered']],
    ['department', null, false, team],
    ['department', null, true, [...team, 'pool']],
    ['department', 'department', true, [...team, 'pool', 'registered', 'teamRegistered']],
    ['department', 'own', false, [...team, 'registered']],
    ['own', 'all', false, [...RELATIONS]],
    ['all', null, false, [...RELATIONS]],
  ])('read %s, registered %s, pool %s', async (read, registered, pool, expected) => {
    const actor = withGrants({
      'leads.read': read,
      ...(registered ? { 'leads.registered': registered } : {}),
      ...(pool ? { 'leads.pool': 'all' } : {}),
    });
    expect(await seen(visible(scopeOf(actor, 'leads.read'), 'leads'))).toEqual(expected);
  });

  it('the pool is open for looking, claiming and assigning, and for nothing else', async () => {
    const pooled = async (permission: 'leads.update' | 'leads.assign' | 'leads.claim' | 'leads.delete') => {
      const actor = withGrants({ 'leads.pool': 'all', [permission]: 'own' });
      return (await seen(visible(scopeOf(actor, permission), 'leads'))).includes('pool');
    };
    expect(await pooled('leads.assign')).toBe(true);
    expect(await pooled('leads.claim')).toBe(true);
    expect(await pooled('leads.update')).toBe(false);
    expect(await pooled('leads.delete')).toBe(false);
  });

  it('what is reached only through the pool is not held, so its contact details are masked', async () => {
    const actor = withGrants({ 'leads.read': 'own', 'leads.registered': 'own', 'leads.pool': 'all' });
    const held = await seen(holds(scopeOf(actor, 'leads.read')));
    expect(held).toEqual(['mine', 'registered']);
    const all: Scope = { actor, permission: 'leads.read', reach: 'all' };
    expect(await seen(holds(all))).toContain('pool');
  });

  it('a deleted lead exists only among the deleted ones', async () => {
    const scope = scopeOf(withGrants({ 'leads.read': 'own' }), 'leads.read');
    const mark = (deletedAt: string | null) =>
      t.db.updateTable('leads').set({ deletedAt }).where('id', '=', relations.mine).execute();
    await mark(t.clock.now());
    expect(await seen(visible(scope, 'leads'))).toEqual([]);
    expect(await seen(deleted(scope, 'leads'))).toEqual(['mine']);
    await mark(null);
    expect(await seen(deleted(scope, 'leads'))).toEqual([]);
  });

  it('a permission that somebody does not hold reaches nothing', async () => {
    expect(await seen(reaches(withGrants({}), 'leads.read', 'leads'))).toEqual([]);
    expect(() => scopeOf(withGrants({}), 'leads.read')).toThrow('没有权限');
  });
});

describe('the team', () => {
  it('is one’s department with everything below, and oneself', async () => {
    const { rep, colleague, junior, manager } = people;
    expect([...(await actorOf(t, manager)).teamIds].sort()).toEqual(
      [rep.id, colleague.id, junior.id, manager.id].sort(),
    );
    expect((await actorOf(t, junior)).teamIds).toEqual([junior.id]);
  });

  it('is also whatever department one manages', async () => {
    const { northerner, departments } = people;
    await t.db
      .updateTable('departments')
      .set({ managerId: people.manager.id })
      .where('id', '=', departments.north)
      .execute();
    expect((await actorOf(t, people.manager)).teamIds).toContain(northerner.id);
    await t.db
      .updateTable('departments')
      .set({ managerId: null })
      .where('id', '=', departments.north)
      .execute();
    expect((await actorOf(t, people.manager)).teamIds).not.toContain(northerner.id);
  });

  it('of somebody without a department is that person', async () => {
    const loner = await t.user({ roles: ['sales_manager'] });
    expect((await actorOf(t, loner)).teamIds).toEqual([loner.id]);
  });

  it('does not hang on departments that lie under each other in a circle', async () => {
    const { south, team } = people.departments;
    await t.db.updateTable('departments').set({ parentId: team }).where('id', '=', south).execute();
    expect((await actorOf(t, people.junior)).teamIds).toContain(people.rep.id);
    await t.db.updateTable('departments').set({ parentId: null }).where('id', '=', south).execute();
  });
});
