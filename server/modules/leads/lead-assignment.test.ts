import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assignment } from '#shared/assignment/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { pool } from '#shared/pool/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { type Company, createCompany, leadSeenBy, register, storedLead } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { acceptance, setPool, startPoolOver } from '../../testing/pool.ts';
import { contextOf, runIn } from '../../testing/work.ts';
import { assignAutomatically } from './lead-assignment.commands.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});
beforeEach(() => startPoolOver(t, '2026-03-10T02:00:00.000Z'));

interface Member {
  readonly user: TestUser;
  readonly weight?: number;
  readonly regions?: string[];
}

async function group(members: readonly Member[], acceptMinutes: number | null = null) {
  const body = {
    name: '新客组',
    acceptMinutes,
    members: members.map(({ user, ...rest }) => ({ userId: user.id, ...rest })),
  };
  return (await t.call(assignment.create, { body }, { as: people.admin })).data;
}

const inPool = (more = {}) => register(t, people.registrar, { ownerId: null, ...more });
async function assignAuto(count: number, more = {}, as = people.manager) {
  const chosen = [];
  for (let i = 0; i < count; i++) {
    const { id, version } = await inPool(more);
    chosen.push({ id, version });
  }
  const body = { leads: chosen, ownerId: 'auto' as const, reason: '新线索' };
  return (await t.call(pool.assignMany, { body }, { as })).data.list;
}
const setDuty = (as: TestUser, onDuty: boolean) =>
  t.call(assignment.setDuty, { body: { duty: onDuty ? 'on' : 'off' } }, { as });
const historyOf = (id: string) =>
  t.db.selectFrom('ownershipChanges').selectAll().where('entityId', '=', id).orderBy('id').execute();

describe('leads in turn', () => {
  it('go by weight, smoothly, and go on where they stood', async () => {
    await group([{ user: people.rep, weight: 2 }, { user: people.colleague }]);
    const names = [...(await assignAuto(3)), ...(await assignAuto(3))].map(({ owner }) => owner?.name);
    expect(names.filter((name) => name === '李强')).toHaveLength(4);
    expect(names.filter((name) => name === '黄婷')).toHaveLength(2);
    expect(names.slice(0, 3).sort()).toEqual(names.slice(3).sort());
  });

  it('prefer who is there, pass over who is off duty or full, and say why nobody is left', async () => {
    await group([{ user: people.rep, regions: ['广东'] }, { user: people.colleague }]);
    const south = await assignAuto(2, { province: '广东省' });
    expect(south.map(({ owner }) => owner?.name)).toEqual(['李强', '李强']);
    const suggestion = { query: { province: '广东' } };
    expect((await t.call(pool.suggestedOwner, suggestion, { as: people.registrar })).data.owner).toEqual({
      id: people.rep.id,
      name: '李强',
    });
    expect((await setDuty(people.rep, false)).data).toEqual({ onDuty: false, groups: ['新客组'] });
    expect((await t.call(pool.suggestedOwner, suggestion, { as: people.registrar })).data.owner?.name).toBe(
      '黄婷',
    );
    await setPool(t, people.admin, 'default', { holdingCap: 1 });
    expect((await assignAuto(1, { province: '广东' }))[0]?.owner?.name).toBe('黄婷');
    const [refused] = await assignAuto(1);
    expect(refused).toMatchObject({ ok: false, code: 'LEAD_NOBODY_TO_TAKE' });
    expect(refused?.message).toContain('李强暂停接单');
    expect(refused?.message).toContain('黄婷名下已有1条，到了上限');
    const { list } = (await t.call(assignment.list, {}, { as: people.manager })).data;
    expect(list[0]?.members.map(({ passedOver }) => passedOver).sort()).toEqual(
      ['名下已有1条，到了上限', '暂停接单'].sort(),
    );
    await setDuty(people.rep, true);
  });

  it('stay within the reach of whoever hands them out', async () => {
    await group([{ user: people.northerner, weight: 10 }, { user: people.rep }]);
    const names = (await assignAuto(3)).map(({ owner }) => owner?.name);
    expect(names).toEqual(['李强', '李强', '李强']);
    const [other] = await assignAuto(1, {}, people.admin);
    expect(other?.owner?.name).toBe('孙悦');
  });

  it('are suggested to nobody without a group', async () => {
    expect((await t.call(pool.suggestedOwner, {}, { as: people.registrar })).data.owner).toBeNull();
    const [refused] = await inPool().then(async ({ id, version }) => {
      const body = { leads: [{ id, version }], ownerId: 'auto' as const, reason: '新线索' };
      return [(await t.call(pool.assignMany, { body }, { as: people.manager })).failure];
    });
    expect(refused?.errorCode).toBe('GROUP_NOT_THERE');
  });
});

