import { beforeAll, describe, expect, it } from 'vitest';
import { logs } from '#shared/audit/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import { leads } from '#shared/leads/contract.ts';
import { notifications } from '#shared/notifications/contract.ts';
import { exports, type ImportDetail, imports, MAX_IMPORT_BYTES } from '#shared/transfers/contract.ts';
import {
  type Company,
  createCompany,
  leadSeenBy,
  nextPhone,
  register,
  storedLead,
} from '../../testing/company.ts';
import { createTestApp, type TestApp, type TestUser } from '../../testing/createTestApp.ts';
import { readSheetOf } from './read-sheet.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

const csv = (...lines: string[]) => ({ name: '名单.csv', content: lines.join('\n') });

async function bring(
  as: TestUser,
  file: { name: string; content: string | Buffer },
  endpoint: EndpointDefinition = imports.uploadLeads,
): Promise<ImportDetail> {
  return (await t.send('POST', endpoint.path, { as, file })).data as ImportDetail;
}

const seen = async (as: TestUser, id: string) => (await t.call(imports.get, { params: { id } }, { as })).data;

async function check(as: TestUser, { id, version }: ImportDetail): Promise<ImportDetail> {
  const reply = await t.call(imports.check, { params: { id }, body: { version } }, { as });
  expect(reply.data.state).toBe('checking');
  await t.work();
  return seen(as, id);
}

async function run(
  as: TestUser,
  checked: ImportDetail,
  how: Partial<{ duplicatePolicy: 'skip' | 'fill' | 'create'; ownerPolicy: 'me' | 'pool' | 'column' }> = {},
): Promise<ImportDetail> {
  const { id, version } = checked;
  const body = { version, duplicatePolicy: 'skip', ownerPolicy: 'me', ...how } as const;
  expect((await t.call(imports.start, { params: { id }, body }, { as })).data.state).toBe('importing');
  await t.work();
  return seen(as, id);
}

async function undo(as: TestUser, id: string): Promise<ImportDetail> {
  expect((await t.call(imports.undo, { params: { id } }, { as })).data.state).toBe('undoing');
  await t.work();
  return seen(as, id);
}

const rowsIn = async (as: TestUser, id: string, state: 'bad' | 'created' | 'skipped' | 'updated' | 'kept') =>
  (await t.call(imports.errors, { params: { id }, query: { state } }, { as })).data.list;

