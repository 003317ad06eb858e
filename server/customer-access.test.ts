import { beforeAll, expect, test } from 'vitest';
import type { Grants, Permission } from '#shared/access/permissions.ts';
import { ROLE_CODES, type RoleCode, roles } from '#shared/access/roles.ts';
import { allEndpoints } from '#shared/api.ts';
import { customers } from '#shared/customers/contract.ts';
import { type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { type Company, createCompany, newCustomer } from './testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from './testing/createTestApp.ts';
import {
  type Input,
  type Reads as ReachReads,
  type Writes as ReachWrites,
  tryReach,
} from './testing/reach.ts';

// Like access.test.ts, for customers: every endpoint of theirs is tried by everybody on customers inside and outside of
// what they reach. Whoever is refused learns nothing and changes nothing.

const KINDS = ['south', 'helped', 'north'] as const;
/** `south` belongs to a rep of 华南, the others to one of 华北; the rep of 华南 helps with `helped`. */
type Kind = (typeof KINDS)[number];
const WHO = ['anonymous', ...ROLE_CODES, 'otherOwner', 'disabled'] as const;
type Who = (typeof WHO)[number];

const roleOf = (who: Who): RoleCode | null => {
  if (who === 'anonymous' || who === 'disabled') return null;
  return who === 'otherOwner' ? 'sales' : who;
};
const ownerOf: Readonly<Record<Kind, Who>> = { south: 'sales', helped: 'otherOwner', north: 'otherOwner' };

/** Whether a permission of somebody's role reaches a customer of a kind. */
function holds(who: Who, kind: Kind, permission: Permission): boolean {
  const role = roleOf(who);
  const reach = role && (roles[role].grants as Grants)[permission];
  if (!reach) return false;
  const helps = permission === 'customers.read' && kind === 'helped';
  if (reach === 'all' || ownerOf[kind] === who || (helps && who === 'sales')) return true;
  return reach === 'department' && who === 'sales_manager' && (kind === 'south' || helps);
}
const sees = (who: Who, kind: Kind) => holds(who, kind, 'customers.read');
const may = (who: Who, { permission }: EndpointDefinition): boolean => {
  const role = roleOf(who);
  return role !== null && permission in roles[role].grants;
};

interface Subject {
  readonly id: string;
  readonly version: number;
  readonly customerName: string;
  readonly contact: { readonly id: string; readonly version: number; readonly phone: string };
  readonly followUp: { readonly id: string };
}
type Reads = ReachReads<Who, Kind, Subject>;
type Writes = ReachWrites<Who, Kind, Subject>;

const answers = () => true;
const listed = (data: { pagination: { total: number } }) => data.pagination.total > 0;
const ofCustomer = ({ id }: Subject) => ({ params: { id } });
const ofContact = ({ contact }: Subject) => ({ params: { id: contact.id } });
const seen = (input: Reads['input'], shows: Reads['shows'] = answers): Reads => ({
  does: 'reads',
  input,
  shows,
  reaches: sees,
});
const changed = (permission: Permission, more: object | ((customer: Subject) => object) = {}): Writes => ({
  does: 'writes',
  input: (customer) => ({
    ...ofCustomer(customer),
    body: { version: customer.version, ...(typeof more === 'function' ? more(customer) : more) },
  }),
  reaches: (who, kind) => holds(who, kind, permission),
});
const said = { method: 'visit', content: '看了样板间' };
const updates = (who: Who, kind: Kind) => holds(who, kind, 'customers.update');

const decided: Readonly<Record<string, Reads | Writes>> = {
  'customers.list': seen(({ customerName }) => ({ query: { keyword: customerName } }), listed),
  'customers.duplicates': seen(
    ({ contact }) => ({ body: { phone: contact.phone } }),
    (data: { list: { customerId: string | null }[] }, { id }) =>
      data.list.some(({ customerId }) => customerId === id),
  ),
  'customers.get': seen(ofCustomer),
  'customers.timeline': seen(ofCustomer),
  'contacts.list': seen(({ contact }) => ({ query: { keyword: contact.phone } }), listed),
  'contacts.get': seen(ofContact),
  'followups.list': seen(({ id }) => ({ query: { customerId: id } }), listed),
  'followups.get': seen(({ followUp }) => ({ params: { id: followUp.id } })),
  'customers.update': changed('customers.update', { city: '珠海' }),
  'customers.remove': changed('customers.delete'),
  'customers.restore': { ...changed('customers.restore'), never: KINDS },
  'customers.moveStage': changed('customers.update', { targetStage: 'client' }),
  'customers.changeStatus': changed('customers.update', { status: 'inactive', reason: '停业' }),
  'customers.locate': changed('customers.update', { coordinates: { latitude: 23.03, longitude: 113.12 } }),
  'customers.transfer': {
    ...changed('customers.transfer', () => ({ newOwnerId: people.colleague.id, transferReason: '调整' })),
    // Nobody gives beyond their department, except for who reaches everything.
    reaches: (who, kind) => who !== 'otherOwner' && holds(who, kind, 'customers.transfer'),
  },
  'customers.collaborate': changed('customers.transfer', () => ({ userIds: [people.engineer.id] })),
  'customers.assess': changed('customers.assess', {
    assessmentDate: '2026-03-01',
    creditScore: 80,
    creditLimit: 1000,
  }),
  'customers.addContact': {
    does: 'writes',
    input: (customer) => ({ ...ofCustomer(customer), body: { name: '李经理' } }),
    reaches: updates,
  },
  'customers.followUp': {
    does: 'writes',
    input: (customer) => ({ ...ofCustomer(customer), body: said }),
    reaches: sees,
  },
  'followups.create': {
    does: 'writes',
    input: ({ id }) => ({ body: { ...said, customerId: id } }),
    reaches: sees,
  },
  'tasks.create': {
    does: 'writes',
    input: ({ id }) => ({
      body: {
        title: '寄样品',
        dueAt: '2027-01-04T02:00:00.000Z',
        sourceEntity: 'customers',
        sourceId: id,
      },
    }),
    reaches: sees,
  },
  'contacts.create': {
    does: 'writes',
    input: ({ id }) => ({ body: { customerId: id, name: '李经理' } }),
    reaches: updates,
  },
  'contacts.update': {
    does: 'writes',
    input: (customer) => ({ ...ofContact(customer), body: { version: 1, position: '店长' } }),
    reaches: updates,
  },
  'contacts.remove': {
    does: 'writes',
    input: (customer) => ({ ...ofContact(customer), body: { version: 1 } }),
    reaches: updates,
  },
};

let t: TestApp;
let people: Company;
let users: Readonly<Record<Who, TestUser | null>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const disabled = await t.user({ roles: ['admin'], department: people.departments.south });
  await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', disabled.id).execute();
  users = {
    anonymous: null,
    sales: people.rep,
    media: people.registrar,
    sales_manager: people.manager,
    engineer: people.engineer,
    finance: people.finance,
    admin: people.admin,
    otherOwner: people.northerner,
    disabled,
  };
});

