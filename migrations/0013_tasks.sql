-- Something that somebody shall do. `source` is what it is about; `planned` ones follow their source by themselves.
create table tasks (
  id uuid primary key,
  type text not null,
  title text not null,
  description text,
  priority text not null check (priority in ('high', 'medium', 'low')),
  status text not null check (status in ('pending', 'completed', 'cancelled')),
  source_entity text,
  source_id uuid,
  assignee_id uuid not null references users (id),
  due_at timestamptz(3) not null,
  -- Set while it follows its source: of each type at most one is open.
  planned boolean not null default false,
  deferrals integer not null default 0,
  result_note text,
  ended_at timestamptz(3),
  -- Null: came by itself.
  created_by uuid references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1,
  check ((source_entity is null) = (source_id is null))
);

create unique index tasks_planned on tasks (source_entity, source_id, type)
  where planned and status = 'pending' and deleted_at is null;

create index tasks_source on tasks (source_id, due_at, id) where deleted_at is null;

create index tasks_assignee_open on tasks (assignee_id, due_at, id) where status = 'pending' and deleted_at is null;

create index tasks_open on tasks (due_at, id) where status = 'pending' and deleted_at is null;

create index tasks_assignee on tasks (assignee_id, due_at, id) where deleted_at is null;

create index tasks_due on tasks (due_at, id) where deleted_at is null;

create index tasks_author on tasks (created_by, due_at, id) where deleted_at is null;

-- The agreed dates that were there before the tasks.
insert into tasks (id, type, title, description, priority, status, source_entity, source_id, assignee_id, due_at, planned,
    created_at, updated_at)
  select gen_random_uuid(), 'lead_follow_up', '跟进 ' || customer_name, next_follow_up_content,
    intention, 'pending', 'leads', id, owner_id, next_follow_up_at, true, updated_at, updated_at
  from leads
  where owner_id is not null and next_follow_up_at is not null and deleted_at is null
    and status in ('new', 'contacted', 'qualified');

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission,
    case when roles.code = 'admin' or added.permission = 'tasks.create' then 'all'
      when roles.code = 'sales_manager' then 'department' else 'own' end
  from roles, unnest(array['tasks.read', 'tasks.create', 'tasks.update', 'tasks.delete']) as added (permission)
  where roles.code in ('sales', 'media', 'sales_manager', 'engineer', 'finance', 'admin')
  on conflict do nothing;

insert into role_permissions (role_id, permission, reach)
  select roles.id, 'tasks.assign', case when roles.code = 'admin' then 'all' else 'department' end
  from roles
  where roles.code in ('sales_manager', 'admin')
  on conflict do nothing;