describe('a file of leads', () => {
  it('is understood by its headings, checked row by row, and imported', async () => {
    const phone = nextPhone();
    const brought = await bring(
      people.rep,
      csv(
        '酒店名称,手机号码,意向等级,房间数,渠道,进线日期,备注,没听过的列',
        `云栖酒店,${phone},高,120间,抖音,2026/3/1 9:05,要全套客控,x`,
        `海天宾馆,12345,高,80,抖音,,,`,
        `,${nextPhone()},很高,八十,,,,`,
        '',
        `山居民宿,,,,,,,`,
      ),
    );
    expect(brought).toMatchObject({ state: 'uploaded', totalRows: 4, missing: [], entity: 'leads' });
    expect(brought.mapping).toEqual([
      'customerName',
      'phone',
      'intention',
      'hotelRooms',
      'source',
      'leadTime',
      'description',
      null,
    ]);
    expect(brought.columns[0]).toEqual({ heading: '酒店名称', samples: ['云栖酒店', '海天宾馆', ''] });

    const checked = await check(people.rep, brought);
    expect(checked).toMatchObject({
      state: 'checked',
      failCount: 3,
      progress: { total: 4, done: 4, ready: 1 },
    });
    expect(checked.errors).toEqual([
      { row: 3, error: '电话号码不正确' },
      { row: 4, error: '意向：请填高、中、低；客房数：请填整数；客户名称：必填' },
      { row: 6, error: '电话、微信、其他联系方式至少填一项' },
    ]);
    const before = await t.db.selectFrom('leads').select('id').where('phone', '=', phone).execute();
    expect(before).toEqual([]);

    const done = await run(people.rep, checked);
    expect(done).toMatchObject({ state: 'done', successCount: 1, failCount: 3, can: { undo: true } });
    const [created] = await rowsIn(people.rep, brought.id, 'created');
    const lead = await leadSeenBy(t, people.rep, created?.recordId as string);
    expect(lead).toMatchObject({
      customerName: '云栖酒店',
      phone,
      intention: 'high',
      hotelRooms: 120,
      source: 'douyin',
      leadTime: '2026-03-01T01:05:00.000Z',
      description: '要全套客控',
      owner: { id: people.rep.id },
      status: 'new',
    });
    const found = await t.call(leads.list, { query: { keyword: '云栖' } }, { as: people.rep });
    expect(found.data.list.map(({ id }) => id)).toEqual([lead.id]);
  });

  it('is told about when it is done, and stands in the log in words', async () => {
    const brought = await bring(people.rep, csv('客户名称,电话', `讯息酒店,${nextPhone()}`));
    await run(people.rep, await check(people.rep, brought));
    const { list } = (await t.call(notifications.list, {}, { as: people.rep })).data;
    expect(list[0]).toMatchObject({
      kind: 'transfer',
      title: '线索导入完成：名单.csv',
      body: '新建 1 条',
      target: { entity: 'imports', id: brought.id },
    });
    const query = { entityId: brought.id };
    const log = (await t.call(logs.list, { query }, { as: people.admin })).data.list;
    expect(log.map(({ title }) => title)).toEqual(['导入完成', '开始导入', '上传导入文件 名单.csv']);
    expect(log[1]?.changes).toContainEqual({ label: '重复的', from: null, to: '跳过' });
  });

  it('can be mapped anew, which asks for a new check', async () => {
    const brought = await bring(people.rep, csv('甲,乙', `改列酒店,${nextPhone()}`));
    expect(brought.missing).toEqual(['客户名称']);
    const { id } = brought;
    const early = await t.call(
      imports.check,
      { params: { id }, body: { version: brought.version } },
      { as: people.rep },
    );
    expect(early.failure).toMatchObject({
      errorCode: 'IMPORT_FIELDS_MISSING',
      message: '还没有指定哪一列是“客户名称”',
    });
    const map = (mapping: (string | null)[], version: number) =>
      t.call(imports.map, { params: { id }, body: { version, mapping } }, { as: people.rep });
    expect((await map(['customerName', 'customerName'], brought.version)).status).toBe(400);
    expect((await map(['customerName', 'secret'], brought.version)).status).toBe(400);
    const mapped = (await map(['customerName', 'phone'], brought.version)).data;
    expect(mapped.missing).toEqual([]);
    expect((await map(['customerName', null], brought.version)).failure.errorCode).toBe('STALE');
    const checked = await check(people.rep, mapped);
    expect(checked.progress.ready).toBe(1);
    expect((await map(['customerName', null], checked.version)).data).toMatchObject({
      state: 'uploaded',
      progress: { done: 0 },
    });
  });

  it('answers its bad rows as a workbook that can be corrected and brought again', async () => {
    const phone = nextPhone();
    const brought = await bring(
      people.rep,
      csv('客户名称,电话,备注', `坏号酒店,1380013,=1+1`, `好号酒店,${phone},`),
    );
    await run(people.rep, await check(people.rep, brought));
    const file = await t.fetch(urlOf(imports.errorFile, { params: { id: brought.id } }), people.rep);
    expect(file.headers).toMatchObject({ 'content-type': expect.stringContaining('spreadsheetml') });
    const grid = await readSheetOf(file.content);
    expect(grid.map(({ cells }) => cells)).toEqual([
      ['客户名称', '电话', '备注', '错误原因'],
      ['坏号酒店', '1380013', '=1+1', '电话号码不正确'],
    ]);
    const again = await bring(people.rep, { name: '有误的行.xlsx', content: file.content });
    expect(again).toMatchObject({ totalRows: 1, mapping: ['customerName', 'phone', 'description', null] });
  });

  it('has a template that is its own example', async () => {
    const file = await t.fetch(imports.leadTemplate.path, people.rep);
    expect(decodeURIComponent(String((file.headers as never)['content-disposition']))).toContain(
      '线索导入模板.xlsx',
    );
    const empty = await t.send('POST', imports.uploadLeads.path, {
      as: people.rep,
      file: { name: '模板.xlsx', content: file.content },
    });
    expect(empty.failure.errorCode).toBe('IMPORT_FILE_EMPTY');
    const [headings, hints] = await readSheetOf(file.content);
    expect(headings?.cells.slice(0, 3)).toEqual(['客户名称*', '电话', '微信']);
    expect(hints?.cells[0]).toMatch(/^填写说明：/);
  });
});

