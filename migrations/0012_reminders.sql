-- Days that the company works or rests otherwise than the Chinese calendar says.
create table workday_overrides (
  date date primary key,
  workday boolean not null,
  note text not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null
);

-- Per intention: after how many working days without contact a lead is due, and how many more until each tier hears of
-- it; a null tier never does.
create table reminder_rules (
  intention text primary key check (intention in ('high', 'medium', 'low')),
  interval_days integer not null check (interval_days between 1 and 60),
  owner_after integer check (owner_after between 0 and 60),
  manager_after integer check (manager_after between 0 and 60),
  company_after integer check (company_after between 0 and 60),
  updated_at timestamptz(3) not null default now(),
  version integer not null default 1
);

insert into reminder_rules (intention, interval_days, owner_after, manager_after, company_after)
  values ('high', 1, 0, 2, 4), ('medium', 3, 0, 2, 4), ('low', 5, 0, 2, 4);

create table reminder_settings (
  id boolean primary key default true check (id),
  -- Wall clock of the business calendar, HH:MM.
  send_time text not null default '09:00',
  workdays_only boolean not null default true,
  -- 0 is Sunday.
  quiet_weekdays integer[] not null default '{}',
  updated_at timestamptz(3) not null default now(),
  version integer not null default 1
);

insert into reminder_settings default values;

create trigger workday_overrides_settings after insert or update or delete on workday_overrides
  for each statement execute function bump_access_revision();

create trigger reminder_rules_settings after insert or update or delete on reminder_rules
  for each statement execute function bump_access_revision();

-- The company list: addresses that hear of every lead that reached the last tier.
create table remind_emails (
  id uuid primary key,
  email text not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null
);

create unique index remind_emails_email on remind_emails (lower(email));

-- One look at all leads. A daily one has a slot, the moment it was due, and no slot is used twice.
create table reminder_runs (
  id uuid primary key,
  slot timestamptz(3) unique,
  actor_id uuid references users (id),
  at timestamptz(3) not null,
  reminders integer not null default 0,
  deliveries integer not null default 0
);

create index reminder_runs_at on reminder_runs (at desc);

-- One message to one recipient in one run.
create table reminder_deliveries (
  id uuid primary key,
  run_id uuid not null references reminder_runs (id),
  -- Null for an address of the company list.
  user_id uuid references users (id),
  address text,
  channel text not null check (channel in ('mail', 'wechat', 'app')),
  status text not null check (status in ('waiting', 'sent', 'failed', 'skipped')),
  leads integer not null,
  attempts integer not null default 0,
  -- Why it failed, was put off or was left out, in Chinese.
  reason text,
  created_at timestamptz(3) not null,
  tried_at timestamptz(3),
  sent_at timestamptz(3),
  version integer not null default 1
);

create index reminder_deliveries_created on reminder_deliveries (created_at desc, id desc);

create index reminder_deliveries_user on reminder_deliveries (user_id, created_at desc, id desc);

create index reminder_deliveries_status on reminder_deliveries (status, created_at desc, id desc);

-- What was said to whom: once per lead, tier, cycle (the contact it is counted from) and recipient (a user's id, or an
-- address of the company list).
create table reminders (
  lead_id uuid not null references leads (id),
  tier text not null check (tier in ('owner', 'manager', 'company')),
  cycle timestamptz(3) not null,
  recipient text not null,
  run_id uuid not null references reminder_runs (id),
  delivery_id uuid references reminder_deliveries (id),
  primary key (lead_id, tier, cycle, recipient)
);

create index reminders_delivery on reminders (delivery_id);

create index reminders_run on reminders (run_id, recipient);

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, added.reach
  from roles, (values ('admin', 'reminders.manage', 'all'), ('admin', 'reminders.check', 'all'),
    ('sales_manager', 'reminders.check', 'department')) as added (role, permission, reach)
  where roles.code = added.role
  on conflict do nothing;
