import { departments } from '#shared/departments/contract.ts';
import { users } from '#shared/users/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { addDepartment, removeDepartment, updateDepartment } from './departments.commands.ts';
import { loadDepartments } from './departments.queries.ts';
import type { Handover } from './handover.ts';
import type { IdentityDependencies } from './identity.commands.ts';
import {
  changeUserStatus,
  createAccount,
  resetPassword,
  setUserRoles,
  updateUser,
} from './users.commands.ts';
import { getUser } from './users.queries.ts';

/** People and departments, for who manages them. */
export const teamRoutes = (deps: IdentityDependencies, handover: Handover): Route[] => [
  write(users.create, (work, { body }) => createAccount(deps, work, body)),
  read(users.get, (context, { params }) => getUser(context, params.id)),
  write(users.update, (work, { params, body }) => updateUser(work, params.id, body)),
  write(users.setRoles, (work, { params, body }) => setUserRoles(work, params.id, body)),
  write(users.resetPassword, (work, { params }) => resetPassword(deps, work, params.id)),
  write(users.changeStatus, (work, { params, body }) => changeUserStatus(handover, work, params.id, body)),
  read(departments.list, async ({ db }) => ({ list: await loadDepartments(db) })),
  write(departments.create, (work, { body }) => addDepartment(work, body)),
  write(departments.update, (work, { params, body }) => updateDepartment(work, params.id, body)),
  write(departments.remove, (work, { params, body }) => removeDepartment(work, params.id, body)),
];
