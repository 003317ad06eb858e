import { beforeAll, describe, expect, it } from 'vitest';
import { ROLE_CODES, type RoleCode, roles } from '#shared/access/roles.ts';
import { logs } from '#shared/audit/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { urlOf } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { exports, MAX_EXPORT_ROWS } from '#shared/transfers/contract.ts';
import { type Company, createCompany, newCustomer, register } from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { contextOf, runIn } from '../../testing/work.ts';
import { requestExport } from './exports.commands.ts';
import { leadTransfer } from './lead-transfer.ts';
import { readSheetOf } from './read-sheet.ts';
import { unzip } from './zip.ts';

let t: TestApp;
let people: Company;
let byRole: Record<RoleCode, TestUser>;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
  const { rep, registrar, manager, engineer, finance, admin, northerner } = people;
  byRole = { sales: rep, media: registrar, sales_manager: manager, engineer, finance, admin };
  await register(t, rep, { customerName: '华南一号', source: 'douyin' });
  await register(t, people.junior, { customerName: '华南二号' });
  await register(t, northerner, { customerName: '华北一号', source: 'douyin' });
  await register(t, registrar, { customerName: '公海一号', ownerId: null });
  await newCustomer(t, rep, { customerName: '南方客户', contact: { name: '张总', phone: '13800138000' } });
  await newCustomer(t, northerner, { customerName: '北方客户' });
});

const fileOf = (id: string) => urlOf(exports.file, { params: { id } });

/** Every row of the file that somebody gets. */
async function exported(
  as: TestUser,
  endpoint: typeof exports.leads | typeof exports.customers,
  body: object = {},
) {
  const asked = (await t.call(endpoint, { body } as never, { as })).data as { id: string; total: number };
  await t.work();
  const ready = (await t.call(exports.get, { params: { id: asked.id } }, { as })).data;
  expect(ready).toMatchObject({ state: 'ready', total: asked.total, done: asked.total });
  const { status, content, headers } = await t.fetch(fileOf(asked.id), as);
  expect(status).toBe(200);
  const [headings, ...rows] = (await readSheetOf(content)).map(({ cells }) => cells);
  return { id: asked.id, headings, rows, content, headers };
}

describe('what is exported', () => {
  it.each(ROLE_CODES)('as %s is what the list shows, or nothing', async (role) => {
    const as = byRole[role];
    for (const [endpoint, list] of [
      [exports.leads, leads.list],
      [exports.customers, customers.list],
    ] as const) {
      if (!(endpoint.permission in roles[role].grants)) {
        const refused = await t.call(endpoint as typeof exports.leads, { body: {} }, { as });
        expect(refused.failure.errorCode).toBe('FORBIDDEN');
        continue;
      }
      for (const query of [{}, { source: 'douyin' }, { keyword: '一号' }] as const) {
        const shown = (await t.call(list as typeof leads.list, { query }, { as })).data.list;
        const { rows } = await exported(as, endpoint as typeof exports.leads, query);
        const seen = shown.map(({ no, customerName, phone }) => [no, customerName, phone ?? '']);
        const phoneAt = endpoint === exports.leads ? 2 : 9;
        expect(rows.map((cells) => [cells[0], cells[1], cells[phoneAt] ?? ''])).toEqual(seen);
      }
    }
  });

  it('hides what the list hides', async () => {
    const { rows } = await exported(people.manager, exports.leads, { pool: true });
    expect(rows).toHaveLength(1);
    expect(rows[0]?.[2]).toMatch(/^137\*{4}\d{4}$/);
  });

  it('never is a formula', async () => {
    const odd = ['=HYPERLINK("http://x","点我")', '+1+1', '-2+3', '@SUM(A1)', '<b>&"'];
    for (const customerName of odd) await register(t, people.rep, { customerName, city: '注入' });
    const { rows, content } = await exported(people.admin, exports.leads, { city: '注入' });
    expect(rows.map((cells) => cells[1])).toEqual([...odd].reverse());
    const { files } = unzip(content, (name) => name.endsWith('sheet1.xml'), { entries: 20, bytes: 1e7 });
    const xml = [...files.values()][0]?.toString('utf8') ?? '';
    expect(xml).not.toMatch(/<f[ >]/);
    expect(xml.match(/t="inlineStr" s="3"><is><t xml:space="preserve">[=+\-@]/g)).toHaveLength(4);
  });

  it('goes on over many portions, each record once', async () => {
    const [one] = await t.db.selectFrom('leads').selectAll().where('customerName', '=', '华南一号').execute();
    const many = Array.from({ length: 1_100 }, (_, i) => ({
      ...(one as NonNullable<typeof one>),
      id: `0190a000-0000-7000-8000-${String(i).padStart(12, '0')}`,
      no: `LEAD-MANY-${i}`,
      city: '批量',
    }));
    await t.db.insertInto('leads').values(many).execute();
    const { rows } = await exported(people.admin, exports.leads, { city: '批量' });
    expect(new Set(rows.map((cells) => cells[0])).size).toBe(1_100);
  }, 30_000);
});

