create table product_categories (
  id uuid primary key,
  category_name text not null,
  category_code text not null unique,
  sort_order integer not null,
  description text,
  is_active boolean not null default true,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  version integer not null default 1
);

create index product_categories_order on product_categories (sort_order, id);

create table products (
  id uuid primary key,
  product_code text not null unique,
  product_name text not null,
  brand text,
  category_id uuid references product_categories (id),
  supplier text,
  cost_price numeric(14,2),
  sale_price numeric(14,2) not null,
  unit text not null,
  warranty_months integer not null,
  description text,
  status text not null check (status in ('draft', 'active', 'inactive')),
  search_text text not null,
  search_grams text[] not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1
);

create index products_code on products (product_code, id) where deleted_at is null;

create index products_created on products (created_at desc, id desc) where deleted_at is null;

create index products_category on products (category_id, product_code, id) where deleted_at is null;

create index products_search on products using gin (search_grams) with (fastupdate = off);

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, 'all'
  from roles, (values
    ('sales', 'products.read'), ('sales_manager', 'products.read'), ('engineer', 'products.read'),
    ('finance', 'products.read'), ('finance', 'products.cost'),
    ('admin', 'products.read'), ('admin', 'products.cost'), ('admin', 'products.manage')) as added (role, permission)
  where roles.code = added.role
  on conflict do nothing;
