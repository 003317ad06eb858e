-- What a list is filtered by stands in the index of its order, so that counting and paging read the table only for what is
-- shown.
drop index leads_created;

create index leads_created on leads (created_at desc, id desc)
  include (owner_id, created_by, status, intention, source, province, city, is_contacted, last_contact_at,
    assigned_at, last_follow_up_at, accept_by)
  where deleted_at is null;

-- What there is of each kind, of one person, in the pool or in all: few different entries, so it stays small.
create index leads_kinds on leads (owner_id, status, intention, source) where deleted_at is null;

create index leads_ended on leads (ended_at) where ended_at is not null and deleted_at is null;

create index followups_written on followups (created_at) include (lead_id) where deleted_at is null;
