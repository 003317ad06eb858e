import { beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import type * as z from 'zod';
import { ROLE_CODES, type RoleCode, roles } from '#shared/access/roles.ts';
import { allEndpoints, allWebhooks } from '#shared/api.ts';
import { assignment } from '#shared/assignment/contract.ts';
import { auth } from '#shared/auth/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { files } from '#shared/files/contract.ts';
import { handovers } from '#shared/handovers/contract.ts';
import { type EndpointDefinition, isWrite, urlOf } from '#shared/http/endpoint.ts';
import { WEBHOOK_METHODS } from '#shared/http/webhook.ts';
import { intake } from '#shared/intake/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { pool } from '#shared/pool/contract.ts';
import { products } from '#shared/products/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { roles as roleContract } from '#shared/roles/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus, TicketStep } from '#shared/service-tickets/machine.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { type ImportDetail, imports } from '#shared/transfers/contract.ts';
import { workdays } from '#shared/workdays/contract.ts';
import { newId } from './kernel/new-id.ts';
import { createReset } from './modules/identity/password-resets.ts';
import { notify } from './modules/notifications/notify.ts';
import {
  type Company,
  createCompany,
  hashPassword,
  leadDraft,
  newCustomer,
  nextPhone,
  register,
} from './testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from './testing/createTestApp.ts';
import { newEquipment, newProduct } from './testing/equipment.ts';
import { type Driven, drivenMachines } from './testing/machines.ts';
import { picture } from './testing/pictures.ts';
import { newTicket, send, stepBody, ticketAfter } from './testing/tickets.ts';
import { newVisit, SIGNATURE } from './testing/visits.ts';

// The tables that cover every module: an endpoint, permission or action that is added is tested by being there.

const PASSWORD = 'correct-horse-1';

let t: TestApp;
let people: Company;
let byRole: Record<RoleCode, TestUser>;
let passwordHash: string;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const { rep, registrar, manager, engineer, finance, admin } = people;
  byRole = { sales: rep, media: registrar, sales_manager: manager, engineer, finance, admin };
  passwordHash = await hashPassword(PASSWORD);
});

const endpoints = allEndpoints.map(([name, endpoint]) => ({ name, endpoint }));
const signature = (endpoint: EndpointDefinition) => `${endpoint.method} ${endpoint.path}`;