describe('a form', () => {
  const send = (options: object) => t.send('POST', imports.uploadLeads.path, { as: people.rep, ...options });
  const batches = async () => (await t.db.selectFrom('imports').select('id').execute()).length;

  it('without its file, or with one that is too large or broken off, is refused and leaves nothing', async () => {
    const before = await batches();
    const content = '客户名称,电话\n酒店,13800138000';
    expect((await send({ body: {} })).failure.errors).toEqual([{ field: 'file', message: '请选择文件' }]);
    expect((await send({ file: { name: 'a.csv', content, field: 'other' } })).status).toBe(400);
    expect((await send({ file: { name: 'a.csv', content: '' } })).status).toBe(400);
    const large = await send({ file: { name: 'a.csv', content: Buffer.alloc(MAX_IMPORT_BYTES + 1, 'a') } });
    expect(large.failure).toMatchObject({ errorCode: 'PAYLOAD_TOO_LARGE', message: '提交的内容过大' });
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const half = '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n客户';
    expect((await send({ rawBody: half, headers })).status).toBe(400);
    expect((await send({ rawBody: 'nonsense', headers })).status).toBe(400);
    expect((await send({ rawBody: half, headers: { 'content-type': 'multipart/form-data' } })).status).toBe(
      400,
    );
    const empty = await send({ file: { name: 'a.csv', content: '客户名称,电话\n,\n' } });
    expect(empty.failure.errorCode).toBe('IMPORT_FILE_EMPTY');
    expect(await batches()).toBe(before);
  });

  it('is forgotten after thirty days', async () => {
    const { id } = await bring(people.rep, csv('客户名称,电话', `旧酒店,${nextPhone()}`));
    t.clock.advance({ days: 30, seconds: 1 });
    await t.jobs.trigger('transfers.forget');
    await t.work();
    expect((await t.call(imports.get, { params: { id } }, { as: people.rep })).status).toBe(404);
    expect(await t.db.selectFrom('importRows').selectAll().where('importId', '=', id).execute()).toEqual([]);
  });
});

