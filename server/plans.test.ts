import { CompiledQuery } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import { allEndpoints } from '#shared/api.ts';
import { customers } from '#shared/customers/contract.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { type FileItem, files } from '#shared/files/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import { handovers } from '#shared/handovers/contract.ts';
import type { CallInput, EndpointDefinition } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { exports, type ImportDetail, imports } from '#shared/transfers/contract.ts';
import { atWallClock } from '#shared/values/time.ts';
import { visits } from '#shared/visits/contract.ts';
import { createMemoryCache } from './kernel/cache.ts';
import { newId } from './kernel/new-id.ts';
import { allScheduledJobs } from './modules.ts';
import { type Company, createCompany, leadSeenBy, newCustomer, register } from './testing/company.ts';
import { type CallOptions, createTestApp, type TestApp } from './testing/createTestApp.ts';
import { onRealPostgres } from './testing/database.ts';
import { newEquipment } from './testing/equipment.ts';
import { FILLED, fillCompany, filledId } from './testing/filled-company.ts';
import { nobodyOutside, testSigner } from './testing/outside.ts';
import { picture } from './testing/pictures.ts';
import { type SentStatement, watchStatements } from './testing/statements.ts';
import { newTicket, SIGNATURE, send, step, ticketAfter, ticketSeenBy } from './testing/tickets.ts';

// No statement reads a table that grows from one end to the other, whatever is asked for. What is looked at is what the
// product sends to a company with years of work in it; the embedded database plans otherwise.

let t: TestApp;
let people: Company;
const watching = watchStatements();

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}
const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const seen = new Map<string, readonly string[]>();

/** The tables that grow which a statement reads whole. */
async function readWhole({ text, values }: SentStatement): Promise<readonly string[]> {
  const { rows } = await t.db.executeQuery<Record<string, [{ Plan: PlanNode }]>>(
    CompiledQuery.raw(`explain (format json) ${text}`, [...values]),
  );
  const nodes = nodesOf(Object.values(rows[0] ?? {})[0]?.[0].Plan as PlanNode);
  return nodes
    .filter((node) => node['Node Type'] === 'Seq Scan' && node['Relation Name']! in FILLED)
    .map((node) => node['Relation Name'] as string);
}

const isOurs = ({ text }: SentStatement) =>
  /^\s*(select|with|insert|update|delete)\b/.test(text) && !text.includes('pgboss');

/** What is sent during a run and reads a table that grows from one end to the other. */
async function scansIn(run: () => Promise<unknown>): Promise<string[]> {
  watching.start();
  let sent: SentStatement[] = [];
  try {
    await run();
  } finally {
    sent = watching.stop();
  }
  const found = new Set<string>();
  for (const statement of sent.filter(isOurs)) {
    const key = JSON.stringify([statement.text, statement.values]);
    if (!seen.has(key)) seen.set(key, await readWhole(statement));
    for (const table of seen.get(key) as readonly string[]) found.add(`${table}: ${statement.text}`);
  }
  return [...found];
}

const WHO = ['admin', 'manager', 'rep', 'registrar', 'engineer'] as const;
const PAGING = ['page', 'pageSize', 'cursor', 'sort'];
const TODAY = '2026-03-10';
/** Of a row that the administrator has. */
const THEIRS = 69;
/** The unit that their ticket is about. */
const UNIT = filledId('equipment', 6_000 + THEIRS);

