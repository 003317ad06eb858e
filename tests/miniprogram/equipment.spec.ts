import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeRequest, MiniProgram } from './harness.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

const session = {
  accessToken: 'access',
  refreshToken: 'refresh',
  refreshKey: 'key',
  expiresIn: 900,
  user: {
    id: '0199aaaa-0000-7000-8000-000000000001',
    name: '赵磊',
    username: 'engineer',
    roles: [],
    permissions: {
      'equipment.read': 'all',
      'equipment.manage': 'all',
      'customers.read': 'all',
      'serviceTickets.create': 'all',
    },
    mustChangePassword: false,
  },
};
const action = (name: string, label: string) => ({ action: name, label, disabledReason: null });
const unit = {
  id: '0199aaaa-0000-7000-8000-0000000000ee',
  no: 'EQUIP-2026-0001',
  equipmentName: '大堂门锁',
  serialNo: 'SN-1',
  model: 'L300',
  product: null,
  customer: { id: '0199aaaa-0000-7000-8000-0000000000cc', customerName: '地下车库酒店' },
  location: '1楼 大堂',
  shippedOn: null,
  installedOn: '2020-01-01',
  warrantyMonths: 12,
  warrantyEndDate: '2021-01-01',
  isUnderWarranty: false,
  status: 'in_use',
  createdAt: '2026-11-20T01:00:00.000Z',
  updatedAt: '2026-11-20T01:00:00.000Z',
  version: 1,
  code: 'ABCDEFGH23456789',
  description: null,
  site: { province: '广东', city: '深圳', address: null, coordinates: null, contact: null },
  tickets: [],
  ticketCount: 0,
  files: [],
  actions: [action('report', '报修'), action('label', '打印标签'), action('edit', '编辑')],
};

const answered = (data: unknown, statusCode = 200) => ({
  statusCode,
  data: JSON.stringify({ success: true, code: statusCode, message: '', data, timestamp: '' }),
});
const refused = (statusCode: number, errorCode: string, message: string) => ({
  statusCode,
  data: JSON.stringify({
    success: false,
    code: statusCode,
    errorCode,
    message,
    requestId: 'r',
    timestamp: '',
  }),
});

/** Knows one unit: by its number and by the code of its label. */
function answer({ url, method }: FakeRequest) {
  if (method === 'GET' && (url.includes(unit.id) || url.includes(unit.code))) return answered(unit);
  if (url.includes('/by-code/')) return refused(404, 'NOT_FOUND', '没有这台设备');
  return answered({
    list: [unit],
    pagination: { page: 1, pageSize: 20, total: 1, capped: false, totalPages: 1, nextCursor: null },
  });
}

let program: MiniProgram;
afterEach(() => program.dispose());
const start = () => {
  program = new MiniProgram({ dist, answer, storage: { 'genjin:session': JSON.stringify(session) } });
};
const says = (page: { text: string }, words: string) => expect.poll(() => page.text).toContain(words);
const opened = (name: string) =>
  program.calls
    .filter((call) => call.name === name)
    .map(({ options }) => String((options as { url?: unknown }).url));

test('a scanned label leads from the list to its unit, and on to a repair of it', async () => {
  start();
  const list = await program.open('service/equipment-list/index');
  await says(list, '大堂门锁');
  await list.tap('扫标签或条码');
  await expect.poll(() => opened('navigateTo')).toEqual([`/service/equipment/index?code=${unit.code}`]);
  const page = await program.open('service/equipment/index', { code: unit.code });
  await says(page, '地下车库酒店');
  await says(page, '已过保');
  await page.tap('报修');
  await expect
    .poll(() => opened('navigateTo').at(-1))
    .toBe(`/service/ticket-form/index?equipmentId=${unit.id}`);
  expect(program.errors).toEqual([]);
});

test('a code that nobody knows leads to the form of a new unit with that number', async () => {
  start();
  const page = await program.open('service/equipment/index', { code: 'SN%20404' });
  await says(page, '没有找到“SN 404”');
  await page.tap('登记这台设备');
  await expect.poll(() => opened('redirectTo')).toEqual(['/service/equipment-form/index?serialNo=SN%20404']);
  const form = await program.open('service/equipment-form/index', { serialNo: 'SN%20404' });
  await says(form, '序列号');
  await form.tap('保存');
  await says(form, '选择它在哪位客户那里');
  expect(program.errors).toEqual([]);
});
