import { beforeAll, describe, expect, it } from 'vitest';
import { handovers } from '#shared/handovers/contract.ts';
import { users } from '#shared/users/contract.ts';
import { type Company, createCompany, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { newTicket, send, step, ticketAfter, ticketSeenBy } from '../../testing/tickets.ts';

let t: TestApp;
let people: Company;
let desk: TestUser;
let heir: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  desk = people.manager;
  heir = await t.user({ roles: ['engineer'], name: '钱进' });
});

const engineer = () => t.user({ roles: ['engineer'] });
const handOver = (from: TestUser, toId: string | null) =>
  t.call(handovers.create, { params: { id: from.id }, body: { toId, reason: '离职' } }, { as: people.admin });
const undo = (id: string) => t.call(handovers.undo, { params: { id } }, { as: people.admin });
const preview = async (from: TestUser) =>
  (await t.call(handovers.preview, { params: { id: from.id } }, { as: people.admin })).data;

describe('the tickets of whoever leaves', () => {
  it('go to another engineer, as far as they are still to be done, and come back', async () => {
    const from = await engineer();
    const fresh = await ticketAfter(t, desk, from, []);
    const onSite = await ticketAfter(t, desk, from, ['accept', 'depart', 'arrive']);
    const done = await ticketAfter(t, desk, from, ['accept', 'depart', 'arrive', 'resolve']);
    expect(await preview(from)).toMatchObject({ total: 0, customers: 0, tickets: 2, tasks: 0 });
    const { id, moved } = (await handOver(from, heir.id)).data;
    expect(moved).toBe(2);
    for (const ticket of [fresh, onSite])
      expect(await ticketSeenBy(t, desk, ticket.id)).toMatchObject({
        status: 'assigned',
        assignee: { id: heir.id },
        assignment: { reason: '离职' },
      });
    expect(await ticketSeenBy(t, desk, done.id)).toMatchObject({ assignee: { id: from.id } });
    // One of them went on since.
    const taken = await ticketSeenBy(t, desk, fresh.id);
    await send(t, desk, taken, people.engineer);
    expect((await undo(id)).data).toEqual({ returned: 1, kept: 1 });
    expect(await ticketSeenBy(t, desk, onSite.id)).toMatchObject({ assignee: { id: from.id } });
    expect(await ticketSeenBy(t, desk, fresh.id)).toMatchObject({ assignee: { id: people.engineer.id } });
  });

  it('wait at the desk when nobody who takes over can work on them, and come back from there', async () => {
    const from = await engineer();
    const ticket = await ticketAfter(t, desk, from, ['accept']);
    const { id } = (await handOver(from, people.rep.id)).data;
    expect(await ticketSeenBy(t, desk, ticket.id)).toMatchObject({ status: 'pending', assignee: null });
    const late = await step(t, from, ticket, 'depart');
    expect(late.failure.errorCode).toBe('TICKET_REASSIGNED');
    expect((await undo(id)).data).toEqual({ returned: 1, kept: 0 });
    expect(await ticketSeenBy(t, desk, ticket.id)).toMatchObject({
      status: 'assigned',
      assignee: { id: from.id },
    });
  });

  it('have to go somewhere before the account is disabled', async () => {
    const from = await engineer();
    await send(t, desk, await newTicket(t, desk), from);
    const disable = (handoverTo?: string) =>
      t.call(
        users.changeStatus,
        { params: { id: from.id }, body: { version: 1, status: 'disabled', reason: '离职', handoverTo } },
        { as: people.admin },
      );
    expect((await disable()).failure).toMatchObject({
      errorCode: 'HANDOVER_REQUIRED',
      message: '还有1张工单，先选好交接给谁',
      details: { total: 0, customers: 0, tickets: 1 },
    });
    expect((await disable(heir.id)).data.status).toBe('disabled');
  });

  it('are no reason to give leads to an engineer', async () => {
    const from = await t.user({ roles: ['sales', 'engineer'], department: people.departments.south });
    await register(t, from);
    await send(t, desk, await newTicket(t, desk), from);
    expect((await handOver(from, heir.id)).failure.errorCode).toBe('HANDOVER_NOT_ASSIGNABLE');
    expect((await handOver(from, people.rep.id)).data.moved).toBe(2);
  });
});