/** Of each list and statistic: every filter alone, and some together. */
const ASKED: Readonly<Record<string, readonly object[]>> = {
  'users.list': [
    { keyword: '同' },
    { role: 'sales' },
    { assignable: true },
    { dispatchable: true },
    { status: 'all' },
  ],
  'leads.list': [
    ...['酒店', '灯塔', '第7', '13000004321', '4321', 'p17'].map((keyword) => ({ keyword })),
    ...['new', 'closed', 'new,contacted,qualified'].map((status) => ({ status })),
    ...[true, false].flatMap((on) => [
      { open: on },
      { contacted: on },
      { pool: on },
      { fresh: on },
      { toAccept: on },
    ]),
    { intention: 'high' },
    { intention: 'high,low' },
    { source: 'douyin' },
    { source: 'website' },
    { province: '省7' },
    { city: '城7' },
    { city: '没有' },
    { from: '2026-02-01' },
    { to: '2025-12-01' },
    { from: TODAY, to: TODAY },
    { endedFrom: '2026-03-09', endedTo: TODAY },
    { followedFrom: '2026-03-09', followedTo: TODAY },
    { due: 'overdue' },
    { due: 'today' },
    { recycle: 'soon' },
    { importId: filledId('imports', THEIRS) },
    { deleted: true },
    { ownerId: '{rep}' },
    { registrantId: '{registrar}' },
    { ownerId: '{rep}', due: 'overdue' },
    { ownerId: '{rep}', recycle: 'soon' },
    { ownerId: '{rep}', open: true, intention: 'high' },
    { registrantId: '{registrar}', pool: true, open: true },
    { pool: true, open: true, city: '城7' },
    { status: 'closed', source: 'douyin', from: '2026-01-01' },
    { keyword: '酒店', status: 'new', source: 'wechat' },
    { intention: 'low', city: '城3', contacted: false },
  ],
  'leads.statistics': [{}, { from: '2026-03-01', to: TODAY }, { ownerId: '{rep}' }],
  'leads.timeline': [{}],
  'customers.timeline': [{}],
  'customers.list': [
    ...['大酒店', '第7', '13000004321'].map((keyword) => ({ keyword })),
    { stage: 'lead' },
    { status: 'inactive' },
    { customerType: 'other' },
    { level: 'A' },
    { ownerId: '{rep}' },
    { source: 'douyin' },
    { province: '省7' },
    { city: '城7' },
    { industry: '行业7' },
    { from: '2026-02-01', to: TODAY },
    { importId: filledId('imports', THEIRS) },
    { deleted: true },
    { stage: 'client', city: '城7' },
  ],
  'contacts.list': [
    { keyword: '联系人' },
    { keyword: '4321' },
    { customerId: filledId('customers', THEIRS) },
  ],
  'imports.list': [{ entity: 'leads' }],
  'imports.errors': [{}, { state: 'bad' }],
  'exports.list': [{ entity: 'leads' }],
  'pool.dryRun': [{}],
  'pool.suggestedOwner': [{ province: '省7', city: '城7' }, { groupId: filledId('assignment_groups', 1) }],
  'intake.events': [
    { status: 'failed' },
    { status: 'processed' },
    { sourceId: filledId('intake_sources', 1) },
    { from: '2026-03-09', to: TODAY },
  ],
  'followups.list': [
    { leadId: filledId('leads', THEIRS) },
    { customerId: filledId('customers', THEIRS) },
    { userId: '{rep}' },
    { method: 'visit' },
    { from: '2026-03-09', to: TODAY },
    { writtenFrom: '2026-03-09', writtenTo: TODAY },
    { onLead: true },
    { onLead: false },
    { keyword: '聊了7', userId: '{rep}' },
    { keyword: '聊了7', from: '2026-03-01' },
  ],
  'tasks.list': [
    { keyword: '第7' },
    { status: 'pending' },
    { status: 'completed' },
    { priority: 'high' },
    { type: 'custom' },
    { assigneeId: '{rep}' },
    { sourceEntity: 'leads', sourceId: filledId('leads', THEIRS) },
    { sourceEntity: 'leads' },
    { due: 'overdue' },
    { due: 'today' },
    { from: '2026-03-01', to: TODAY },
    { planned: false },
  ],
  'tasks.overdue': [{}, { assigneeId: '{rep}' }, { type: 'custom' }, { keyword: '第7' }],
  'tasks.statistics': [{}, { assigneeId: '{rep}' }, { from: '2026-03-01', to: TODAY }],
  'reminders.deliveries': [{ status: 'failed' }, { from: '2026-03-01', to: TODAY }],
  'workdays.list': [{ year: 2026 }],
  'notifications.list': [{ unread: true }, { unread: false }],
  'logs.list': [
    { userId: '{rep}' },
    { module: 'leads' },
    { action: 'leads.created' },
    { entityId: filledId('leads', THEIRS) },
    { from: '2026-03-01', to: TODAY },
    { userId: '{rep}', module: 'leads', from: '2026-03-01' },
  ],
  'files.list': [{}, { entity: 'equipment', entityId: UNIT }],
  'products.categories': [{ isActive: true }, { isActive: false }],
  'products.list': [
    { keyword: '主机' },
    { keyword: '第7' },
    { categoryId: filledId('product_categories', 1) },
    { brand: '品牌1' },
    { status: 'active' },
    { status: 'draft,inactive' },
  ],
  'equipment.list': [
    ...['酒店', '第7', 'p17'].map((keyword) => ({ keyword })),
    { customerId: filledId('customers', THEIRS + 1) },
    { productId: filledId('products', THEIRS + 1) },
    { status: 'in_use' },
    { status: 'retired' },
    ...['under', 'ended', 'unknown'].map((warranty) => ({ warranty })),
    { status: 'in_use', warranty: 'ended' },
    { productId: filledId('products', THEIRS + 1), warranty: 'under' },
  ],
  'serviceTickets.list': [
    ...['酒店', '第7', 'p17'].map((keyword) => ({ keyword })),
    { status: 'pending' },
    { status: 'closed' },
    { status: 'cancelled' },
    { status: 'accepted,en_route,on_site,pending_acceptance' },
    { ticketType: 'repair' },
    { ticketType: 'complaint,suggestion' },
    { priority: 'urgent' },
    { priority: 'medium,low' },
    { customerId: filledId('customers', THEIRS + 1) },
    { equipmentId: UNIT },
    { assignedTo: '{engineer}' },
    { createdBy: '{rep}' },
    { isUnderWarranty: true },
    { isUnderWarranty: false },
    ...['response', 'resolve', 'any'].map((overdue) => ({ overdue })),
    { from: '2026-03-09', to: TODAY },
    { from: '2026-01-01' },
    { to: '2025-12-01' },
    { deleted: true },
    { assignedTo: '{engineer}', status: 'assigned' },
    { assignedTo: '{engineer}', status: 'accepted,en_route,on_site,pending_acceptance' },
    { assignedTo: '{engineer}', overdue: 'any' },
    { customerId: filledId('customers', THEIRS + 1), status: 'pending,assigned' },
    { status: 'pending', priority: 'urgent' },
    { status: 'closed', ticketType: 'repair', from: '2026-01-01' },
    { keyword: '酒店', status: 'closed', priority: 'urgent' },
    { createdBy: '{rep}', isUnderWarranty: true },
  ],
  'serviceTickets.statistics': [
    {},
    { customerId: filledId('customers', THEIRS + 1) },
    { startDate: '2026-03-01', endDate: TODAY },
  ],
};

