import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { createUser, type NewUser } from '../modules/identity/people.ts';
import type { Company } from './company.ts';
import type { TestApp } from './createTestApp.ts';

const COLLEAGUES = 60;
const ENGINEERS = 30;
const PRODUCTS = 300;

/** Each column of a row as SQL, by its number `n` from one. */
interface Filling {
  readonly rows: number;
  readonly columns: Readonly<Record<string, string>>;
}

/** Of an id the part that says of which table it is, so that others can refer to it by the number of its row. */
const prefixOf = (table: string) => createHash('md5').update(table).digest('hex').slice(0, 8);
const id = (table: string, n = 'n') =>
  `('${prefixOf(table)}-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
const one = (...values: string[]) => `(array['${values.join("','")}'])[1 + n % ${values.length}]`;
const at = (interval: string) => `(now_at - n * interval '${interval}')`;
const PERSON = '(people)[1 + n % array_length(people, 1)]';
const ENGINEER = '(engineers)[1 + n % array_length(engineers, 1)]';
const text = (of: string, length: number) => `rpad(${of}, ${length}, '客控系统灯光空调窗帘')`;
const grams = `array[(array['酒店', '宾馆', '民宿'])[1 + n % 3], '第' || n % 500, 'p' || n]`;
const touched = { id: '', created_at: at('9 minutes'), updated_at: at('9 minutes') };
const row = (table: string) => ({ ...touched, id: id(table) });

/** What the others refer to, and there is little of. */
const FEW: Readonly<Record<string, Filling>> = {
  reminder_runs: { rows: 100, columns: { id: id('reminder_runs'), at: at('1 day') } },
  handovers: {
    rows: 20,
    columns: {
      id: id('handovers'),
      from_id: PERSON,
      reason: `'离职'`,
      actor_id: PERSON,
      at: 'now_at',
      moved: '9',
    },
  },
  intake_sources: {
    rows: 4,
    columns: {
      ...row('intake_sources'),
      kind: `'generic-hmac'`,
      name: `'来源' || n`,
      token: `'token' || n`,
      assign_to: `'pool'`,
      registrant_id: PERSON,
      lead_source: `'website'`,
    },
  },
  product_categories: {
    rows: 12,
    columns: {
      ...row('product_categories'),
      category_name: `'分类' || n`,
      category_code: `'F' || n`,
      sort_order: 'n',
    },
  },
  products: {
    rows: PRODUCTS,
    columns: {
      ...row('products'),
      product_code: `'C' || lpad(n::text, 4, '0')`,
      product_name: `'第' || n || '号主机'`,
      brand: `'品牌' || n % 5`,
      category_id: id('product_categories', '1 + n % 12'),
      sale_price: 'n',
      unit: `'台'`,
      warranty_months: '12',
      status: `'active'`,
      search_text: text(`'第' || n || '号主机'`, 60),
      search_grams: grams,
      created_by: PERSON,
    },
  },
};

/** The newest tickets are being worked on; each tenth of those waits for somebody to be sent. */
const OPEN_TICKETS = 300;
const isPending = `n <= ${OPEN_TICKETS} and n % 10 = 0`;
/** With the same number of a customer, of its unit and of the tickets about it. */
const SITES = 6_000;
const REPORTS = 12_000;

/** Everything that grows with the work, as much as makes an index worth while. What is missing here is small for ever. */
export const FILLED: Readonly<Record<string, Filling>> = {
  customers: {
    rows: 12_000,
    columns: {
      ...row('customers'),
      no: `'K' || n`,
      customer_name: `n || '号大酒店'`,
      customer_type: one('single_hotel', 'chain_hotel', 'other'),
      level: one('A', 'B', 'C'),
      industry: `'行业' || n % 30`,
      province: `'省' || n % 20`,
      city: `'城' || n % 200`,
      description: text(`'客户' || n`, 300),
      phone: `(13000000000 + n)::text`,
      source: one('douyin', 'wechat', 'referral'),
      stage: one('lead', 'prospect', 'client', 'client'),
      status: `case when n % 20 = 0 then 'inactive' else 'active' end`,
      owner_id: PERSON,
      assigned_at: at('9 minutes'),
      last_contact_at: at('8 minutes'),
      next_follow_up_at: `case when n % 40 = 0 then ${at('1 minute')} end`,
      search_text: text(`n || '号大酒店'`, 100),
      search_grams: grams,
      name_key: `n || '号大酒店'`,
      created_by: PERSON,
      deleted_at: `case when n % 100 = 0 then now_at end`,
    },
  },
  leads: {
    rows: 24_000,
    columns: {
      ...row('leads'),
      no: `'L' || n`,
      customer_name: `n || '号酒店'`,
      phone: `(13000000000 + n / 2)::text`,
      wechat_key: `'wx' || n`,
      province: `'省' || n % 20`,
      city: `'城' || n % 200`,
      source: one('douyin', 'wechat', 'referral', 'phone'),
      lead_time: at('9 minutes'),
      intention: one('high', 'medium', 'low'),
      is_contacted: 'n % 3 > 0',
      description: text(`'线索' || n`, 300),
      status: one('new', 'contacted', 'qualified', 'converted', 'closed', 'closed', 'closed'),
      ended_at: `case when n % 7 > 2 then ${at('8 minutes')} end`,
      owner_id: `case when n % 10 > 0 then ${PERSON} end`,
      assigned_at: `case when n % 10 > 0 then ${at('9 minutes')} end`,
      pool_entered_at: `case when n % 10 = 0 then ${at('9 minutes')} end`,
      last_contact_at: `case when n % 50 = 0 then ${at('9 minutes')} else now_at - n * interval '1 second' end`,
      last_follow_up_at: `case when n % 40 > 0 then ${at('8 minutes')} end`,
      last_follow_up_content: text(`'跟进' || n`, 100),
      next_follow_up_at: `case when n % 90 = 0 then now_at - n % 9 * interval '1 hour' end`,
      follow_up_count: '3',
      search_text: text(`n || '号酒店'`, 100),
      search_contact: `(13000000000 + n)::text`,
      search_grams: grams,
      name_key: `n || '号酒店'`,
      created_by: PERSON,
      customer_id: `case when n % 7 = 3 then ${id('customers', 'n / 2')} end`,
      accept_by: `case when n % 10 > 0 and n % 490 = 1 then now_at end`,
      deleted_at: `case when n % 100 = 0 then now_at end`,
      merged_into: `case when n % 200 = 0 then ${id('leads', 'n - 1')} end`,
    },
  },
  contacts: {
    rows: 15_000,
    columns: {
      ...row('contacts'),
      customer_id: id('customers', '1 + n % 12000'),
      name: `'联系人' || n`,
      phone: `(13000000000 + n)::text`,
      is_primary: 'n <= 12000',
      preferences: text(`'偏好' || n`, 100),
      search_text: text(`'联系人' || n`, 100),
      search_grams: grams,
      wechat_key: `'wx' || n`,
    },
  },
  followups: {
    rows: 60_000,
    columns: {
      ...row('followups'),
      lead_id: `case when n % 10 > 0 then ${id('leads', '1 + n % 24000')} end`,
      customer_id: `case when n % 10 = 0 then ${id('customers', '1 + n / 10')} end`,
      method: one('phone', 'wechat', 'visit'),
      content: text(`'聊了' || n`, 200),
      happened_at: at('8 minutes'),
      author_id: PERSON,
    },
  },
  tasks: {
    rows: 20_000,
    columns: {
      ...row('tasks'),
      type: one('lead_follow_up', 'custom'),
      title: `'第' || n || '件事'`,
      description: text(`'说明' || n`, 300),
      priority: one('high', 'medium', 'low'),
      status: `case when n % 20 = 0 then 'pending' else 'completed' end`,
      source_entity: `'leads'`,
      source_id: id('leads', '1 + n % 24000'),
      assignee_id: PERSON,
      due_at: at('11 minutes'),
      ended_at: at('9 minutes'),
      planned: 'false',
      created_by: PERSON,
    },
  },
  notifications: {
    rows: 20_000,
    columns: {
      id: id('notifications'),
      user_id: PERSON,
      key: `'k' || n`,
      kind: `'assigned'`,
      title: text(`'分给你' || n`, 60),
      entity: `'leads'`,
      entity_id: id('leads', '1 + n % 24000'),
      created_at: at('5 minutes'),
      read_at: `case when n % 20 > 0 then now_at end`,
    },
  },
  audit_entries: {
    rows: 60_000,
    columns: {
      id: id('audit_entries'),
      at: at('2 minutes'),
      actor_id: PERSON,
      action: one('leads.updated', 'leads.created', 'followups.created', 'customers.updated'),
      entity: one('leads', 'leads', 'followups', 'customers'),
      entity_id: id('leads', '1 + n % 24000'),
      changes: `jsonb_build_object('city', jsonb_build_array('城' || n, '城'), 'description', jsonb_build_array(null, ${text(`'说明' || n`, 100)}))`,
      ip: `'10.0.0.1'`,
      request_id: `'r' || n`,
    },
  },
  status_changes: {
    rows: 30_000,
    columns: {
      id: id('status_changes'),
      entity: `'leads'`,
      entity_id: id('leads', '1 + n % 24000'),
      action: `'contact'`,
      to_status: `'contacted'`,
      reason: text(`'原因' || n`, 60),
      at: at('8 minutes'),
      actor_id: PERSON,
    },
  },
  ownership_changes: {
    rows: 30_000,
    columns: {
      id: id('ownership_changes'),
      entity: `'leads'`,
      entity_id: id('leads', '1 + n % 24000'),
      kind: one('claim', 'assign', 'release'),
      from_owner_id: PERSON,
      to_owner_id: '(people)[1 + (n + 1) % array_length(people, 1)]',
      reason: text(`'原因' || n`, 60),
      at: at('8 minutes'),
    },
  },
  customer_collaborators: {
    rows: 6_000,
    columns: { customer_id: id('customers'), user_id: PERSON, created_at: 'now_at' },
  },
  credit_assessments: {
    rows: 6_000,
    columns: {
      id: id('credit_assessments'),
      customer_id: id('customers'),
      assessed_on: `date '2026-01-05'`,
      credit_score: '80',
      credit_limit: '50000',
      actor_id: PERSON,
      created_at: 'now_at',
    },
  },
  lead_merges: {
    rows: 3_000,
    columns: {
      id: id('lead_merges'),
      survivor_id: id('leads', 'n * 8 - 1'),
      absorbed_id: id('leads', 'n * 8'),
      reason: `'重复登记'`,
      actor_id: PERSON,
      at: at('9 minutes'),
      taken: `'{}'`,
      held: `jsonb_build_object('ownerId', null, 'text', ${text(`'值' || n`, 100)})`,
      followup_ids: `'{}'`,
      shared_ids: `'{}'`,
      task_ids: `'{}'`,
    },
  },
  recycle_warnings: {
    rows: 12_000,
    columns: { lead_id: id('leads'), cycle: at('8 minutes'), days: '3', at: 'now_at' },
  },
  reminder_deliveries: {
    rows: 8_000,
    columns: {
      id: id('reminder_deliveries'),
      run_id: id('reminder_runs', '1 + n % 100'),
      user_id: PERSON,
      address: `'user' || n || '@example.com'`,
      channel: `'mail'`,
      status: `case when n % 50 = 0 then 'failed' else 'sent' end`,
      leads: '3',
      created_at: at('30 minutes'),
    },
  },
  reminders: {
    rows: 20_000,
    columns: {
      lead_id: id('leads', '1 + n % 24000'),
      tier: one('owner', 'manager', 'company'),
      cycle: at('8 minutes'),
      recipient: `${PERSON}::text`,
      run_id: id('reminder_runs', '1 + n % 100'),
      delivery_id: id('reminder_deliveries', '1 + n % 8000'),
    },
  },
  intake_events: {
    rows: 10_000,
    columns: {
      id: id('intake_events'),
      source_id: id('intake_sources', '1 + n % 4'),
      event_key: `'e' || n`,
      body: `convert_to(${text(`'{' || n`, 300)}, 'utf8')`,
      headers: `'{}'`,
      received_at: at('9 minutes'),
      signature_ok: 'true',
      status: `case when n % 50 = 0 then 'failed' when n % 50 = 1 then 'ignored' else 'processed' end`,
      lead_id: id('leads', '1 + n % 24000'),
      processed_at: at('9 minutes'),
    },
  },
  imports: {
    rows: 3_000,
    columns: {
      id: id('imports'),
      entity: one('leads', 'customers'),
      user_id: PERSON,
      file_name: text(`n || '.csv'`, 60),
      state: `'done'`,
      columns: `'["客户名称", "电话"]'`,
      mapping: `'["customerName", "phone"]'`,
      total_rows: '10',
      created_at: at('10 minutes'),
    },
  },
  import_rows: {
    rows: 30_000,
    columns: {
      import_id: id('imports', '1 + n % 3000'),
      row_no: '1 + n / 3000',
      cells: `jsonb_build_array(n || '号酒店', '13800138000')`,
      state: one('created', 'updated', 'bad'),
      message: `case when n % 3 = 2 then '电话不正确' end`,
      record_id: id('leads', '1 + n % 24000'),
      made: 'true',
    },
  },
  exports: {
    rows: 3_000,
    columns: {
      id: id('exports'),
      entity: one('leads', 'customers'),
      user_id: PERSON,
      filters: `'{}'`,
      file_name: text(`n || '.xlsx'`, 60),
      state: `'ready'`,
      total: '10',
      created_at: at('3 minutes'),
      expires_at: `${at('3 minutes')} + interval '1 day'`,
      content: `case when n < 480 then 'PK'::bytea end`,
    },
  },
  device_sessions: {
    rows: 6_000,
    columns: {
      id: id('device_sessions'),
      user_id: PERSON,
      refresh_hash: `sha256(convert_to('s' || n, 'utf8'))`,
      device: text(`'手机' || n`, 60),
      created_at: at('3 hours'),
      last_used_at: at('2 hours'),
      expires_at: `now_at + interval '30 days'`,
      ended_at: `case when n % 5 > 0 then ${at('1 hour')} end`,
    },
  },
  idempotency_keys: {
    rows: 20_000,
    columns: {
      scope: `${PERSON}::text`,
      key_hash: `sha256(convert_to('k' || n, 'utf8'))`,
      fingerprint: `sha256(convert_to('f' || n, 'utf8'))`,
      created_at: `now_at - n % 20 * interval '1 minute'`,
    },
  },
  handover_items: {
    rows: 10_000,
    columns: {
      handover_id: id('handovers', '1 + n % 20'),
      record_id: id('leads'),
      change_id: id('ownership_changes'),
    },
  },
  equipment: {
    rows: 12_000,
    columns: {
      ...row('equipment'),
      no: `'SB' || n`,
      code: `'CODE' || n`,
      serial_no: `'SN' || n`,
      equipment_name: `n || '号主机'`,
      model: `'M' || n % 40`,
      product_id: id('products', `1 + n % ${PRODUCTS}`),
      customer_id: id('customers', `1 + n % ${SITES}`),
      location: `n % 30 || '楼'`,
      installed_on: `case when n % 20 > 0 then (${at('2 hours')})::date end`,
      warranty_months: 'n % 36',
      description: text(`'设备' || n`, 200),
      status: `case when n % 20 = 0 then 'retired' else 'in_use' end`,
      search_text: text(`n || '号酒店主机'`, 100),
      search_grams: grams,
      created_by: PERSON,
      deleted_at: `case when n % 100 = 0 then now_at end`,
    },
  },
  service_tickets: {
    rows: 20_000,
    columns: {
      ...row('service_tickets'),
      no: `'GD' || n`,
      ticket_type: one('repair', 'repair', 'inspection', 'technical_support', 'complaint'),
      ticket_title: `'第' || n || '次报修'`,
      priority: one('urgent', 'high', 'medium', 'low'),
      status: `case when ${isPending} then 'pending'
        when n <= ${OPEN_TICKETS} then ${one('assigned', 'accepted', 'en_route', 'on_site', 'pending_acceptance')}
        when n <= ${2 * OPEN_TICKETS} then 'resolved' when n % 25 = 0 then 'cancelled' else 'closed' end`,
      problem_description: text(`'故障' || n`, 300),
      customer_id: id('customers', `1 + n % ${SITES}`),
      contact_name: `'联系人' || n`,
      contact_phone: `(13000000000 + n)::text`,
      province: `'省' || n % 20`,
      city: `'城' || n % 200`,
      address: text(`'路' || n`, 60),
      equipment_id: `case when n % 3 < 2 then ${id('equipment', `${SITES} + n % ${SITES}`)} end`,
      product_id: `case when n % 3 < 2 then ${id('products', `1 + n % ${PRODUCTS}`)} end`,
      is_under_warranty: `case when n % 3 < 2 then n % 2 = 0 end`,
      assigned_to: `case when not (${isPending}) then ${ENGINEER} end`,
      assignment_id: `case when not (${isPending}) then ${id('ticket_assignments')} end`,
      participant_ids: `array[${PERSON}] || case when ${isPending} then '{}' else array[${ENGINEER}] end`,
      reported_at: at('9 minutes'),
      response_due_at: `${at('9 minutes')} + interval '4 hours'`,
      resolve_due_at: `${at('9 minutes')} + interval '30 hours'`,
      first_response_at: `case when not (${isPending}) then ${at('9 minutes')} + interval '1 hour' end`,
      response_minutes: `case when not (${isPending}) then 60 end`,
      resolved_at: `case when n > ${OPEN_TICKETS} then ${at('9 minutes')} + interval '1 day' end`,
      resolve_minutes: `case when n > ${OPEN_TICKETS} then 500 end`,
      last_step_at: at('9 minutes'),
      problem_analysis: `case when n > ${OPEN_TICKETS} then ${text(`'原因' || n`, 100)} end`,
      solution: `case when n > ${OPEN_TICKETS} then ${text(`'处理' || n`, 100)} end`,
      customer_rating: `case when n > ${OPEN_TICKETS} and n % 3 = 0 then 1 + n % 5 end`,
      search_text: text(`n || '号酒店报修'`, 100),
      search_grams: grams,
      created_by: PERSON,
      deleted_at: `case when n % 100 = 0 then now_at end`,
    },
  },
  ticket_assignments: {
    rows: 24_000,
    columns: {
      id: id('ticket_assignments'),
      ticket_id: id('service_tickets', '1 + (n - 1) % 20000'),
      engineer_id: ENGINEER,
      assigned_by: PERSON,
      assigned_at: at('9 minutes'),
      ended_at: `case when n > 20000 then now_at end`,
      ended_status: `case when n > 20000 then 'accepted' end`,
    },
  },
  ticket_parts: {
    rows: 15_000,
    columns: {
      id: id('ticket_parts'),
      ticket_id: id('service_tickets', `1 + ${OPEN_TICKETS} + n % 19000`),
      position: '0',
      product_id: id('products', `1 + n % ${PRODUCTS}`),
      part_name: text(`'配件' || n`, 60),
      quantity: '1 + n % 3',
      unit_cost: 'n % 900',
    },
  },
  ticket_logs: {
    rows: 60_000,
    columns: {
      id: id('ticket_logs'),
      ticket_id: id('service_tickets', '1 + n % 20000'),
      log_type: one('create', 'accept', 'arrive', 'resolve', 'sign', 'close'),
      log_content: text(`'记录' || n`, 100),
      actor_id: ENGINEER,
      happened_at: at('3 minutes'),
      created_at: at('3 minutes'),
    },
  },
  files: {
    rows: 24_000,
    columns: {
      id: id('files'),
      entity: `case when n <= ${REPORTS} or n % 9 > 0 then 'serviceTickets' else 'equipment' end`,
      entity_id: `case when n <= ${REPORTS} then ${id('service_tickets', `n + ${2 * OPEN_TICKETS}`)}
        when n % 9 > 0 then ${id('service_tickets', '1 + n % 20000')} else ${id('equipment', `${SITES} + n % ${SITES}`)} end`,
      kind: `case when n <= ${REPORTS} then 'report' else ${one('problem', 'before', 'after', 'check_in')} end`,
      name: text(`'照片' || n`, 40),
      mime_type: `case when n <= ${REPORTS} then 'application/pdf' else 'image/jpeg' end`,
      size: '200000',
      hash: `md5(n::text) || md5((n + 1)::text)`,
      storage_key: `'files/2026/03/' || md5(n::text)`,
      uploaded_by: `case when n > ${REPORTS} then ${ENGINEER} end`,
      created_at: at('9 minutes'),
      deleted_at: `case when n % 100 = 0 then now_at end`,
    },
  },
  ticket_reports: {
    rows: REPORTS,
    columns: {
      code: `md5(n::text) || md5((n + 1)::text)`,
      ticket_id: id('service_tickets', `n + ${2 * OPEN_TICKETS}`),
      file_id: id('files'),
      created_at: at('9 minutes'),
    },
  },
};

/** The id of a row that was filled in, by its number from one. */
export const filledId = (table: string, n: number): string =>
  `${prefixOf(table)}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Gives a company on a real Postgres years of work by its people and ninety more, and lets the planner count it. */