describe('a row that is there already', () => {
  async function twice(as: TestUser, duplicatePolicy: 'skip' | 'fill' | 'create') {
    const lead = await register(t, people.rep, { customerName: '老客酒店' });
    const file = csv(
      '客户名称,电话,城市',
      `老客酒店（导入）,${lead.phone},深圳`,
      `新客酒店,${nextPhone()},广州`,
    );
    const checked = await check(as, await bring(as, file));
    expect(checked.progress).toMatchObject({ duplicate: 1, ready: 1 });
    const [told] = (
      await t.call(imports.errors, { params: { id: checked.id }, query: { state: 'duplicate' } }, { as })
    ).data.list;
    expect(told?.error).toBe(`已有 ${lead.no}，由${people.rep.name}跟进`);
    const done = await run(as, checked, { duplicatePolicy });
    return { lead, done };
  }

  it('is skipped', async () => {
    const { lead, done } = await twice(people.rep, 'skip');
    expect(done.progress).toMatchObject({ created: 1, skipped: 1, updated: 0 });
    expect((await storedLead(t, lead.id)).city).toBeNull();
  });

  it('fills what is empty, and an undo empties it again unless somebody changed it', async () => {
    const { lead, done } = await twice(people.rep, 'fill');
    expect(done.progress).toMatchObject({ created: 1, updated: 1 });
    const filled = await leadSeenBy(t, people.rep, lead.id);
    expect(filled).toMatchObject({ customerName: '老客酒店', city: '深圳' });
    const undone = await undo(people.rep, done.id);
    expect(undone).toMatchObject({ state: 'undone', progress: { removed: 2, kept: 0 } });
    expect((await storedLead(t, lead.id)).city).toBeNull();

    const second = await twice(people.rep, 'fill');
    const { id, version } = await leadSeenBy(t, people.rep, second.lead.id);
    await t.call(leads.update, { params: { id }, body: { version, city: '珠海' } }, { as: people.rep });
    expect(await undo(people.rep, second.done.id)).toMatchObject({ progress: { removed: 1, kept: 1 } });
    expect((await storedLead(t, id)).city).toBe('珠海');
    expect((await rowsIn(people.rep, second.done.id, 'kept'))[0]?.error).toContain('城市');
  });

  it('is made anew when that is wanted', async () => {
    const { done } = await twice(people.rep, 'create');
    expect(done.progress).toMatchObject({ created: 2, skipped: 0 });
  });

  it('of somebody else is never filled', async () => {
    const { lead, done } = await twice(people.northerner, 'fill');
    expect(done.progress).toMatchObject({ created: 1, updated: 0, skipped: 1 });
    expect((await rowsIn(people.northerner, done.id, 'skipped'))[0]?.error).toContain('你不能修改');
    expect((await storedLead(t, lead.id)).city).toBeNull();
  });

  it('stands twice in the file: it is made once', async () => {
    const phone = nextPhone();
    for (const [duplicatePolicy, progress] of [
      ['skip', { created: 1, skipped: 1 }],
      ['fill', { created: 0, updated: 1, skipped: 1 }],
    ] as const) {
      const file = csv(
        '客户名称,电话,城市',
        `重复酒店,${phone},`,
        `重复酒店,${phone},${duplicatePolicy === 'fill' ? '佛山' : ''}`,
      );
      const checked = await check(people.rep, await bring(people.rep, file));
      expect((await run(people.rep, checked, { duplicatePolicy })).progress).toMatchObject(progress);
    }
    const rows = await t.db.selectFrom('leads').select('city').where('phone', '=', phone).execute();
    expect(rows).toEqual([{ city: '佛山' }]);
  });

  it('that the same file made and filled goes with the undo', async () => {
    const phone = nextPhone();
    const file = csv('客户名称,电话,城市', `自补酒店,${phone},`, `自补酒店,${phone},中山`);
    const done = await run(people.rep, await check(people.rep, await bring(people.rep, file)), {
      duplicatePolicy: 'fill',
    });
    expect(done.progress).toMatchObject({ created: 1, updated: 1 });
    expect((await undo(people.rep, done.id)).progress).toMatchObject({ removed: 2, kept: 0 });
  });
});