/** What is asked with every question. */
const ALWAYS: Readonly<Record<string, object>> = {
  'files.list': { entity: 'serviceTickets', entityId: filledId('service_tickets', THEIRS) },
};

/** Which row of which table an address means. */
const RECORDS: Readonly<Record<string, string>> = {
  leads: 'leads',
  customers: 'customers',
  contacts: 'contacts',
  imports: 'imports',
  exports: 'exports',
  'intake/events': 'intake_events',
  followups: 'followups',
  tasks: 'tasks',
  'remind-deliveries': 'reminder_deliveries',
  files: 'files',
  products: 'products',
  equipment: 'equipment',
  'service-tickets': 'service_tickets',
};

const lists = allEndpoints.filter(
  ([, { method, permission }]) => method === 'GET' && permission !== 'public',
);
const filtersOf = (endpoint: EndpointDefinition) =>
  Object.keys(endpoint.query?.shape ?? {}).filter((key) => !PAGING.includes(key));

function pathOf({ path }: EndpointDefinition): string {
  const table = RECORDS[/^\/api\/(.+?)\/:id/.exec(path)?.[1] ?? ''];
  return path.replace(':id', table ? filledId(table, THEIRS) : people.rep.id).replace(':code', `SN${THEIRS}`);
}

/** Each question in every order, and pages in the middle and at the end. */
function questionsTo(name: string, { query }: EndpointDefinition): object[] {
  const { sort, page } = query?.shape ?? {};
  const sorts = (sort as unknown as { unwrap(): { options: string[] } } | undefined)?.unwrap().options;
  const pages = page ? [{ page: 60 }, { page: 290 }, { page: 900 }] : [];
  const questions = [...(ASKED[name] ?? [{}]), ...(sorts ? [{}, ...pages] : [])];
  return (sorts ?? [undefined]).flatMap((order) =>
    questions.map((question) => ({ ...ALWAYS[name], ...question, ...(order && { sort: order }) })),
  );
}

