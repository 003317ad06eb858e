import { customerDraft, customers } from '#shared/customers/contract.ts';
import { equipment, equipmentDraft } from '#shared/equipment/contract.ts';
import { followUpDraft } from '#shared/followups/contract.ts';
import type { EndpointDefinition } from '#shared/http/endpoint.ts';
import { type LeadDetail, leadDraft, leads } from '#shared/leads/contract.ts';
import { productDraft, products } from '#shared/products/contract.ts';
import {
  resolution,
  serviceTickets,
  type TicketDetail,
  ticketDraft,
} from '#shared/service-tickets/contract.ts';
import type { TicketStep } from '#shared/service-tickets/machine.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import { taskDraft, tasks } from '#shared/tasks/contract.ts';
import { addDays, dateOf, type Instant, toInstant } from '#shared/values/time.ts';
import type { Config } from '../config.ts';
import { type Actor, type Scope, scopeOf } from '../kernel/access.ts';
import { type AuditEntry, writeAudit } from '../kernel/audit.ts';
import type { Cache } from '../kernel/cache.ts';
import { isWorkday } from '../kernel/calendar.ts';
import type { Work } from '../kernel/context.ts';
import type { Queryable } from '../kernel/database.ts';
import { newId } from '../kernel/new-id.ts';
import { freshSettings } from '../kernel/settings.ts';
import type { Signer } from '../kernel/signer.ts';
import { addContact } from '../modules/customers/contacts.commands.ts';
import { followUpCustomer } from '../modules/customers/customer-follow-ups.ts';
import { setCollaborators } from '../modules/customers/customer-ownership.commands.ts';
import { customerTaskSource } from '../modules/customers/customer-tasks.ts';
import { changeStage, createCustomer, locateCustomer } from '../modules/customers/customers.commands.ts';
import { createEquipment } from '../modules/equipment/equipment.commands.ts';
import { loadPerson } from '../modules/identity/actors.ts';
import { createPasswords } from '../modules/identity/passwords.ts';
import { createDepartment, createUser, setDepartmentManager } from '../modules/identity/people.ts';
import { convertLead } from '../modules/leads/lead-conversion.commands.ts';
import { followUpLead } from '../modules/leads/lead-follow-ups.ts';
import { assignLead, claimLead, releaseLead } from '../modules/leads/lead-ownership.commands.ts';
import { leadTaskSource } from '../modules/leads/lead-tasks.ts';
import { changeLeadStatus, createLead, editLead, removeLead } from '../modules/leads/leads.commands.ts';
import { createCategory } from '../modules/products/product-categories.commands.ts';
import { createProduct } from '../modules/products/products.commands.ts';
import { assignTicket } from '../modules/service-tickets/ticket-assignment.commands.ts';
import {
  acceptTicket,
  arriveAtSite,
  declineTicket,
  departForTicket,
  resolveTicket,
  signTicket,
} from '../modules/service-tickets/ticket-steps.commands.ts';
import { createLink, rateVisit } from '../modules/service-tickets/ticket-visits.commands.ts';
import {
  cancelTicket,
  closeTicket,
  createTicket,
  refuseTicket,
  reopenTicket,
} from '../modules/service-tickets/tickets.commands.ts';
import { completeTask, createTask } from '../modules/tasks/tasks.commands.ts';
import type { Parts } from '../parts.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './accounts.ts';
import { CLIENTS, WON_PER_CLIENT } from './clients.ts';
import { createDays, type Days } from './days.ts';
import { type Errand, errands } from './errands.ts';
import { CATALOGUE, SITES, UNITS } from './goods.ts';
import { type Deed, plot } from './plot.ts';
import { createRandom } from './random.ts';
import { TICKET_STORIES, type TicketStory } from './tickets.ts';

const FOUNDED_DAYS_AGO = 400;

/**
 * Fills an empty database with a small company and what it did in the last two months, through the same commands as
 * its people would. All or nothing, so that an interrupted first start begins again. Answers whether it did.
 */
