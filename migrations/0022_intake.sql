-- Where leads come from by themselves: one address each, for one platform.
create table intake_sources (
  id uuid primary key,
  kind text not null check (kind in ('douyin', 'ocean-engine', 'feiyu', 'tencent-ads', 'generic-hmac')),
  name text not null,
  -- The end of its address.
  token text not null,
  -- Sealed; see kernel/secrets.ts.
  secret text,
  secret_set_at timestamptz(3),
  -- Field of the lead → key in the message; null: the usual names of the kind.
  mapping jsonb,
  assign_to text not null check (assign_to in ('pool', 'owner', 'group')),
  owner_id uuid references users (id),
  group_id uuid references assignment_groups (id) on delete set null,
  registrant_id uuid not null references users (id),
  campaign text,
  lead_source text not null,
  enabled boolean not null default true,
  -- When a wrong signature last came, to the minute.
  refused_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  version integer not null default 1,
  check ((assign_to = 'owner') = (owner_id is not null))
);

create unique index intake_sources_name on intake_sources (name);

create unique index intake_sources_token on intake_sources (token);

-- What was received, as it came: one row for each clue in it.
create table intake_events (
  id uuid primary key,
  source_id uuid not null references intake_sources (id),
  -- What the platform tells one message from another by.
  event_key text not null,
  -- Which of several clues in one body.
  part integer not null default 0,
  body bytea not null,
  headers jsonb not null,
  received_at timestamptz(3) not null,
  deliveries integer not null default 1,
  signature_ok boolean not null,
  status text not null check (status in ('received', 'processed', 'duplicate', 'failed', 'ignored')),
  reason text,
  -- What was understood: field of the lead → text.
  parsed jsonb,
  lead_id uuid references leads (id),
  attempts integer not null default 0,
  processed_at timestamptz(3)
);

create unique index intake_events_key on intake_events (source_id, event_key);

create index intake_events_received on intake_events (received_at, id);

create index intake_events_source on intake_events (source_id, received_at, id);

create index intake_events_status on intake_events (status, received_at, id);

create index intake_events_lead on intake_events (lead_id) where lead_id is not null;

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, 'all'
  from roles, (values ('admin', 'intake.manage'), ('admin', 'intake.read'), ('sales_manager', 'intake.read'))
    as added (role, permission)
  where roles.code = added.role
  on conflict do nothing;