const queryText = (query: object): string => {
  const words = JSON.stringify(query).replace(
    /\{(rep|registrar|engineer)\}/g,
    (_, who: 'rep') => people[who].id,
  );
  return new URLSearchParams(JSON.parse(words) as Record<string, string>).toString();
};

/** Calls an endpoint that must not refuse. */
async function done<E extends EndpointDefinition>(endpoint: E, input: CallInput<E>, options: CallOptions) {
  const reply = await t.call(endpoint, input, options);
  expect(reply.data).toBeDefined();
  return reply;
}

/** A photo that no step has named yet: it can still be taken back. */
async function unwrittenPhoto(entityId: string) {
  const query = { id: newId(), entity: 'serviceTickets', entityId, kind: 'attachment' } as const;
  const file = { name: '照片.jpg', content: await picture() };
  const { data } = await done(files.upload, { query }, { as: people.engineer, file });
  return { params: { id: data.id } };
}

describe.runIf(onRealPostgres)('on years of work', () => {
  beforeAll(async () => {
    t = await createTestApp({ start: atWallClock(TODAY, '10:00') });
    people = await createCompany(t);
    const days = { recycleHigh: 20, recycleMedium: 40, recycleLow: 60 };
    await t.db
      .updateTable('poolRules')
      .set({ ...days, recycleSince: '2025-01-01T00:00:00.000Z' })
      .execute();
    await fillCompany(t, people);
  }, 180_000);

  it('every filter is asked for', () => {
    const missing = lists.flatMap(([name, endpoint]) => {
      const questions = [...(ASKED[name] ?? []), ALWAYS[name] ?? {}];
      const asked = new Set(questions.flatMap((query) => Object.keys(query)));
      return filtersOf(endpoint).flatMap((key) => (asked.has(key) ? [] : [`${name} ${key}`]));
    });
    expect(missing).toEqual([]);
  });

  describe.each(WHO)('%s', (who) => {
    it.each(lists)(
      '%s reads indexes',
      async (name, endpoint) => {
        const as = people[who];
        const path = pathOf(endpoint);
        const refused = new Set<string>();
        const scans = await scansIn(async () => {
          let cursor: string | null | undefined;
          const ask = async (query: object) => {
            const reply = await t.send('GET', `${path}?${queryText(query)}`, { as });
            if (![200, 403, 404].includes(reply.status)) refused.add(JSON.stringify([query, reply.body]));
            if (reply.status !== 200) return;
            cursor ??= (reply.data as { pagination?: { nextCursor: string } } | null)?.pagination?.nextCursor;
          };
          for (const query of questionsTo(name, endpoint)) await ask(query);
          if (cursor) await ask({ ...ALWAYS[name], cursor });
        });
        expect([...refused]).toEqual([]);
        expect(scans).toEqual([]);
      },
      120_000,
    );
  });

  it('what is written reads indexes', async () => {
    const { admin, rep, colleague, manager } = people;
    const body = {
      method: 'phone',
      content: '聊了灯光',
      nextFollowUpAt: atWallClock('2026-03-12', '10:00'),
    } as const;
    const scans = await scansIn(async () => {
      const { id } = await register(t, rep, { followUp: body });
      const params = { id };
      const versioned = async <B extends object>(more: B) => ({
        version: (await leadSeenBy(t, admin, id)).version,
        ...more,
      });
      await done(
        leads.duplicates,
        { body: { phone: '13000004321', customerName: '300号酒店' } },
        { as: rep },
      );
      await done(leads.update, { params, body: await versioned({ city: '珠海' }) }, { as: rep });
      const said = (await done(leads.followUp, { params, body }, { as: rep })).data;
      const shorter = { version: said.version, content: '聊了灯光和窗帘' };
      await done(followups.update, { params: { id: said.id }, body: shorter }, { as: rep });
      await done(leads.release, { params, body: await versioned({ reason: '不归我' }) }, { as: rep });
      await done(leads.claim, { params }, { as: colleague });
      await done(
        leads.assign,
        { params, body: await versioned({ ownerId: rep.id, reason: '熟悉' }) },
        { as: manager },
      );
      const other = await register(t, rep);
      const merge = { otherId: other.id, otherVersion: other.version, reason: '重复' };
      const merged = (await done(leads.merge, { params, body: await versioned(merge) }, { as: rep })).data;
      await done(leads.undoMerge, { params: { id: merged.merges[0]?.id as string } }, { as: rep });
      await done(
        leads.convert,
        { params, body: await versioned({ to: 'newCustomer' as const }) },
        { as: rep },
      );
      const gone = await register(t, admin);
      const remove = { params: { id: gone.id }, body: { version: gone.version } };
      await done(leads.remove, remove, { as: admin });
      const customer = await newCustomer(t, rep, { phone: '13000004321' });
      await done(customers.followUp, { params: { id: customer.id }, body }, { as: rep });
      const task = { title: '寄样品', dueAt: atWallClock('2026-03-12', '10:00') };
      const { data } = await done(tasks.create, { body: task }, { as: rep });
      await done(tasks.complete, { params: { id: data.id }, body: { version: data.version } }, { as: rep });
      await done(notifications.readAll, {}, { as: rep });
      const handover = { toId: rep.id, reason: '离职' };
      const given = await done(
        handovers.create,
        { params: { id: colleague.id }, body: handover },
        { as: admin },
      );
      await done(handovers.undo, { params: { id: given.data.id } }, { as: admin });
    });
    expect(scans).toEqual([]);
  }, 60_000);

  it('the life of a ticket reads indexes', async () => {
    const { admin, manager, rep, engineer, finance } = people;
    const scans = await scansIn(async () => {
      const customer = await newCustomer(t, rep);
      const unit = await newEquipment(t, rep, customer.id);
      const description = { params: { id: unit.id }, body: { version: unit.version, description: '三楼' } };
      await done(equipment.update, description, { as: rep });
      const { id } = await newTicket(t, rep, { equipmentId: unit.id });
      const params = { id };
      const versioned = async <B extends object>(more: B) => ({
        params,
        body: { version: (await ticketSeenBy(t, manager, id)).version, ...more },
      });
      await done(serviceTickets.update, await versioned({ city: '珠海' }), { as: manager });
      await send(t, manager, await ticketSeenBy(t, manager, id), engineer);
      const stepped = async (...[name, more]: [Parameters<typeof step>[3], object?]) =>
        expect((await step(t, engineer, await ticketSeenBy(t, engineer, id), name, more)).data).toBeDefined();
      await stepped('decline');
      await send(t, manager, await ticketSeenBy(t, manager, id), engineer);
      for (const name of ['accept', 'depart'] as const) await stepped(name);
      await stepped('arrive', { position: { latitude: 22.5, longitude: 113.9, accuracy: 20 } });
      const query = { id: newId(), entity: 'serviceTickets', entityId: id, kind: 'after' } as const;
      const file = { name: '照片.jpg', content: await picture() };
      const photo: FileItem = (await done(files.upload, { query }, { as: engineer, file })).data;
      const said = { logContent: '已测试', fileIds: [photo.id] };
      await done(serviceTickets.addLog, { params, body: said }, { as: engineer });
      await stepped('resolve');
      const link = async () => (await done(serviceTickets.createLink, { params }, { as: rep })).data.url;
      const token = new URLSearchParams((await link()).split('?')[1]).get('token') as string;
      const visitor = { params: { token } };
      await done(visits.get, visitor, {});
      await done(visits.refuse, { ...visitor, body: { reason: '还是离线' } }, {});
      await stepped('depart');
      await stepped('arrive');
      await stepped('resolve');
      await done(serviceTickets.refuse, await versioned({ reason: '没修好' }), { as: manager });
      await stepped('resolve', { isRemote: true });
      const acceptance = { signerName: '梁志远', signature: SIGNATURE };
      await done(visits.accept, { ...visitor, body: acceptance }, {});
      await t.work();
      const { report, no } = await ticketSeenBy(t, engineer, id);
      await done(visits.checkReport, { body: { no, code: report?.code as string } }, {});
      await done(visits.rate, { ...visitor, body: { customerRating: 5 } }, {});
      await done(serviceTickets.close, await versioned({}), { as: manager });
      await done(serviceTickets.createReport, { params }, { as: rep });
      await t.work();
      await done(serviceTickets.reopen, await versioned({ reason: '又坏了' }), { as: manager });
      await done(serviceTickets.cancel, await versioned({ reason: '重复' }), { as: manager });
      await done(serviceTickets.remove, await versioned({}), { as: admin });
      const { version } = (await done(serviceTickets.get, { params }, { as: admin })).data;
      await done(serviceTickets.restore, { params, body: { version } }, { as: admin });
      await done(serviceTickets.get, { params }, { as: finance });
      const signed = await ticketAfter(t, manager, engineer, [
        'accept',
        'depart',
        'arrive',
        'resolve',
        'sign',
      ]);
      expect(signed.status).toBe('resolved');
      await done(files.remove, await unwrittenPhoto(signed.id), { as: engineer });
      await t.work();
      const handover = { toId: rep.id, reason: '离职' };
      const leaving = { params: { id: engineer.id } };
      const given = await done(handovers.create, { ...leaving, body: handover }, { as: admin });
      await done(handovers.undo, { params: { id: given.data.id } }, { as: admin });
    });
    expect(scans).toEqual([]);
  }, 60_000);

  it('what the worker does reads indexes', async () => {
    const { admin, rep } = people;
    const context = {
      database: t.database,
      clock: t.clock,
      cache: createMemoryCache(),
      signer: testSigner,
      jobs: t.jobs,
    };
    const scans = await scansIn(async () => {
      for (const job of allScheduledJobs(nobodyOutside())) await job.run(context);
      await done(reminders.check, {}, { as: admin });
      const file = { name: '线索.csv', content: '客户名称,电话\n新酒店,13912345678\n300号酒店,13000004321' };
      const brought = (await t.send('POST', imports.uploadLeads.path, { as: rep, file }))
        .data as ImportDetail;
      const params = { id: brought.id };
      const seen = async () => (await done(imports.get, { params }, { as: rep })).data;
      await done(imports.check, { params, body: { version: brought.version } }, { as: rep });
      await t.work();
      const policies = { duplicatePolicy: 'create', ownerPolicy: 'pool' } as const;
      await done(
        imports.start,
        { params, body: { version: (await seen()).version, ...policies } },
        { as: rep },
      );
      await t.work();
      await done(imports.undo, { params }, { as: rep });
      await done(exports.leads, { body: { city: '城7' } }, { as: admin });
      await done(exports.customers, { body: { city: '城7' } }, { as: admin });
      await t.work();
    });
    expect(scans).toEqual([]);
  }, 120_000);
});
