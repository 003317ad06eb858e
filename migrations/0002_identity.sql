create table departments (
  id uuid primary key,
  name text not null,
  parent_id uuid references departments (id),
  manager_id uuid,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  version integer not null default 1
);

create table users (
  id uuid primary key,
  username text not null,
  name text not null,
  mobile text,
  email text,
  department_id uuid references departments (id),
  status text not null default 'active' check (status in ('active', 'disabled')),
  password_hash text not null,
  must_change_password boolean not null default false,
  wechat_openid text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  version integer not null default 1
);

create unique index users_username on users (lower(username));

create unique index users_mobile on users (mobile);

create unique index users_wechat_openid on users (wechat_openid);

create index users_department on users (department_id);

alter table departments add constraint departments_manager_id_fkey foreign key (manager_id) references users (id);

create table roles (
  id uuid primary key,
  code text not null unique,
  name text not null,
  description text not null default '',
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  version integer not null default 1
);

create table role_permissions (
  role_id uuid not null references roles (id) on delete cascade,
  permission text not null,
  reach text not null check (reach in ('own', 'department', 'all')),
  primary key (role_id, permission)
);

create table user_roles (
  user_id uuid not null references users (id) on delete cascade,
  role_id uuid not null references roles (id) on delete cascade,
  primary key (user_id, role_id)
);

-- Counts every change of roles, permissions, departments and users: what a process keeps of them is good while it holds.
create table access_revision (
  id boolean primary key default true check (id),
  revision bigint not null
);

insert into access_revision (revision) values (1);

create function bump_access_revision() returns trigger language plpgsql as $$
  begin
    update access_revision set revision = revision + 1;
    return null;
  end $$;

create trigger departments_access after insert or update or delete on departments
  for each statement execute function bump_access_revision();

create trigger users_access after insert or update or delete on users
  for each statement execute function bump_access_revision();

create trigger roles_access after insert or update or delete on roles
  for each statement execute function bump_access_revision();

create trigger role_permissions_access after insert or update or delete on role_permissions
  for each statement execute function bump_access_revision();

create trigger user_roles_access after insert or update or delete on user_roles
  for each statement execute function bump_access_revision();

-- A signed-in device. Its refresh token is replaced at every use; a used one that comes back ends the session.
create table device_sessions (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  refresh_hash bytea not null,
  device text,
  ip text,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_reason text
);

create index device_sessions_user on device_sessions (user_id) where ended_at is null;