it('of more than a spreadsheet bears is refused, with advice', async () => {
  const { list, ...rest } = leadTransfer;
  const transfer = { ...rest, list: { ...list, count: async () => MAX_EXPORT_ROWS + 1 } };
  const context = await contextOf(t, people.admin, 'leads.export');
  const asked = runIn(t, context, (work) => requestExport(work, transfer, {}));
  await expect(asked).rejects.toMatchObject({
    code: 'EXPORT_TOO_LARGE',
    message: '一共 100001 条，一次最多导出 100000 条，请加上日期等筛选条件分几次导出',
  });
});

describe('the list', () => {
  it('shows everybody their own, newest first, in pages', async () => {
    const asked: string[] = [];
    for (const endpoint of [exports.leads, exports.customers, exports.leads]) {
      t.clock.advance({ seconds: 1 });
      const { data } = await t.call(endpoint as typeof exports.leads, { body: {} }, { as: people.manager });
      asked.unshift(data.id);
    }
    const list = async (query: object, as = people.manager) =>
      (await t.call(exports.list, { query }, { as })).data;
    const idsOf = ({ list: items }: { list: readonly { id: string }[] }) => items.map(({ id }) => id);
    const first = await list({ pageSize: 2 });
    expect(idsOf(first)).toEqual(asked.slice(0, 2));
    expect(first.list[0]).toMatchObject({ state: 'waiting', entity: 'leads' });
    expect(first.list[0]).not.toHaveProperty('content');
    const next = await list({ pageSize: 2, cursor: first.pagination.nextCursor });
    expect(idsOf(next)[0]).toBe(asked[2]);
    expect(idsOf(await list({ entity: 'customers', pageSize: 1 }))).toEqual([asked[1]]);
    expect(idsOf(await list({}, people.admin))).not.toContain(asked[0]);
    expect((await list({}, people.rep)).list).toEqual([]);
    await t.work();
    t.clock.advance({ hours: 24 });
    expect((await list({ pageSize: 1 })).list[0]?.state).toBe('expired');
  });
});

describe('the file', () => {
  it('is for whoever asked, for a day, and each download stands in the log', async () => {
    const { id, headers } = await exported(people.manager, exports.leads, { status: 'new' });
    expect(String((headers as never)['content-disposition'])).toContain("filename*=UTF-8''");
    expect((await t.fetch(fileOf(id), people.admin)).status).toBe(404);
    expect((await t.call(exports.get, { params: { id } }, { as: people.admin })).status).toBe(404);
    const log = (await t.call(logs.list, { query: { entityId: id } }, { as: people.admin })).data.list;
    expect(log.map(({ title }) => title)).toEqual(['下载导出的文件', '导出完成', '导出']);
    expect(log[2]).toMatchObject({ actor: { name: people.manager.name } });
    expect(log[2]?.changes).toContainEqual({ label: '条件', from: null, to: '状态 new' });
    t.clock.advance({ hours: 24 });
    expect((await t.fetch(fileOf(id), people.manager)).status).toBe(410);
    expect((await t.call(exports.get, { params: { id } }, { as: people.manager })).data.state).toBe(
      'expired',
    );
    await t.jobs.trigger('transfers.forget');
    await t.work();
    const { content } = await t.db
      .selectFrom('exports')
      .select('content')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect(content).toBeNull();
  });

  it('is not there before the worker has written it, nor for whoever may no longer export', async () => {
    const { id } = (await t.call(exports.leads, { body: {} }, { as: people.manager })).data;
    expect((await t.fetch(fileOf(id), people.manager)).status).toBe(409);
    await t.work();
    await t.db.deleteFrom('rolePermissions').where('permission', '=', 'leads.export').execute();
    expect((await t.fetch(fileOf(id), people.manager)).status).toBe(403);
  });
});
