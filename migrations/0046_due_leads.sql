-- What is overdue, due today or new to somebody is counted in the index of their contacts alone.
drop index leads_owner_last_contact;

create index leads_owner_last_contact on leads (owner_id, last_contact_at desc, id desc)
  include (status, intention, next_follow_up_at, assigned_at, last_follow_up_at, created_at,
    created_by)
  where deleted_at is null;
