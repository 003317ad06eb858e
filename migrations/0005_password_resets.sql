-- A link to set a new password without the old one. Of its token only the hash is known here.
create table password_resets (
  token_hash bytea primary key,
  user_id uuid not null references users (id) on delete cascade,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3)
);

create index password_resets_user on password_resets (user_id) where used_at is null;
