-- What the pool gives and takes, per department; one without a row of its own follows the nearest above that has one, and
-- at last the company's row, the one without a department.
create table pool_rules (
  id uuid primary key,
  department_id uuid references departments (id) on delete cascade,
  -- Null: as many as they like.
  claim_cap integer check (claim_cap between 1 and 1000),
  holding_cap integer check (holding_cap between 1 and 100000),
  cooldown_days integer not null default 0 check (cooldown_days between 0 and 365),
  protection_days integer not null default 0 check (protection_days between 0 and 250),
  -- Working days without contact after which a lead goes back to the pool; null: never.
  recycle_high integer check (recycle_high between 1 and 250),
  recycle_medium integer check (recycle_medium between 1 and 250),
  recycle_low integer check (recycle_low between 1 and 250),
  warn_days integer[] not null default '{3,1}',
  exempt_ids uuid[] not null default '{}',
  -- Since when leads are taken by this rule: whoever it takes leads from is warned first.
  recycle_since timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  version integer not null default 1
);

create unique index pool_rules_department on pool_rules (coalesce(department_id, '00000000-0000-0000-0000-000000000000'));

create trigger pool_rules_settings after insert or update or delete on pool_rules
  for each statement execute function bump_access_revision();

-- A company that already works begins without limits, so that nobody is refused what they could do the day before.
insert into pool_rules (id, claim_cap, holding_cap, cooldown_days, protection_days)
  select gen_random_uuid(), case when used then null else 20 end, case when used then null else 200 end,
    case when used then 0 else 3 end, case when used then 0 else 3 end
  from (select exists (select from leads) as used) as company;

-- A null actor is the system.
alter table status_changes alter column actor_id drop not null;

alter table ownership_changes alter column actor_id drop not null;

-- The rule that moved it, in words; null: somebody decided.
alter table ownership_changes add column rule text;

alter table ownership_changes drop constraint lead_ownership_changes_kind_check;

alter table ownership_changes add constraint ownership_changes_kind_check check (kind in
  ('create', 'assign', 'claim', 'release', 'transfer', 'handover', 'recycle', 'reassign', 'merge'));

-- How many somebody claimed today, and what they gave up.
create index ownership_changes_claims on ownership_changes (to_owner_id, at) where kind = 'claim';

-- Who gets new leads, in turn.
create table assignment_groups (
  id uuid primary key,
  name text not null unique,
  -- Working minutes in which a lead must be accepted; null: it need not be.
  accept_minutes integer check (accept_minutes between 1 and 10000),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  version integer not null default 1
);

create table assignment_members (
  group_id uuid not null references assignment_groups (id) on delete cascade,
  user_id uuid not null references users (id),
  weight integer not null check (weight between 1 and 10),
  -- Provinces and cities; none: everywhere.
  regions text[] not null default '{}',
  -- Where their turn stands: whoever has the most is next.
  turn integer not null default 0,
  primary key (group_id, user_id)
);

-- Who has said that they take no new leads now. Without a row: they do.
create table off_duty (
  user_id uuid primary key references users (id),
  since timestamptz(3) not null
);

-- Until when a lead that came by itself must be accepted, from which group, and to whom it has been offered.
alter table leads add column accept_by timestamptz(3);

alter table leads add column offered_group_id uuid references assignment_groups (id) on delete set null;

alter table leads add column offered_to uuid[];

create index leads_accept on leads (accept_by) where accept_by is not null and deleted_at is null;

-- What somebody holds, and what of it nobody has contacted for so long that it goes back.
create index leads_recycle on leads (owner_id, intention, last_contact_at)
  where owner_id is not null and deleted_at is null and status in ('new', 'contacted', 'qualified');

-- The warnings that were given: once per lead, cycle (the contact it is counted from) and number of days before.
create table recycle_warnings (
  lead_id uuid not null references leads (id),
  cycle timestamptz(3) not null,
  days integer not null,
  at timestamptz(3) not null,
  primary key (lead_id, cycle, days)
);

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, added.reach
  from roles, (values ('admin', 'pool.manage', 'all'), ('admin', 'pool.check', 'all'),
    ('sales_manager', 'pool.check', 'department')) as added (role, permission, reach)
  where roles.code = added.role
  on conflict do nothing;
