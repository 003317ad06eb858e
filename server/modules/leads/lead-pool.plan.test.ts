import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '#shared/values/time.ts';
import type { OpenDatabase } from '../../kernel/database.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { onRealPostgres, openTestDatabase } from '../../testing/database.ts';
import { createUser } from '../identity/people.ts';
import { poolJudgement, recycledLeads, recycleReach } from './lead-pool.rules.ts';

const NOW: Instant = '2026-03-10T02:00:00.000Z';
const LEADS = 50_000;
const REPS = 40;
const TAKEN = 250;

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

// The cost follows what is taken, not the table. The embedded database plans with little memory.
describe.runIf(onRealPostgres)('the look for what goes back to the pool', () => {
  let database: OpenDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
    const { db } = database;
    const owners: string[] = [];
    for (let i = 0; i < REPS; i++) {
      const account = {
        username: `rep${i}`,
        name: `同事${i}`,
        passwordHash: 'none',
        roles: ['sales'] as const,
      };
      owners.push(await createUser(db, NOW, account));
    }
    // One of a hundred was forgotten; half of those have ended.
    await sql`
      insert into leads (id, no, customer_name, phone, source, lead_time, intention, is_contacted, status, owner_id,
        assigned_at, last_contact_at, search_text, search_contact, search_grams, name_key, created_by, created_at, updated_at)
      select gen_random_uuid(), 'LEAD-' || n, n || '号酒店', '13800138000', 'phone', at,
        (array['high', 'medium', 'low'])[1 + n % 3], true, case when n % 200 = 0 then 'closed' else 'contacted' end,
        (${owners}::uuid[])[1 + n % ${REPS}::int], at, case when n % 100 = 0 then at else recent end,
        repeat('某某酒店', 20), '', '{}', '', ${owners[0]}, at, at
      from generate_series(1, ${LEADS}::int) as n,
        (values (${NOW}::timestamptz - interval '60 days', ${NOW}::timestamptz - interval '1 hour')) as moment (at, recent)`.execute(
      db,
    );
    const since = '2026-01-01T00:00:00.000Z';
    await db
      .updateTable('poolRules')
      .set({ recycleHigh: 5, recycleMedium: 10, recycleLow: 20, recycleSince: since })
      .execute();
    await sql`analyze`.execute(db);
  }, 60_000);

  afterAll(() => database.close());

  it('finds it all, through its index', async () => {
    const { db } = database;
    const judgement = await poolJudgement({ db, settings: freshSettings });
    const rows = recycledLeads(recycleReach(judgement, () => NOW, null));
    const counted = await sql<{ count: number }>`select count(*) as count from ${rows} as taken`.execute(db);
    expect(Number(counted.rows[0]?.count)).toBe(TAKEN);
    const { rows: answer } = await sql<Record<string, [{ Plan: Node }]>>`
      explain (format json) select * from ${rows} as taken`.execute(db);
    const onLeads = nodesOf(Object.values(answer[0] ?? {})[0]?.[0].Plan as Node).filter(
      (node) => node['Relation Name'] === 'leads' || node['Index Name']?.startsWith('leads'),
    );
    expect(onLeads).not.toEqual([]);
    for (const node of onLeads) expect(node['Node Type']).toMatch(/Index|Bitmap/);
    expect(onLeads.map((node) => node['Index Name'])).toContain('leads_recycle');
  });
});
