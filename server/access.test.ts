import { beforeAll, describe, expect, it, test } from 'vitest';
import { ROLE_CODES, type RoleCode, roles } from '#shared/access/roles.ts';
import { allEndpoints } from '#shared/api.ts';
import { followups } from '#shared/followups/contract.ts';
import { type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { newId } from './kernel/new-id.ts';
import { type Company, createCompany, nextPhone, register } from './testing/company.ts';
import { createTestApp, type Reply, type TestApp, type TestUser } from './testing/createTestApp.ts';
import { endpointOf } from './testing/endpoints.ts';
import {
  expectRefused,
  type Input,
  type Reads as ReachReads,
  type Writes as ReachWrites,
  tryReach,
} from './testing/reach.ts';

// Every endpoint says here whether it touches a lead. One that does is tried by everybody on leads inside and outside of
// what they reach: whoever is refused learns nothing and changes nothing. An endpoint that says nothing fails the suite.

const KINDS = ['south', 'registered', 'north', 'pool'] as const;
/** `south` and `registered` belong to a rep of 华南, `north` to one of 华北; the registrar registered `registered`. */
type Kind = (typeof KINDS)[number];
const WHO = ['anonymous', ...ROLE_CODES, 'otherOwner', 'disabled'] as const;
type Who = (typeof WHO)[number];

/** Whose leads are theirs, by owning, by registering, by department or altogether. */
const HELD: Readonly<Partial<Record<Who, readonly Kind[]>>> = {
  sales: ['south', 'registered'],
  media: ['registered'],
  sales_manager: ['south', 'registered'],
  otherOwner: ['north'],
  admin: KINDS,
};
const roleOf = (who: Who): RoleCode | null => {
  if (who === 'anonymous' || who === 'disabled') return null;
  return who === 'otherOwner' ? 'sales' : who;
};
const may = (who: Who, { permission }: EndpointDefinition): boolean => {
  const role = roleOf(who);
  return role !== null && (permission === 'signed-in' || permission in roles[role].grants);
};
const holds = (who: Who, kind: Kind): boolean => HELD[who]?.includes(kind) ?? false;
const looksIntoPool = (who: Who): boolean => {
  const role = roleOf(who);
  return role !== null && 'leads.pool' in roles[role].grants;
};
/** Whoever answers for others also merges what lies in the pool. */
const merges = (who: Who, kind: Kind): boolean =>
  holds(who, kind) || (kind === 'pool' && who === 'sales_manager');
/** The pool is seen, though not held. */
const sees = (who: Who, kind: Kind): boolean => holds(who, kind) || (kind === 'pool' && looksIntoPool(who));
const writesFollowUpOn: Readonly<Record<Kind, Who>> = {
  south: 'sales',
  registered: 'sales',
  north: 'otherOwner',
  pool: 'admin',
};

interface Subject {
  readonly id: string;
  readonly version: number;
  readonly phone: string;
  readonly customerName: string;
  /** Another lead of the same kind, with the same telephone number. */
  readonly twin: { readonly id: string; readonly version: number };
  /** The day it was registered on: no other lead was. */
  readonly day: string;
  readonly followUp: { readonly id: string; readonly version: number };
  /** Made by whoever wrote the follow-up, for themselves, and due in an hour. */
  readonly task: { readonly id: string; readonly version: number };
}
type Reads = ReachReads<Who, Kind, Subject>;
type Writes = ReachWrites<Who, Kind, Subject>;

const seesInPool = (who: Who, kind: Kind): boolean => kind === 'pool' && looksIntoPool(who);
const CLAIM_FIRST: Writes['told'] = {
  code: 'LEAD_IN_POOL',
  to: seesInPool,
};
/** Only whoever it was offered to. */
const OFFERED: Writes['told'] = {
  code: (kind) => (kind === 'pool' ? 'LEAD_IN_POOL' : 'LEAD_NOT_TO_ACCEPT'),
  to: (who, kind) => (kind === 'pool' ? looksIntoPool(who) : holds(who, kind)),
};
const AUTHOR_ONLY: Writes['told'] = { code: 'FOLLOW_UP_FROZEN', to: holds };

const ofTask = ({ task }: Subject) => ({ params: { id: task.id } });
/** Tasks are reached by who has them, and by those who answer for them. */
const reachesTask = (who: Who, kind: Kind): boolean =>
  who === writesFollowUpOn[kind] || who === 'admin' || (who === 'sales_manager' && holds(who, kind));
const changesTask = (more: object): Pick<Writes, 'does' | 'input' | 'reaches'> => ({
  does: 'writes',
  input: (lead) => ({ ...ofTask(lead), body: { version: lead.task.version, ...more } }),
  reaches: reachesTask,
});

const ofLead = ({ id }: Subject) => ({ params: { id } });
const ofFollowUp = ({ followUp }: Subject) => ({ params: { id: followUp.id } });
const inList = (data: { list: { id: string | null }[] }, { id }: Subject) =>
  data.list.some((item) => item.id === id);
const answers = () => true;

const decided: Readonly<Record<string, Reads | Writes>> = {
  'leads.list': {
    does: 'reads',
    input: ({ customerName }) => ({ query: { keyword: customerName } }),
    shows: (data: { list: { id: string }[]; pagination: { total: number } }, lead) =>
      inList(data, lead) || data.pagination.total > 0,
    reaches: sees,
  },
  'leads.duplicates': {
    does: 'reads',
    input: ({ phone }) => ({ body: { phone } }),
    // Everybody is told that there is one; who may not open it gets no way to it.
    shows: inList,
    reaches: sees,
  },
  'leads.duplicateGroups': {
    does: 'reads',
    input: () => ({}),
    shows: (data: { list: { leads: { id: string }[] }[] }, { id }) =>
      data.list.some((group) => group.leads.some((each) => each.id === id)),
    reaches: merges,
  },
  'leads.statistics': {
    does: 'reads',
    input: ({ day }) => ({ query: { from: day, to: day } }),
    shows: (data: { total: number }) => data.total > 0,
    reaches: sees,
  },
  'statistics.leadsOverview': {
    does: 'reads',
    input: () => ({}),
    shows: (data: { last15DaysTrend: { date: string; count: number }[] }, { day }) =>
      data.last15DaysTrend.some(({ date, count }) => date === day && count > 0),
    reaches: sees,
  },
  'leads.get': { does: 'reads', input: ofLead, shows: answers, reaches: sees },
  'leads.timeline': { does: 'reads', input: ofLead, shows: answers, reaches: sees },
  'pool.clock': { does: 'reads', input: ofLead, shows: answers, reaches: sees },
  'pool.dryRun': {
    does: 'reads',
    input: () => ({ query: { pageSize: 100 } }),
    shows: inList,
    reaches: (who, kind) => kind !== 'pool' && holds(who, kind),
  },
  'reminders.preview': { does: 'reads', input: ofLead, shows: answers, reaches: sees },
  'followups.list': {
    does: 'reads',
    input: ({ id }) => ({ query: { leadId: id } }),
    shows: (data: { pagination: { total: number } }) => data.pagination.total > 0,
    reaches: holds,
  },
  'followups.get': {
    does: 'reads',
    input: ofFollowUp,
    shows: answers,
    reaches: (who, kind) => holds(who, kind) || who === writesFollowUpOn[kind],
  },
  'tasks.list': {
    does: 'reads',
    input: ({ id }) => ({ query: { sourceEntity: 'leads', sourceId: id } }),
    shows: (data: { pagination: { total: number } }) => data.pagination.total > 0,
    reaches: reachesTask,
  },
  'tasks.overdue': {
    does: 'reads',
    input: () => ({}),
    shows: (data: { list: { id: string }[] }, { task }) => data.list.some(({ id }) => id === task.id),
    reaches: reachesTask,
  },
  'tasks.statistics': {
    does: 'reads',
    input: ({ day }) => ({ query: { from: day, to: day } }),
    shows: (data: { total: number }) => data.total > 0,
    reaches: reachesTask,
  },
  'tasks.get': { does: 'reads', input: ofTask, shows: answers, reaches: reachesTask },
  'workbench.get': {
    does: 'reads',
    input: () => ({}),
    shows: (data: { sections: { leads?: { id: string }[] }[] }, { id }) =>
      data.sections.some((section) => section.leads?.some((item) => item.id === id)),
    reaches: sees,
  },
  'leads.update': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { version: lead.version, city: '珠海' } }),
    reaches: holds,
    told: CLAIM_FIRST,
  },
  'leads.remove': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { version: lead.version } }),
    reaches: holds,
    told: CLAIM_FIRST,
  },
  'leads.merge': {
    does: 'writes',
    input: ({ twin, ...lead }) => ({
      ...ofLead(lead as Subject),
      body: { version: lead.version, otherId: twin.id, otherVersion: twin.version, reason: '重复登记' },
    }),
    reaches: merges,
    told: CLAIM_FIRST,
  },
  'leads.restore': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { version: lead.version } }),
    reaches: holds,
    never: KINDS,
  },
  'leads.changeStatus': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { version: lead.version, action: 'qualify' } }),
    reaches: holds,
    told: CLAIM_FIRST,
  },
  'leads.convert': {
    does: 'writes',
    input: (lead) => ({
      ...ofLead(lead),
      body: { version: lead.version, dealDate: '2026-03-10', dealAmount: 100 },
    }),
    reaches: holds,
    told: CLAIM_FIRST,
  },
  'leads.assign': {
    does: 'writes',
    input: (lead) => ({
      ...ofLead(lead),
      body: { version: lead.version, ownerId: people.colleague.id, reason: '调整' },
    }),
    reaches: sees,
  },
  'leads.claim': {
    does: 'writes',
    input: ofLead,
    reaches: sees,
    never: ['south', 'registered', 'north'],
  },
  'leads.release': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { version: lead.version, reason: '跟不动' } }),
    reaches: holds,
    told: CLAIM_FIRST,
    never: ['pool'],
  },
  'pool.accept': {
    does: 'writes',
    input: ofLead,
    reaches: (who, kind) => kind !== 'pool' && who === (kind === 'north' ? 'otherOwner' : 'sales'),
    told: OFFERED,
  },
  'pool.assignMany': {
    does: 'writes',
    input: ({ id, version }) => ({
      body: { leads: [{ id, version }], ownerId: people.colleague.id, reason: '调整' },
    }),
    reaches: sees,
    many: seesInPool,
  },
  'pool.releaseMany': {
    does: 'writes',
    input: ({ id, version }) => ({ body: { leads: [{ id, version }], reason: '跟不动' } }),
    reaches: holds,
    never: ['pool'],
    many: seesInPool,
  },
  'leads.reveal': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { reason: '核对是否重复' } }),
    reaches: sees,
  },
  'leads.followUp': {
    does: 'writes',
    input: (lead) => ({ ...ofLead(lead), body: { method: 'visit', content: '看了样板间' } }),
    reaches: holds,
    told: CLAIM_FIRST,
  },
  'followups.create': {
    does: 'writes',
    input: ({ id }) => ({ body: { leadId: id, method: 'visit', content: '看了样板间' } }),
    reaches: holds,
    told: CLAIM_FIRST,
  },
  'tasks.create': {
    does: 'writes',
    input: ({ id }) => ({
      body: { title: '寄样品', dueAt: '2027-01-04T02:00:00.000Z', sourceEntity: 'leads', sourceId: id },
    }),
    reaches: sees,
  },
  'tasks.update': changesTask({ title: '寄两套样品' }),
  'tasks.remove': changesTask({}),
  'tasks.assign': {
    does: 'writes',
    input: (lead) => ({
      ...ofTask(lead),
      body: { version: lead.task.version, assigneeId: people.colleague.id, reason: '出差' },
    }),
    reaches: reachesTask,
  },
  'tasks.complete': changesTask({}),
  'tasks.defer': changesTask({ dueAt: '2027-01-04T02:00:00.000Z' }),
  'tasks.cancel': changesTask({ reason: '不用了' }),
  'tasks.reopen': { ...changesTask({}), never: KINDS },
  'followups.update': {
    does: 'writes',
    input: (lead) => ({ ...ofFollowUp(lead), body: { version: lead.followUp.version, content: '改过了' } }),
    reaches: (who, kind) => who === writesFollowUpOn[kind],
    told: AUTHOR_ONLY,
  },
  'followups.remove': {
    does: 'writes',
    input: (lead) => ({ ...ofFollowUp(lead), body: { version: lead.followUp.version } }),
    reaches: (who, kind) => who === writesFollowUpOn[kind],
    told: AUTHOR_ONLY,
  },
};