describe('the endpoints', () => {
  it('each have an address of their own', () => {
    const shapes = endpoints.map(({ endpoint }) => signature(endpoint).replace(/:\w+/g, ':'));
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  it('are all mounted, and nothing else is', async () => {
    const { paths } = t.app.swagger() as { paths: Record<string, Record<string, unknown>> };
    const mounted = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const declared = [
      ...endpoints.map(({ endpoint }) => signature(endpoint)),
      ...allWebhooks.flatMap(([, { path }]) => WEBHOOK_METHODS.map((method) => `${method} ${path}`)),
    ];
    expect(mounted.sort()).toEqual(declared.sort());
  });

  it.each(endpoints)(
    '$name declares what its address names, and speaks Chinese on the API page',
    ({ endpoint }) => {
      const named = [...endpoint.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      expect(Object.keys(endpoint.params?.shape ?? {})).toEqual(named);
      expect(endpoint.summary).toMatch(/\p{Script=Han}/u);
      if (endpoint.method === 'GET') expect(endpoint.body).toBeUndefined();
    },
  );

  it.each(endpoints.filter(({ endpoint }) => endpoint.body))(
    '$name takes no unknown field',
    ({ endpoint }) => {
      const result = (endpoint.body as z.ZodType).safeParse({ notAField: 1 });
      const issues = JSON.stringify(result.error?.issues ?? []);
      // A choice between forms names the field that chooses first.
      expect(/notAField|discriminator/.test(issues), issues).toBe(true);
    },
  );
});

describe('the webhooks', () => {
  it.each(allWebhooks)(
    '%s is limited, and tells strangers nothing',
    async (_, { path, params, ...declared }) => {
      expect(declared.summary).toMatch(/\p{Script=Han}/u);
      expect(Object.keys(params.shape)).toEqual([...path.matchAll(/:(\w+)/g)].map((match) => match[1]));
      expect(declared.limits.map(({ by }) => by)).toContain('address');
      expect(declared.maxBytes).toBeLessThanOrEqual(262_144);
      const url = path.replace(/:\w+/g, () => newId());
      const strangers = WEBHOOK_METHODS.map((method) => ({ method, url }));
      for (const request of [...strangers, { method: 'POST' as const, url, payload: '{' }]) {
        const { statusCode, body } = await t.app.inject(request);
        expect([statusCode, body]).toEqual([404, '{"code":404,"message":"NOT_FOUND"}']);
      }
      const payload = 'x'.repeat(declared.maxBytes + 1);
      expect((await t.app.inject({ method: 'POST', url, payload })).statusCode).toBe(413);
    },
  );
});

describe('permissions', () => {
  /** Any values that have the right shape: who may call is decided before they are looked at. */
  function anyCall(endpoint: EndpointDefinition, as: TestUser | null) {
    const params = Object.fromEntries(
      Object.keys(endpoint.params?.shape ?? {}).map((name) => [name, newId()]),
    );
    const body = endpoint.body ? {} : undefined;
    return t.send(endpoint.method, urlOf(endpoint, { params }), { as, body });
  }

  it.each(endpoints)('$name without signing in', async ({ endpoint }) => {
    const reply = await anyCall(endpoint, null);
    if (endpoint.permission === 'public') {
      expect([401, 403]).not.toContain(reply.status);
    } else {
      expect(reply.status).toBe(401);
      expect(reply.failure.errorCode).toBe('UNAUTHENTICATED');
    }
  });

  const matrix = endpoints.flatMap((each) => ROLE_CODES.map((role) => ({ ...each, role })));
  it.each(matrix)('$name as $role', async ({ endpoint, role }) => {
    const { permission } = endpoint;
    const open = permission === 'public' || permission === 'signed-in';
    const allowed = open || permission in roles[role].grants;
    const as = endpoint === auth.logout ? await t.user({ roles: [role] }) : byRole[role];
    const reply = await anyCall(endpoint, as);
    if (allowed) {
      expect([401, 403], JSON.stringify(reply.body)).not.toContain(reply.status);
    } else {
      expect(reply.status).toBe(403);
      expect(reply.failure.errorCode).toBe('FORBIDDEN');
    }
  });
});

/** A call of a write endpoint that succeeds. */
interface Arranged {
  as: TestUser | null;
  input: { params?: object; query?: object; body?: object };
  file?: { name: string; content: string | Buffer };
}

async function openLead(as: TestUser = people.rep) {
  const lead = await register(t, as);
  return { params: { id: lead.id }, version: lead.version, lead };
}

async function account(): Promise<TestUser> {
  return t.user({ roles: ['sales'], passwordHash });
}

async function followedLead() {
  const { lead } = await openLead();
  const body = { method: 'phone', content: '聊了报价' } as const;
  const reply = await t.call(leads.followUp, { params: { id: lead.id }, body }, { as: people.rep });
  return { lead, followUp: reply.data };
}

async function newRole() {
  const body = { name: `角色${newId()}`.slice(-30), grants: {} };
  const { id, version } = (await t.call(roleContract.create, { body }, { as: people.admin })).data;
  return { params: { id }, version };
}

async function notified(as: TestUser): Promise<string> {
  const key = newId();
  await notify(t.db, t.clock.now(), [{ userId: as.id, key, kind: 'task', title: '回电', target: null }]);
  const { id } = await t.db
    .selectFrom('notifications')
    .select('id')
    .where('key', '=', key)
    .executeTakeFirstOrThrow();
  return id;
}

async function ownCustomer() {
  const { id, version } = await newCustomer(t, people.rep);
  return { params: { id }, version };
}

async function ownContact() {
  const { params } = await ownCustomer();
  const body = { name: '张总' };
  const { id, version } = (await t.call(customers.addContact, { params, body }, { as: people.rep })).data;
  return { params: { id }, version };
}

const soon = () => new Date(Date.parse(t.clock.now()) + 3_600_000).toISOString();

/** A task that somebody made for themselves. */
async function ownTask(as: TestUser = people.rep) {
  const body = { title: '给金沙酒店寄样品', dueAt: soon() };
  const { id, version } = (await t.call(tasks.create, { body }, { as })).data;
  return { params: { id }, version };
}

async function newGroup() {
  const body = { name: `分配组${newId()}`.slice(-40), members: [{ userId: people.rep.id }] };
  const { id, version } = (await t.call(assignment.create, { body }, { as: people.admin })).data;
  return { params: { id }, version };
}

/** Where leads come from by themselves. */
async function newIntakeSource() {
  const body = { kind: 'feiyu', name: newId(), secret: 'access-token' } as const;
  const { id, version } = (await t.call(intake.createSource, { body }, { as: people.admin })).data;
  return { params: { id }, version };
}

/** A lead that came by itself to somebody who must accept it. */
async function offeredLead() {
  const { params, lead } = await openLead();
  await t.db.updateTable('leads').set({ acceptBy: soon() }).where('id', '=', lead.id).execute();
  return { params };
}

async function ownProduct() {
  const { id, version } = await newProduct(t, people.admin);
  return { params: { id }, version };
}

async function ownCategory() {
  const body = { categoryName: '客控主机', categoryCode: newId() };
  const { id, version } = (await t.call(products.createCategory, { body }, { as: people.admin })).data;
  return { params: { id }, version };
}

async function ownEquipment() {
  const customer = await ownCustomer();
  const { id, version } = await newEquipment(t, people.rep, customer.params.id);
  return { params: { id }, version };
}

/** A picture for somebody's customer. */
async function ownPicture() {
  const { params } = await ownCustomer();
  const query = { id: newId(), entity: 'customers', entityId: params.id, kind: 'attachment' };
  return { as: people.rep, input: { query }, file: { name: '大堂.jpg', content: await picture() } };
}

const importFile = () => ({ name: '名单.csv', content: `客户名称,电话\n导入酒店,${nextPhone()}` });

/** Somebody's file of one lead, as far as it is. */
async function ownImport(state = 'uploaded') {
  const reply = await t.send('POST', imports.uploadLeads.path, { as: people.rep, file: importFile() });
  const { id, version } = reply.data as ImportDetail;
  const finishedAt = state === 'done' ? t.clock.now() : null;
  await t.db.updateTable('imports').set({ state, finishedAt }).where('id', '=', id).execute();
  const row = { uploaded: 'pending', checked: 'ready', done: 'created' }[state] ?? 'pending';
  await t.db.updateTable('importRows').set({ state: row }).where('importId', '=', id).execute();
  return { params: { id }, version };
}

/** What a customer does by a link. */
async function atVisit(status: ServiceTicketStatus, body: object): Promise<Arranged> {
  const { token } = await newVisit(t, people, status);
  return { as: null, input: { params: { token }, body } };
}

const TO_THE_SITE: readonly TicketStep[] = ['accept', 'depart', 'arrive'];
const TO_THE_END: readonly TicketStep[] = [...TO_THE_SITE, 'resolve', 'sign'];

/** A ticket that an engineer has taken so many steps with. */
const ticketWith = (steps: readonly TicketStep[]) => ticketAfter(t, people.manager, people.engineer, steps);

/** The next step of an engineer after others. */
async function nextStep(name: TicketStep, steps: readonly TicketStep[]): Promise<Arranged> {
  const ticket = await ticketWith(steps);
  return { as: people.engineer, input: { params: { id: ticket.id }, body: stepBody(t, ticket, name) } };
}

/** What the desk does with a ticket after the steps of an engineer. */
async function deskAfter(steps: readonly TicketStep[], more: object, as = people.manager): Promise<Arranged> {
  const { id, version } = await ticketWith(steps);
  return { as, input: { params: { id }, body: { version, ...more } } };
}

const arrangements: Readonly<Record<string, () => Promise<Arranged>>> = {
  'serviceTickets.create': async () => ({
    as: people.rep,
    input: {
      body: { ticketType: 'repair', ticketTitle: '漏水', customerId: (await ownCustomer()).params.id },
    },
  }),
  'serviceTickets.update': () => deskAfter([], { ticketTitle: '门锁不开' }),
  'serviceTickets.remove': () => deskAfter([], {}, people.admin),
  'serviceTickets.restore': async () => {
    const { id, version } = await newTicket(t, people.admin);
    await t.call(serviceTickets.remove, { params: { id }, body: { version } }, { as: people.admin });
    return { as: people.admin, input: { params: { id }, body: { version: version + 1 } } };
  },
  'serviceTickets.assign': async () => {
    const { id, version } = await newTicket(t, people.manager);
    const body = { version, assignedTo: people.engineer.id };
    return { as: people.manager, input: { params: { id }, body } };
  },
  'serviceTickets.accept': () => nextStep('accept', []),
  'serviceTickets.decline': () => nextStep('decline', []),
  'serviceTickets.depart': () => nextStep('depart', ['accept']),
  'serviceTickets.arrive': () => nextStep('arrive', ['accept', 'depart']),
  'serviceTickets.resolve': () => nextStep('resolve', TO_THE_SITE),
  'serviceTickets.sign': () => nextStep('sign', [...TO_THE_SITE, 'resolve']),
  'serviceTickets.reclaim': async () => {
    const ticket = await ticketWith(['accept']);
    await send(t, people.manager, ticket, people.admin);
    const body = { assignment: ticket.assignment?.id, reason: '已经到了' };
    return { as: people.engineer, input: { params: { id: ticket.id }, body } };
  },
  'serviceTickets.confirm': () => deskAfter([...TO_THE_SITE, 'resolve'], { note: '电话确认' }),
  'serviceTickets.refuse': () => deskAfter([...TO_THE_SITE, 'resolve'], { reason: '还是不亮' }),
  'serviceTickets.close': () => deskAfter(TO_THE_END, {}),
  'serviceTickets.reopen': () => deskAfter(TO_THE_END, { reason: '又坏了' }),
  'serviceTickets.cancel': () => deskAfter([], { reason: '客户撤单' }),
  'serviceTickets.addLog': async () => ({
    as: people.rep,
    input: { params: { id: (await newTicket(t, people.rep)).id }, body: { logContent: '客户催了' } },
  }),
  'serviceTickets.createLink': async () => ({
    as: people.engineer,
    input: { params: { id: (await ticketWith([])).id } },
  }),
  'serviceTickets.createReport': async () => ({
    as: people.engineer,
    input: { params: { id: (await ticketWith(TO_THE_END)).id } },
  }),
  'visits.accept': () => atVisit('pending_acceptance', { signerName: '李经理', signature: SIGNATURE }),
  'visits.refuse': () => atVisit('pending_acceptance', { reason: '还是不亮' }),
  'visits.rate': () => atVisit('resolved', { customerRating: 5 }),
  'products.create': async () => ({
    as: people.admin,
    input: { body: { productCode: newId(), productName: '取电开关', salePrice: 98.5, unit: '个' } },
  }),
  'products.update': async () => {
    const { params, version } = await ownProduct();
    return { as: people.admin, input: { params, body: { version, salePrice: 1380 } } };
  },
  'products.changeStatus': async () => {
    const { params, version } = await ownProduct();
    return { as: people.admin, input: { params, body: { version, status: 'inactive' } } };
  },
  'products.createCategory': async () => ({
    as: people.admin,
    input: { body: { categoryName: '面板', categoryCode: newId() } },
  }),
  'products.updateCategory': async () => {
    const { params, version } = await ownCategory();
    return { as: people.admin, input: { params, body: { version, sortOrder: 3 } } };
  },
  'products.changeCategoryStatus': async () => {
    const { params, version } = await ownCategory();
    return { as: people.admin, input: { params, body: { version, isActive: false } } };
  },
  'equipment.create': async () => {
    const customerId = (await ownCustomer()).params.id;
    return { as: people.rep, input: { body: { equipmentName: '网关', serialNo: newId(), customerId } } };
  },
  'equipment.update': async () => {
    const { params, version } = await ownEquipment();
    return { as: people.rep, input: { params, body: { version, location: '3楼弱电间' } } };
  },
  'equipment.changeStatus': async () => {
    const { params, version } = await ownEquipment();
    return { as: people.rep, input: { params, body: { version, status: 'retired', reason: '换新' } } };
  },
  'files.upload': ownPicture,
  'files.remove': async () => {
    const { as, input, file } = await ownPicture();
    await t.send('POST', urlOf(files.upload, input), { as, file });
    return { as, input: { params: { id: input.query.id } } };
  },
  'auth.login': async () => ({
    as: null,
    input: { body: { username: (await account()).username, password: PASSWORD } },
  }),
  'auth.refresh': async () => {
    const { username } = await account();
    const { data } = await t.call(auth.login, { body: { username, password: PASSWORD } });
    return { as: null, input: { body: { refreshToken: data.refreshToken } } };
  },
  'auth.logout': async () => ({ as: await account(), input: {} }),
  'auth.changePassword': async () => ({
    as: await account(),
    input: { body: { oldPassword: PASSWORD, newPassword: 'another-horse-2' } },
  }),
  'auth.wechat': async () => {
    const user = await account();
    const openid = newId();
    await t.db.updateTable('users').set({ wechatOpenid: openid }).where('id', '=', user.id).execute();
    t.wechatCodes.set('code', openid);
    return { as: null, input: { body: { code: 'code' } } };
  },
  'auth.bindWechat': async () => {
    const user = await account();
    t.wechatCodes.set('unknown', newId());
    const { failure } = await t.call(auth.wechat, { body: { code: 'unknown' } });
    const { ticket } = failure.details as { ticket: string };
    return { as: null, input: { body: { ticket, username: user.username, password: PASSWORD } } };
  },
  'roles.create': async () => ({
    as: people.admin,
    input: { body: { name: `角色${newId()}`.slice(-30), grants: { 'leads.read': 'own' } } },
  }),
  'roles.update': async () => {
    const { params, version } = await newRole();
    return { as: people.admin, input: { params, body: { version, description: '只看不改' } } };
  },
  'roles.grant': async () => {
    const { params, version } = await newRole();
    const body = { version, grants: { 'leads.read': 'department' } };
    return { as: people.admin, input: { params, body } };
  },
  'roles.remove': async () => ({ as: people.admin, input: { params: (await newRole()).params } }),
  'auth.updateProfile': async () => ({ as: await account(), input: { body: { name: '李小强' } } }),
  'auth.endSession': async () => {
    const as = await account();
    const { username } = as;
    await t.call(auth.login, { body: { username, password: PASSWORD } });
    const { list } = (await t.call(auth.sessions, {}, { as })).data;
    return { as, input: { params: { id: list.find(({ current }) => !current)?.id } } };
  },
  'auth.endOtherSessions': async () => ({ as: await account(), input: {} }),
  'auth.attachWechat': async () => {
    t.wechatCodes.set('mine', newId());
    return { as: await account(), input: { body: { code: 'mine' } } };
  },
  'auth.detachWechat': async () => ({ as: await account(), input: { body: { password: PASSWORD } } }),
  'auth.register': async () => ({
    as: null,
    input: {
      body: { username: 'applicant', name: '吴新', mobile: '13612340001', password: 'horse-and-cart-1' },
    },
  }),
  'auth.forgotPassword': async () => ({
    as: null,
    input: { body: { username: (await account()).username } },
  }),
  'auth.resetPassword': async () => {
    const { id } = await account();
    const token = await createReset(t.db, t.clock.now(), id);
    return { as: null, input: { body: { token, newPassword: 'another-horse-2' } } };
  },
  'users.create': async () => ({
    as: people.admin,
    input: { body: { username: `new.${newId()}`, name: '新同事', roleIds: [] } },
  }),
  'users.update': async () => ({
    as: people.admin,
    input: { params: { id: (await account()).id }, body: { version: 1, name: '改名' } },
  }),
  'users.setRoles': async () => ({
    as: people.admin,
    input: { params: { id: (await account()).id }, body: { version: 1, roleIds: [] } },
  }),
  'users.resetPassword': async () => ({
    as: people.admin,
    input: { params: { id: (await account()).id } },
  }),
  'users.changeStatus': async () => ({
    as: people.admin,
    input: {
      params: { id: (await account()).id },
      body: { version: 1, status: 'disabled', reason: '离职' },
    },
  }),
  'users.reject': async () => {
    const { id } = await account();
    await t.db.updateTable('users').set({ status: 'pending' }).where('id', '=', id).execute();
    await t.db.deleteFrom('deviceSessions').where('userId', '=', id).execute();
    return { as: people.admin, input: { params: { id }, body: { version: 1 } } };
  },
  'handovers.create': async () => {
    const from = await account();
    await register(t, from);
    const body = { toId: people.colleague.id, reason: '转岗' };
    return { as: people.admin, input: { params: { id: from.id }, body } };
  },
  'handovers.undo': async () => {
    const from = await account();
    await register(t, from);
    const input = { params: { id: from.id }, body: { toId: null, reason: '转岗' } };
    const { id } = (await t.call(handovers.create, input, { as: people.admin })).data;
    return { as: people.admin, input: { params: { id } } };
  },
  'departments.create': async () => ({ as: people.admin, input: { body: { name: '新部门' } } }),
  'departments.update': async () => ({
    as: people.admin,
    input: { params: { id: await t.department('旧名') }, body: { version: 1, name: '新名' } },
  }),
  'departments.remove': async () => ({
    as: people.admin,
    input: { params: { id: await t.department('空部门') }, body: { version: 1 } },
  }),
  'leads.create': async () => ({ as: people.rep, input: { body: leadDraft() } }),
  'leads.update': async () => {
    const { params, version } = await openLead();
    return { as: people.rep, input: { params, body: { version, city: '深圳' } } };
  },
  'leads.remove': async () => {
    const { params, version } = await openLead();
    return { as: people.rep, input: { params, body: { version } } };
  },
  'leads.restore': async () => {
    const { params, version } = await openLead();
    await t.call(leads.remove, { params, body: { version } }, { as: people.rep });
    return { as: people.admin, input: { params, body: { version: version + 1 } } };
  },
  'leads.changeStatus': async () => {
    const { params, version } = await openLead();
    return { as: people.rep, input: { params, body: { version, action: 'qualify' } } };
  },
  'leads.convert': async () => {
    const { params, version } = await openLead();
    return {
      as: people.rep,
      input: { params, body: { version, dealDate: '2026-03-10', dealAmount: 12800.5 } },
    };
  },
  'leads.assign': async () => {
    const { params, version } = await openLead();
    const body = { version, ownerId: people.colleague.id, reason: '调整' };
    return { as: people.manager, input: { params, body } };
  },
  'leads.merge': async () => {
    const { params, version } = await openLead();
    const other = await register(t, people.rep);
    const body = { version, otherId: other.id, otherVersion: other.version, reason: '重复登记' };
    return { as: people.rep, input: { params, body } };
  },
  'leads.undoMerge': async () => {
    const { params, version } = await openLead();
    const other = await register(t, people.rep);
    const body = { version, otherId: other.id, otherVersion: other.version, reason: '重复登记' };
    const { merges } = (await t.call(leads.merge, { params, body }, { as: people.rep })).data;
    return { as: people.rep, input: { params: { id: merges[0]?.id } } };
  },
  'leads.claim': async () => {
    const lead = await register(t, people.registrar, { ownerId: null });
    return { as: people.rep, input: { params: { id: lead.id } } };
  },
  'leads.release': async () => {
    const { params, version } = await openLead();
    return { as: people.rep, input: { params, body: { version, reason: '跟不动' } } };
  },
  'leads.reveal': async () => {
    const lead = await register(t, people.registrar, { ownerId: null });
    return { as: people.manager, input: { params: { id: lead.id }, body: { reason: '核对是否重复' } } };
  },
  'leads.followUp': async () => {
    const { params } = await openLead();
    return { as: people.rep, input: { params, body: { method: 'visit', content: '看了样板间' } } };
  },
  'followups.create': async () => {
    const { lead } = await openLead();
    return { as: people.rep, input: { body: { leadId: lead.id, method: 'visit', content: '看了样板间' } } };
  },
  'followups.update': async () => {
    const { followUp } = await followedLead();
    const body = { version: followUp.version, content: '聊了报价和交期' };
    return { as: people.rep, input: { params: { id: followUp.id }, body } };
  },
  'customers.create': async () => ({
    as: people.rep,
    input: { body: { customerName: '金沙湾大酒店', contact: { name: '张总', phone: '13800138000' } } },
  }),
  'customers.update': async () => {
    const { params, version } = await ownCustomer();
    return { as: people.rep, input: { params, body: { version, city: '深圳' } } };
  },
  'customers.remove': async () => {
    const { params, version } = await ownCustomer();
    return { as: people.rep, input: { params, body: { version } } };
  },
  'customers.restore': async () => {
    const { params, version } = await ownCustomer();
    await t.call(customers.remove, { params, body: { version } }, { as: people.rep });
    return { as: people.admin, input: { params, body: { version: version + 1 } } };
  },
  'customers.moveStage': async () => {
    const { params, version } = await ownCustomer();
    return { as: people.rep, input: { params, body: { version, targetStage: 'negotiation' } } };
  },
  'customers.locate': async () => {
    const { params, version } = await ownCustomer();
    const coordinates = { latitude: 23.03, longitude: 113.12 };
    return { as: people.rep, input: { params, body: { version, coordinates } } };
  },
  'customers.changeStatus': async () => {
    const { params, version } = await ownCustomer();
    return { as: people.rep, input: { params, body: { version, status: 'inactive', reason: '停业' } } };
  },
  'customers.transfer': async () => {
    const { params, version } = await ownCustomer();
    const body = { version, newOwnerId: people.colleague.id, transferReason: '调整区域' };
    return { as: people.manager, input: { params, body } };
  },
  'customers.collaborate': async () => {
    const { params, version } = await ownCustomer();
    return { as: people.rep, input: { params, body: { version, userIds: [people.engineer.id] } } };
  },
  'customers.assess': async () => {
    const { params, version } = await ownCustomer();
    const body = { version, assessmentDate: '2026-03-02', creditScore: 80, creditLimit: 50_000 };
    return { as: people.finance, input: { params, body } };
  },
  'customers.addContact': async () => {
    const { params } = await ownCustomer();
    return { as: people.rep, input: { params, body: { name: '张总' } } };
  },
  'customers.followUp': async () => {
    const { params } = await ownCustomer();
    return { as: people.rep, input: { params, body: { method: 'visit', content: '看了样板间' } } };
  },
  'contacts.create': async () => {
    const { params } = await ownCustomer();
    return { as: people.rep, input: { body: { customerId: params.id, name: '张总' } } };
  },
  'contacts.update': async () => {
    const { params, version } = await ownContact();
    return { as: people.rep, input: { params, body: { version, position: '总经理' } } };
  },
  'contacts.remove': async () => {
    const { params, version } = await ownContact();
    return { as: people.rep, input: { params, body: { version } } };
  },
  'pool.setRule': async () => {
    const departmentId = await t.department('有规则的部门');
    return { as: people.admin, input: { params: { departmentId }, body: { version: 0, claimCap: 5 } } };
  },
  'pool.removeRule': async () => {
    const params = { departmentId: await t.department('有规则的部门') };
    await t.call(pool.setRule, { params, body: { version: 0, claimCap: 5 } }, { as: people.admin });
    return { as: people.admin, input: { params } };
  },
  'pool.accept': async () => ({ as: people.rep, input: await offeredLead() }),
  'pool.assignMany': async () => {
    const { lead, version } = await openLead();
    const body = { leads: [{ id: lead.id, version }], ownerId: people.colleague.id, reason: '调整' };
    return { as: people.manager, input: { body } };
  },
  'pool.releaseMany': async () => {
    const { lead, version } = await openLead();
    return { as: people.rep, input: { body: { leads: [{ id: lead.id, version }], reason: '跟不动' } } };
  },
  'assignment.create': async () => ({
    as: people.admin,
    input: { body: { name: `分配组${newId()}`.slice(-40), members: [{ userId: people.rep.id, weight: 2 }] } },
  }),
  'assignment.update': async () => {
    const { params, version } = await newGroup();
    return { as: people.admin, input: { params, body: { version, acceptMinutes: 30 } } };
  },
  'assignment.remove': async () => {
    const { params, version } = await newGroup();
    return { as: people.admin, input: { params, body: { version } } };
  },
  'assignment.setDuty': async () => ({ as: people.rep, input: { body: { duty: 'off' } } }),
  'imports.uploadLeads': async () => ({ as: people.rep, input: {}, file: importFile() }),
  'imports.uploadCustomers': async () => ({ as: people.rep, input: {}, file: importFile() }),
  'imports.map': async () => {
    const { params, version } = await ownImport();
    return { as: people.rep, input: { params, body: { version, mapping: ['customerName', null] } } };
  },
  'imports.check': async () => {
    const { params, version } = await ownImport();
    return { as: people.rep, input: { params, body: { version } } };
  },
  'imports.start': async () => {
    const { params, version } = await ownImport('checked');
    const body = { version, duplicatePolicy: 'skip', ownerPolicy: 'me' };
    return { as: people.rep, input: { params, body } };
  },
  'imports.cancel': async () => ({ as: people.rep, input: { params: (await ownImport()).params } }),
  'imports.undo': async () => ({ as: people.rep, input: { params: (await ownImport('done')).params } }),
  'exports.leads': async () => ({ as: people.manager, input: { body: { status: 'new' } } }),
  'exports.customers': async () => ({ as: people.manager, input: { body: {} } }),
  'tasks.create': async () => ({
    as: people.manager,
    input: { body: { title: '巡检样板间', dueAt: soon(), assigneeId: people.rep.id } },
  }),
  'tasks.update': async () => {
    const { params, version } = await ownTask();
    return { as: people.rep, input: { params, body: { version, title: '改寄两套' } } };
  },
  'tasks.remove': async () => {
    const { params, version } = await ownTask();
    return { as: people.rep, input: { params, body: { version } } };
  },
  'tasks.assign': async () => {
    const { params, version } = await ownTask();
    const body = { version, assigneeId: people.colleague.id, reason: '出差' };
    return { as: people.manager, input: { params, body } };
  },
  'tasks.complete': async () => {
    const { params, version } = await ownTask();
    return { as: people.rep, input: { params, body: { version, resultNote: '已寄出' } } };
  },
  'tasks.defer': async () => {
    const { params, version } = await ownTask();
    const dueAt = '2026-12-01T02:00:00.000Z';
    return { as: people.rep, input: { params, body: { version, dueAt, reason: '样品没到' } } };
  },
  'tasks.cancel': async () => {
    const { params, version } = await ownTask();
    return { as: people.rep, input: { params, body: { version, reason: '客户不要了' } } };
  },
  'tasks.reopen': async () => {
    const { params, version } = await ownTask();
    await t.call(tasks.complete, { params, body: { version } }, { as: people.rep });
    return { as: people.rep, input: { params, body: { version: version + 1 } } };
  },
  'followups.remove': async () => {
    const { followUp } = await followedLead();
    return { as: people.rep, input: { params: { id: followUp.id }, body: { version: followUp.version } } };
  },
  'intake.createSource': async () => ({
    as: people.admin,
    input: { body: { kind: 'douyin', name: newId(), secret: 'client-secret' } },
  }),
  'intake.updateSource': async () => {
    const { params, version } = await newIntakeSource();
    return { as: people.admin, input: { params, body: { version, enabled: false } } };
  },
  'intake.setSecret': async () => {
    const { params, version } = await newIntakeSource();
    return { as: people.admin, input: { params, body: { version, secret: 'another-token' } } };
  },
  'intake.renewAddress': async () => {
    const { params, version } = await newIntakeSource();
    return { as: people.admin, input: { params, body: { version } } };
  },
  'intake.removeSource': async () => {
    const { params, version } = await newIntakeSource();
    return { as: people.admin, input: { params, body: { version } } };
  },
  'intake.test': async () => {
    const { params } = await newIntakeSource();
    return { as: people.admin, input: { params, body: {} } };
  },
  'intake.replay': async () => {
    const { params } = await newIntakeSource();
    const id = newId();
    await t.db
      .insertInto('intakeEvents')
      .values({
        id,
        sourceId: params.id,
        eventKey: id,
        body: Buffer.from('{}'),
        headers: '{}',
        receivedAt: t.clock.now(),
        signatureOk: true,
        status: 'failed',
      })
      .execute();
    return { as: people.admin, input: { params: { id } } };
  },
  'notifications.read': async () => ({
    as: people.rep,
    input: { params: { id: await notified(people.rep) } },
  }),
  'notifications.readAll': async () => {
    await notified(people.rep);
    return { as: people.rep, input: {} };
  },
  'notifications.grant': async () => ({ as: people.rep, input: { body: { templates: ['overdue'] } } }),
  'reminders.updateRule': async () => {
    const { list } = (await t.call(reminders.rules, {}, { as: people.admin })).data;
    const version = list.find(({ intentionLevel }) => intentionLevel === '低')?.version;
    return { as: people.admin, input: { params: { level: '低' }, body: { version, intervalDays: 6 } } };
  },
  'reminders.updateSettings': async () => {
    const { version } = (await t.call(reminders.settings, {}, { as: people.admin })).data;
    return { as: people.admin, input: { body: { version, sendTime: '08:30' } } };
  },
  'reminders.check': async () => ({ as: people.manager, input: {} }),
  'reminders.addEmail': async () => ({
    as: people.admin,
    input: { body: { email: `${newId()}@example.com` } },
  }),
  'reminders.removeEmail': async () => {
    const body = { email: `${newId()}@example.com` };
    const { id } = (await t.call(reminders.addEmail, { body }, { as: people.admin })).data;
    return { as: people.admin, input: { params: { id } } };
  },
  'reminders.resend': async () => {
    const id = newId();
    const runId = newId();
    const at = t.clock.now();
    await t.db.insertInto('reminderRuns').values({ id: runId, at }).execute();
    const failed = { runId, channel: 'mail', status: 'failed', address: 'boss@example.com', leads: 1 };
    await t.db
      .insertInto('reminderDeliveries')
      .values({ id, createdAt: at, ...failed })
      .execute();
    return { as: people.admin, input: { params: { id }, body: { version: 1 } } };
  },
  'workdays.set': async () => ({
    as: people.admin,
    input: { params: { date: '2026-12-31' }, body: { workday: false, note: '年会' } },
  }),
  'workdays.remove': async () => {
    const params = { date: `2026-11-${10 + Math.floor(Math.random() * 10)}` };
    await t.call(workdays.set, { params, body: { workday: false, note: '装修' } }, { as: people.admin });
    return { as: people.admin, input: { params } };
  },
};

const auditCount = async () =>
  Number(
    (
      await t.db
        .selectFrom('auditEntries')
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow()
    ).count,
  );

describe('every write', () => {
  const writes = endpoints.filter(({ endpoint }) => isWrite(endpoint));

  it('is arranged for here', () => {
    expect(Object.keys(arrangements).sort()).toEqual(writes.map(({ name }) => name).sort());
  });

  it.each(writes)(
    '$name sent twice with one key happens once, with an audit entry',
    async ({ name, endpoint }) => {
      const arranged = await arrangements[name]?.();
      if (!arranged) throw new Error(`Nothing is arranged for ${name}`);
      const { as, input, file } = arranged;
      const before = await auditCount();
      const idempotencyKey = newId();
      // The token as it was when the write was sent: a write may end the session it came with.
      const send = () =>
        t.send(endpoint.method, urlOf(endpoint, input), { as, idempotencyKey, body: input.body, file });
      const first = await send();
      expect(first.status, JSON.stringify(first.body)).toBe(200);
      const written = await auditCount();
      expect(written).toBeGreaterThan(before);
      const second = await send();
      expect(second.headers['idempotency-replayed']).toBe('true');
      expect(second.data).toEqual(first.data);
      expect(await auditCount()).toBe(written);
    },
  );

  it.each(writes)(
    '$name is done on a clock that has jumped back two hours since',
    async ({ name, endpoint }) => {
      const arranged = await arrangements[name]?.();
      if (!arranged) throw new Error(`Nothing is arranged for ${name}`);
      const { input, file } = arranged;
      // With the token from before.
      const as = arranged.as && { ...arranged.as };
      t.clock.advance({ hours: -2 });
      onTestFinished(() => t.clock.advance({ hours: 2 }));
      const reply = await t.send(endpoint.method, urlOf(endpoint, input), { as, body: input.body, file });
      expect(reply.status, JSON.stringify(reply.body)).toBe(200);
      endpoint.response.parse(reply.data);
    },
  );

  it.each(writes)('$name answers in the envelope', async ({ name, endpoint }) => {
    const arranged = await arrangements[name]?.();
    if (!arranged) throw new Error(`Nothing is arranged for ${name}`);
    const { as, input, file } = arranged;
    const reply = await t.send(endpoint.method, urlOf(endpoint, input), { as, body: input.body, file });
    expect(reply.body).toMatchObject({
      success: true,
      code: 200,
      message: '操作成功',
      timestamp: t.clock.now(),
    });
    endpoint.response.parse(reply.data);
  });
});

describe('every machine', () => {
  const machines = drivenMachines(() => ({ t, people })) as unknown as Record<string, Driven<string, string>>;

  describe.each(Object.entries(machines))('%s', (_, { machine, table, column, put, drive }) => {
    const states = Object.keys(machine.states);
    const actions = Object.keys(machine.actions);

    it('reaches every state from the first', () => {
      const reached = new Set<string>([machine.initial]);
      for (const state of reached) {
        for (const action of machine.available(state)) {
          for (const to of [machine.actions[action]?.to ?? []].flat()) reached.add(to);
        }
      }
      expect([...reached].sort()).toEqual([...states].sort());
    });

    it('names its states and actions in Chinese', () => {
      for (const label of [
        ...Object.values(machine.states),
        ...actions.map((each) => machine.actions[each]?.label),
      ])
        expect(label).toMatch(/\p{Script=Han}/u);
    });

    test.each(actions.flatMap((action) => states.map((state) => [action, state] as const)))(
      '%s from %s is done or refused, as it says',
      async (action, state) => {
        const record = await put(state);
        const reply = await drive[action]!(record);
        if (machine.can(state, action)) {
          expect([machine.actions[action]?.to].flat()).toContain(
            (reply.data as Record<string, unknown>)[column],
          );
        } else {
          expect(reply.failure).toMatchObject({ code: 409, errorCode: 'ACTION_NOT_ALLOWED' });
          expect(reply.failure.details).toEqual({ status: state, allowed: machine.available(state) });
          const stored = await t.db
            .selectFrom(table)
            .selectAll()
            .where('id', '=', record.id)
            .executeTakeFirstOrThrow();
          expect(stored).toMatchObject({ [column]: state, version: record.version });
        }
      },
    );
  });
});

it('the API page describes exactly this', async () => {
  const reply = await t.app.inject({ url: '/api/docs/json' });
  const document = JSON.stringify(reply.json(), null, 2);
  await expect(`${document}\n`).toMatchFileSnapshot('__snapshots__/openapi.json');
});
