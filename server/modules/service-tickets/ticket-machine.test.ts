import { beforeAll, expect, it, test } from 'vitest';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import {
  type ServiceTicketAction,
  type ServiceTicketStatus,
  serviceTicketMachine,
} from '#shared/service-tickets/machine.ts';
import { type Company, createCompany } from '../../testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { drivenTickets } from '../../testing/machines.ts';
import { ticketSeenBy } from '../../testing/tickets.ts';

// Every action in every state: done where the machine says so, and otherwise refused with what may be done instead.

let t: TestApp;
let people: Company;
let former: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  former = await t.user({ roles: ['engineer'], name: '钱进' });
});

const STATES = Object.keys(serviceTicketMachine.states) as ServiceTicketStatus[];
const ACTIONS = Object.keys(serviceTicketMachine.actions) as ServiceTicketAction[];

const { put, drive } = drivenTickets(() => ({ t, people, former }));

/** Sending is one call, whether somebody is there already or not. */
const may = (state: ServiceTicketStatus, action: ServiceTicketAction): boolean =>
  action === 'assign' || action === 'transfer'
    ? serviceTicketMachine.can(state, 'assign') || serviceTicketMachine.can(state, 'transfer')
    : serviceTicketMachine.can(state, action);

test.each(ACTIONS.flatMap((action) => STATES.map((state) => [action, state] as const)))(
  '%s from %s is done or refused, as the machine says',
  async (action, state) => {
    const ticket = await put(state);
    const logged = async () =>
      (await t.db.selectFrom('ticketLogs').select('id').where('ticketId', '=', ticket.id).execute()).length;
    const before = await logged();
    const reply = (await drive[action](ticket)) as Reply<TicketDetail>;
    if (may(state, action)) {
      expect([serviceTicketMachine.actions[action].to].flat()).toContain(reply.data.status);
      expect(await logged()).toBe(before + 1);
      return;
    }
    if (action === 'reclaim' && state === 'on_site') {
      expect(reply.failure.errorCode).toBe('TICKET_RECLAIM_REFUSED');
    } else {
      expect(reply.failure).toMatchObject({
        code: 409,
        errorCode: 'ACTION_NOT_ALLOWED',
        details: { status: state, allowed: serviceTicketMachine.available(state) },
      });
    }
    expect(await ticketSeenBy(t, people.manager, ticket.id)).toMatchObject({
      status: state,
      version: ticket.version,
    });
    expect(await logged()).toBe(before);
  },
);

it('reaches every state from the first, and names its states and actions in Chinese', () => {
  const reached = new Set<ServiceTicketStatus>([serviceTicketMachine.initial]);
  for (const state of reached) {
    for (const action of serviceTicketMachine.available(state)) {
      for (const to of [serviceTicketMachine.actions[action].to].flat()) reached.add(to);
    }
  }
  expect([...reached].sort()).toEqual([...STATES].sort());
  const labels = ACTIONS.map((action) => serviceTicketMachine.actions[action].label);
  for (const label of [...Object.values(serviceTicketMachine.states), ...labels])
    expect(label).toMatch(/\p{Script=Han}/u);
});