/**
 * No lead in them: whole modules, and single endpoints of the others. Whoever manages accounts sees and moves the leads
 * of one by handing them over or closing it, which the permission alone decides.
 */
const WITHOUT_A_LEAD: readonly string[] = [
  'auth',
  'users',
  'handovers',
  'departments',
  'roles',
  'logs',
  'notifications',
  'assignment',
  // What was received, with the leads that came of it, is tried in intake.test.ts.
  'intake',
  'pool.rules',
  'pool.setRule',
  'pool.removeRule',
  'pool.suggestedOwner',
  // Those of customers are tried in customer-access.test.ts.
  'customers',
  'contacts',
  // What somebody brings and takes along is theirs alone; what an export holds is tried in exports.test.ts.
  'imports',
  'exports',
  // Hang on other records.
  'files',
  'products',
  'equipment',
  // Those of tickets are tried in ticket-access.test.ts.
  'serviceTickets',
  // By a link that opens one ticket.
  'visits',
  // Makes one.
  'leads.create',
  // What the company has decided about every lead.
  'workdays',
  'reminders.rules',
  'reminders.updateRule',
  'reminders.settings',
  'reminders.updateSettings',
  // Addresses.
  'reminders.emails',
  'reminders.addEmail',
  'reminders.removeEmail',
];
/** Tried below, on leads that are overdue and on the messages about them. */
const ON_OVERDUE_LEADS: readonly string[] = [
  'reminders.check',
  'reminders.dryRun',
  'reminders.deliveries',
  'reminders.delivery',
  'reminders.resend',
];
/** Tried below, on leads that are two and became one. */
const ON_MERGED_LEADS: readonly string[] = ['leads.undoMerge'];
const TRIED_BELOW = [...ON_OVERDUE_LEADS, ...ON_MERGED_LEADS];
const isWithout = (name: string) =>
  WITHOUT_A_LEAD.includes(name) || WITHOUT_A_LEAD.includes(name.split('.')[0] as string);

