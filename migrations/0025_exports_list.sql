-- What somebody took along, newest first.
create index exports_user on exports (user_id, created_at desc, id desc);
