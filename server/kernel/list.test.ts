import { sql } from 'kysely';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { leads } from '#shared/leads/contract.ts';
import { type Company, createCompany, register } from '../testing/company.ts';
import { createTestApp, type TestApp } from '../testing/createTestApp.ts';
import { contextOf } from '../testing/work.ts';
import { defineList, readCursor, writeCursor } from './list.ts';
import { newId } from './new-id.ts';

let t: TestApp;
let people: Company;

beforeAll(async () => {
  t = await createTestApp();
  people = await createCompany(t);
});

/** Copies one lead many times, `ties` of them at a time in one minute after another. */
async function fill(source: string, count: number, ties: number) {
  await sql`
    insert into leads
    select copy.* from leads, generate_series(0, ${count}::int - 1) as number,
      lateral jsonb_populate_record(leads, jsonb_build_object(
        'id', gen_random_uuid(), 'no', gen_random_uuid(),
        'created_at', timestamptz '2026-01-01' + number / ${ties}::int * interval '1 minute')) as copy
    where leads.id = ${source}`.execute(t.db);
}

describe('a list of leads', () => {
  let owner: Company['rep'];
  let ids: string[];

  beforeAll(async () => {
    owner = await t.user({ roles: ['sales'], department: people.departments.north });
    const lead = await register(t, owner);
    await fill(lead.id, 44, 3);
    const rows = await t.db
      .selectFrom('leads')
      .select('id')
      .where('ownerId', '=', owner.id)
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .execute();
    ids = rows.map((row) => row.id);
  });

  const page = async (query: object) =>
    (await t.call(leads.list, { query: { ownerId: owner.id, ...query } }, { as: owner })).data;
  const idsOf = (answer: { list: { id: string }[] }) => answer.list.map((lead) => lead.id);

  it('is cut into pages with an exact total', async () => {
    expect((await page({ pageSize: 20 })).pagination).toMatchObject({
      page: 1,
      pageSize: 20,
      total: 45,
      totalPages: 3,
    });
    const pages = [];
    for (let number = 1; number <= 3; number++)
      pages.push(...idsOf(await page({ page: number, pageSize: 20 })));
    expect(pages).toEqual(ids);
  });

  it('beyond the last page is empty, with the same total', async () => {
    const far = await page({ page: 4, pageSize: 20 });
    expect(far.list).toEqual([]);
    expect(far.pagination).toMatchObject({ total: 45, totalPages: 3, nextCursor: null });
    expect((await page({ page: 1_000_000, pageSize: 100 })).list).toEqual([]);
  });

  test.each([7, 15, 20, 44, 45, 46, 100])(
    'read by cursor with %i a page shows each lead once',
    async (pageSize) => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const answer: Awaited<ReturnType<typeof page>> = await page({ pageSize, cursor });
        seen.push(...idsOf(answer));
        expect(answer.pagination.total).toBe(45);
        cursor = answer.pagination.nextCursor ?? undefined;
      } while (cursor);
      expect(seen).toEqual(ids);
    },
  );

  it('in the other order is the same list backwards, ties included', async () => {
    expect(idsOf(await page({ pageSize: 100, sort: 'createdAt' }))).toEqual([...ids].reverse());
  });

  it('goes on where it was although leads are added meanwhile', async () => {
    const first = await page({ pageSize: 20 });
    const added = await register(t, owner);
    const second = await page({ pageSize: 20, cursor: first.pagination.nextCursor });
    expect(idsOf(second)).toEqual(ids.slice(20, 40));
    expect(second.pagination.total).toBe(46);
    expect(idsOf(await page({ pageSize: 1 }))).toEqual([added.id]);
    await t.db.deleteFrom('ownershipChanges').where('entityId', '=', added.id).execute();
    await t.db.deleteFrom('leads').where('id', '=', added.id).execute();
  });

  it('counts what was just written, not what was counted before', async () => {
    t.clock.advance({ seconds: 10 });
    const before = (await page({ pageSize: 20 })).pagination.total;
    await register(t, owner);
    expect((await page({ pageSize: 20 })).pagination.total).toBe(before + 1);
  });

  test.each<[string, (cursor: string) => string]>([
    ['cut off', (cursor) => cursor.slice(0, -8)],
    ['not ours', () => 'abc'],
    ['not even base64', () => '💥'],
    ['JSON of another shape', () => Buffer.from('{"a":1}').toString('base64url')],
    ['null', () => Buffer.from('null').toString('base64url')],
    [
      'of another order',
      (cursor) => Buffer.from(cursor, 'base64url').toString().replace('-createdAt', 'createdAt'),
    ],
    ['with SQL', () => writeCursor('-createdAt', "2026-01-01' or 1=1", newId())],
    ['with a date that is none', () => writeCursor('-createdAt', '2026-99-99T00:00:00.000Z', newId())],
    ['with an id that is none', () => writeCursor('-createdAt', '2026-01-01T00:00:00.000Z', 'x')],
    ['with numbers', () => Buffer.from('["-createdAt",1,2]').toString('base64url')],
    ['far too deep', () => Buffer.from('['.repeat(300)).toString('base64url')],
  ])('refuses a cursor that is %s', async (_, change) => {
    const { pagination } = await page({ pageSize: 20 });
    const url = `/api/leads?pageSize=20&cursor=${encodeURIComponent(change(pagination.nextCursor ?? ''))}`;
    const reply = await t.send('GET', url, { as: owner });
    expect(reply.status).toBe(400);
    expect(reply.failure.errors?.map((error) => error.field) ?? []).toEqual(
      reply.failure.errorCode === 'VALIDATION' ? ['cursor'] : [],
    );
  });

  it('shows nobody else’s leads through a cursor', async () => {
    const { pagination } = await page({ pageSize: 20 });
    const url = { query: { pageSize: 20, cursor: pagination.nextCursor ?? '' } };
    const other = (await t.call(leads.list, url, { as: people.rep })).data;
    expect(other.list).toEqual([]);
    expect(other.pagination.total).toBe(0);
  });
});