let t: TestApp;
let people: Company;
let users: Readonly<Record<Who, TestUser | null>>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  // They hold more leads here than anybody follows.
  await t.db.updateTable('poolRules').set({ holdingCap: null }).execute();
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
async function newLead(kind: Kind): Promise<Subject> {
  const { rep, northerner, admin, registrar } = people;
  const ownerId = { south: rep.id, registered: rep.id, north: northerner.id, pool: null }[kind];
  const phone = nextPhone();
  const customerName = `越权大酒店${String(++count).padStart(4, '0')}`;
  const { id } = await register(t, kind === 'registered' ? registrar : admin, {
    customerName,
    phone,
    ownerId,
  });
  const as = users[writesFollowUpOn[kind]];
  const body = { method: 'phone', content: '打过电话' } as const;
  const followUp = (await t.call(leads.followUp, { params: { id }, body }, { as })).data;
  // Whoever has it got it by turns, and has to accept it.
  const acceptBy = new Date(Date.parse(t.clock.now()) + 3_600_000).toISOString();
  await t.db
    .updateTable('leads')
    .set({ acceptBy })
    .where('id', '=', id)
    .where('ownerId', 'is not', null)
    .execute();
  const { version } = await t.db
    .selectFrom('leads')
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const day = t.clock.now().slice(0, 10);
  const dueAt = new Date(Date.parse(t.clock.now()) + 3_600_000).toISOString();
  const about = { title: '寄样品', dueAt, sourceEntity: 'leads', sourceId: id } as const;
  const task = (await t.call(tasks.create, { body: about }, { as })).data;
  const { id: twinId, version: twinVersion } = await register(t, kind === 'registered' ? registrar : admin, {
    customerName: '孪生线索',
    phone,
    ownerId,
  });
  const twin = { id: twinId, version: twinVersion };
  return { id, version, phone, customerName, twin, day, followUp, task };
}

