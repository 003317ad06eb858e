-- What somebody should know, in the app. `key` names the occasion, so that a job that runs twice says it once.
create table notifications (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  key text not null,
  kind text not null,
  title text not null,
  body text,
  -- What it is about: opened by a tap.
  entity text,
  entity_id uuid,
  created_at timestamptz(3) not null,
  read_at timestamptz(3),
  unique (user_id, key)
);

create index notifications_user on notifications (user_id, created_at desc, id desc);

create index notifications_unread on notifications (user_id, created_at desc, id desc) where read_at is null;

-- How often somebody still agreed to one message by WeChat: one consent is one message.
create table wechat_credits (
  user_id uuid not null references users (id) on delete cascade,
  template text not null,
  credits integer not null check (credits >= 0),
  updated_at timestamptz(3) not null,
  primary key (user_id, template)
);
