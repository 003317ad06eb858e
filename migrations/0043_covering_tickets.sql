-- What tickets and equipment are filtered by stands in the index of their order, so that counting reads the table only for
-- what is shown; what is counted up about tickets stands in the index of their time.
drop index service_tickets_created;

create index service_tickets_created on service_tickets (created_at desc, id desc)
  include (status, ticket_type, priority, is_under_warranty, assigned_to, reported_at)
  where deleted_at is null;

drop index service_tickets_resolve_due;

create index service_tickets_resolve_due on service_tickets (resolve_due_at, id)
  include (status, ticket_type, priority, is_under_warranty, assigned_to, reported_at)
  where deleted_at is null;

drop index service_tickets_reported;

create index service_tickets_reported on service_tickets (reported_at, id)
  include (status, ticket_type, priority, is_under_warranty, assigned_to, response_minutes, first_response_at,
    response_due_at, resolve_minutes, resolved_at, resolve_due_at, customer_rating)
  where deleted_at is null;

create index service_tickets_creator on service_tickets (created_by, created_at desc, id desc) where deleted_at is null;

drop index equipment_created;

create index equipment_created on equipment (created_at desc, id desc)
  include (customer_id, status, warranty_end_date)
  where deleted_at is null;