const send = (endpoint: EndpointDefinition, input: Input, who: Who): Promise<Reply<unknown>> =>
  t.send(endpoint.method, urlOf(endpoint, input), { as: users[who], body: input.body });

/** Everything that is stored about a lead. */
async function stored(id: string): Promise<string> {
  const lead = await t.db.selectFrom('leads').selectAll().where('id', '=', id).execute();
  const followUps = await t.db
    .selectFrom('followups')
    .selectAll()
    .where('leadId', '=', id)
    .orderBy('id')
    .execute();
  const audits = await t.db.selectFrom('auditEntries').select('id').where('entityId', '=', id).execute();
  const about = await t.db.selectFrom('tasks').selectAll().where('sourceId', '=', id).orderBy('id').execute();
  return JSON.stringify([lead, followUps, about, audits.length]);
}

const named = new Map(allEndpoints);
test('every endpoint says whether it touches a lead, and no other does', () => {
  const silent = allEndpoints
    .map(([name]) => name)
    .filter((name) => !(name in decided) && !isWithout(name) && !TRIED_BELOW.includes(name));
  expect(silent).toEqual([]);
  expect(TRIED_BELOW.filter((name) => !named.has(name) || isWithout(name))).toEqual([]);
  expect(Object.keys(decided).filter((name) => !named.has(name) || isWithout(name))).toEqual([]);
});

