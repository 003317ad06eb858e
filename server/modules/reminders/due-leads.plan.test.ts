import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '#shared/values/time.ts';
import type { OpenDatabase } from '../../kernel/database.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { onRealPostgres, openTestDatabase } from '../../testing/database.ts';
import { createUser } from '../identity/people.ts';
import { allDue, type Look, unsaid } from './due-leads.ts';
import { loadRecipients } from './recipients.ts';
import { readRules } from './settings.ts';

const NOW: Instant = '2026-03-10T02:00:00.000Z';
const LEADS = 50_000;
const OVERDUE = 500;

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

// The cost follows what is overdue, not the table: no plan may read all leads. The embedded database plans with little memory.
describe.runIf(onRealPostgres)('the look for overdue leads', () => {
  let database: OpenDatabase;
  let look: Look;

  beforeAll(async () => {
    database = await openTestDatabase();
    const { db } = database;
    const owner = await createUser(db, NOW, {
      username: 'rep',
      name: '李强',
      passwordHash: 'none',
      roles: ['sales'],
    });
    // One of a hundred is late, every other one of those by the agreed date; the others were contacted an hour ago.
    await sql`
      insert into leads (id, no, customer_name, phone, source, lead_time, intention, is_contacted, status, owner_id,
        assigned_at, last_contact_at, next_follow_up_at, search_text, search_contact, search_grams, name_key, created_by,
        created_at, updated_at)
      select gen_random_uuid(), 'LEAD-' || n, n || '号酒店', '13800138000', 'phone', at,
        (array['high', 'medium', 'low'])[1 + n % 3], true, 'contacted', ${owner}, at,
        case when n % 200 = 0 then at else recent end, case when n % 200 = 100 then at end, repeat('某某酒店', 20), '', '{}',
        '', ${owner}, at, at
      from generate_series(1, ${LEADS}::int) as n,
        (values (${NOW}::timestamptz - interval '30 days', ${NOW}::timestamptz - interval '1 hour')) as moment (at, recent)`.execute(
      db,
    );
    await sql`analyze`.execute(db);
    look = { asOf: NOW, rules: await readRules({ db, settings: freshSettings }), team: null };
  }, 60_000);

  afterAll(() => database.close());

  const explain = async (rows: ReturnType<typeof allDue>): Promise<Node[]> => {
    const { rows: answer } = await sql<Record<string, [{ Plan: Node }]>>`
      explain (format json) select * from ${rows} as found`.execute(database.db);
    return nodesOf(Object.values(answer[0] ?? {})[0]?.[0].Plan as Node);
  };

  const expectIndexesOnly = (nodes: readonly Node[]) => {
    const onLeads = nodes.filter((node) => node['Relation Name'] === 'leads');
    expect(onLeads).not.toEqual([]);
    for (const node of onLeads) expect(node['Node Type']).toMatch(/^(Index|Bitmap Heap|Index Only) Scan$/);
    const indexes = new Set(nodes.flatMap((node) => node['Index Name'] ?? []));
    expect(indexes).toContain('leads_due_contact');
    expect(indexes).toContain('leads_due_date');
  };

  it('finds everything that is due', async () => {
    const { rows } = await sql<{ count: number }>`select count(*) from ${allDue(look)} as due`.execute(
      database.db,
    );
    expect(rows[0]?.count).toBe(OVERDUE);
  });

  it('reads what is due through its indexes', async () => expectIndexesOnly(await explain(allDue(look))));

  it('reads what is to be said through them, before anything was said and after', async () => {
    const { db } = database;
    const said = unsaid(look, await loadRecipients(db));
    expectIndexesOnly(await explain(said));
    await sql`insert into reminder_runs (id, at) values (gen_random_uuid(), ${NOW})`.execute(db);
    await sql`
      insert into reminders (lead_id, tier, cycle, recipient, run_id)
      select said.*, reminder_runs.id from ${said} as said, reminder_runs`.execute(db);
    await sql`analyze reminders`.execute(db);
    expectIndexesOnly(await explain(said));
    const { rows } = await sql<{ count: number }>`select count(*) from ${said} as said`.execute(db);
    expect(rows[0]?.count).toBe(0);
  });
});
