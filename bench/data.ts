import { sql } from 'kysely';
import { toInstant } from '#shared/values/time.ts';
import { CUSTOMERS } from '../server/demo/customers.ts';
import { createRandom } from '../server/demo/random.ts';
import type { Database } from '../server/kernel/database.ts';
import { newId } from '../server/kernel/new-id.ts';
import { createDepartment, createUser, setDepartmentManager } from '../server/modules/identity/people.ts';
import { newRefreshToken } from '../server/modules/identity/tokens.ts';
import { searchColumns } from '../server/modules/leads/leads.search.ts';

/** Two characters that stand in half of the names, in one of five hundred, and in none. */
export const KEYWORDS = { common: '酒店', rare: '灯塔', absent: '飞碟' } as const;

/** Each lead has another number, and one tells nothing about the next: a multiple modulo the largest prime of eight digits. */
export const phoneOf = (ordinal: number): string =>
  `138${String((ordinal * 48_271) % 99_999_989).padStart(8, '0')}`;

export interface BenchUser {
  readonly id: string;
  readonly sessionId: string;
  /** Some of the open leads they follow. */
  readonly leadIds: readonly string[];
}

const BATCH = 2_000;
const DAY_MS = 86_400_000;
const DEPARTMENTS = 10;
const SALES = 150;
const MEDIA = 30;
const FOLLOW_UPS = 3;

const SUFFIXES = [
  '酒店',
  '大酒店',
  '国际酒店',
  '商务酒店',
  '度假酒店',
  '民宿',
  '公寓',
  '客栈',
  '宾馆',
  '山庄',
];
const BRANDS = (
  '悦栖 云岚 榕居 听澜 海屿 归野 逸庭 栖程 锦途 湖景 江畔 星月 望山 南洋 椰风 青桐 拾光 石语 渔火 竹里 雅集 漓江 白云 滨海 ' +
  '紫荆 木棉 翠竹 金沙 银滩 碧波 明珠 翡翠 东方 华庭 嘉和 丽景 帝豪 维景 盛世 景泰'
).split(' ');
/** A follow-up of these is no more than that. */
const FOLLOWED = ['contacted', 'qualified'];
const SURNAMES = '陈李黄张梁林何吴罗郑谢邓曾叶苏潘韦覃符庄蔡许杨周冯';
const TITLES = ['总', '经理', '老板', '店长', '主管', '工'];
const SOURCES = [
  'douyin',
  'douyin',
  'douyin',
  'wechat',
  'wechat',
  'exhibition',
  'referral',
  'website',
  'phone',
];
const STATUSES = [
  'new',
  'contacted',
  'contacted',
  'qualified',
  'qualified',
  'qualified',
  'converted',
  'closed',
  'closed',
];
const CONTENTS = [
  '电话聊了十来分钟，灯光、空调、窗帘都要，目前还没有定品牌，先发公司介绍和两个案例。',
  '发了初步方案，单间按两千八估，客户说先跟合伙人商量，下周给答复。',
  '到现场看了样板间，管井位置够，主机放衣柜顶，要求先做一间看效果。',
  '微信上问进度，客户说工地进度慢了半个月，等水电进场再定。',
  '谈合同条款，预付三成，到货六成，验收一成，等对方盖章。',
  '打了两次没人接，发了短信说明来意。',
  '客户担心前台不会用，讲了对接以后插卡、退房都是自动的，约了去现场看。',
];

/** A company of 200 people with so many leads and three follow-ups for each. */
export async function fill(db: Database, leads: number, say: (text: string) => void): Promise<void> {
  const random = createRandom(7);
  const now = Date.now();
  say('people');
  const { sales, registrants } = await hire(db, toInstant(now - 400 * DAY_MS));

  const first = now - 365 * DAY_MS;
  await withoutIndexes(db, ['leads', 'followups'], say, async () => {
    say('leads');
    for (let done = 0; done < leads; done += BATCH) {
      const rows = Array.from({ length: Math.min(BATCH, leads - done) }, (_, i) => {
        const ordinal = done + i + 1;
        const createdAt = first + Math.floor(((now - first) * ordinal) / (leads + 1));
        const owner = random.chance(0.1) ? null : random.pick(sales);
        return leadRow(ordinal, createdAt, owner, random.pick(registrants), random);
      });
      const json = JSON.stringify(rows);
      await sql`insert into leads select * from json_populate_recordset(null::leads, ${json}::json)`.execute(
        db,
      );
    }
    await sql`insert into number_counters values ('LEAD', ${new Date(now).getFullYear()}, ${leads})`.execute(
      db,
    );
    say('follow-ups');
    const content = sql`(${sql.val(CONTENTS)}::text[])[1 + (right(leads.no, 6)::int + n) % ${CONTENTS.length}::int]`;
    await sql`
      insert into followups (id, lead_id, method, content, happened_at, author_id, created_at, updated_at)
      select gen_random_uuid(), leads.id, (array['phone', 'wechat', 'visit'])[1 + n % 3], ${content}, at,
        coalesce(leads.owner_id, leads.created_by), at, at
      from leads cross join generate_series(1, ${FOLLOW_UPS}::int) as n,
        lateral (select leads.created_at + n * interval '8 hours' as at) as moment
      where at <= ${toInstant(now)}
      order by leads.created_at`.execute(db);
  });
  await sql`vacuum analyze`.execute(db);
  await sql`checkpoint`.execute(db);
}