tryReach<Who, Kind, Subject>({
  everybody: WHO,
  kinds: KINDS,
  decided,
  may,
  send,
  subject: newLead,
  stored,
  secretsOf: ({ phone, customerName }) => [phone, customerName],
  // Whatever somebody has goes back to the pool a day later.
  beforeReading: () =>
    t.db
      .updateTable('poolRules')
      .set({ recycleHigh: 1, recycleMedium: 1, recycleLow: 1, protectionDays: 0 })
      .set({ recycleSince: '2026-01-01T00:00:00.000Z' })
      .execute(),
  afterMaking: () => t.clock.advance({ days: 1 }),
});

it('nobody reaches a lead through a follow-up that is moved to it', async () => {
  const north = await newLead('north');
  const before = await stored(north.id);
  const south = await newLead('south');
  const body = { version: south.followUp.version, leadId: north.id, content: '挪过去' };
  const url = urlOf(followups.update, { params: { id: south.followUp.id } });
  expect((await t.send('PUT', url, { as: people.rep, body })).status).toBe(400);
  expect(await stored(north.id)).toBe(before);
});

describe('whoever takes a merge back', () => {
  it.each(WHO)('as %s does so within what they merge', async (who) => {
    for (const kind of KINDS) {
      const { id, version, twin } = await newLead(kind);
      const body = { version, otherId: twin.id, otherVersion: twin.version, reason: '重复登记' };
      const merged = await t.call(leads.merge, { params: { id }, body }, { as: people.admin });
      const params = { id: merged.data.merges[0]?.id };
      const endpoint = endpointOf('leads.undoMerge');
      const before = await stored(id);
      const reply = await send(endpoint, { params }, who);
      if (may(who, endpoint) && merges(who, kind)) {
        expect(reply.status, `${kind} ${JSON.stringify(reply.body)}`).toBe(200);
      } else {
        expectRefused(reply, who);
        expect(await stored(id), kind).toBe(before);
      }
    }
  });
});

