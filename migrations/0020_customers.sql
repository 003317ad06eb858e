-- Whom we do business with. Always followed by somebody: there is no pool of customers.
create table customers (
  id uuid primary key,
  no text not null unique,
  customer_name text not null,
  customer_type text,
  level text check (level in ('A', 'B', 'C')),
  industry text,
  province text,
  city text,
  address text,
  hotel_rooms integer,
  hotel_star text,
  phone text,
  email text,
  website text,
  tax_no text,
  source text not null,
  loyalty_level text,
  description text,
  stage text not null check (stage in ('lead', 'initial_contact', 'prospect', 'negotiation', 'client')),
  status text not null check (status in ('active', 'inactive')),
  inactive_reason text,
  -- What the last assessment said.
  credit_limit numeric(14,2),
  credit_score integer,
  credit_assessed_on date,
  owner_id uuid not null references users (id),
  assigned_at timestamptz(3) not null,
  last_follow_up_at timestamptz(3),
  last_follow_up_content text,
  -- The last follow-up, else the creation.
  last_contact_at timestamptz(3) not null,
  next_follow_up_at timestamptz(3),
  next_follow_up_content text,
  follow_up_count integer not null default 0,
  -- What a keyword may match: also the names and numbers of the contacts.
  search_text text not null,
  search_grams text[] not null,
  name_key text not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1
);

create index customers_created on customers (created_at desc, id desc) where deleted_at is null;

create index customers_owner_created on customers (owner_id, created_at desc, id desc) where deleted_at is null;

create index customers_last_contact on customers (last_contact_at desc, id desc) where deleted_at is null;

create index customers_owner_last_contact on customers (owner_id, last_contact_at desc, id desc)
  where deleted_at is null;

create index customers_stage_created on customers (stage, created_at desc, id desc) where deleted_at is null;

create index customers_name_key on customers (name_key) where deleted_at is null;

create index customers_deleted on customers (created_at desc, id desc) where deleted_at is not null;

create index customers_search on customers using gin (search_grams) with (fastupdate = off);

-- Who beside the owner sees a customer and follows it up.
create table customer_collaborators (
  customer_id uuid not null references customers (id),
  user_id uuid not null references users (id),
  created_at timestamptz(3) not null,
  primary key (customer_id, user_id)
);

create index customer_collaborators_user on customer_collaborators (user_id, customer_id);

create table contacts (
  id uuid primary key,
  customer_id uuid not null references customers (id),
  name text not null,
  position text,
  phone text,
  wechat text,
  email text,
  address text,
  birthday date,
  preferences text,
  description text,
  is_primary boolean not null,
  search_text text not null,
  search_grams text[] not null,
  wechat_key text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1
);

create unique index contacts_primary on contacts (customer_id) where is_primary and deleted_at is null;

create index contacts_customer on contacts (customer_id, created_at, id) where deleted_at is null;

create index contacts_created on contacts (created_at desc, id desc) where deleted_at is null;

create index contacts_name on contacts (name, id) where deleted_at is null;

create index contacts_phone on contacts (phone) where deleted_at is null;

create index contacts_wechat_key on contacts (wechat_key) where deleted_at is null;

create index contacts_search on contacts using gin (search_grams) with (fastupdate = off);

-- Each judgement of how much a customer may owe, and who made it.
create table credit_assessments (
  id uuid primary key,
  customer_id uuid not null references customers (id),
  assessed_on date not null,
  credit_score integer not null check (credit_score between 0 and 100),
  credit_limit numeric(14,2) not null,
  remarks text,
  actor_id uuid not null references users (id),
  created_at timestamptz(3) not null
);

create index credit_assessments_customer on credit_assessments (customer_id, created_at desc, id desc);

-- What a lead became.
alter table leads add column customer_id uuid references customers (id);

create index leads_customer on leads (customer_id, created_at desc, id desc) where customer_id is not null;

-- A follow-up of a lead also belongs to the customer that the lead became.
alter table followups add column customer_id uuid references customers (id);

alter table followups add constraint followups_target check (lead_id is not null or customer_id is not null);

create index followups_customer on followups (customer_id, happened_at desc, id desc)
  where customer_id is not null and deleted_at is null;

-- One history of owners for every kind of record that has one.
alter table lead_ownership_changes rename to ownership_changes;

alter table ownership_changes rename column lead_id to entity_id;

alter table ownership_changes drop constraint lead_ownership_changes_lead_id_fkey;

alter table ownership_changes add column entity text not null default 'leads';

alter table ownership_changes alter column entity drop default;

alter index lead_ownership_changes_lead rename to ownership_changes_record;

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, added.reach
  from roles, (values
    ('sales', 'customers.read', 'own'), ('sales', 'customers.create', 'all'), ('sales', 'customers.update', 'own'),
    ('sales', 'customers.transfer', 'own'), ('sales', 'customers.delete', 'own'),
    ('media', 'customers.read', 'own'),
    ('sales_manager', 'customers.read', 'department'), ('sales_manager', 'customers.create', 'all'),
    ('sales_manager', 'customers.update', 'department'), ('sales_manager', 'customers.transfer', 'department'),
    ('sales_manager', 'customers.assess', 'department'), ('sales_manager', 'customers.delete', 'department'),
    ('engineer', 'customers.read', 'all'),
    ('finance', 'customers.read', 'all'), ('finance', 'customers.assess', 'all'),
    ('admin', 'customers.read', 'all'), ('admin', 'customers.create', 'all'), ('admin', 'customers.update', 'all'),
    ('admin', 'customers.transfer', 'all'), ('admin', 'customers.assess', 'all'), ('admin', 'customers.delete', 'all'),
    ('admin', 'customers.restore', 'all')) as added (role, permission, reach)
  where roles.code = added.role
  on conflict do nothing;
