import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignment } from '#shared/assignment/contract.ts';
import { auth } from '#shared/auth/contract.ts';
import { contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { departments } from '#shared/departments/contract.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { intake } from '#shared/intake/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { products } from '#shared/products/contract.ts';
import { roles } from '#shared/roles/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { users } from '#shared/users/contract.ts';
import { visits } from '#shared/visits/contract.ts';
import { workdays } from '#shared/workdays/contract.ts';
import { type DemoServer, startDemoServer } from './demo-server.ts';
import { asking, type Phone, signedIn } from './phone.ts';

// Markup in every field that takes a text, and then every page that shows one: it stands there as it was typed.

/** Long enough for the shortest fields; every one of them would leave an element that can be found. */
const SHORT = '<b data-hostile>';
const NAME = '<img src=x onerror=alert(1) data-hostile>';
const LONG = [
  '"><script data-hostile>alert(1)</script>',
  "'><svg data-hostile onload=alert(1)>",
  '<iframe data-hostile srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<a data-hostile href="javascript:alert(1)">x</a><style data-hostile>*{color:red}</style>',
  '{{constructor.constructor("alert(1)")()}} <%= alert(1) %> &lt;b data-hostile&gt;',
].join(' ');
const TOMORROW = new Date(Date.now() + 86_400_000).toISOString();

let server: DemoServer;
let ids: Record<
  | 'lead'
  | 'pooled'
  | 'customer'
  | 'contact'
  | 'task'
  | 'user'
  | 'role'
  | 'group'
  | 'source'
  | 'product'
  | 'category'
  | 'unit'
  | 'ticket'
  | 'token',
  string
>;

/** Fills every text that can be filled, as people would. */
async function fill(): Promise<typeof ids> {
  const admin = await asking('admin', server.origin);
  const rep = await asking('sales', server.origin, `${NAME} iPhone`);
  const { call } = admin;
  const department = await call(departments.create, { body: { name: NAME } });
  const grants = { 'leads.read': 'all', 'leads.progress': 'all' } as const;
  const role = await call(roles.create, { body: { name: `${SHORT}角色`, description: NAME, grants } });
  const { list: known } = await call(roles.list, {});
  const roleIds = known.filter(({ code, id }) => code === 'sales' || id === role.id).map(({ id }) => id);
  const { user } = await call(users.create, {
    body: { username: 'hostile', name: NAME, departmentId: department.id, roleIds, email: '' },
  });
  const texts = { province: SHORT, city: SHORT, address: LONG.slice(0, 200) };
  const followUp = {
    method: 'phone',
    content: LONG,
    result: NAME,
    customerFeedback: LONG,
    contactPerson: NAME,
    location: LONG.slice(0, 200),
    nextFollowUpContent: NAME,
    nextFollowUpAt: TOMORROW,
  } as const;
  const draft = {
    ...texts,
    customerName: NAME,
    wechat: NAME,
    otherHandle: NAME,
    contactPerson: NAME,
    company: NAME,
    sourceAccount: NAME,
    description: LONG,
  };
  const lead = await rep.call(leads.create, {
    body: { ...draft, externalClueId: NAME, phone: '13811112222', followUp },
  });
  const params = { id: lead.id };
  await rep.call(leads.followUp, { params, body: followUp });
  const { version } = await call(leads.get, { params });
  await call(leads.assign, { params, body: { version, ownerId: user.id, reason: LONG.slice(0, 200) } });
  const pooled = await rep.call(leads.create, { body: { ...draft, phone: '13811112222' } });
  await call(leads.changeStatus, {
    params: { id: pooled.id },
    body: { action: 'close', version: pooled.version, outcome: 'lost', reason: LONG.slice(0, 200) },
  });
  const contact = {
    name: NAME,
    position: NAME,
    wechat: NAME,
    address: NAME,
    preferences: NAME,
    description: LONG,
  };
  const customer = await rep.call(customers.create, {
    body: {
      ...texts,
      customerName: NAME,
      industry: NAME,
      hotelStar: SHORT,
      website: 'javascript:alert(1)',
      taxNo: SHORT,
      description: LONG,
      contact,
    },
  });
  await rep.call(customers.followUp, { params: { id: customer.id }, body: followUp });
  const { list: people } = await rep.call(contacts.list, { query: { customerId: customer.id } });
  const dueAt = new Date(Date.now() + 60_000).toISOString();
  const about = { sourceEntity: 'customers', sourceId: customer.id } as const;
  const { id: me } = rep.user;
  const task = await call(tasks.create, {
    body: { title: NAME, description: LONG, dueAt, assigneeId: me },
  });
  await rep.call(tasks.create, { body: { title: NAME, description: LONG, dueAt, ...about } });
  const other = await rep.call(tasks.create, { body: { title: NAME, dueAt } });
  const cancelled = { version: other.version, reason: NAME };
  await rep.call(tasks.cancel, { params: { id: other.id }, body: cancelled });
  const members = [{ userId: user.id, weight: 1, regions: [SHORT] }];
  const group = await call(assignment.create, { body: { name: NAME, members } });
  const source = await call(intake.createSource, {
    body: {
      kind: 'generic-hmac',
      name: NAME,
      secret: 'a-secret-of-a-platform',
      mapping: { customerName: NAME },
      campaign: NAME,
    },
  });
  await call(workdays.set, { params: { date: '2026-05-06' }, body: { workday: false, note: NAME } });
  const served = await serve(admin, customer.id);
  await call(auth.updateProfile, { body: { name: `${SHORT}林涛` } });
  return {
    lead: lead.id,
    pooled: pooled.id,
    customer: customer.id,
    contact: people[0]?.id ?? '',
    task: task.id,
    user: user.id,
    role: role.id,
    group: group.id,
    source: source.id,
    ...served,
  };
}

/** A ticket on a unit of a product, closed and rated, with words everywhere. */
async function serve({ call, user }: Awaited<ReturnType<typeof asking>>, customerId: string) {
  const category = await call(products.createCategory, {
    body: { categoryName: NAME, categoryCode: SHORT, description: NAME },
  });
  const product = await call(products.create, {
    body: {
      ...{ productCode: NAME, productName: NAME, brand: NAME, supplier: NAME, unit: '<b>' },
      ...{ categoryId: category.id, salePrice: 1, description: LONG },
    },
  });
  const unit = await call(equipment.create, {
    body: {
      ...{ equipmentName: NAME, serialNo: NAME, model: NAME, location: NAME, description: LONG },
      ...{ customerId, productId: product.id },
    },
  });
  const ticket = await call(serviceTickets.create, {
    body: {
      ...{ ticketType: 'repair', ticketTitle: NAME, problemDescription: LONG, contactName: NAME },
      ...{ equipmentId: unit.id, assignedTo: user.id, address: LONG.slice(0, 200) },
    },
  });
  const params = { id: ticket.id };
  const facts = { assignment: ticket.assignment?.id ?? '', happenedAt: new Date().toISOString() };
  await call(serviceTickets.accept, { params, body: facts });
  await call(serviceTickets.addLog, { params, body: { logContent: LONG } });
  await call(serviceTickets.resolve, {
    params,
    body: {
      ...{ ...facts, isRemote: true, problemAnalysis: LONG, solution: LONG },
      replacedParts: [{ partName: NAME, partCode: NAME, quantity: 1, unitCost: 1 }],
    },
  });
  const token = (await call(serviceTickets.createLink, { params })).url.split('token=')[1] ?? '';
  const signature = { width: 100, height: 100, strokes: [[1, 1, 50, 50]] };
  await call(visits.accept, { params: { token }, body: { signerName: NAME, signature } });
  await call(visits.rate, { params: { token }, body: { customerRating: 1, customerFeedback: LONG } });
  return { product: product.id, category: category.id, unit: unit.id, ticket: ticket.id, token };
}

beforeAll(async () => {
  server = await startDemoServer();
  ids = await fill();
});
afterAll(() => server?.stop());

/** Each page with what of all that it shows. */
const pages = (): readonly (readonly [route: string, ...shown: string[]])[] => [
  ['pages/today/index'],
  ['pages/leads/index', NAME],
  [`sales/lead-detail/index?id=${ids.lead}`, NAME, LONG],
  [`sales/lead-detail/index?id=${ids.pooled}`, NAME],
  [`sales/lead-form/index?id=${ids.lead}`],
  [`sales/merge/index?id=${ids.lead}&otherId=${ids.pooled}`],
  ['sales/duplicates/index'],
  [`sales/select-leads/index?id=${ids.lead}`, NAME],
  ['pages/customers/index', NAME],
  [`sales/customer-detail/index?id=${ids.customer}`, NAME, LONG, 'javascript:alert(1)'],
  [`sales/customer-form/index?id=${ids.customer}`],
  [`sales/contact-form/index?id=${ids.contact}`],
  ['work/tasks/index'],
  [`work/task/index?id=${ids.task}`, NAME, LONG],
  [`work/task-form/index?id=${ids.task}`],
  ['work/notifications/index'],
  ['admin/logs/index', NAME],
  ['admin/reminders/index'],
  ['admin/dry-run/index'],
  ['admin/deliveries/index'],
  ['admin/workdays/index'],
  ['admin/pool-rules/index', NAME],
  ['admin/pool-dry-run/index'],
  ['admin/groups/index', NAME],
  [`admin/group/index?id=${ids.group}`, NAME, SHORT],
  ['admin/intake/index', NAME],
  [`admin/intake-source/index?id=${ids.source}`],
  ['admin/intake-events/index'],
  ['team/users/index', NAME],
  [`team/user/index?id=${ids.user}`],
  ['team/departments/index', NAME],
  ['team/roles/index', SHORT],
  [`team/role/index?id=${ids.role}`],
  ['transfer/records/index'],
  ['transfer/new-export/index'],
  ['account/devices/index'],
  ['account/profile/index'],
  ['pages/me/index', SHORT],
  ['pages/tickets/index'],
  [`service/ticket/index?id=${ids.ticket}`, NAME, LONG],
  [`service/ticket-form/index?id=${ids.ticket}`],
  ['service/statistics/index'],
  ['work/overview/index'],
  ['service/equipment-list/index', NAME],
  [`service/equipment/index?id=${ids.unit}`, NAME, LONG],
  [`service/equipment-form/index?id=${ids.unit}`],
  ['service/products/index', NAME],
  [`service/product/index?id=${ids.product}`, NAME, LONG],
  [`service/product-form/index?id=${ids.product}`],
  ['service/product-categories/index', NAME],
  [`service/visit/index?token=${ids.token}`, NAME, LONG],
];

/** Routes that carry texts of others: whoever sends such a link chooses them. */
const links = (): readonly string[] => {
  const text = encodeURIComponent(NAME);
  return [
    `work/task-form/index?sourceEntity=customers&sourceId=${ids.customer}&name=${text}`,
    `work/task-form/index?outbox=${text}`,
    `sales/lead-form/index?outbox=${text}`,
    `sales/lead-detail/index?id=${text}`,
    `pages/leads/index?keyword=${text}&status=${text}`,
    `work/tasks/index?due=${text}`,
    `transfer/records/index?tab=${text}`,
    `account/reset/index?token=${text}`,
    `account/forgot/index?username=${text}`,
    `service/visit/index?token=${text}`,
    `service/report-check/index?no=${text}&code=${text}`,
    `service/equipment/index?code=${text}`,
    `service/ticket-form/index?equipmentId=${text}&customerId=${text}`,
  ];
};

/** What none of our own pages has. */
const MADE =
  '[data-hostile], [onerror], [onload], script:not([src]), iframe, img[src="x"], a[href*="alert" i]';

const oneLine = (text: string) => text.replace(/\s+/g, ' ');

/** Looks for anything that was made out of a text on a page that has loaded what it shows. */
async function expectOnlyText(
  { page, complaints }: Phone,
  route: string,
  shown: readonly string[],
): Promise<void> {
  const made = await page.evaluate(
    `[...document.querySelectorAll('${MADE}')].map((element) => element.outerHTML.slice(0, 200))`,
  );
  expect(made, route).toEqual([]);
  // Lists load as they are drawn.
  const shows = async (text: string) => {
    const screen = await page.evaluate<string>('document.body.innerText');
    return oneLine(screen).includes(oneLine(text));
  };
  for (const text of shown)
    await expect.poll(() => shows(text), { message: `${route} shows ${text}` }).toBe(true);
  expect(complaints, route).toEqual([]);
}

describe('markup in every text', () => {
  it.each(['admin', 'sales'])('is text on every page, for %s', async (username) => {
    const phone = await signedIn(username, { origin: server.origin });
    const dialogs: string[] = [];
    phone.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    for (const [route, ...shown] of pages()) {
      await phone.open(route);
      await phone.settled();
      // What others may not see is not there for them; whatever is there is text.
      const refused = username === 'admin' ? [] : phone.complaints.splice(0);
      expect(refused.filter((complaint) => !/status of 40[34]/.test(complaint))).toEqual([]);
      await expectOnlyText(phone, route, username === 'admin' ? shown : []);
    }
    expect(dialogs).toEqual([]);
  });

  it('is text when it comes with a link, too', async () => {
    const phone = await signedIn('sales', { origin: server.origin });
    const dialogs: string[] = [];
    phone.page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const { origin } = server;
    const nowhere = [`nowhere/index?x=${encodeURIComponent(NAME)}`, encodeURIComponent(NAME)];
    for (const route of [...links(), ...nowhere]) {
      // An address that no page has leaves the one before it where it was.
      if (nowhere.includes(route)) await phone.page.goto(`${origin}/#/${route}`);
      else await phone.open(route);
      await phone.settled();
      phone.complaints.splice(0).forEach((complaint) => {
        expect(complaint, route).toMatch(/status of 40[04]|page .* not found|Cannot find/i);
      });
      await expectOnlyText(phone, route, []);
    }
    expect(dialogs).toEqual([]);
  }, 120_000);
});

describe('the pages themselves', () => {
  it.each(['/', '/index.html', '/nothing-here.js', '/js/nothing.js'])(
    '%s may not be framed, run what is not ours, or be taken for something else',
    async (path) => {
      const { headers } = await fetch(server.origin + path);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'content-security-policy': expect.stringContaining("frame-ancestors 'self'"),
      });
      expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*(unsafe|\*)/);
      for (const name of ['x-powered-by', 'server', 'set-cookie', 'access-control-allow-origin'])
        expect(headers.get(name)).toBeNull();
    },
  );

  it.each([
    '/..%2f..%2fpackage.json',
    '/js/..%2f..%2f..%2fpackage.json',
    '/%2e%2e%2f%2e%2e%2f.env',
    '/index.html%00.js',
  ])('%s leads out of no folder', async (path) => {
    const response = await fetch(server.origin + path);
    expect([400, 403, 404]).toContain(response.status);
    expect(await response.text()).not.toMatch(/"dependencies"|JWT_SECRET/);
  });
});