let count = 0;
async function subject(kind: Kind): Promise<Subject> {
  const as = users[ownerOf[kind]] as TestUser;
  const customerName = `越权大客户${String(++count).padStart(4, '0')}`;
  const phone = String(13_600_000_000 + count);
  const { id, contacts } = await newCustomer(t, as, { customerName, contact: { name: '张总', phone } });
  const userIds = [people.rep.id];
  if (kind === 'helped')
    await t.call(customers.collaborate, { params: { id }, body: { version: 1, userIds } }, { as });
  const body = { method: 'phone', content: '打过电话' } as const;
  const followUp = (await t.call(customers.followUp, { params: { id }, body }, { as })).data;
  const { version } = await t.db
    .selectFrom('customers')
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const contact = { id: contacts[0]?.id as string, version: 1, phone };
  return { id, version, customerName, contact, followUp };
}

const send = (endpoint: EndpointDefinition, input: Input, who: Who): Promise<Reply<unknown>> =>
  t.send(endpoint.method, urlOf(endpoint, input), { as: users[who], body: input.body });

/** Everything that is stored about a customer. */
async function stored(id: string): Promise<string> {
  const customer = await t.db.selectFrom('customers').selectAll().where('id', '=', id).execute();
  const of = ['contacts', 'followups', 'customerCollaborators', 'creditAssessments'] as const;
  const rows = [];
  for (const table of of)
    rows.push(await t.db.selectFrom(table).selectAll().where('customerId', '=', id).execute());
  const tasks = await t.db.selectFrom('tasks').selectAll().where('sourceId', '=', id).execute();
  const audits = await t.db.selectFrom('auditEntries').select('id').where('entityId', '=', id).execute();
  return JSON.stringify([customer, rows, tasks, audits.length]);
}

test('every endpoint of customers and contacts is tried', () => {
  const theirs = allEndpoints
    .map(([name]) => name)
    // The one that makes them.
    .filter((name) => /^(customers|contacts)\./.test(name) && name !== 'customers.create');
  expect(theirs.filter((name) => !(name in decided))).toEqual([]);
});

tryReach<Who, Kind, Subject>({
  everybody: WHO,
  kinds: KINDS,
  decided,
  may,
  send,
  subject,
  stored,
  secretsOf: ({ contact, customerName }) => [contact.phone, customerName],
});
