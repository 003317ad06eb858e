import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeRequest, MiniProgram, type MountedPage } from './harness.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

const ME = { id: '0199aaaa-0000-7000-8000-000000000001', name: '赵磊' };
const TICKET = '0199aaaa-0000-7000-8000-0000000000ff';
const ASSIGNMENT = '0199aaaa-0000-7000-8000-00000000000a';
const PAGE = 'service/ticket/index';

const session = {
  accessToken: 'access',
  refreshToken: 'refresh',
  refreshKey: 'key',
  expiresIn: 900,
  user: {
    ...ME,
    username: 'engineer',
    roles: [],
    permissions: { 'serviceTickets.read': 'own', 'serviceTickets.work': 'all', 'products.read': 'all' },
    mustChangePassword: false,
  },
};

const action = (name: string, label: string) => ({ action: name, label, disabledReason: null });
const ticket = {
  id: TICKET,
  no: 'TICKET-2026-0001',
  ticketType: 'repair',
  ticketTitle: '302房灯控面板没反应',
  priority: 'high',
  status: 'assigned',
  customer: { id: '0199aaaa-0000-7000-8000-0000000000cc', customerName: '地下车库酒店' },
  equipment: null,
  equipmentDetail: null,
  contactName: '前台小李',
  contactPhone: '13700001234',
  province: '广东',
  city: '深圳',
  address: '科苑路 8 号',
  coordinates: { latitude: 22.54, longitude: 114.05 },
  assignee: ME,
  assignment: { id: ASSIGNMENT, engineer: ME, assignedAt: '2026-11-20T01:00:00.000Z', reason: null },
  creator: ME,
  reportedAt: '2026-11-20T00:30:00.000Z',
  createdAt: '2026-11-20T00:30:00.000Z',
  updatedAt: '2026-11-20T01:00:00.000Z',
  responseDueAt: '2026-11-20T03:00:00.000Z',
  resolveDueAt: '2026-11-24T03:00:00.000Z',
  firstResponseAt: null,
  resolvedAt: null,
  isUnderWarranty: null,
  problemDescription: '停电之后面板不亮',
  problemAnalysis: null,
  solution: null,
  replacedParts: [],
  serviceFee: 0,
  partsCost: 0,
  totalCost: 0,
  paymentStatus: null,
  signature: null,
  customerRating: null,
  deletedAt: null,
  logs: [],
  files: [],
  report: null,
  version: 1,
  actions: [action('accept', '接单'), action('decline', '退回调度'), action('comment', '写备注')],
};

const answered = (data: unknown) => ({
  statusCode: 200,
  data: JSON.stringify({ success: true, code: 200, message: '', data, timestamp: '' }),
});
/** A loaded machine takes its time to draw. */
const sees = (page: MountedPage, text: string) =>
  expect.poll(() => page.text, { timeout: 10_000 }).toContain(text);
const pathOf = ({ url, method }: FakeRequest) => `${method} ${url.replace(/^https?:\/\/[^/]+/, '')}`;

let program: MiniProgram;
afterEach(() => program.dispose());

test('a visit without a signal goes from step to step, survives a killed app and arrives in its order', async () => {
  let online = true;
  const arrived: FakeRequest[] = [];
  const answer = (request: FakeRequest) => {
    if (!online) return { fail: 'no network' };
    if (request.url.includes('/api/products'))
      return answered({ list: [], pagination: { total: 0, nextCursor: null } });
    if (request.method === 'PUT') arrived.push(request);
    return answered(request.method === 'GET' ? ticket : { ...ticket, version: 2 });
  };
  program = new MiniProgram({ dist, answer, storage: { 'genjin:session': JSON.stringify(session) } });
  let page = await program.open(PAGE, { id: TICKET });
  await sees(page, '302房灯控面板没反应');
  await sees(page, '地下车库酒店');

  online = false;
  await page.tap('接单');
  await sees(page, '出发');
  await page.tap('出发');
  await sees(page, '到场签到');
  // A phone that cannot say where it is checks in all the same.
  await page.tap('到场签到');
  await sees(page, '处理中');
  await sees(page, '待同步');

  const form = await program.open('service/work/index', { id: TICKET });
  await sees(form, '完工，请客户验收');
  await form.type('查下来是什么问题', '线路接触不良');
  await form.type('做了什么，现在怎么样', '紧固接线，测试正常');
  await form.tap('完工，请客户验收');
  expect(
    program.calls.some(
      ({ name, options }) => name === 'redirectTo' && JSON.stringify(options).includes('service/sign'),
    ),
  ).toBe(true);
  program.close(form);

  const kept = Object.fromEntries(program.storage);
  program.dispose();
  program = new MiniProgram({ dist, answer, storage: kept });
  page = await program.open(PAGE, { id: TICKET });
  await sees(page, '待验收');
  await sees(page, '客户签字');

  online = true;
  program.emit('NetworkStatusChange', { isConnected: true, networkType: 'wifi' });
  await expect.poll(() => arrived.length, { timeout: 5_000 }).toBe(4);
  await program.settle();
  expect(arrived.map(pathOf)).toEqual(
    ['accept', 'depart', 'arrive', 'resolve'].map((step) => `PUT /api/service-tickets/${TICKET}/${step}`),
  );
  const bodies = arrived.map(({ data }) => JSON.parse(String(data)) as Record<string, unknown>);
  for (const body of bodies) expect(body.assignment).toBe(ASSIGNMENT);
  expect(bodies[2]?.position).toBeNull();
  expect(bodies[3]).toMatchObject({ solution: '紧固接线，测试正常', isRemote: false });
  expect(program.errors).toEqual([]);
});
