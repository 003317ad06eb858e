-- Where a customer is, in GCJ-02.
alter table customers add column latitude double precision;

alter table customers add column longitude double precision;

alter table customers add constraint customers_coordinates check ((latitude is null) = (longitude is null));

-- A delivered unit at a customer's.
create table equipment (
  id uuid primary key,
  no text not null unique,
  -- What its label says: found by scanning, never by counting.
  code text not null unique,
  serial_no text not null unique,
  equipment_name text not null,
  model text,
  product_id uuid references products (id),
  customer_id uuid not null references customers (id),
  location text,
  shipped_on date,
  installed_on date,
  warranty_months integer not null,
  warranty_end_date date generated always as
    ((coalesce(installed_on, shipped_on) + make_interval(months => warranty_months))::date) stored,
  description text,
  status text not null check (status in ('in_use', 'retired')),
  search_text text not null,
  search_grams text[] not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1
);

create index equipment_created on equipment (created_at desc, id desc) where deleted_at is null;

create index equipment_customer on equipment (customer_id, created_at desc, id desc) where deleted_at is null;

create index equipment_product on equipment (product_id, created_at desc, id desc) where deleted_at is null;

create index equipment_search on equipment using gin (search_grams) with (fastupdate = off);

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, added.reach
  from roles, (values
    ('sales', 'equipment.read', 'own'), ('sales', 'equipment.manage', 'own'),
    ('sales_manager', 'equipment.read', 'department'), ('sales_manager', 'equipment.manage', 'department'),
    ('engineer', 'equipment.read', 'all'), ('engineer', 'equipment.manage', 'all'),
    ('finance', 'equipment.read', 'all'),
    ('admin', 'equipment.read', 'all'), ('admin', 'equipment.manage', 'all')) as added (role, permission, reach)
  where roles.code = added.role
  on conflict do nothing;