/** Fills tables and builds their indexes at the end, several times faster than adding to them one by one. */
export async function withoutIndexes(
  db: Database,
  tables: readonly string[],
  say: (text: string) => void,
  fillTables: () => Promise<void>,
): Promise<void> {
  const { rows: indexes } = await sql<{ name: string; definition: string }>`
    select indexname as name, indexdef as definition from pg_indexes
    where schemaname = 'public' and tablename = any(${tables}) and indexname not like '%key'
      and indexname not like '%pkey'`.execute(db);
  for (const { name } of indexes) await sql.raw(`drop index ${name}`).execute(db);
  await fillTables();
  say('indexes');
  await sql`set maintenance_work_mem = '512MB'`.execute(db);
  for (const { definition } of indexes) await sql.raw(definition).execute(db);
}

interface Staff {
  readonly sales: string[];
  readonly registrants: string[];
}

/** A company of 200 people in ten departments with their managers. */
export async function hire(db: Database, at: string): Promise<Staff> {
  const sales: string[] = [];
  const registrants: string[] = [];
  const departments: string[] = [];
  for (let i = 0; i < DEPARTMENTS; i++)
    departments.push(await createDepartment(db, at, { name: `销售${i + 1}部` }));
  const hireOne = (n: number, role: 'sales' | 'media' | 'sales_manager' | 'admin') =>
    createUser(db, at, {
      username: `user${n}`,
      name: `${SURNAMES[n % SURNAMES.length]}${n}`,
      passwordHash: 'none',
      roles: [role],
      departmentId: departments[n % DEPARTMENTS],
    });
  for (let n = 0; n < SALES; n++) sales.push(await hireOne(n, 'sales'));
  for (let n = SALES; n < SALES + MEDIA; n++) registrants.push(await hireOne(n, 'media'));
  await hireOne(SALES + MEDIA, 'admin');
  for (let n = SALES + MEDIA + 1; n < 200; n++) {
    const id = await hireOne(n, 'sales_manager');
    await setDepartmentManager(db, departments[n % DEPARTMENTS]!, id);
  }
  return { sales, registrants };
}

/** A lead with everything that the app itself would write. */
export function leadRow(
  ordinal: number,
  createdAt: number,
  ownerId: string | null,
  createdBy: string,
  random: ReturnType<typeof createRandom>,
) {
  const [, type, province, city] = CUSTOMERS[ordinal % CUSTOMERS.length]!;
  const brand = random.chance(0.002) ? KEYWORDS.rare : random.pick(BRANDS);
  const surname = random.pick([...SURNAMES]);
  const person = `${surname}${random.pick(TITLES)}`;
  const open = {
    no: `LEAD-${new Date(createdAt).getFullYear()}-${String(ordinal).padStart(6, '0')}`,
    customerName: `${city}${brand}${random.pick(SUFFIXES)}（${random.pick(BRANDS)}店）`,
    company: null,
    province,
    city,
    sourceAccount: '岭南智居客控',
    phone: phoneOf(ordinal),
    wechat: random.chance(0.4) ? `wx${ordinal}` : null,
    otherHandle: null,
    contactPerson: person,
    email: null,
  };
  const search = searchColumns(open);
  const created = toInstant(createdAt);
  const lastContact = toInstant(createdAt + FOLLOW_UPS * 8 * 3_600_000);
  const status = random.pick(STATUSES);
  return {
    id: newId(),
    no: open.no,
    customer_name: open.customerName,
    phone: open.phone,
    wechat: open.wechat,
    contact_person: person,
    customer_type: type,
    province,
    city,
    hotel_rooms: random.between(8, 300),
    source: random.pick(SOURCES),
    source_account: open.sourceAccount,
    lead_time: created,
    intention: random.pick(['high', 'medium', 'medium', 'low']),
    is_contacted: true,
    description: `想了解客控系统，${random.between(8, 300)}间房，希望尽快报价`,
    status,
    outcome: status === 'closed' ? 'lost' : null,
    ended_at: status === 'closed' || status === 'converted' ? lastContact : null,
    owner_id: ownerId,
    assigned_at: ownerId && created,
    pool_entered_at: ownerId === null ? created : null,
    last_follow_up_at: lastContact,
    last_follow_up_content: CONTENTS[(ordinal + FOLLOW_UPS) % CONTENTS.length],
    last_contact_at: lastContact,
    next_follow_up_at: random.chance(0.4) ? toInstant(createdAt + 3 * DAY_MS) : null,
    follow_up_count: FOLLOW_UPS,
    search_text: search.searchText,
    search_contact: search.searchContact,
    search_grams: search.searchGrams,
    wechat_key: search.wechatKey,
    name_key: search.nameKey,
    created_by: createdBy,
    created_at: created,
    updated_at: lastContact,
    version: 4,
  };
}

/** Signs everybody in who follows leads, and the administrator, who comes last. */
export async function signIn(db: Database): Promise<BenchUser[]> {
  const now = Date.now();
  const { rows } = await sql<{ id: string; leadIds: string[] }>`
    select users.id, array(
      select leads.id from leads
      where leads.owner_id = users.id and leads.status = any(${sql.val(FOLLOWED)}::text[])
      order by leads.created_at limit 40
    ) as "leadIds"
    from users join user_roles on user_roles.user_id = users.id join roles on roles.id = user_roles.role_id
    where roles.code in ('sales', 'admin')
    order by roles.code desc, users.id`.execute(db);
  const users = rows.map((row) => ({ ...row, sessionId: newId() }));
  await db
    .insertInto('deviceSessions')
    .values(
      users.map(({ id, sessionId }) => ({
        id: sessionId,
        userId: id,
        refreshHash: newRefreshToken(sessionId).hash,
        createdAt: toInstant(now),
        lastUsedAt: toInstant(now),
        expiresAt: toInstant(now + 30 * DAY_MS),
      })),
    )
    .execute();
  return users;
}
