import { beforeAll, describe, expect, it } from 'vitest';
import { leadMachine } from '#shared/leads/machine.ts';
import { type Company, createCompany, register, storedLead } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { contextOf, runIn } from '../testing/work.ts';
import { lockVisible, machineActions, transition } from './transition.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const move = async (id: string, action: keyof typeof leadMachine.actions, options: object = {}) => {
  const context = await contextOf(t, people.rep, 'leads.progress');
  return runIn(t, context, async (work) => {
    const lead = await lockVisible(work, 'leads', id);
    return transition(work, 'leads', leadMachine, { ...lead, status: lead.status as 'new' }, action, options);
  });
};

describe('moving a record along its machine', () => {
  it('writes status, version, history and audit together', async () => {
    const { id } = await register(t, people.rep);
    t.clock.advance({ minutes: 1 });
    await move(id, 'qualify', { reason: '想看样板间', changes: { score: 80 } });
    expect(await storedLead(t, id)).toMatchObject({
      status: 'qualified',
      score: 80,
      version: 2,
      updatedAt: t.clock.now(),
    });
    const history = await t.db.selectFrom('statusChanges').selectAll().where('entityId', '=', id).execute();
    expect(history).toHaveLength(1);
    expect(history[0]).toMatchObject({
      entity: 'leads',
      action: 'qualify',
      fromStatus: 'new',
      toStatus: 'qualified',
      reason: '想看样板间',
      actorId: people.rep.id,
      at: t.clock.now(),
    });
    const audit = await t.db
      .selectFrom('auditEntries')
      .selectAll()
      .where('entityId', '=', id)
      .where('action', '=', 'leads.qualify')
      .executeTakeFirstOrThrow();
    expect(audit).toMatchObject({
      actorId: people.rep.id,
      changes: { status: ['new', 'qualified'], score: [null, 80] },
      reason: '想看样板间',
    });
  });

  it('that the machine does not allow is refused with what it allows, and changes nothing', async () => {
    const { id } = await register(t, people.rep);
    await move(id, 'qualify');
    const before = await storedLead(t, id);
    await expect(move(id, 'contact')).rejects.toMatchObject({
      code: 'ACTION_NOT_ALLOWED',
      status: 409,
      message: '当前状态是“有意向”，不能标记已联系',
      details: { status: 'qualified', allowed: ['convert', 'close'] },
    });
    expect(await storedLead(t, id)).toEqual(before);
  });

  it('to one of several states needs to be told which', async () => {
    const { id } = await register(t, people.rep);
    await move(id, 'close');
    await expect(move(id, 'reopen')).rejects.toThrow(/say which/);
    await move(id, 'reopen', { to: 'contacted' });
    expect((await storedLead(t, id)).status).toBe('contacted');
  });

  it('needs the permission of the action, unless the system does it', async () => {
    const { id } = await register(t, people.registrar, { ownerId: people.rep.id });
    const context = await contextOf(t, people.registrar, 'leads.update');
    const go = (automatic: boolean) =>
      runIn(t, context, async (work) => {
        const lead = await lockVisible(work, 'leads', id);
        const row = { ...lead, status: lead.status as 'new' };
        return transition(work, 'leads', leadMachine, row, 'contact', { automatic });
      });
    await expect(go(false)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await go(true)).json).toBe('"contacted"');
  });
});

describe('loading a record to change it', () => {
  it('finds nothing outside the scope, and nothing that was deleted', async () => {
    const { id } = await register(t, people.rep);
    const others = await contextOf(t, people.colleague, 'leads.update');
    await expect(lockVisible(others, 'leads', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const mine = await contextOf(t, people.rep, 'leads.update');
    expect((await lockVisible(mine, 'leads', id)).id).toBe(id);
    await t.db.updateTable('leads').set({ deletedAt: t.clock.now() }).where('id', '=', id).execute();
    await expect(lockVisible(mine, 'leads', id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await lockVisible(mine, 'leads', id, { deleted: true })).id).toBe(id);
  });

  it('refuses another version than the stored one, older or newer, with the current record', async () => {
    const { id } = await register(t, people.rep);
    const mine = await contextOf(t, people.rep, 'leads.update');
    for (const version of [2, 99]) {
      await expect(
        lockVisible(mine, 'leads', id, { version, current: async (row) => ({ seen: row.version }) }),
      ).rejects.toMatchObject({ code: 'STALE', details: { current: { seen: 1 } } });
    }
    expect((await lockVisible(mine, 'leads', id, { version: 1 })).version).toBe(1);
  });
});

it('the buttons are what the machine allows and the person may do', () => {
  expect(machineActions(leadMachine, 'qualified', () => true).map((each) => each.action)).toEqual([
    'convert',
    'close',
  ]);
  expect(machineActions(leadMachine, 'qualified', () => false)).toEqual([]);
  expect(machineActions(leadMachine, 'closed', () => true)).toEqual([
    { action: 'reopen', label: '重新打开', disabledReason: null },
  ]);
});
