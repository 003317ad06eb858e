-- Statements are separated by a `;` at the end of a line; continuation lines are indented.

-- One row per thing that somebody did. Written with the change it describes, never changed afterwards.
create table audit_entries (
  id uuid primary key,
  at timestamptz(3) not null,
  actor_id uuid,
  action text not null,
  entity text not null,
  entity_id uuid,
  changes jsonb not null default '{}',
  reason text,
  ip text,
  request_id text not null
);

create index audit_entries_entity on audit_entries (entity, entity_id, at desc);

create index audit_entries_actor on audit_entries (actor_id, at desc);

-- The status path of every record that has a machine.
create table status_changes (
  id uuid primary key,
  entity text not null,
  entity_id uuid not null,
  action text not null,
  from_status text,
  to_status text not null,
  reason text,
  actor_id uuid not null,
  at timestamptz(3) not null
);

create index status_changes_entity on status_changes (entity_id, at desc, id desc);

-- Answers of writes already done, so that a retry counts once. The answer is sealed with the client's key.
create table idempotency_keys (
  scope text not null,
  key_hash bytea not null,
  fingerprint bytea not null,
  response bytea,
  created_at timestamptz(3) not null,
  primary key (scope, key_hash)
);

create index idempotency_keys_created_at on idempotency_keys (created_at);

-- Human numbers: LEAD-2026-0001.
create table number_counters (
  prefix text not null,
  year integer not null,
  last_value integer not null,
  primary key (prefix, year)
);
