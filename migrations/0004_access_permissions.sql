-- Permissions that came after the first roles were seeded: an administrator has them all.
insert into role_permissions (role_id, permission, reach)
  select roles.id, added.permission, 'all'
  from roles, unnest(array['users.manage', 'roles.manage', 'logs.read']) as added (permission)
  where roles.code = 'admin'
  on conflict do nothing;