describe('whoever asks about overdue leads', () => {
  const lead = {} as Record<Kind, Subject>;
  beforeAll(async () => {
    for (const kind of KINDS) lead[kind] = await newLead(kind);
    t.clock.advance({ days: 30 });
    // Due before every other, so that these are shown where only the worst are.
    const longAgo = '2026-01-05T02:00:00.000Z';
    await t.db.updateTable('leads').set({ lastContactAt: longAgo }).where('id', 'in', ids()).execute();
  });
  const ids = () => KINDS.map((kind) => lead[kind].id);
  /** Of what lies in the pool nobody is told. */
  const reached = (who: Who, endpoint: EndpointDefinition): Kind[] =>
    may(who, endpoint) ? KINDS.filter((kind) => kind !== 'pool' && holds(who, kind)) : [];
  const kindsIn = (text: string) => KINDS.filter((kind) => text.includes(lead[kind].id));
  const told = async () => {
    const rows = await t.db.selectFrom('reminders').select('leadId').where('leadId', 'in', ids()).execute();
    return KINDS.filter((kind) => rows.some(({ leadId }) => leadId === lead[kind].id));
  };
  /** No word of what lies beyond. */
  const expectSilence = (text: string, kinds: readonly Kind[]) => {
    for (const kind of KINDS.filter((each) => !kinds.includes(each))) {
      for (const word of [lead[kind].id, lead[kind].customerName]) expect(text, kind).not.toContain(word);
    }
  };

  it.each(WHO)('as %s, dry, is told of exactly what they answer for', async (who) => {
    const endpoint = endpointOf('reminders.dryRun');
    const reply = await send(endpoint, {}, who);
    const text = JSON.stringify(reply.body);
    if (!may(who, endpoint)) expectRefused(reply, who);
    expect(kindsIn(text)).toEqual(reached(who, endpoint));
    expectSilence(text, reached(who, endpoint));
    expect(await told()).toEqual([]);
  });

  it.each(WHO)('as %s starts reminders of exactly what they answer for', async (who) => {
    const endpoint = endpointOf('reminders.check');
    const before = await Promise.all(ids().map(stored));
    const reply = await send(endpoint, {}, who);
    const text = JSON.stringify(reply.body);
    if (!may(who, endpoint)) expectRefused(reply, who);
    expect(kindsIn(text)).toEqual(reached(who, endpoint));
    expectSilence(text, reached(who, endpoint));
    expect(await told()).toEqual(reached(who, endpoint));
    expect(await Promise.all(ids().map(stored))).toEqual(before);
    await t.db.deleteFrom('reminders').execute();
  });

  describe('and their messages', () => {
    /** A message to each of these: one inside, one outside of 华南, one to an address. */
    const message = {} as Record<'south' | 'north' | 'outside', string>;
    beforeAll(async () => {
      await t.db.deleteFrom('reminders').execute();
      await t.db.deleteFrom('reminderDeliveries').execute();
      const body = { email: 'boss@example.org' };
      expect((await send(endpointOf('reminders.addEmail'), { body }, 'admin')).status).toBe(200);
      expect((await send(endpointOf('reminders.check'), {}, 'admin')).status).toBe(200);
      const rows = await t.db.selectFrom('reminderDeliveries').select(['id', 'userId']).execute();
      const { rep, northerner } = people;
      const of = (userId: string | null) => rows.find((row) => row.userId === userId)?.id ?? '';
      Object.assign(message, { south: of(rep.id), north: of(northerner.id), outside: of(null) });
      await t.db.updateTable('reminderDeliveries').set({ status: 'failed' }).execute();
    });
    const messages = (who: Who, endpoint: EndpointDefinition) => {
      if (!may(who, endpoint)) return [];
      return who === 'admin' ? ['south', 'north', 'outside'] : ['south'];
    };
    const KEYS = ['south', 'north', 'outside'] as const;

    it.each(WHO)('as %s are listed as far as they go to their people', async (who) => {
      const endpoint = endpointOf('reminders.deliveries');
      const reply = await send(endpoint, { query: { pageSize: 100 } }, who);
      const text = JSON.stringify(reply.body);
      if (!may(who, endpoint)) expectRefused(reply, who);
      expect(KEYS.filter((key) => text.includes(message[key]))).toEqual(messages(who, endpoint));
      if (who !== 'admin') expect(text).not.toMatch(new RegExp(`boss@example|${people.northerner.name}`));
    });

    it.each(WHO)('as %s are opened and resent as far as they go to their people', async (who) => {
      for (const key of KEYS) {
        const params = { id: message[key] };
        const opened = await send(endpointOf('reminders.delivery'), { params }, who);
        const inReach = messages(who, endpointOf('reminders.delivery')).includes(key);
        if (!inReach) expectRefused(opened, who);
        else expect(opened.status, key).toBe(200);
        expectSilence(
          JSON.stringify(opened.body),
          inReach ? reached(who, endpointOf('reminders.delivery')) : [],
        );

        const row = () =>
          t.db
            .selectFrom('reminderDeliveries')
            .selectAll()
            .where('id', '=', message[key])
            .executeTakeFirstOrThrow();
        const before = await row();
        const resent = await send(
          endpointOf('reminders.resend'),
          { params, body: { version: before.version } },
          who,
        );
        if (inReach) {
          expect(resent.status, key).toBe(200);
          expect((await row()).status).toBe('waiting');
          await t.db
            .updateTable('reminderDeliveries')
            .set({ status: 'failed' })
            .where('id', '=', message[key])
            .execute();
        } else {
          expectRefused(resent, who);
          expect(await row(), key).toEqual(before);
        }
      }
    });
  });
});

describe('somebody whose account is disabled', () => {
  const guarded = allEndpoints.filter(([, { permission }]) => permission !== 'public');
  it.each(guarded)('is refused by %s, as if signed out', async (_, endpoint) => {
    const params = Object.fromEntries(
      Object.keys(endpoint.params?.shape ?? {}).map((name) => [name, newId()]),
    );
    const reply = await send(endpoint, { params, ...(endpoint.body ? { body: {} } : {}) }, 'disabled');
    expect(reply.status).toBe(401);
  });
});
