-- Work at a customer's, from the desk to the site and back.
create table service_tickets (
  id uuid primary key,
  no text not null unique,
  ticket_type text not null,
  ticket_title text not null,
  priority text not null check (priority in ('urgent', 'high', 'medium', 'low')),
  status text not null check (status in ('pending', 'assigned', 'accepted', 'en_route', 'on_site', 'pending_acceptance',
    'resolved', 'closed', 'cancelled')),
  problem_description text,
  customer_id uuid not null references customers (id),
  customer_contact_id uuid references contacts (id),
  contact_name text,
  contact_phone text,
  province text,
  city text,
  address text,
  latitude double precision,
  longitude double precision,
  equipment_id uuid references equipment (id),
  product_id uuid references products (id),
  expected_resolve_date date,
  -- As it was when the ticket was reported; null: nobody knows.
  is_under_warranty boolean,
  warranty_end_date date,
  assigned_to uuid references users (id),
  assignment_id uuid,
  -- Who has made it, and everybody who has ever been sent: they keep seeing it.
  participant_ids uuid[] not null,
  reported_at timestamptz(3) not null,
  response_due_at timestamptz(3) not null,
  resolve_due_at timestamptz(3) not null,
  -- By the phone's clock, kept between the step before and the server's time; how long in working minutes.
  first_response_at timestamptz(3),
  response_minutes integer,
  resolved_at timestamptz(3),
  resolve_minutes integer,
  -- The last step, of whatever kind.
  last_step_at timestamptz(3) not null,
  is_remote boolean not null default false,
  problem_analysis text,
  solution text,
  service_fee numeric(14,2) not null default 0,
  parts_cost numeric(14,2) not null default 0,
  payment_status text check (payment_status in ('waived', 'unpaid', 'paid')),
  signature jsonb,
  signer_name text,
  signed_at timestamptz(3),
  customer_rating integer check (customer_rating between 1 and 5),
  customer_feedback text,
  rated_at timestamptz(3),
  closed_at timestamptz(3),
  -- Links to the customer carry it: a new one makes the older ones nothing.
  link_version integer not null default 0,
  link_expires_at timestamptz(3),
  search_text text not null,
  search_grams text[] not null,
  created_by uuid not null references users (id),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  version integer not null default 1,
  check ((latitude is null) = (longitude is null)),
  check ((assigned_to is null) = (assignment_id is null))
);

create index service_tickets_created on service_tickets (created_at desc, id desc) where deleted_at is null;

create index service_tickets_status on service_tickets (status, created_at desc, id desc) where deleted_at is null;

create index service_tickets_resolve_due on service_tickets (resolve_due_at, id) where deleted_at is null;

create index service_tickets_assigned on service_tickets (assigned_to, created_at desc, id desc)
  where deleted_at is null;

create index service_tickets_open on service_tickets (assigned_to, resolve_due_at, id)
  where deleted_at is null and status in ('pending', 'assigned', 'accepted', 'en_route', 'on_site');

create index service_tickets_customer on service_tickets (customer_id, created_at desc, id desc);

create index service_tickets_equipment on service_tickets (equipment_id, created_at desc, id desc)
  where equipment_id is not null;

create index service_tickets_city on service_tickets (city, reported_at) where deleted_at is null;

create index service_tickets_reported on service_tickets (reported_at, id) where deleted_at is null;

create index service_tickets_deleted on service_tickets (created_at desc, id desc) where deleted_at is not null;

create index service_tickets_participants on service_tickets using gin (participant_ids) with (fastupdate = off);

create index service_tickets_search on service_tickets using gin (search_grams) with (fastupdate = off);

-- Who was sent when, and how that ended.
create table ticket_assignments (
  id uuid primary key,
  ticket_id uuid not null references service_tickets (id),
  engineer_id uuid not null references users (id),
  -- Null: by itself.
  assigned_by uuid references users (id),
  reason text,
  assigned_at timestamptz(3) not null,
  ended_at timestamptz(3),
  -- How far they were: where they go on when they take it up again.
  ended_status text
);

create index ticket_assignments_ticket on ticket_assignments (ticket_id, assigned_at desc);

create table ticket_parts (
  id uuid primary key,
  ticket_id uuid not null references service_tickets (id),
  position integer not null,
  product_id uuid references products (id),
  part_name text not null,
  part_code text,
  quantity integer not null check (quantity > 0),
  unit_cost numeric(14,2) not null
);

create index ticket_parts_ticket on ticket_parts (ticket_id, position);

-- What happened to a ticket: each step, comment and word of the customer, once.
create table ticket_logs (
  id uuid primary key,
  ticket_id uuid not null references service_tickets (id),
  log_type text not null,
  log_content text,
  actor_id uuid references users (id),
  actor_name text,
  happened_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  latitude double precision,
  longitude double precision,
  accuracy double precision,
  -- From the site, in metres.
  distance integer,
  far boolean not null default false,
  file_ids uuid[] not null default '{}'
);

create index ticket_logs_ticket on ticket_logs (ticket_id, created_at desc, id desc);

insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, added.reach
  from roles, (values
    ('sales', 'serviceTickets.read', 'own'), ('sales', 'serviceTickets.create', 'all'),
    ('sales_manager', 'serviceTickets.read', 'all'), ('sales_manager', 'serviceTickets.create', 'all'),
    ('sales_manager', 'serviceTickets.update', 'all'), ('sales_manager', 'serviceTickets.dispatch', 'all'),
    ('engineer', 'serviceTickets.read', 'own'), ('engineer', 'serviceTickets.create', 'all'),
    ('engineer', 'serviceTickets.work', 'all'),
    ('finance', 'serviceTickets.read', 'all'),
    ('admin', 'serviceTickets.read', 'all'), ('admin', 'serviceTickets.create', 'all'),
    ('admin', 'serviceTickets.update', 'all'), ('admin', 'serviceTickets.dispatch', 'all'),
    ('admin', 'serviceTickets.work', 'all'), ('admin', 'serviceTickets.delete', 'all'),
    ('admin', 'serviceTickets.restore', 'all')) as added (role, permission, reach)
  where roles.code = added.role
  on conflict do nothing;
