import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeRequest, MiniProgram } from './harness.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

const ME = { id: '0199aaaa-0000-7000-8000-000000000001', name: '赵磊' };
const TICKET = '0199aaaa-0000-7000-8000-0000000000ff';
const ASSIGNMENT = '0199aaaa-0000-7000-8000-00000000000a';

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

let program: MiniProgram;
afterEach(() => program.dispose());

test('a photo taken without a signal is kept as a file, survives a killed app, and is uploaded once', async () => {
  let online = false;
  const onSite = {
    ...ticket,
    status: 'on_site',
    actions: [action('resolve', '完工'), action('addPhoto', '拍照')],
  };
  const answer = (request: FakeRequest) => {
    if (request.method === 'GET') return answered(onSite);
    return online ? answered({}) : { fail: 'no network' };
  };
  const files = new Map([['wxfile://tmp/photo.jpg', 'jpeg']]);
  const kept = () => [...files.keys()].filter((file) => file.startsWith('wxfile://usr/'));
  const storage = { 'genjin:session': JSON.stringify(session) };
  program = new MiniProgram({ dist, answer, storage, files });
  const page = await program.open('service/work/index', { id: TICKET });
  await expect.poll(() => page.text, { timeout: 5_000 }).toContain('处理前');
  await page.tap('添加处理前');
  await expect.poll(kept, { timeout: 5_000 }).toHaveLength(1);
  // WeChat clears what is temporary.
  files.delete('wxfile://tmp/photo.jpg');

  const left = Object.fromEntries(program.storage);
  program.dispose();
  program = new MiniProgram({ dist, answer, storage: left, files });
  const outbox = await program.open('sales/outbox/index');
  await expect.poll(() => outbox.text, { timeout: 5_000 }).toContain('处理前');

  online = true;
  program.emit('NetworkStatusChange', { isConnected: true, networkType: 'wifi' });
  await expect.poll(() => outbox.text, { timeout: 5_000 }).toContain('全部已同步');
  const uploads = program.requests.filter(({ url }) => url.includes('/api/files?'));
  const accepted = uploads[uploads.length - 1];
  expect(accepted?.data).toEqual({ file: 'jpeg' });
  expect(accepted?.url).toContain(`entityId=${TICKET}`);
  expect(accepted?.url).toContain('kind=before');
  expect(new Set(uploads.map(({ header }) => header['Idempotency-Key'])).size).toBe(1);
  expect(kept()).toEqual([]);
  expect(program.errors).toEqual([]);
});