describe('a lead that is registered', () => {
  const suggested = async () =>
    (await t.call(pool.suggestedOwner, { query: { province: '广东' } }, { as: people.registrar })).data.owner;
  const registerFor = (ownerId: string) =>
    register(t, people.registrar, { ownerId, province: '广东', city: '深圳' });

  it('for the one who is suggested moves the turn on, time and again', async () => {
    await group([{ user: people.rep }, { user: people.colleague }]);
    const names: (string | undefined)[] = [];
    for (let i = 0; i < 4; i++) {
      const owner = await suggested();
      names.push(owner?.name);
      expect((await registerFor(owner?.id as string)).owner).toEqual(owner);
    }
    expect(names[1]).not.toBe(names[0]);
    expect(names.slice(2)).toEqual(names.slice(0, 2));
    expect([...names].sort()).toEqual(['李强', '李强', '黄婷', '黄婷'].sort());
  });

  it('for anybody else leaves the turn where it is, and so does one for the pool', async () => {
    await group([{ user: people.rep }, { user: people.colleague }]);
    const next = await suggested();
    const other = next?.id === people.rep.id ? people.colleague : people.rep;
    const turns = () =>
      t.db.selectFrom('assignmentMembers').select(['userId', 'turn']).orderBy('userId').execute();
    const before = await turns();
    await registerFor(other.id);
    await registerFor(people.junior.id);
    await inPool({ province: '广东' });
    expect(await turns()).toEqual(before);
    expect(await suggested()).toEqual(next);
  });

  it('by somebody for themselves leaves the turn where it is', async () => {
    await group([{ user: people.rep }]);
    const read = () => t.db.selectFrom('assignmentMembers').select('turn').execute();
    const before = await read();
    await register(t, people.rep, { province: '广东' });
    expect(await read()).toEqual(before);
  });
});

describe('a lead that comes from outside', () => {
  const arriveFor = async (groupId: string | null) => {
    const { id } = await inPool({ province: '广东' });
    const context = await contextOf(t, people.admin, 'leads.assign');
    const { json } = await runIn(t, context, async (work) => {
      const lead = await work.db
        .selectFrom('leads')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow();
      work.audit({ action: 'leads.updated', entity: 'leads', entityId: id });
      return assignAutomatically(work, lead, groupId);
    });
    return { id, came: JSON.parse(json) as { ownerId: string | null; why: string | null } };
  };

  it('goes to whoever is next, or stays in the pool with the reason', async () => {
    const { id: groupId } = await group([{ user: people.rep }], 30);
    const { id, came } = await arriveFor(groupId);
    expect(came).toEqual({ ownerId: people.rep.id, why: null });
    expect(await storedLead(t, id)).toMatchObject({
      offeredGroupId: groupId,
      acceptBy: '2026-03-10T02:30:00.000Z',
    });
    expect((await historyOf(id)).at(-1)).toMatchObject({
      kind: 'assign',
      reason: '自动分配：新客组',
      rule: '新客组',
    });
    await setDuty(people.rep, false);
    const next = await arriveFor(null);
    expect(next.came).toEqual({ ownerId: null, why: '李强暂停接单' });
    expect((await storedLead(t, next.id)).ownerId).toBeNull();
  });
});