export async function fillCompany(t: TestApp, company: Company): Promise<void> {
  const { rep, colleague, manager, registrar, admin, engineer, departments } = company;
  const people = [rep, colleague, manager, registrar, admin].map((person) => person.id);
  const hire = (account: Omit<NewUser, 'passwordHash'>) =>
    createUser(t.db, t.clock.now(), { ...account, passwordHash: 'none' });
  const { north, service } = departments;
  for (let i = 0; i < COLLEAGUES; i++) {
    const name = `同事${i}`;
    people.push(await hire({ username: `colleague${i}`, name, roles: ['sales'], departmentId: north }));
  }
  const engineers = [engineer.id];
  for (let i = 0; i < ENGINEERS; i++) {
    const name = `工程师${i}`;
    engineers.push(
      await hire({ username: `engineer${i}`, name, roles: ['engineer'], departmentId: service }),
    );
  }
  const constants = sql.raw(
    `(select timestamptz '${t.clock.now()}' as now_at, '{${people.join(',')}}'::uuid[] as people,
      '{${engineers.join(',')}}'::uuid[] as engineers) as constants`,
  );
  await t.db.transaction().execute(async (trx) => {
    // Rows come in any order, and nothing reacts to them.
    await sql`set local session_replication_role = replica`.execute(trx);
    for (const [table, { rows, columns }] of Object.entries({ ...FEW, ...FILLED })) {
      await sql`insert into ${sql.table(table)} (${sql.raw(Object.keys(columns).join(', '))})
        select ${sql.raw(Object.values(columns).join(', '))}
        from generate_series(1, ${sql.lit(rows)}) as n cross join ${constants}`.execute(trx);
    }
  });
  // Whoever is looking at the database at that moment keeps rows from being known as visible to all.
  let hidden = 1;
  while (hidden > 0) {
    await sql`vacuum analyze`.execute(t.db);
    const { rows } = await sql<{ count: number }>`select count(*) from pg_class
      where relname = any(${Object.keys(FILLED)}) and relkind = 'r' and relallvisible = 0`.execute(t.db);
    hidden = rows[0]?.count ?? 0;
  }
}