export async function seedDemo({
  database,
  cache,
  signer,
  config,
}: Pick<Parts, 'database' | 'cache' | 'signer'> & { config: Config }): Promise<boolean> {
  const taken = await database.db.selectFrom('users').select('id').limit(1).executeTakeFirst();
  if (taken) return false;
  const started = Date.now();
  const now = toInstant(started);
  const passwordHash = await createPasswords(config.PASSWORD_MEMORY_KIB).hash(DEMO_PASSWORD);
  const deeds = plot(now, isWorkday);
  await database.db.transaction().execute(async (db) => {
    const people = await hirePeople(db, now, passwordHash);
    const stage: Stage = { db, cache, signer, people, leads: new Map(), won: [] };
    const [first, last] = [deeds[0]!.at, deeds.at(-1)!.at];
    const productIds = await offer(stage, first);
    for (const client of CLIENTS) {
      const id = await keep(stage, client, first, last);
      await equip(stage, client, id, productIds, first);
    }
    for (const [i, deed] of deeds.entries()) {
      await perform(stage, deed);
      if (i % 25 === 0) showProgress(i / deeds.length);
    }
    for (const errand of errands(now, isWorkday)) await run(stage, errand);
    await serve(stage, now);
  });
  const contacts = deeds.filter(({ does }) => does === 'followUp').length;
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  const start = process.stdout.isTTY ? '\r' : '';
  console.log(
    `${start}演示数据已就绪：${new Set(deeds.map(({ lead }) => lead)).size} 条线索，${contacts} 条跟进，用时 ${seconds} 秒`,
  );
  return true;
}

function showProgress(done: number): void {
  if (process.stdout.isTTY) process.stdout.write(`\r正在准备演示数据 ${Math.round(done * 100)}%`);
  else if (done === 0) console.log('正在准备演示数据…');
}

async function hirePeople(db: Queryable, now: Instant, passwordHash: string): Promise<Map<string, Actor>> {
  const founded = toInstant(Date.parse(now) - FOUNDED_DAYS_AGO * 86_400_000);
  const departments = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const { username, name, mobile, roles, department } of DEMO_ACCOUNTS) {
    const departmentId =
      departments.get(department) ?? (await createDepartment(db, founded, { name: department }));
    departments.set(department, departmentId);
    const id = await createUser(db, founded, { username, name, mobile, roles, departmentId, passwordHash });
    if (roles.includes('sales_manager')) await setDepartmentManager(db, departmentId, id);
    ids.set(username, id);
  }
  // Only now does everybody's team stand.
  const people = new Map<string, Actor>();
  for (const [username, id] of ids) {
    const person = await loadPerson(db, id);
    if (person) people.set(username, { ...person, sessionId: newId(), revision: 0 });
  }
  return people;
}

interface Stage {
  readonly db: Queryable;
  readonly cache: Cache;
  readonly signer: Signer;
  readonly people: ReadonlyMap<string, Actor>;
  /** As they were left by the last deed that answered one. */
  readonly leads: Map<number, string>;
  /** The leads that were won. */
  readonly won: string[];
}

const perform = (stage: Stage, deed: Deed): Promise<unknown> =>
  command(stage, ENDPOINTS[deed.does], deed, (work) => act(stage, work, deed));

/** A task is made and, when its time comes, done. */
async function run(stage: Stage, { at, by, to, draft, done }: Errand): Promise<void> {
  const sources = { leads: leadTaskSource, customers: customerTaskSource };
  const assigneeId = stage.people.get(to ?? by)!.userId;
  const { id, version } = await command(stage, tasks.create, { at, by }, (work) =>
    createTask(work, sources, taskDraft.parse({ ...draft, assigneeId })),
  );
  if (!done) return;
  await command(stage, tasks.complete, { at: done.at, by: to ?? by }, (work) =>
    completeTask(work, sources, id, { version, resultNote: done.note }),
  );
}

