import { beforeAll, expect, test } from 'vitest';
import type { Grants, Permission } from '#shared/access/permissions.ts';
import { ROLE_CODES, type RoleCode, roles } from '#shared/access/roles.ts';
import { allEndpoints } from '#shared/api.ts';
import { type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import type { ServiceTicketStatus, TicketStep } from '#shared/service-tickets/machine.ts';
import { type Company, createCompany, newCustomer } from './testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from './testing/createTestApp.ts';
import {
  type Input,
  type Reads as ReachReads,
  type Writes as ReachWrites,
  tryReach,
} from './testing/reach.ts';
import { newTicket, send, stepBody, storedTicket } from './testing/tickets.ts';

// Like access.test.ts, for tickets: every endpoint of theirs is tried by everybody on a ticket that they have to do with
// and on one that they have not. Whoever is refused learns nothing and changes nothing.

const KINDS = ['mine', 'other'] as const;
/** `mine` is of the rep's customer, was given to `former` and then to `assigned`; `other` is of somebody else's. */
type Kind = (typeof KINDS)[number];
const WHO = ['anonymous', ...ROLE_CODES, 'assigned', 'former', 'otherRep', 'disabled'] as const;
type Who = (typeof WHO)[number];

function roleOf(who: Who): RoleCode | null {
  if (who === 'anonymous' || who === 'disabled') return null;
  if (who === 'assigned' || who === 'former') return 'engineer';
  return who === 'otherRep' ? 'sales' : who;
}
const reachOf = (who: Who, permission: Permission) => {
  const role = roleOf(who);
  return role === null ? undefined : (roles[role].grants as Grants)[permission];
};
const may = (who: Who, { permission }: EndpointDefinition) =>
  reachOf(who, permission as Permission) !== undefined;

const OF: Readonly<Record<Kind, readonly Who[]>> = {
  mine: ['sales', 'assigned', 'former'],
  other: ['otherRep'],
};
/** Whoever made it, was ever sent or follows its customer; and whoever reaches all. */
function holds(who: Who, kind: Kind, permission: Permission): boolean {
  const reach = reachOf(who, permission);
  return reach === 'all' || (reach === 'own' && OF[kind].includes(who));
}
const sees = (who: Who, kind: Kind) => holds(who, kind, 'serviceTickets.read');

interface Subject {
  readonly id: string;
  readonly no: string;
  readonly customerId: string;
  readonly version: number;
  readonly assignment: string;
  readonly formerly: string;
}
type Reads = ReachReads<Who, Kind, Subject>;
type Writes = ReachWrites<Who, Kind, Subject, ServiceTicketStatus>;

const ofTicket = ({ id }: Subject) => ({ params: { id } });
const seen = (input: Reads['input'], shows: Reads['shows'] = () => true): Reads => ({
  does: 'reads',
  input,
  shows,
  reaches: sees,
});
const changed = (
  permission: Permission,
  from: ServiceTicketStatus,
  more: object | (() => object) = {},
): Writes => ({
  does: 'writes',
  from,
  input: (ticket) => ({
    ...ofTicket(ticket),
    body: { version: ticket.version, ...(typeof more === 'function' ? more() : more) },
  }),
  reaches: (who, kind) => holds(who, kind, permission),
});
const stepped = (name: TicketStep, from: ServiceTicketStatus): Writes => ({
  does: 'writes',
  from,
  input: (ticket) => ({
    ...ofTicket(ticket),
    body: stepBody(t, { assignment: null }, name, { assignment: ticket.assignment }),
  }),
  reaches: (who, kind) => who === 'assigned' && kind === 'mine',
  told: { code: 'TICKET_REASSIGNED', to: (who, kind) => who === 'former' && kind === 'mine', shown: true },
});
const said = (from: ServiceTicketStatus, body?: object): Writes => ({
  does: 'writes',
  from,
  input: (ticket) => ({ ...ofTicket(ticket), ...(body ? { body } : {}) }),
  reaches: sees,
});

const decided: Readonly<Record<string, Reads | Writes>> = {
  'serviceTickets.list': seen(
    ({ no }) => ({ query: { keyword: no } }),
    (data: { pagination: { total: number } }) => data.pagination.total > 0,
  ),
  'serviceTickets.statistics': seen(
    ({ customerId }) => ({ query: { customerId } }),
    (data: { totalTickets: number }) => data.totalTickets > 0,
  ),
  'serviceTickets.get': seen(ofTicket),
  'serviceTickets.logs': seen(ofTicket),
  'serviceTickets.candidates': {
    ...seen(ofTicket),
    reaches: (who, kind) => holds(who, kind, 'serviceTickets.dispatch'),
  },
  'serviceTickets.update': changed('serviceTickets.update', 'accepted', { ticketTitle: '门锁不开' }),
  'serviceTickets.remove': changed('serviceTickets.delete', 'accepted'),
  'serviceTickets.restore': { ...changed('serviceTickets.restore', 'accepted'), never: KINDS },
  'serviceTickets.assign': changed('serviceTickets.dispatch', 'accepted', () => ({
    assignedTo: people.engineer.id,
  })),
  'serviceTickets.confirm': changed('serviceTickets.dispatch', 'pending_acceptance', { note: '电话确认' }),
  'serviceTickets.refuse': changed('serviceTickets.dispatch', 'pending_acceptance', { reason: '不亮' }),
  'serviceTickets.close': changed('serviceTickets.dispatch', 'resolved'),
  'serviceTickets.reopen': changed('serviceTickets.dispatch', 'resolved', { reason: '又坏了' }),
  'serviceTickets.cancel': changed('serviceTickets.dispatch', 'accepted', { reason: '客户撤单' }),
  'serviceTickets.accept': stepped('accept', 'assigned'),
  'serviceTickets.decline': stepped('decline', 'accepted'),
  'serviceTickets.depart': stepped('depart', 'accepted'),
  'serviceTickets.arrive': stepped('arrive', 'en_route'),
  'serviceTickets.resolve': stepped('resolve', 'on_site'),
  'serviceTickets.sign': stepped('sign', 'pending_acceptance'),
  'serviceTickets.reclaim': {
    does: 'writes',
    from: 'accepted',
    input: (ticket) => ({
      ...ofTicket(ticket),
      body: { assignment: ticket.formerly, reason: '已经到了' },
    }),
    reaches: (who, kind) => who === 'former' && kind === 'mine',
  },
  'serviceTickets.addLog': said('accepted', { logContent: '客户催了' }),
  'serviceTickets.createLink': said('accepted'),
  'serviceTickets.createReport': said('resolved'),
};

let t: TestApp;
let people: Company;
let users: Readonly<Record<Who, TestUser | null>>;
let customerOf: Readonly<Record<Kind, string>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const disabled = await t.user({ roles: ['admin'] });
  await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', disabled.id).execute();
  users = {
    anonymous: null,
    sales: people.rep,
    media: people.registrar,
    sales_manager: people.manager,
    engineer: people.engineer,
    finance: people.finance,
    admin: people.admin,
    assigned: await t.user({ roles: ['engineer'] }),
    former: await t.user({ roles: ['engineer'] }),
    otherRep: people.northerner,
    disabled,
  };
  customerOf = {
    mine: (await newCustomer(t, people.rep)).id,
    other: (await newCustomer(t, people.northerner)).id,
  };
});

