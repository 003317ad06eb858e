import { beforeAll, describe, expect, it } from 'vitest';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { users } from '#shared/users/contract.ts';
import { newId } from './kernel/new-id.ts';
import { type Company, createCompany } from './testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { newTicket, step, stepBody, storedTicket, ticketAfter } from './testing/tickets.ts';

// Only a real server lets transactions meet.
describe.runIf(onRealPostgres)('a ticket at the same moment', () => {
  let t: TestApp;
  let people: Company;
  let engineers: TestUser[];

  beforeAll(async () => {
    t = await createTestApp();
    people = await createCompany(t);
    engineers = [people.engineer];
    for (let i = 0; i < 3; i++) engineers.push(await t.user({ roles: ['engineer'] }));
  });

  const logsOf = async (id: string, logType: string) =>
    (
      await t.db
        .selectFrom('ticketLogs')
        .select('id')
        .where('ticketId', '=', id)
        .where('logType', '=', logType)
        .execute()
    ).length;
  const openAssignments = async (id: string) =>
    (
      await t.db
        .selectFrom('ticketAssignments')
        .select('engineerId')
        .where('ticketId', '=', id)
        .where('endedAt', 'is', null)
        .execute()
    ).map(({ engineerId }) => engineerId);

  it('goes to one engineer when two dispatchers send, and the other is told to whom', async () => {
    for (let round = 0; round < 10; round++) {
      const { id, version } = await newTicket(t, people.manager);
      const replies = await Promise.all(
        engineers.map((engineer, i) => {
          const body = { version, assignedTo: engineer.id };
          const as = i % 2 === 0 ? people.manager : people.admin;
          return t.call(serviceTickets.assign, { params: { id }, body }, { as });
        }),
      );
      const won = replies.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      const { assignedTo } = await storedTicket(t, id);
      expect(won[0]?.data.assignee?.id).toBe(assignedTo);
      for (const reply of replies.filter((each) => !won.includes(each)))
        expect(reply.failure).toMatchObject({
          code: 409,
          errorCode: 'STALE',
          details: { current: { id, status: 'assigned', assignee: { id: assignedTo } } },
        });
      expect(await openAssignments(id)).toEqual([assignedTo]);
      expect(await logsOf(id, 'assign')).toBe(1);
    }
  });

  it('is either passed on or goes on, when a step meets the dispatcher', async () => {
    for (let round = 0; round < 10; round++) {
      const ticket = await ticketAfter(t, people.manager, people.engineer, ['accept']);
      const other = engineers[1] as TestUser;
      const body = { version: ticket.version, assignedTo: other.id };
      const [moved, passed] = await Promise.all([
        step(t, people.engineer, ticket, 'depart'),
        t.call(serviceTickets.assign, { params: { id: ticket.id }, body }, { as: people.manager }),
      ]);
      const stored = await storedTicket(t, ticket.id);
      if (moved.status === 200) {
        expect(passed.failure.errorCode).toBe('STALE');
        expect(stored).toMatchObject({ status: 'en_route', assignedTo: people.engineer.id });
      } else {
        expect(moved.failure.errorCode).toBe('TICKET_REASSIGNED');
        expect(stored).toMatchObject({ status: 'assigned', assignedTo: other.id });
      }
      expect(await openAssignments(ticket.id)).toEqual([stored.assignedTo]);
    }
  });

  it('takes a step once, however often the phone sends it at once', async () => {
    const ticket = await ticketAfter(t, people.manager, people.engineer, ['accept', 'depart', 'arrive']);
    const body = stepBody(t, ticket, 'resolve') as never;
    const idempotencyKey = newId();
    const replies = await Promise.all(
      Array.from({ length: 6 }, () =>
        t.call(
          serviceTickets.resolve,
          { params: { id: ticket.id }, body },
          { as: people.engineer, idempotencyKey },
        ),
      ),
    );
    for (const reply of replies.filter(({ status }) => status !== 200))
      expect(reply.failure.errorCode).toBe('IN_FLIGHT');
    expect(replies.some(({ status }) => status === 200)).toBe(true);
    expect(await logsOf(ticket.id, 'resolve')).toBe(1);
    const parts = await t.db
      .selectFrom('ticketParts')
      .select('id')
      .where('ticketId', '=', ticket.id)
      .execute();
    expect(parts).toHaveLength(2);
  });

  it('does not land with an engineer who is being disabled', async () => {
    for (let round = 0; round < 5; round++) {
      const leaving = await t.user({ roles: ['engineer'] });
      const { id, version } = await newTicket(t, people.manager);
      const [sent, disabled] = await Promise.all([
        t.call(
          serviceTickets.assign,
          { params: { id }, body: { version, assignedTo: leaving.id } },
          { as: people.manager },
        ),
        t.call(
          users.changeStatus,
          { params: { id: leaving.id }, body: { version: 1, status: 'disabled', reason: '离职' } },
          { as: people.admin },
        ),
      ]);
      expect([sent.status, disabled.status].sort()).not.toEqual([200, 200]);
      expect(Math.max(sent.status, disabled.status)).toBeLessThan(500);
    }
  });
});
