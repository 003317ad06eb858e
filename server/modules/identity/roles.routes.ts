import { roles } from '#shared/roles/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { createRole, grantPermissions, removeRole, updateRole } from './roles.commands.ts';
import { listPermissions, listRoles } from './roles.queries.ts';

export const roleRoutes: readonly Route[] = [
  read(roles.list, (context) => listRoles(context)),
  read(roles.permissions, async () => listPermissions()),
  write(roles.create, (work, { body }) => createRole(work, body)),
  write(roles.update, (work, { params, body }) => updateRole(work, params.id, body)),
  write(roles.grant, (work, { params, body }) => grantPermissions(work, params.id, body)),
  write(roles.remove, (work, { params }) => removeRole(work, params.id)),
];