async function subject(kind: Kind, status: ServiceTicketStatus = 'accepted'): Promise<Subject> {
  const customerId = customerOf[kind];
  const reporter = kind === 'mine' ? people.rep : people.northerner;
  const elsewhere = async () => t.user({ roles: ['engineer'] });
  const engineers =
    kind === 'mine'
      ? [users.former as TestUser, users.assigned as TestUser]
      : [await elsewhere(), await elsewhere()];
  const ticket = await newTicket(t, reporter, { customerId });
  const first = await send(t, people.admin, ticket, engineers[0] as TestUser);
  const second = await send(t, people.admin, first, engineers[1] as TestUser);
  await t.db.updateTable('serviceTickets').set({ status }).where('id', '=', ticket.id).execute();
  return {
    id: ticket.id,
    no: ticket.no,
    customerId,
    version: second.version,
    assignment: second.assignment?.id ?? '',
    formerly: first.assignment?.id ?? '',
  };
}

const call = (endpoint: EndpointDefinition, input: Input, who: Who): Promise<Reply<unknown>> =>
  t.send(endpoint.method, urlOf(endpoint, input), { as: users[who], body: input.body });

/** Everything that is stored about a ticket. */
async function stored(id: string): Promise<string> {
  const rows = [];
  for (const table of ['ticketLogs', 'ticketAssignments', 'ticketParts'] as const)
    rows.push(await t.db.selectFrom(table).selectAll().where('ticketId', '=', id).orderBy('id').execute());
  const audits = await t.db.selectFrom('auditEntries').select('id').where('entityId', '=', id).execute();
  return JSON.stringify([await storedTicket(t, id), rows, audits.length]);
}

test('every endpoint of tickets is tried', () => {
  const theirs = allEndpoints
    .map(([name]) => name)
    // The one that makes them.
    .filter((name) => name.startsWith('serviceTickets.') && name !== 'serviceTickets.create');
  expect(theirs.filter((name) => !(name in decided))).toEqual([]);
});

tryReach<Who, Kind, Subject, ServiceTicketStatus>({
  everybody: WHO,
  kinds: KINDS,
  decided,
  may,
  send: call,
  subject,
  stored,
  secretsOf: ({ no }) => [no],
});
