-- As for leads: what a list is filtered by stands in the index of its order.
drop index customers_created;

create index customers_created on customers (created_at desc, id desc)
  include (owner_id, stage, status, customer_type, level, source, province, city, industry, last_contact_at)
  where deleted_at is null;

drop index tasks_due;

create index tasks_due on tasks (due_at, id)
  include (assignee_id, created_by, status, priority, type, source_entity, planned, title, ended_at, created_at)
  where deleted_at is null;

drop index followups_happened;

create index followups_happened on followups (happened_at desc, id desc)
  include (author_id, lead_id, customer_id, method, created_at)
  where deleted_at is null;

-- The same for what one person has, and for the pool. Follow-ups are seen also when their lead has been deleted, so whose a
-- lead is must be known of all.
drop index leads_owner_created;

create index leads_owner_created on leads (owner_id, created_at desc, id desc)
  include (deleted_at, status, intention, source, province, city, is_contacted, last_contact_at);

drop index leads_pool_created;

create index leads_pool_created on leads (created_at desc, id desc)
  include (status, intention, source, province, city, is_contacted, last_contact_at)
  where owner_id is null and deleted_at is null;

drop index leads_registrant_created;

create index leads_registrant_created on leads (created_by, created_at desc, id desc) include (deleted_at);

-- What was deleted goes along when leads are merged.
drop index followups_lead;

create index followups_lead on followups (lead_id, happened_at desc, id desc) where lead_id is not null;

drop index tasks_source;

create index tasks_source on tasks (source_id, due_at, id) where source_id is not null;

drop index contacts_name;

create index contacts_name on contacts (name, id) include (customer_id) where deleted_at is null;

create index exports_expiring on exports (expires_at) where content is not null;