describe('who follows what is new', () => {
  it('is the pool, or whom a column names, for whoever may say so', async () => {
    const rows = () =>
      csv(
        '客户名称,电话,跟进人',
        `甲酒店,${nextPhone()},${people.colleague.name}`,
        `乙酒店,${nextPhone()},${people.junior.username.toUpperCase()}`,
        `丙酒店,${nextPhone()},`,
        `丁酒店,${nextPhone()},查无此人`,
        `戊酒店,${nextPhone()},${people.finance.name}`,
      );
    const byRep = await check(people.rep, await bring(people.rep, rows()));
    expect(byRep).toMatchObject({ failCount: 0, ownerPolicies: ['me', 'pool'] });
    const body = { version: byRep.version, duplicatePolicy: 'skip', ownerPolicy: 'column' } as const;
    const refused = await t.call(imports.start, { params: { id: byRep.id }, body }, { as: people.rep });
    expect(refused.failure.errorCode).toBe('IMPORT_OWNER_NOT_ALLOWED');
    const pooled = await run(people.rep, byRep, { ownerPolicy: 'pool' });
    expect(pooled.progress.created).toBe(5);

    const checked = await check(people.registrar, await bring(people.registrar, rows()));
    expect(checked).toMatchObject({ failCount: 1, ownerPolicies: ['pool', 'column'] });
    expect(checked.errors[0]?.error).toBe('没有叫“查无此人”的同事');
    const done = await run(people.registrar, checked, { ownerPolicy: 'column' });
    expect(done).toMatchObject({ successCount: 3, failCount: 2 });
    expect(done.errors.map(({ error }) => error)).toEqual(['没有叫“查无此人”的同事', '这位同事不能跟进线索']);
    const { list } = (await t.call(notifications.list, {}, { as: people.colleague })).data;
    expect(list[0]).toMatchObject({ kind: 'assigned', title: '新线索：1 条', body: '周敏 导入并交给你' });
  });
});

describe('an undo', () => {
  it('keeps what somebody touched, says so, and is over after seven days', async () => {
    const names = ['甲', '乙', '丙'];
    const file = csv('客户名称,电话', ...names.map((name) => `撤销酒店${name},${nextPhone()}`));
    const done = await run(people.rep, await check(people.rep, await bring(people.rep, file)));
    const created = await rowsIn(people.rep, done.id, 'created');
    const params = { id: created[1]?.recordId as string };
    await t.call(
      leads.followUp,
      { params, body: { method: 'phone', content: '打过了' } },
      { as: people.rep },
    );
    const undone = await undo(people.rep, done.id);
    expect(undone).toMatchObject({ state: 'undone', progress: { total: 3, done: 3, removed: 2, kept: 1 } });
    expect(await rowsIn(people.rep, done.id, 'kept')).toMatchObject([{ row: 3, error: '导入后有人动过' }]);
    expect((await storedLead(t, params.id)).deletedAt).toBeNull();

    const late = await run(
      people.rep,
      await check(people.rep, await bring(people.rep, csv('客户名称,电话', `迟撤酒店,${nextPhone()}`))),
    );
    t.clock.advance({ days: 7, seconds: 1 });
    const refused = await t.call(imports.undo, { params: { id: late.id } }, { as: people.rep });
    expect(refused.failure.errorCode).toBe('IMPORT_UNDO_LATE');
  });

  it('is for whoever brought the file', async () => {
    const brought = await bring(people.rep, csv('客户名称,电话', `我的酒店,${nextPhone()}`));
    for (const [name, endpoint] of Object.entries(imports)) {
      if (!endpoint.path.includes(':id')) continue;
      const body = endpoint.method === 'PUT' ? { version: 1, mapping: [] } : { version: 1 };
      const start = { version: 1, duplicatePolicy: 'skip', ownerPolicy: 'me' };
      const reply = await t.send(endpoint.method, urlOf(endpoint, { params: { id: brought.id } }), {
        as: people.admin,
        ...('body' in endpoint ? { body: name === 'start' ? start : body } : {}),
      });
      expect(reply.status, `${name} ${JSON.stringify(reply.body)}`).toBe(404);
    }
    expect((await t.call(imports.list, {}, { as: people.admin })).data.list).toEqual([]);
    const mine = (await t.call(imports.list, { query: { entity: 'leads' } }, { as: people.rep })).data.list;
    expect(mine[0]?.id).toBe(brought.id);
  });
});