/** A customer from before the leads: known since the beginning, last heard of at the end. */
async function keep(
  stage: Stage,
  client: (typeof CLIENTS)[number],
  since: Instant,
  until: Instant,
): Promise<string> {
  const { by, draft, helpers, more, said } = client;
  const { id, version } = await command(stage, customers.create, { at: since, by }, (work) =>
    createCustomer(work, customerDraft.parse(draft)),
  );
  const params = { at: since, by };
  const moved = await command(stage, customers.moveStage, params, (work) =>
    changeStage(work, id, { version, targetStage: client.stage }),
  );
  if (more) await command(stage, customers.addContact, params, (work) => addContact(work, id, more));
  if (helpers.length > 0) {
    const userIds = helpers.map((username) => stage.people.get(username)!.userId);
    await command(stage, customers.collaborate, params, (work) =>
      setCollaborators(work, id, { version: moved.version, userIds }),
    );
  }
  await command(stage, customers.followUp, { at: until, by }, (work) =>
    followUpCustomer(work, id, followUpDraft.parse(said)),
  );
  return id;
}

/** What the company sells; answers the ids by their codes. */
async function offer(stage: Stage, at: Instant): Promise<Map<string, string>> {
  const moment = { at, by: 'admin' };
  const ids = new Map<string, string>();
  for (const [sortOrder, { products: goods, ...category }] of CATALOGUE.entries()) {
    const { id: categoryId } = await command(stage, products.createCategory, moment, (work) =>
      createCategory(work, { ...category, sortOrder }),
    );
    for (const draft of goods) {
      const { id } = await command(stage, products.create, moment, (work) =>
        createProduct(work, productDraft.parse({ ...draft, categoryId })),
      );
      ids.set(draft.productCode, id);
    }
  }
  return ids;
}

/** Where a customer is, and the units that stand there. */
async function equip(
  stage: Stage,
  { by, draft: { customerName } }: (typeof CLIENTS)[number],
  customerId: string,
  productIds: ReadonlyMap<string, string>,
  at: Instant,
): Promise<void> {
  const coordinates = SITES[customerName];
  if (coordinates) {
    const { version } = await stage.db
      .selectFrom('customers')
      .select('version')
      .where('id', '=', customerId)
      .executeTakeFirstOrThrow();
    await command(stage, customers.locate, { at, by }, (work) =>
      locateCustomer(work, customerId, { version, coordinates }),
    );
  }
  for (const { productCode, installedDaysAgo, ...draft } of UNITS[customerName] ?? []) {
    const installedOn = installedDaysAgo === null ? null : addDays(dateOf(at), -installedDaysAgo);
    const shippedOn = installedOn && addDays(installedOn, -7);
    const productId = productIds.get(productCode);
    await command(stage, equipment.create, { at, by: 'engineer' }, (work) =>
      createEquipment(
        work,
        equipmentDraft.parse({ ...draft, customerId, productId, installedOn, shippedOn }),
      ),
    );
  }
}

/** What people do at customers' places, in the order in which it was reported. */
async function serve(stage: Stage, now: Instant): Promise<void> {
  const days = createDays(now, isWorkday, createRandom(20261120));
  for (const [i, story] of TICKET_STORIES.entries()) await visit(stage, days, story, i, now);
}

/** How long after the report somebody is sent, and takes each step. */
const MINUTES = [12, 25, 50, 95, 165, 175];

