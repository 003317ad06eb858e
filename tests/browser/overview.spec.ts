import { expect, it } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { statistics } from '#shared/statistics/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { asking, type Phone, signedIn } from './phone.ts';

const PAGE = 'work/overview/index';
const COUNTS = [
  '全部线索',
  '今天新增',
  '本周新增',
  '本月新增',
  '昨天新增',
  '今天跟进的线索',
  '本周跟进的线索',
  '今天转化',
  '今天关闭',
  '高',
  '抖音',
] as const;

/** What opens the list behind a number. */
const figure = ({ page }: Phone, name: string) =>
  page
    .getByRole('button', { name: new RegExp(`^${name} \\d+，查看$`) })
    .filter({ visible: true })
    .first();

async function countOf(phone: Phone, name: string): Promise<number> {
  const label = await figure(phone, name).getAttribute('aria-label');
  return Number(/\d+(?=，)/.exec(label ?? '')?.[0]);
}

/** The list says how many it has; nothing at all when it has none. */
const untilListed = (phone: Phone, count: number) =>
  count === 0
    ? phone.sees('没有符合条件的线索')
    : phone.sees(new RegExp(`(^|· )${formatCount(count)} 条( ·|$)`));

it.each(['manager', 'sales'])(
  'opens for %s, behind a number, the list of exactly so many',
  async (username) => {
    const phone = await signedIn(username);
    await phone.open('pages/me/index');
    await phone.tap('线索概览');
    await phone.sees('全部线索');
    const overview = await (await asking(username)).call(statistics.leadsOverview, {});
    expect(await countOf(phone, '全部线索')).toBe(overview.totalLeads.count);
    for (const name of COUNTS) {
      await phone.open(PAGE);
      const count = await countOf(phone, name);
      await figure(phone, name).click();
      await phone.page.waitForURL(/pages\/leads/);
      await untilListed(phone, count);
    }
    await phone.open(PAGE);
    await phone.tap('近15天新增，查看');
    await untilListed(
      phone,
      overview.last15DaysTrend.reduce((sum, { count }) => sum + count, 0),
    );
    expect(phone.complaints).toEqual([]);
  },
  120_000,
);

it('counts a lead as soon as it is registered', async () => {
  const phone = await signedIn('manager');
  await phone.open(PAGE);
  await phone.sees('全部线索');
  const before = await countOf(phone, '今天新增');
  const rep = await asking('sales');
  await rep.call(leads.create, {
    body: { customerName: `新来的酒店${Date.now()}`, phone: '13700007711', source: 'event' },
  });
  await phone.open('pages/me/index');
  await phone.tap('线索概览');
  await expect.poll(() => countOf(phone, '今天新增'), { timeout: 15_000 }).toBe(before + 1);
});

it('says what went wrong, and without a network how old the numbers are', async () => {
  const phone = await signedIn('manager', { colorScheme: 'dark' });
  const { page, context } = phone;
  const fails = (url: URL) => url.pathname.endsWith('/leads-overview');
  await page.route(fails, (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }));
  await phone.open(PAGE);
  await page.getByRole('alert').filter({ visible: true }).waitFor();
  await page.unroute(fails);
  await phone.tap('重试');
  await phone.sees('全部线索');
  await context.setOffline(true);
  await phone.open('pages/today/index');
  await phone.open(PAGE);
  await phone.sees(/没有网络，显示的是今天 \d\d:\d\d的内容/);
  await phone.sees('全部线索');
});

it('is not for who has nothing to do with leads', async () => {
  const phone = await signedIn('engineer');
  await phone.open('pages/me/index');
  await phone.sees('工单统计');
  expect(await phone.page.getByText('线索概览').filter({ visible: true }).count()).toBe(0);
  await phone.open(PAGE);
  await phone.sees('没有权限使用这一页');
});