describe('the list of what was imported', () => {
  const brought = async (as: TestUser, importId: string) =>
    (await t.call(leads.list, { query: { importId } }, { as })).data.list.map(({ id }) => id).sort();
  const recordsIn = async (as: TestUser, id: string, state: 'created' | 'updated' | 'kept') =>
    (await rowsIn(as, id, state)).map(({ recordId }) => recordId);

  it('has exactly what was made and filled, for whoever brought it', async () => {
    const [known, met] = [nextPhone(), nextPhone()];
    const filled = await register(t, people.rep, { phone: known, city: null });
    await register(t, people.rep, { phone: met, city: '佛山', customerName: '已有酒店' });
    await register(t, people.rep);
    const file = csv(
      '客户名称,电话,城市',
      `甲酒店,${nextPhone()},广州`,
      `乙酒店,${nextPhone()},`,
      `丙酒店,${known},中山`,
      `坏的,12,`,
    );
    const { id } = await run(people.rep, await check(people.rep, await bring(people.rep, file)), {
      duplicatePolicy: 'fill',
    });
    const made = await recordsIn(people.rep, id, 'created');
    expect(made).toHaveLength(2);
    expect(await brought(people.rep, id)).toEqual([...made, filled.id].sort());
    expect(await brought(people.admin, id)).toEqual([]);
    const { total } = (await t.call(exports.leads, { body: { importId: id } }, { as: people.admin })).data;
    expect(total).toBe(0);

    const other = csv('客户名称,电话', `丁酒店,${met}`, `戊酒店,${nextPhone()}`);
    const next = await run(people.rep, await check(people.rep, await bring(people.rep, other)));
    expect(await brought(people.rep, next.id)).toEqual(await recordsIn(people.rep, next.id, 'created'));

    const body = { method: 'phone', content: '打过电话' } as const;
    await t.call(leads.followUp, { params: { id: made[0] as string }, body }, { as: people.rep });
    await undo(people.rep, id);
    expect(await brought(people.rep, id)).toEqual([made[0]]);
  });

  it('is there for customers as well', async () => {
    const file = csv('客户名称', `导入名单${nextPhone()}`, `导入名单${nextPhone()}`);
    const { id } = await run(
      people.rep,
      await check(people.rep, await bring(people.rep, file, imports.uploadCustomers)),
    );
    const listed = async (as: TestUser) =>
      (await t.call(customers.list, { query: { importId: id } }, { as })).data.list.map((each) => each.id);
    expect((await listed(people.rep)).sort()).toEqual((await recordsIn(people.rep, id, 'created')).sort());
    expect(await listed(people.rep)).toHaveLength(2);
    expect(await listed(people.manager)).toEqual([]);
    expect(await brought(people.rep, id)).toEqual([]);
  });
});

