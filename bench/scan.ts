/** `npm run bench -- scan`: whether looking for overdue leads costs what is overdue, or what the table holds. See README.md. */
import { sql } from 'kysely';
import type { Instant } from '#shared/values/time.ts';
import { createRandom } from '../server/demo/random.ts';
import { createMemoryCache } from '../server/kernel/cache.ts';
import type { Clock } from '../server/kernel/clock.ts';
import { type OpenDatabase, openServer } from '../server/kernel/database.ts';
import { createJobs, type JobContext } from '../server/kernel/events.ts';
import { migrate } from '../server/kernel/migrate.ts';
import { newId } from '../server/kernel/new-id.ts';
import { freshSettings } from '../server/kernel/settings.ts';
import { runAlone } from '../server/kernel/unit-of-work.ts';
import { seedRoles } from '../server/modules/identity/roles.ts';
import { allDue, type Look, unsaid } from '../server/modules/reminders/due-leads.ts';
import { loadRecipients } from '../server/modules/reminders/recipients.ts';
import { runReminders } from '../server/modules/reminders/reminder-run.ts';
import { reminderHandlers } from '../server/modules/reminders/reminders.events.ts';
import { readRules } from '../server/modules/reminders/settings.ts';
import { nobodyOutside, testSigner } from '../server/testing/outside.ts';
import { hire, leadRow, withoutIndexes } from './data.ts';

const SIZES = { small: 100_000, large: 1_000_000 } as const;
type Size = keyof typeof SIZES;
const OVERDUE = 10_000;
const FOLLOW_UPS = 3;
const TARGET = 2;
/** Rows to copy from: of each the searchable text is made by the app. */
const MODELS = 2_000;
const TIMEOUT_MS = 1_800_000;
/** A Tuesday in an ordinary working week, ten o'clock in Shanghai. */
const NOW: Instant = '2026-03-10T02:00:00.000Z';
const clock: Clock = { now: () => NOW };
const OUTLETS = { mailConfigured: true, wechatConfigured: false };

const say = (text: string) => void process.stderr.write(`${text}\n`);
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1] ?? 0;

interface World {
  readonly database: OpenDatabase;
  readonly context: JobContext;
  drop(): Promise<void>;
}

async function createWorld(size: Size): Promise<World> {
  const base = process.env.TEST_DATABASE_URL;
  if (!base) throw new Error('Run it as `npm run bench -- scan`: it needs a Postgres of its own.');
  const name = `genjin_bench_scan_${size}`;
  const admin = openServer(base, { pool: 1, timeoutMs: TIMEOUT_MS });
  const drop = () => sql.raw(`drop database if exists ${name} with (force)`).execute(admin.db);
  await drop();
  await sql.raw(`create database ${name}`).execute(admin.db);
  const url = new URL(base);
  url.pathname = `/${name}`;
  const database = openServer(url.href, { pool: 4, timeoutMs: TIMEOUT_MS });
  await migrate(database.db);
  await seedRoles(database.db, NOW);
  await fillOverdue(database, SIZES[size]);
  const parts = { database, clock, cache: createMemoryCache(), signer: testSigner };
  const handlers = reminderHandlers(nobodyOutside());
  const jobs = createJobs(parts, handlers, [], (error) => {
    throw error;
  });
  await jobs.start({ work: false });
  return {
    database,
    context: { ...parts, jobs },
    async drop() {
      await jobs.stop();
      await database.close();
      await drop();
      await admin.close();
    },
  };
}

/**
 * So many leads with three follow-ups each. Always the same number is overdue, spread evenly over the table: three of four by
 * the last contact, up to 25 days back, the others by the agreed date. The rest: in the pool, ended, or contacted today.
 */