async function visit(stage: Stage, days: Days, story: TicketStory, i: number, now: Instant): Promise<void> {
  const { day, by, draft, sent, ended } = story;
  const steps = sent?.steps ?? [];
  const reported = days.moments(day, 1)[0]!;
  const soon = (i: number) =>
    toInstant(Math.min(Date.parse(reported) + MINUTES[i]! * 60_000, Date.parse(now)));
  const dispatched = soon(0);
  const there =
    sent?.later === undefined
      ? steps.map((_, n) => soon(n + 1))
      : [soon(1), ...days.moments(sent.later, steps.length - 1)];
  const customerId = await customerKnown(stage.db, reported, i);
  const broken = draft.ticketType === 'repair' || draft.ticketType === 'replacement';
  const equipmentId = broken ? await unitOf(stage.db, customerId, i) : undefined;
  // Whoever reports it need not be the one who follows the customer.
  const reporter = (await followerOf(stage, customerId)) ?? by;
  let ticket = await command(stage, serviceTickets.create, { at: reported, by: reporter }, (work) =>
    createTicket(work, ticketDraft.parse({ ...draft, customerId, equipmentId })),
  );
  const { id } = ticket;
  const desk = (endpoint: EndpointDefinition, at: Instant, act: (work: Work) => Promise<TicketDetail>) =>
    command(stage, endpoint, { at, by: 'manager' }, act);
  if (sent) {
    const assignedTo = stage.people.get(sent.to)!.userId;
    const { version } = ticket;
    ticket = await desk(serviceTickets.assign, dispatched, (work) =>
      assignTicket(work, id, { version, assignedTo }),
    );
  }
  for (const [n, name] of steps.entries()) {
    const at = there[n]!;
    ticket = await command(stage, serviceTickets[name], { at, by: sent!.to }, (work) =>
      takeStep(work, ticket, name, at, story),
    );
  }
  // On the next working day, as far as that has come.
  const last = days.moments(Math.max((sent?.later ?? day) - 1, 0), 1)[0]!;
  const { version } = ticket;
  if (story.rating) await rate(stage, id, last, sent!.to, story.rating);
  const after = await versionOf(stage.db, id);
  if (ended === 'closed')
    await desk(serviceTickets.close, last, (work) => closeTicket(work, id, { version: after }));
  if (ended === 'cancelled')
    await desk(serviceTickets.cancel, last, (work) =>
      cancelTicket(work, id, { version, reason: '客户决定暂不更换' }),
    );
  if (ended === 'refused')
    await desk(serviceTickets.refuse, last, (work) =>
      refuseTicket(work, id, { version, reason: '客户反映晚上还是会灭' }),
    );
  if (ended === 'reopened')
    await desk(serviceTickets.reopen, last, (work) =>
      reopenTicket(work, id, { version, reason: '第二天又不关灯' }),
    );
}

/** One step of an engineer as the phone sends it. */
function takeStep(
  work: Work,
  { id, assignment, contactName }: TicketDetail,
  name: TicketStep,
  at: Instant,
  story: TicketStory,
): Promise<TicketDetail> {
  const facts = { assignment: assignment!.id, happenedAt: at, position: null };
  switch (name) {
    case 'accept':
      return acceptTicket(work, id, facts);
    case 'depart':
      return departForTicket(work, id, facts);
    case 'arrive':
      return arriveAtSite(work, id, { ...facts, fileIds: [] });
    case 'resolve':
      return resolveTicket(work, id, resolution.parse({ ...facts, ...story.work }));
    case 'sign':
      return signTicket(work, id, { ...facts, signerName: contactName ?? '值班经理', signature: SIGNATURE });
    case 'decline':
      return declineTicket(work, id, { ...facts, reason: '缺配件' });
  }
}

/** A word that somebody has signed with. */
const SIGNATURE: Signature = {
  width: 600,
  height: 260,
  strokes: [
    [70, 90, 160, 84, 250, 78],
    [156, 40, 152, 120, 130, 190, 90, 224],
    [158, 110, 200, 160, 262, 214],
    [330, 60, 318, 110, 300, 160],
    [340, 84, 420, 74, 500, 70, 492, 130, 470, 200, 430, 190],
    [410, 40, 404, 120, 380, 200],
  ],
};

/** The customer opens the link and says how it was. */
async function rate(
  stage: Stage,
  id: string,
  at: Instant,
  engineer: string,
  rating: NonNullable<TicketStory['rating']>,
): Promise<void> {
  const { url } = await command(stage, serviceTickets.createLink, { at, by: engineer }, (work) =>
    createLink(work, '', id),
  );
  const token = url.slice(url.indexOf('token=') + 'token='.length);
  await carryOut<null, null>(stage, at, null, null, (work) => rateVisit(work, token, rating));
}

/** A customer that was there at that time, each in turn. */
async function customerKnown(db: Queryable, at: Instant, turn: number): Promise<string> {
  const known = await db
    .selectFrom('customers')
    .select('id')
    .where('createdAt', '<', at)
    .where('customerType', 'in', ['chain_hotel', 'single_hotel', 'homestay', 'apartment'])
    .where('deletedAt', 'is', null)
    .orderBy('createdAt')
    .orderBy('no')
    .execute();
  return known[turn % known.length]!.id;
}

async function unitOf(db: Queryable, customerId: string, turn: number): Promise<string | undefined> {
  const units = await db
    .selectFrom('equipment')
    .select('id')
    .where('customerId', '=', customerId)
    .where('deletedAt', 'is', null)
    .orderBy('no')
    .execute();
  return units[turn % Math.max(units.length, 1)]?.id;
}

