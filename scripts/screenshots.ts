/** `npm run screenshots`: takes the pictures of the README from the built H5 and a fresh demo company. */
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../server/demo/accounts.ts';
import { renderDigest } from '../server/modules/reminders/digest.ts';
import { writeWorkbook } from '../server/modules/transfers/write-workbook.ts';
import { startDemoServer } from '../tests/browser/demo-server.ts';
import { findChromium } from './chromium.ts';

const FOLDER = join(import.meta.dirname, '../docs/images');

const server = await startDemoServer();
const browser = await chromium.launch(await findChromium());

async function signIn(username: string, options: { dark?: boolean; width?: number } = {}): Promise<Page> {
  const { dark = false, width = 390 } = options;
  const phone = width < 900;
  const context = await browser.newContext({
    viewport: { width, height: phone ? 844 : 760 },
    deviceScaleFactor: phone ? 1.5 : 1,
    hasTouch: phone,
    isMobile: phone,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  await page.goto(`${server.origin}/#/pages/login/index`);
  await page.locator('input').first().fill(username);
  await page.locator('input[type=password]').fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.waitForURL(/pages\/today/);
  return page;
}

const settle = async (page: Page) => {
  await page.waitForLoadState('networkidle');
  await page.waitForTimeout(800);
};
const shoot = async (page: Page, name: string) => {
  await settle(page);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
};
const open = async (page: Page, route: string) => {
  await page.goto(`${server.origin}/#/${route}`);
  await settle(page);
};

/** A visit of the engineer, the first steps without a signal, and what the customer sees of it. */
async function photographTickets(): Promise<void> {
  const engineer = await signIn('engineer');
  await open(engineer, 'pages/tickets/index');
  await shoot(engineer, 'tickets');
  const openFirst = async (status: string) => {
    await open(engineer, 'pages/tickets/index');
    await engineer.locator('.record-card', { hasText: status }).filter({ visible: true }).first().click();
    await settle(engineer);
  };
  const press = (name: string) =>
    engineer.getByRole('button', { name, exact: true }).filter({ visible: true }).first().click();
  await openFirst('待接单');
  await engineer.context().setOffline(true);
  await press('接单');
  await press('出发');
  await shoot(engineer, 'ticket');
  await open(engineer, 'sales/outbox/index');
  await shoot(engineer, 'outbox');
  await engineer.context().setOffline(false);

  await openFirst('处理中');
  const id = new URL(engineer.url().replace('#/', '')).searchParams.get('id');
  await press('完工');
  await settle(engineer);
  const words = engineer.locator('textarea').filter({ visible: true });
  await words.nth(0).fill('网关电源适配器老化，电压不稳');
  await words.nth(1).fill('更换电源适配器，整层逐间测试正常');
  await shoot(engineer, 'work');
  await press('完工，请客户验收');
  const pad = engineer.locator('.signature-pad__canvas').filter({ visible: true });
  await pad.waitFor();
  await pad.scrollIntoViewIfNeeded();
  const box = (await pad.boundingBox()) as { x: number; y: number; width: number; height: number };
  const strokes = [
    [0.18, 0.35, 0.34, 0.3, 0.26, 0.28, 0.25, 0.75],
    [0.4, 0.3, 0.42, 0.7, 0.55, 0.35, 0.62, 0.72, 0.78, 0.4],
  ];
  for (const [x = 0, y = 0, ...rest] of strokes) {
    await engineer.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await engineer.mouse.down();
    for (let k = 0; k < rest.length; k += 2) {
      await engineer.mouse.move(box.x + rest[k]! * box.width, box.y + rest[k + 1]! * box.height, {
        steps: 8,
      });
    }
    await engineer.mouse.up();
  }
  await shoot(engineer, 'signature');

  const { accessToken } = await post('/api/auth/login', { username: 'manager', password: DEMO_PASSWORD });
  const link = await post<{ url: string }>(`/api/service-tickets/${id}/link`, undefined, accessToken);
  const customer = await browser.newPage({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 });
  await customer.goto(`${server.origin}/#${link.url.split('#')[1]}`);
  await shoot(customer, 'visit');

  await open(engineer, 'service/equipment-list/index');
  await engineer.locator('.record-card').filter({ visible: true }).first().click();
  await shoot(engineer, 'equipment');
  const manager = await signIn('manager');
  await open(manager, 'service/statistics/index');
  await shoot(manager, 'ticket-statistics');
}

async function post<T = { accessToken: string }>(url: string, body?: object, token?: string): Promise<T> {
  const response = await fetch(server.origin + url, {
    method: 'POST',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return ((await response.json()) as { data: T }).data;
}

/** Two platforms that leads come from, as an administrator would set them up. */
async function connect(): Promise<void> {
  const { accessToken } = await post('/api/auth/login', { username: 'admin', password: DEMO_PASSWORD });
  const secret = 'a-secret-for-the-picture-only-0001';
  for (const source of [
    { kind: 'douyin', name: '抖音企业号 留资卡片', secret },
    { kind: 'ocean-engine', name: '巨量引擎 华南投放', secret },
    { kind: 'generic-hmac', name: '官网表单', secret },
  ]) {
    await post('/api/intake/sources', source, accessToken);
  }
}

const rep = await signIn('sales');
await shoot(rep, 'today');
await open(rep, 'pages/leads/index');
await shoot(rep, 'leads');
const card = rep.locator('.record-card', { hasText: '有意向' }).filter({ visible: true }).first();
await card.click();
await shoot(rep, 'lead');
await rep.getByRole('button', { name: '写跟进', exact: true }).first().click();
await settle(rep);
await rep
  .locator('textarea')
  .filter({ visible: true })
  .first()
  .fill('和工程部过了点位表，后天发无线改造的报价');
await rep.getByRole('radio', { name: '微信', exact: true }).click();
await rep.getByText('后天', { exact: true }).click();
await shoot(rep, 'follow-up');

const registrar = await signIn('media');
await open(registrar, 'sales/lead-form/index');
await shoot(registrar, 'form');

const night = await signIn('sales', { dark: true });
await open(night, 'pages/leads/index');
await shoot(night, 'leads-dark');

const head = await signIn('manager');
await shoot(head, 'manager');
await open(head, 'work/overview/index');
await shoot(head, 'overview');

await open(rep, 'work/tasks/index');
await shoot(rep, 'tasks');

const admin = await signIn('admin');
await open(admin, 'admin/reminders/index');
await shoot(admin, 'reminders');
await open(admin, 'admin/pool-rules/index');
await shoot(admin, 'pool');
await connect();
await open(admin, 'admin/intake/index');
await shoot(admin, 'intake');

const table = await writeWorkbook([
  {
    name: '名单',
    headings: ['酒店名称', '手机', '城市', '客房', '意向'],
    lines: [
      [
        ['湖滨花园酒店', '13800002211', '惠州', '86', '高'],
        ['海月民宿', '13800002212', '珠海', '14', '中'],
      ],
    ],
  },
]);
await open(admin, 'transfer/new-import/index');
const [chooser] = await Promise.all([
  admin.waitForEvent('filechooser'),
  admin.getByRole('button', { name: '选择文件', exact: true }).click(),
]);
await chooser.setFiles({
  name: '展会名单.xlsx',
  mimeType: 'application/octet-stream',
  buffer: Buffer.from(table),
});
await admin.getByText('每一列是什么').waitFor();
await shoot(admin, 'import');

await open(rep, 'pages/customers/index');
await rep.locator('.record-card').filter({ visible: true }).first().click();
await shoot(rep, 'customer');

await photographTickets();

const desk = await signIn('manager', { width: 1200 });
await open(desk, 'pages/leads/index');
await desk.locator('.record-card').filter({ visible: true }).first().click();
await shoot(desk, 'wide');

const digest = renderDigest(
  {
    name: '王芳',
    now: new Date().toISOString(),
    total: 4,
    leads: [
      ['文昌龙楼航天主题酒店', '李强', 4, '按标间、大床、套房三种房型报价'],
      ['广州珠江新城云际公寓', '李强', 3, null],
      ['阳朔半山云舍', '刘洋', 3, '上门看样板间'],
      ['中山坦洲半岛酒店', '黄婷', 2, null],
    ].map(([customerName, ownerName, daysOverdue, nextFollowUpContent], i) => ({
      id: String(i),
      no: '',
      tier: 'manager' as const,
      ownerId: String(ownerName),
      intention: 'medium' as const,
      lastFollowUpAt: new Date(Date.now() - 9 * 86_400_000).toISOString(),
      customerName: String(customerName),
      ownerName: String(ownerName),
      daysOverdue: Number(daysOverdue),
      nextFollowUpContent: nextFollowUpContent === null ? null : String(nextFollowUpContent),
    })),
  },
  'https://crm.example.com',
);
const mail = await browser.newPage({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5 });
await mail.setContent(digest.html);
await shoot(mail, 'mail');

await browser.close();
await server.stop();
