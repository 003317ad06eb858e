create table leads (
  id uuid primary key,
  no text not null unique,
  customer_name text not null,
  phone text,
  wechat text,
  other_handle text,
  contact_person text,
  company text,
  email text,
  customer_type text,
  province text,
  city text,
  address text,
  hotel_rooms integer,
  source text not null,
  source_account text,
  external_clue_id text,
  lead_time timestamptz(3) not null,
  intention text not null check (intention in ('high', 'medium', 'low')),
  is_contacted boolean not null,
  score integer,
  description text,
  status text not null check (status in ('new', 'contacted', 'qualified', 'converted', 'closed')),
  outcome text check (outcome in ('invalid', 'lost', 'ended')),
  close_reason text,
  ended_at timestamptz(3),
  deal_date date,
  deal_amount numeric(14,2),
  owner_id uuid references users (id),
  assigned_at timestamptz(3),
  pool_entered_at timestamptz(3),
  last_follow_up_at timestamptz(3),
  last_follow_up_content text,
  -- The last follow-up, else the assignment, else the creation: what overdue is counted from.
  last_contact_at timestamptz(3) not null,
  next_follow_up_at timestamptz(3),
  next_follow_up_content text,
  follow_up_count integer not null default 0,
  -- What a keyword may match: for everyone who sees the lead, and for those who also see how to reach it.
  search_text text not null,
  search_contact text not null,
  search_grams text[] not null,
  wechat_key text,
  name_key text not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1,
  constraint leads_contact check (phone is not null or wechat is not null or other_handle is not null),
  constraint leads_pool check ((owner_id is null) = (pool_entered_at is not null))
);

create unique index leads_external_clue on leads (source, external_clue_id) where external_clue_id is not null;

create index leads_created on leads (created_at desc, id desc) where deleted_at is null;

create index leads_owner_created on leads (owner_id, created_at desc, id desc) where deleted_at is null;

create index leads_registrant_created on leads (created_by, created_at desc, id desc) where deleted_at is null;

create index leads_last_contact on leads (last_contact_at desc, id desc) where deleted_at is null;

create index leads_owner_last_contact on leads (owner_id, last_contact_at desc, id desc) where deleted_at is null;

create index leads_pool_created on leads (created_at desc, id desc) where owner_id is null and deleted_at is null;

-- The two ways to be due, for open leads that somebody follows.
create index leads_due_contact on leads (intention, last_contact_at)
  where owner_id is not null and deleted_at is null and status in ('new', 'contacted', 'qualified');

create index leads_due_date on leads (next_follow_up_at)
  where owner_id is not null and deleted_at is null and next_follow_up_at is not null
    and status in ('new', 'contacted', 'qualified');

create index leads_phone on leads (phone) where deleted_at is null;

create index leads_wechat_key on leads (wechat_key) where deleted_at is null;

create index leads_name_key on leads (name_key) where deleted_at is null;

create index leads_deleted on leads (created_at desc, id desc) where deleted_at is not null;

create index leads_search on leads using gin (search_grams) with (fastupdate = off);

-- Who followed a lead when, and how that changed. A null owner is the pool.
create table lead_ownership_changes (
  id uuid primary key,
  lead_id uuid not null references leads (id),
  kind text not null check (kind in ('create', 'assign', 'claim', 'release')),
  from_owner_id uuid references users (id),
  to_owner_id uuid references users (id),
  reason text not null,
  actor_id uuid not null references users (id),
  at timestamptz(3) not null
);

create index lead_ownership_changes_lead on lead_ownership_changes (lead_id, at desc, id desc);

create table followups (
  id uuid primary key,
  lead_id uuid references leads (id),
  method text not null check (method in ('phone', 'wechat', 'visit', 'meeting', 'email', 'sms', 'other')),
  content text not null,
  result text,
  customer_feedback text,
  contact_person text,
  location text,
  happened_at timestamptz(3) not null,
  next_follow_up_at timestamptz(3),
  next_follow_up_content text,
  author_id uuid not null references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1
);

create index followups_lead on followups (lead_id, happened_at desc, id desc) where deleted_at is null;

create index followups_author on followups (author_id, happened_at desc, id desc) where deleted_at is null;

create index followups_happened on followups (happened_at desc, id desc) where deleted_at is null;