describe('an import', () => {
  it('stops when it is cancelled', async () => {
    const checked = await check(
      people.rep,
      await bring(people.rep, csv('客户名称,电话', `停酒店,${nextPhone()}`)),
    );
    const { id, version } = checked;
    const body = { version, duplicatePolicy: 'skip', ownerPolicy: 'me' } as const;
    await t.call(imports.start, { params: { id }, body }, { as: people.rep });
    const cancelled = (await t.call(imports.cancel, { params: { id } }, { as: people.rep })).data;
    expect(cancelled).toMatchObject({ state: 'cancelled', can: { undo: false } });
    await t.work();
    expect(await seen(people.rep, id)).toMatchObject({
      state: 'cancelled',
      progress: { created: 0, ready: 1 },
    });
  });

  it('breaks off when its owner may no longer', async () => {
    const leaver = await t.user({ roles: ['sales'], department: people.departments.south });
    const { id, version } = await bring(leaver, csv('客户名称,电话', `离职酒店,${nextPhone()}`));
    await t.call(imports.check, { params: { id }, body: { version } }, { as: leaver });
    await t.db.updateTable('users').set({ status: 'disabled' }).where('id', '=', leaver.id).execute();
    await t.work();
    const { state, message } = await t.db
      .selectFrom('imports')
      .select(['state', 'message'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    expect({ state, message }).toEqual({ state: 'failed', message: '导入的人已停用，或没有导入的权限了' });
  });

  it('takes the rows around one that the database refuses', async () => {
    const clue = nextPhone();
    await register(t, people.rep, { source: 'douyin', externalClueId: clue });
    const file = csv(
      '客户名称,电话,来源,外部线索号',
      `前酒店,${nextPhone()},抖音,`,
      `撞号酒店,${nextPhone()},抖音,${clue}`,
      `后酒店,${nextPhone()},抖音,`,
    );
    const done = await run(people.rep, await check(people.rep, await bring(people.rep, file)));
    expect(done).toMatchObject({ state: 'done', successCount: 2, failCount: 1 });
    expect(done.errors).toEqual([{ row: 3, error: '这条外部线索已经登记过' }]);
  });

  it('of a file sent twice with one key is one, and of another file a mismatch', async () => {
    const file = csv('客户名称,电话', `一次酒店,${nextPhone()}`);
    const key = 'one-key-for-a-file';
    const send = (content: string) =>
      t.send('POST', imports.uploadLeads.path, {
        as: people.rep,
        idempotencyKey: key,
        file: { name: file.name, content },
      });
    const first = await send(file.content);
    const second = await send(file.content);
    expect((second.data as ImportDetail).id).toBe((first.data as ImportDetail).id);
    expect((await send(`${file.content}\n再一家,13800000000`)).failure.errorCode).toBe(
      'IDEMPOTENCY_MISMATCH',
    );
  });
});

describe('a file of customers', () => {
  it('brings customers with their first contacts, known by their names', async () => {
    const phone = nextPhone();
    const file = csv(
      '酒店名称,客户级别,客户阶段,联系人,联系人手机,星级',
      `白云国际酒店有限公司,A,已成交客户,张总,${phone},五星`,
      `白云国际酒店,B,,,,`,
      `珠江酒店,C,,,13800138000,`,
    );
    const brought = await bring(people.rep, file, imports.uploadCustomers);
    expect(brought).toMatchObject({ entity: 'customers', ownerPolicies: ['me', 'column'] });
    const checked = await check(people.rep, brought);
    const stage = checked.errors.find(({ row }) => row === 2)?.error;
    expect(stage).toMatch(/^阶段：请填/);
    expect(checked.errors.find(({ row }) => row === 4)?.error).toBe('联系人姓名：必填');

    const good = csv(
      '酒店名称,客户级别,联系人,联系人手机,星级',
      `白云国际酒店有限公司,A,张总,${phone},五星`,
      `白云国际酒店,B,,,`,
    );
    const done = await run(
      people.rep,
      await check(people.rep, await bring(people.rep, good, imports.uploadCustomers)),
    );
    expect(done.progress).toMatchObject({ created: 1, skipped: 1 });
    const [row] = await rowsIn(people.rep, done.id, 'created');
    const params = { id: row?.recordId as string };
    const customer = (await t.call(customers.get, { params }, { as: people.rep })).data;
    expect(customer).toMatchObject({
      customerName: '白云国际酒店有限公司',
      level: 'A',
      source: 'import',
      contacts: [{ name: '张总', phone }],
      owner: { id: people.rep.id },
    });
    const found = await t.call(customers.list, { query: { keyword: phone } }, { as: people.rep });
    expect(found.data.list.map(({ id }) => id)).toEqual([params.id]);
    expect((await undo(people.rep, done.id)).progress).toMatchObject({ removed: 1, kept: 0 });
    expect((await t.call(customers.get, { params }, { as: people.rep })).status).toBe(404);
  });
});
