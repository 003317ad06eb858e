-- Two leads that were the same customer. The absorbed one stays, deleted, and says where it went.
alter table leads add column merged_into uuid references leads (id);

alter table leads add constraint leads_merged check (merged_into is null or (deleted_at is not null and merged_into <> id));

create index leads_merged_into on leads (merged_into) where merged_into is not null;

create table lead_merges (
  id uuid primary key,
  survivor_id uuid not null references leads (id),
  absorbed_id uuid not null references leads (id),
  reason text not null,
  actor_id uuid not null references users (id),
  at timestamptz(3) not null,
  -- Field -> what the survivor had before, and what it took.
  taken jsonb not null,
  -- When the survivor was given to its former owner, from when it was in the pool, and when it was last contacted.
  held jsonb not null,
  -- The row of history of its new owner; null: it stayed with whom it was.
  change_id uuid references ownership_changes (id),
  -- What went over to the survivor, and which of the follow-ups its customer got with that.
  followup_ids uuid[] not null,
  shared_ids uuid[] not null,
  task_ids uuid[] not null,
  undone_at timestamptz(3),
  undone_by uuid references users (id),
  check ((undone_at is null) = (undone_by is null))
);

create index lead_merges_survivor on lead_merges (survivor_id, at desc, id desc);

create unique index lead_merges_absorbed on lead_merges (absorbed_id) where undone_at is null;

-- The duplicate check also looks at how a customer itself is reached.
create index customers_phone on customers (phone) where deleted_at is null;

insert into role_permissions (role_id, permission, reach)
  select roles.id, 'leads.merge', added.reach
  from roles, (values ('sales', 'own'), ('sales_manager', 'department'), ('admin', 'all')) as added (role, reach)
  where roles.code = added.role
  on conflict do nothing;
