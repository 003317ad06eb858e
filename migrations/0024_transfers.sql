-- Files that people bring records with, and what became of each row.
create table imports (
  id uuid primary key,
  entity text not null,
  user_id uuid not null references users (id),
  file_name text not null,
  state text not null check (state in
    ('uploaded', 'checking', 'checked', 'importing', 'done', 'cancelled', 'failed', 'undoing', 'undone')),
  message text,
  -- The headings of the file, in the order of its columns.
  columns jsonb not null,
  -- Per column the field that it is read into, or null.
  mapping jsonb not null,
  duplicate_policy text,
  owner_policy text,
  total_rows integer not null,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  version integer not null default 1
);

create index imports_user on imports (user_id, created_at desc, id desc);

create index imports_created on imports (created_at);

create table import_rows (
  import_id uuid not null references imports (id) on delete cascade,
  -- As the spreadsheet counts them.
  row_no integer not null,
  -- The cells as text, in the order of the columns.
  cells jsonb not null,
  state text not null check (state in
    ('pending', 'ready', 'duplicate', 'bad', 'created', 'updated', 'skipped', 'removed', 'kept')),
  message text,
  -- What it made or filled.
  record_id uuid,
  -- Of the record after that: a higher one says that somebody has touched it since.
  record_version integer,
  -- Whether the record is of this row, rather than one that was there.
  made boolean not null default false,
  -- Field -> what it was given.
  filled jsonb,
  primary key (import_id, row_no)
);

create index import_rows_state on import_rows (import_id, state, row_no);

create index import_rows_record on import_rows (record_id) where record_id is not null;

-- Lists that somebody takes along as a file.
create table exports (
  id uuid primary key,
  entity text not null,
  user_id uuid not null references users (id),
  filters jsonb not null,
  file_name text not null,
  state text not null check (state in ('waiting', 'ready', 'failed')),
  message text,
  total integer not null,
  done integer not null default 0,
  content bytea,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3)
);

create index exports_created on exports (created_at);

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, added.reach
  from roles, (values
    ('sales', 'leads.import', 'all'), ('sales', 'customers.import', 'all'),
    ('media', 'leads.import', 'all'),
    ('sales_manager', 'leads.import', 'all'), ('sales_manager', 'customers.import', 'all'),
    ('sales_manager', 'leads.export', 'department'), ('sales_manager', 'customers.export', 'department'),
    ('admin', 'leads.import', 'all'), ('admin', 'customers.import', 'all'),
    ('admin', 'leads.export', 'all'), ('admin', 'customers.export', 'all')) as added (role, permission, reach)
  where roles.code = added.role
  on conflict do nothing;
