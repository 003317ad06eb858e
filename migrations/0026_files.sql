-- Pictures and documents on records. Their content lies in the storage under `storage_key`.
create table files (
  -- Chosen by the phone that took it.
  id uuid primary key,
  entity text not null,
  entity_id uuid not null,
  kind text not null,
  name text not null,
  mime_type text not null,
  size integer not null,
  width integer,
  height integer,
  hash text not null,
  storage_key text not null unique,
  thumbnail_key text unique,
  taken_at timestamptz(3),
  -- Null: written by the system.
  uploaded_by uuid references users (id),
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1
);

create index files_record on files (entity_id, created_at, id) where deleted_at is null;

-- Contents that were stored, or were about to be, for a row that is not there yet. Swept when it never comes.
create table file_uploads (
  storage_key text primary key,
  started_at timestamptz(3) not null
);

create index file_uploads_started on file_uploads (started_at);