async function fillOverdue({ db }: OpenDatabase, leads: number): Promise<void> {
  say(`Filling a database with ${leads} leads, ${OVERDUE} of them overdue`);
  const { sales, registrants } = await hire(db, '2025-03-10T02:00:00.000Z');
  await db
    .insertInto('remindEmails')
    .values(
      ['boss@example.com', 'sales@example.com'].map((email) => ({
        id: newId(),
        email,
        createdBy: sales[0] as string,
        createdAt: NOW,
      })),
    )
    .execute();
  await sql`update users set email = username || '@example.com'`.execute(db);

  const random = createRandom(7);
  const models = Array.from({ length: MODELS }, (_, i) => {
    const owner = sales[i % sales.length] as string;
    return leadRow(i + 1, Date.parse(NOW), owner, registrants[i % registrants.length] as string, random);
  });
  await withoutIndexes(
    db,
    ['leads', 'followups'],
    (text) => say(`  ${text}`),
    async () => {
      await db.connection().execute(async (connection) => {
        await sql`create temporary table models as select row_number() over () - 1 as ordinal, leads.*
      from json_populate_recordset(null::leads, ${JSON.stringify(models)}::json) as leads`.execute(
          connection,
        );
        await sql`create unique index on models (ordinal)`.execute(connection);
        await sql`analyze models`.execute(connection);
        await sql`
      insert into leads (id, no, customer_name, phone, wechat, contact_person, customer_type, province, city,
        hotel_rooms, source, source_account, lead_time, intention, is_contacted, description, status, outcome, ended_at,
        owner_id, assigned_at, pool_entered_at, last_follow_up_at, last_follow_up_content, last_contact_at,
        next_follow_up_at, follow_up_count, search_text, search_contact, search_grams, wechat_key, name_key, created_by,
        created_at, updated_at, version)
      select md5('lead' || n)::uuid, 'LEAD-2026-' || lpad(n::text, 7, '0'), customer_name,
        '13' || lpad(n::text, 9, '0'), wechat, contact_person, customer_type, province, city, hotel_rooms, source,
        source_account, created, intention, true, description, case state when 'pool' then 'contacted' else state end, case state when 'closed' then 'lost' end,
        case when state in ('closed', 'converted') then contact end,
        case when state <> 'pool' then owner_id end, case when state <> 'pool' then created end,
        case when state = 'pool' then created end, contact, last_follow_up_content, contact, agreed, ${FOLLOW_UPS}::int,
        search_text, search_contact, search_grams, wechat_key, name_key, created_by, created, contact, 4
      from (
        select n, models.*, ${NOW}::timestamptz - interval '60 days' - n % 300 * interval '1 day' as created,
          case when late then 'qualified' when n % 10 = 1 then 'pool' when n % 10 in (2, 3) then 'closed'
            when n % 10 = 4 then 'converted' when n % 10 = 5 then 'new' else 'contacted' end as state,
          ${NOW}::timestamptz - case when late and not promised
            then interval '8 days' + n * 7919::bigint % 25000 * interval '1 minute'
            else n % 120 * interval '1 minute' end as contact,
          case when late and promised then ${NOW}::timestamptz - n * 7919::bigint % 15000 * interval '1 minute'
            when n % 5 < 2 then ${NOW}::timestamptz + (1 + n % 9) * interval '1 day' end as agreed
        from (select n, n % ${leads / OVERDUE}::int = 0 as late, n / ${leads / OVERDUE}::int % 4 = 0 as promised
          from generate_series(1, ${leads}::int) as n) as n
        join models on models.ordinal = (hashint4(n.n) & 2147483647) % ${MODELS}::int
      ) as made`.execute(connection);
      });
      await sql`
    insert into followups (id, lead_id, method, content, happened_at, author_id, created_at, updated_at)
    select gen_random_uuid(), leads.id, (array['phone', 'wechat', 'visit'])[n], leads.last_follow_up_content, at,
      leads.created_by, at, at
    from leads cross join generate_series(1, ${FOLLOW_UPS}::int) as n,
      lateral (select leads.last_contact_at - (${FOLLOW_UPS}::int - n) * interval '3 days' as at) as moment`.execute(
        db,
      );
    },
  );
  await sql`vacuum analyze leads, followups, users`.execute(db);
  await sql`checkpoint`.execute(db);
}

async function lookOf({ database: { db } }: World): Promise<Look> {
  return { asOf: NOW, rules: await readRules({ db, settings: freshSettings }), team: null };
}

/** How many reminders are to be said. */
async function select(world: World): Promise<number> {
  const { db } = world.database;
  const rows = unsaid(await lookOf(world), await loadRecipients(db));
  const { rows: counted } = await sql<{ count: number }>`
    select count(*), max(recipient) from ${rows} as unsaid`.execute(db);
  return counted[0]?.count ?? 0;
}

