-- Seeing the contact details of a lead in the pool came after the first roles were seeded.
insert into role_permissions (role_id, permission, reach)
  select roles.id, 'leads.reveal', 'all'
  from roles
  where roles.code in ('sales_manager', 'admin')
  on conflict do nothing;