describe('a long list', () => {
  const list = defineList({
    table: 'leads',
    orders: { createdAt: { column: 'leads.createdAt', type: 'timestamptz' } },
    rows: (db, _: null, { ownerId }: { ownerId: string }) =>
      db.selectFrom('leads').where('leads.ownerId', '=', ownerId),
    columns: (rows) => rows.select(['leads.id', 'leads.createdAt as sortKey']),
  });
  let owner: Company['rep'];
  let ids: string[];
  const COUNT = 2504;

  beforeAll(async () => {
    owner = await t.user({ roles: ['sales'], department: people.departments.north });
    const lead = await register(t, owner);
    await fill(lead.id, COUNT - 1, 4);
    const rows = await t.db
      .selectFrom('leads')
      .select('id')
      .where('ownerId', '=', owner.id)
      .orderBy('createdAt', 'desc')
      .orderBy('id', 'desc')
      .execute();
    ids = rows.map((row) => row.id);
  });

  /** Pages of the kernel alone, with the statements that it sends. */
  async function read(page: number, pageSize: number) {
    const context = await contextOf(t, owner, 'leads.read');
    return list.page(
      context,
      { page, pageSize, sort: '-createdAt' },
      { flags: null, values: { ownerId: owner.id } },
    );
  }

  test.each([
    ['near the front', 2, 100],
    ['just before the middle', 12, 100],
    ['behind the middle', 14, 100],
    ['before the last', 25, 100],
    ['the last, which is short', 26, 100],
    ['the last, which is full', 313, 8],
    ['deep, one row a page', 2503, 1],
    ['the very last row', 2504, 1],
    ['behind the end', 2505, 1],
  ])('shows the right page %s', async (_, page, pageSize) => {
    const answer = await read(page, pageSize);
    expect(answer.list.map((row) => row.id)).toEqual(ids.slice((page - 1) * pageSize, page * pageSize));
    expect(answer.pagination.total).toBe(COUNT);
    expect(answer.pagination.nextCursor !== null).toBe(page * pageSize < COUNT);
  });

  it('goes on by cursor from a deep page', async () => {
    const deep = await read(24, 100);
    const next = await t.call(
      leads.list,
      { query: { pageSize: 100, ownerId: owner.id, cursor: deep.pagination.nextCursor ?? '' } },
      { as: owner },
    );
    expect(next.data.list.map((lead) => lead.id)).toEqual(ids.slice(2400, 2500));
  });
});

describe('what a keyword finds', () => {
  let owner: Company['rep'];

  beforeAll(async () => {
    owner = await t.user({ roles: ['sales'], department: people.departments.north });
    const lead = await register(t, owner, { customerName: '灯塔客栈' });
    await fill(lead.id, 999, 4);
  });

  const search = async (query: object = {}) =>
    (await t.call(leads.list, { query: { keyword: '灯塔', pageSize: 100, ...query } }, { as: owner })).data;

  it('is counted up to a thousand, and may still be read to its end', async () => {
    expect((await search()).pagination).toMatchObject({ total: 1000, capped: false, totalPages: 10 });
    expect((await search({ page: 10 })).pagination.nextCursor).toBeNull();
    await register(t, owner, { customerName: '灯塔民宿' });

    const seen = new Set<string>();
    let cursor: string | undefined;
    do {
      const { list, pagination } = await search({ cursor });
      expect(pagination).toMatchObject({ total: 1000, capped: true });
      for (const { id } of list) seen.add(id);
      cursor = pagination.nextCursor ?? undefined;
    } while (cursor);
    expect(seen.size).toBe(1001);
    const last = await search({ page: 11 });
    expect(last.list).toHaveLength(1);
    expect(last.pagination).toMatchObject({ total: 1000, capped: true, nextCursor: null });
    expect((await search({ page: 12 })).list).toEqual([]);
  });

  it('is counted to the end where it is not searched for', async () => {
    const all = await t.call(leads.list, { query: { ownerId: owner.id } }, { as: owner });
    expect(all.data.pagination).toMatchObject({ total: 1001, capped: false });
  });
});

describe('a cursor', () => {
  it('comes back as it was written', () => {
    const id = newId();
    expect(readCursor(writeCursor('name', '王芳', id), 'name', 'text')).toEqual({ value: '王芳', id });
  });

  it('for a text order holds no NUL', () => {
    expect(() => readCursor(writeCursor('name', 'a\u0000', newId()), 'name', 'text')).toThrow();
  });
});