async function run({ context }: World): Promise<number> {
  const work = { asOf: NOW, slot: null, actorId: null, team: null };
  return (await runAlone(context, (command) => runReminders(command, OUTLETS, work)))?.reminders ?? 0;
}

async function forget({ database: { db } }: World): Promise<void> {
  await sql`truncate reminders, reminder_deliveries, reminder_runs, notifications, pgboss.job`.execute(db);
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How the select reaches leads, and the pages it touches. Throws when it reads the whole table. */
async function explain(world: World): Promise<string> {
  const { db } = world.database;
  const rows = unsaid(await lookOf(world), await loadRecipients(db));
  const { rows: answer } = await sql<{ queryPlan: [{ Plan: PlanNode & Record<string, number> }] }>`
    explain (analyze, buffers, format json) select * from ${rows} as unsaid`.execute(db);
  const plan = Object.values(answer[0] ?? {})[0]?.[0].Plan as PlanNode & Record<string, number>;
  const { rows: counts } = await sql<{ overdue: number; recipients: number }>`
    select (select count(*) from ${allDue(await lookOf(world))} as due) as overdue,
      (select count(distinct recipient) from ${rows} as unsaid) as recipients`.execute(db);
  const ways = nodesOf(plan)
    .filter((node) => node['Relation Name'] === 'leads' || node['Index Name']?.startsWith('leads_'))
    .map((node) => [node['Node Type'], node['Index Name']].filter(Boolean).join(' '));
  if (ways.some((way) => way.startsWith('Seq Scan')))
    throw new Error(`It reads all leads: ${ways.join(', ')}`);
  const counted = [...Map.groupBy(ways, (way) => way)].map(([way, all]) => `${all.length} × ${way}`);
  const pages = (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0);
  return `${counts[0]?.overdue} overdue, ${counts[0]?.recipients} recipients, ${counted.join(', ')}; ${pages} pages`;
}

/** Each step on both sizes in turn, so that both meet the same machine. Answers the exit code. */
export async function measureScan(rounds: number): Promise<number> {
  const worlds: Partial<Record<Size, World>> = {};
  const sizes = Object.keys(SIZES) as Size[];
  try {
    for (const size of sizes) worlds[size] = await createWorld(size);
    const steps = [
      { name: 'select', step: select },
      { name: 'first run', step: run },
      { name: 'repeated run', step: run },
      { name: 'repeated select', step: select },
    ];
    const times = steps.map(() => ({ small: [] as number[], large: [] as number[] }));
    const found = steps.map(() => ({ small: 0, large: 0 }));
    // The first round warms up.
    for (let round = 0; round <= rounds; round++) {
      for (const size of sizes) await forget(worlds[size] as World);
      for (const [i, { step }] of steps.entries()) {
        // Neither is always the first.
        for (const size of round % 2 === 0 ? sizes : sizes.toReversed()) {
          const started = performance.now();
          found[i]![size] = await step(worlds[size] as World);
          if (round > 0) times[i]![size].push(performance.now() - started);
        }
      }
      say(`  round ${round}`);
    }
    let worst = 0;
    for (const [i, { name }] of steps.entries()) {
      const [small, large] = [median(times[i]!.small), median(times[i]!.large)];
      // Of the same round, since the machine may be busier in another.
      const ratio = median(times[i]!.large.map((time, round) => time / times[i]!.small[round]!));
      worst = Math.max(worst, ratio);
      console.log(
        `${name.padEnd(16)} ${small.toFixed(0).padStart(6)} ms at ${SIZES.small} leads (${found[i]!.small} reminders)` +
          ` ${large.toFixed(0).padStart(6)} ms at ${SIZES.large} (${found[i]!.large})   ratio ${ratio.toFixed(2)}`,
      );
    }
    for (const size of sizes) {
      await forget(worlds[size] as World);
      console.log(`${String(SIZES[size]).padStart(7)} leads: ${await explain(worlds[size] as World)}`);
    }
    console.log(`worst ratio ${worst.toFixed(2)}, at most ${TARGET}: ${worst <= TARGET ? 'ok' : 'MISSED'}`);
    return worst <= TARGET ? 0 : 1;
  } finally {
    for (const world of Object.values(worlds)) await world.drop();
  }
}
