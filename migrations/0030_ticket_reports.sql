-- The service reports that were made, each by the code that is printed on it: a report on paper is checked against them.
create table ticket_reports (
  -- SHA-256 over the facts that stand in it, in hex.
  code text primary key,
  ticket_id uuid not null references service_tickets (id),
  file_id uuid not null references files (id),
  created_at timestamptz(3) not null
);

create index ticket_reports_ticket on ticket_reports (ticket_id, created_at desc);