async function followerOf({ db, people }: Stage, customerId: string): Promise<string | undefined> {
  const { ownerId } = await db
    .selectFrom('customers')
    .select('ownerId')
    .where('id', '=', customerId)
    .executeTakeFirstOrThrow();
  return [...people].find(([, { userId }]) => userId === ownerId)?.[0];
}

const versionOf = async (db: Queryable, id: string): Promise<number> =>
  (await db.selectFrom('serviceTickets').select('version').where('id', '=', id).executeTakeFirstOrThrow())
    .version;

/** One command at its time, with its audit entries. Its events are dropped: nobody is told of what happened weeks ago. */
async function command<T>(
  stage: Stage,
  endpoint: EndpointDefinition,
  { at, by }: { readonly at: Instant; readonly by: string },
  run: (work: Work) => Promise<T>,
): Promise<T> {
  const actor = stage.people.get(by)!;
  const scope = scopeOf(actor, endpoint.permission as Parameters<typeof scopeOf>[1]);
  return carryOut(stage, at, actor, scope, run);
}

async function carryOut<A extends Actor | null, S extends Scope | null, T = unknown>(
  stage: Stage,
  at: Instant,
  actor: A,
  scope: S,
  run: (work: Work<A, S>) => Promise<T>,
): Promise<T> {
  const entries: AuditEntry[] = [];
  const work: Work<A, S> = {
    db: stage.db,
    actor,
    scope,
    now: at,
    cache: stage.cache,
    settings: freshSettings,
    signer: stage.signer,
    ip: '127.0.0.1',
    requestId: newId(),
    audit: (entry) => void entries.push(entry),
    emit: () => undefined,
    afterCommit: () => undefined,
  };
  const answer = await run(work);
  await writeAudit(stage.db, { ...work, actorId: actor?.userId ?? null }, entries);
  return answer;
}

const ENDPOINTS = {
  create: leads.create,
  followUp: leads.followUp,
  edit: leads.update,
  qualify: leads.changeStatus,
  close: leads.changeStatus,
  reopen: leads.changeStatus,
  convert: leads.convert,
  claim: leads.claim,
  assign: leads.assign,
  release: leads.release,
  remove: leads.remove,
} as const satisfies Record<Deed['does'], EndpointDefinition>;

async function act(stage: Stage, work: Work, deed: Deed): Promise<unknown> {
  const idOf = (username: string) => stage.people.get(username)!.userId;
  if (deed.does === 'create') {
    const ownerId = deed.owner && idOf(deed.owner);
    const created: LeadDetail = await createLead(work, leadDraft.parse({ ...deed.draft, ownerId }));
    return stage.leads.set(deed.lead, created.id);
  }
  const id = stage.leads.get(deed.lead)!;
  if (deed.does === 'followUp') return followUpLead(work, id, followUpDraft.parse(deed.draft));
  if (deed.does === 'claim') return claimLead(work, id);
  const { version } = await work.db
    .selectFrom('leads')
    .select('version')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  switch (deed.does) {
    case 'edit':
      return editLead(work, id, { version, intention: deed.intention });
    case 'qualify':
      return changeLeadStatus(work, id, { action: 'qualify', version });
    case 'close':
      return changeLeadStatus(work, id, {
        action: 'close',
        version,
        outcome: deed.outcome,
        reason: deed.reason,
      });
    case 'reopen':
      return changeLeadStatus(work, id, { action: 'reopen', version, reason: deed.reason });
    case 'convert': {
      const { reason, amount: dealAmount } = deed;
      const to = stage.won.push(id) % WON_PER_CLIENT === 0 ? 'newCustomer' : 'deal';
      return convertLead(work, id, { to, version, dealDate: dateOf(deed.at), dealAmount, reason });
    }
    case 'assign':
      return assignLead(work, id, { version, ownerId: idOf(deed.to), reason: deed.reason });
    case 'release':
      return releaseLead(work, id, { version, reason: deed.reason });
    case 'remove':
      return removeLead(work, id, version);
  }
}