describe('a lead that must be accepted', () => {
  const arrive = async () => {
    const [given] = await assignAuto(1);
    if (!given?.owner) throw new Error('Nobody got it');
    const as = [people.rep, people.colleague, people.junior].find(({ id }) => id === given.owner?.id);
    return { id: given.id, owner: as as TestUser };
  };

  it('says until when, waits on the workbench, and is accepted', async () => {
    await group([{ user: people.rep }, { user: people.colleague }], 30);
    const { id, owner } = await arrive();
    const seen = await leadSeenBy(t, owner, id);
    expect(seen.acceptBy).toBe('2026-03-10T02:30:00.000Z');
    expect(seen.actions.map(({ action }) => action)).toContain('accept');
    const { sections } = (await t.call(workbench.get, {}, { as: owner })).data;
    expect(sections.find(({ key }) => key === 'toAccept')).toMatchObject({ count: 1, title: '待接收' });
    const accepted = await t.call(pool.accept, { params: { id } }, { as: owner });
    expect(accepted.data.acceptBy).toBeNull();
    expect(accepted.data.actions.map(({ action }) => action)).not.toContain('accept');
    t.clock.advance({ hours: 3 });
    await acceptance(t);
    expect((await storedLead(t, id)).ownerId).toBe(owner.id);
    const again = await t.call(pool.accept, { params: { id } }, { as: owner });
    expect(again.failure.errorCode).toBe('LEAD_NOT_TO_ACCEPT');
  });

  it.each([
    ['a follow-up', leads.followUp, { method: 'phone', content: '打过电话' }],
    ['a step', leads.changeStatus, { action: 'qualify', version: 2 }],
  ] as const)('is accepted by %s', async (_, endpoint, body) => {
    await group([{ user: people.rep }], 30);
    const { id, owner } = await arrive();
    await t.call(
      endpoint as typeof leads.changeStatus,
      { params: { id }, body: body as never },
      { as: owner },
    );
    expect((await storedLead(t, id)).acceptBy).toBeNull();
    t.clock.advance({ hours: 3 });
    await acceptance(t);
    expect((await storedLead(t, id)).ownerId).toBe(owner.id);
  });

  it('moves on to the next in time, once to each, and then to the pool', async () => {
    await group([{ user: people.rep }, { user: people.colleague }], 30);
    const { id, owner } = await arrive();
    const other = owner === people.rep ? people.colleague : people.rep;
    t.clock.set('2026-03-10T02:29:59.999Z');
    await acceptance(t);
    expect((await storedLead(t, id)).ownerId).toBe(owner.id);
    t.clock.set('2026-03-10T02:30:00.000Z');
    await acceptance(t);
    await acceptance(t);
    expect(await storedLead(t, id)).toMatchObject({
      ownerId: other.id,
      acceptBy: '2026-03-10T03:00:00.000Z',
    });
    t.clock.set('2026-03-10T03:00:00.000Z');
    await acceptance(t);
    expect(await storedLead(t, id)).toMatchObject({ ownerId: null, acceptBy: null, offeredTo: null });
    const history = await historyOf(id);
    expect(history.map(({ kind }) => kind)).toEqual(['create', 'assign', 'reassign', 'reassign']);
    expect(history.at(-1)?.reason).toContain('没有按时接收');
    // Whoever was too slow may still take it.
    expect((await t.call(leads.claim, { params: { id } }, { as: owner })).status).toBe(200);
  });
});

describe('a group', () => {
  it('keeps its turns when its members change, and has a name of its own', async () => {
    const { id, version } = await group([{ user: people.rep }, { user: people.colleague }]);
    await assignAuto(1);
    const before = await t.db.selectFrom('assignmentMembers').select(['userId', 'turn']).execute();
    const members = [people.rep, people.colleague, people.junior].map((user) => ({ userId: user.id }));
    const changed = await t.call(
      assignment.update,
      { params: { id }, body: { version, members } },
      { as: people.admin },
    );
    expect(changed.data.members).toHaveLength(3);
    const after = await t.db.selectFrom('assignmentMembers').select(['userId', 'turn']).execute();
    for (const { userId, turn } of before)
      expect(after.find((each) => each.userId === userId)?.turn).toBe(turn);
    const taken = await t.call(
      assignment.create,
      { body: { name: '新客组', members: [] } },
      { as: people.admin },
    );
    expect(taken.failure.errorCode).toBe('GROUP_NAME_TAKEN');
    const engineer = [{ userId: people.engineer.id }];
    const unfit = await t.call(
      assignment.create,
      { body: { name: '其他组', members: engineer } },
      { as: people.admin },
    );
    expect(unfit.failure.errors?.[0]?.field).toBe('members');
  });

  it('that is deleted lets its leads go to the pool when nobody accepts them', async () => {
    const { id, version } = await group([{ user: people.rep }], 30);
    const [given] = await assignAuto(1);
    await t.call(assignment.remove, { params: { id }, body: { version } }, { as: people.admin });
    t.clock.advance({ hours: 1 });
    await acceptance(t);
    expect((await storedLead(t, given?.id as string)).ownerId).toBeNull();
  });
});
