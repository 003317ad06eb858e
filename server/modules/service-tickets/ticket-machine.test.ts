import { beforeAll, expect, it, test } from 'vitest';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import {
  type ServiceTicketAction,
  type ServiceTicketStatus,
  serviceTicketMachine,
  TICKET_STEPS,
} from '#shared/service-tickets/machine.ts';
import { type Company, createCompany, newCustomer } from '../../testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { newTicket, send, step, ticketSeenBy } from '../../testing/tickets.ts';

// Every action in every state: done where the machine says so, and otherwise refused with what may be done instead.

let t: TestApp;
let people: Company;
let former: TestUser;
let customerId: string;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  former = await t.user({ roles: ['engineer'], name: '钱进' });
  customerId = (await newCustomer(t, people.manager)).id;
});

const STATES = Object.keys(serviceTicketMachine.states) as ServiceTicketStatus[];
const ACTIONS = Object.keys(serviceTicketMachine.actions) as ServiceTicketAction[];

/** A ticket in a state, which its engineer was sent to after somebody else. */
async function put(status: ServiceTicketStatus): Promise<{ ticket: TicketDetail; formerly: string }> {
  const sent = await send(t, people.manager, await newTicket(t, people.manager, { customerId }), former);
  const ticket = await send(t, people.manager, sent, people.engineer);
  await t.db.updateTable('serviceTickets').set({ status }).where('id', '=', ticket.id).execute();
  return { ticket, formerly: sent.assignment?.id ?? '' };
}

type Drive = (ticket: TicketDetail, formerly: string) => Promise<Reply<TicketDetail>>;
const byDesk =
  (name: 'confirm' | 'refuse' | 'close' | 'reopen' | 'cancel', more: object = {}): Drive =>
  ({ id, version }) =>
    t.call(
      serviceTickets[name],
      { params: { id }, body: { version, ...more } as never },
      { as: people.manager },
    );
const assign: Drive = ({ id, version }) => {
  const body = { version, assignedTo: former.id };
  return t.call(serviceTickets.assign, { params: { id }, body }, { as: people.manager });
};
const drive = {
  assign,
  transfer: assign,
  ...(Object.fromEntries(
    TICKET_STEPS.map((name): [string, Drive] => [
      name,
      (ticket) => step(t, people.engineer, ticket, name, name === 'resolve' ? { isRemote: true } : {}),
    ]),
  ) as Record<(typeof TICKET_STEPS)[number], Drive>),
  reclaim: ({ id }, formerly) => {
    const body = { assignment: formerly, reason: '已经到了' };
    return t.call(serviceTickets.reclaim, { params: { id }, body }, { as: former });
  },
  confirm: byDesk('confirm', { note: '电话确认' }),
  refuse: byDesk('refuse', { reason: '还是不亮' }),
  close: byDesk('close'),
  reopen: byDesk('reopen', { reason: '又坏了' }),
  cancel: byDesk('cancel', { reason: '客户撤单' }),
} satisfies Record<ServiceTicketAction, Drive>;

/** Sending is one call, whether somebody is there already or not. */
const may = (state: ServiceTicketStatus, action: ServiceTicketAction): boolean =>
  action === 'assign' || action === 'transfer'
    ? serviceTicketMachine.can(state, 'assign') || serviceTicketMachine.can(state, 'transfer')
    : serviceTicketMachine.can(state, action);

test.each(ACTIONS.flatMap((action) => STATES.map((state) => [action, state] as const)))(
  '%s from %s is done or refused, as the machine says',
  async (action, state) => {
    const { ticket, formerly } = await put(state);
    const logged = async () =>
      (await t.db.selectFrom('ticketLogs').select('id').where('ticketId', '=', ticket.id).execute()).length;
    const before = await logged();
    const reply = await drive[action](ticket, formerly);
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
