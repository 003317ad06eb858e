-- The open records of one person, given to another or to the pool in one go; can be taken back for a day.
create table handovers (
  id uuid primary key,
  from_id uuid not null references users (id),
  to_id uuid references users (id),
  reason text not null,
  actor_id uuid not null references users (id),
  at timestamptz(3) not null,
  moved integer not null check (moved > 0),
  undone_at timestamptz(3),
  undone_by uuid references users (id),
  returned integer,
  check ((undone_at is null) = (undone_by is null) and (undone_at is null) = (returned is null))
);

create index handovers_from on handovers (from_id, at desc, id desc);

-- What moved: the row of history that says so, and what the move cleared, as the module of the record wrote it.
create table handover_items (
  handover_id uuid not null references handovers (id),
  record_id uuid not null,
  change_id uuid not null,
  cleared jsonb,
  primary key (handover_id, record_id)
);
