import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenDatabase } from '../../kernel/database.ts';
import { newId } from '../../kernel/new-id.ts';
import { gramsOf, nameKeyOf } from '../../kernel/search.ts';
import { onRealPostgres, openTestDatabase } from '../../testing/database.ts';
import { createUser } from '../identity/people.ts';
import { contactsBy, customersBy, leadsBy, waysTo } from './duplicates.queries.ts';

const NOW = '2026-03-10T02:00:00.000Z';
const ROWS = 20_000;
const CHAINS = ['维也纳', '金沙湾', '锦江之星', '云栖竹径', '碧波荡漾', '大唐芙蓉', '悦榕庄', '白天鹅'];
const TOWNS = ['深圳', '广州', '杭州', '北京', '成都', '西安', '厦门', '三亚'];

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Node[];
}
const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

// The embedded database plans with little memory.
describe.runIf(onRealPostgres)('the duplicate check of a large company', () => {
  let database: OpenDatabase;
  let context: Parameters<typeof leadsBy>[0];

  beforeAll(async () => {
    database = await openTestDatabase();
    const { db } = database;
    const account = { username: 'rep', name: '同事', passwordHash: 'none', roles: ['sales'] as const };
    const owner = await createUser(db, NOW, account);
    const rows = Array.from({ length: ROWS }, (_, i) => {
      const town = TOWNS[i % TOWNS.length];
      const chain =
        i % 3 === 0
          ? CHAINS[i % CHAINS.length]
          : `${String.fromCodePoint(0x4e00 + ((i * 7919) % 6000))}${String.fromCodePoint(0x5e00 + ((i * 104729) % 3000))}湾`;
      const name = `${town}${chain}酒店${i}号店`;
      const phone = String(13_000_000_000 + i);
      return [newId(), `N-${i}`, name, phone, nameKeyOf(name), gramsOf([name, town, phone])] as const;
    });
    for (let from = 0; from < ROWS; from += 5000) {
      const json = JSON.stringify(rows.slice(from, from + 5000));
      await sql`
        insert into leads (id, no, customer_name, phone, name_key, search_grams, source, lead_time, intention,
          is_contacted, status, owner_id, assigned_at, last_contact_at, search_text, search_contact, created_by, created_at,
          updated_at)
        select (row ->> 0)::uuid, row ->> 1, row ->> 2, row ->> 3, row ->> 4,
          array(select jsonb_array_elements_text(row -> 5)), 'phone', ${NOW}, 'high', false, 'new', ${owner}::uuid, ${NOW},
          ${NOW}, repeat('某某酒店', 20), '', ${owner}::uuid, ${NOW}, ${NOW}
        from jsonb_array_elements(${json}::jsonb) as row`.execute(db);
      await sql`
        insert into customers (id, no, customer_name, phone, name_key, search_grams, source, stage, status, owner_id,
          assigned_at, last_contact_at, search_text, created_by, created_at, updated_at)
        select (row ->> 0)::uuid, row ->> 1, row ->> 2, row ->> 3, row ->> 4,
          array(select jsonb_array_elements_text(row -> 5)), 'phone', 'client', 'active', ${owner}::uuid, ${NOW}, ${NOW},
          repeat('某某酒店', 20), ${owner}::uuid, ${NOW}, ${NOW}
        from jsonb_array_elements(${json}::jsonb) as row`.execute(db);
      await sql`
        insert into contacts (id, customer_id, name, phone, is_primary, search_text, search_grams, created_at, updated_at)
        select (row ->> 0)::uuid, (row ->> 0)::uuid, row ->> 2, row ->> 3, true, repeat('某某', 20), '{}', ${NOW}, ${NOW}
        from jsonb_array_elements(${json}::jsonb) as row`.execute(db);
    }
    await sql`vacuum analyze`.execute(db);
    const actor = { userId: owner, name: '同事', sessionId: '', teamIds: [owner], revision: 0 };
    context = {
      db,
      actor: {
        ...actor,
        mustChangePassword: false,
        grants: { 'leads.read': 'own', 'customers.read': 'own' },
      },
    };
  }, 120_000);

  afterAll(() => database.close());

  it.each([
    '深圳金沙湾国际大酒店',
    '维也纳酒店',
    '云栖竹径度假酒店管理有限公司',
    '如梦如幻令人神往酒店',
    '悦榕庄',
  ])('reads its indexes only for %s', async (name) => {
    const ways = waysTo({
      phone: '13000000042',
      wechat: 'somebody',
      nameKey: nameKeyOf(name),
      name,
      exceptId: null,
    });
    const asked = [
      ...ways.leads.flatMap((way) => (way ? [leadsBy(context, way, null)] : [])),
      ...ways.customers.flatMap((way) => (way ? [customersBy(context, way, null)] : [])),
      ...ways.contacts.flatMap((way) => (way ? [contactsBy(context, way, null)] : [])),
    ];
    expect(asked).toHaveLength(5);
    for (const query of asked) {
      const { rows } = await sql<Record<string, [{ Plan: Node }]>>`explain (format json) ${query}`.execute(
        database.db,
      );
      const nodes = nodesOf(Object.values(rows[0] ?? {})[0]?.[0].Plan as Node);
      const scanned = nodes.filter((node) => node['Node Type'] === 'Seq Scan');
      const searched = ['leads', 'customers', 'contacts'];
      const tables = scanned.map((node) => node['Relation Name'] ?? '');
      expect(tables.filter((table) => searched.includes(table))).toEqual([]);
    }
  });
});
