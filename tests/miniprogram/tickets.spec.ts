import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type FakeRequest, MiniProgram, type MountedPage } from './harness.ts';
import { ASSIGNMENT, answered, session, TICKET, ticket } from './ticket.ts';

const dist = path.resolve(import.meta.dirname, '../../dist/weapp');
if (!existsSync(path.join(dist, 'app.json'))) throw new Error('Run `npm run build:weapp` first.');

const PAGE = 'service/ticket/index';

/** A loaded machine takes its time to draw. */
const sees = (page: MountedPage, text: string) => expect.poll(() => page.text).toContain(text);
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
  const opened = () => program.calls.filter(({ name }) => name === 'redirectTo');
  await expect.poll(() => JSON.stringify(opened())).toContain('service/sign');
  program.close(form);

  const kept = Object.fromEntries(program.storage);
  program.dispose();
  program = new MiniProgram({ dist, answer, storage: kept });
  page = await program.open(PAGE, { id: TICKET });
  await sees(page, '待验收');
  await sees(page, '客户签字');

  online = true;
  program.emit('NetworkStatusChange', { isConnected: true, networkType: 'wifi' });
  await expect.poll(() => arrived.length).toBe(4);
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
