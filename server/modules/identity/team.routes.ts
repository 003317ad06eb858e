import { departments } from '#shared/departments/contract.ts';
import { handovers } from '#shared/handovers/contract.ts';
import { users } from '#shared/users/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { addDepartment, removeDepartment, updateDepartment } from './departments.commands.ts';
import { loadDepartments } from './departments.queries.ts';
import type { Handover } from './handover.ts';
import { handOver, undoHandover } from './handovers.commands.ts';
import { listHandovers, previewHandover } from './handovers.queries.ts';
import type { IdentityDependencies } from './identity.commands.ts';
import { rejectAccount } from './register.commands.ts';
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
  write(users.reject, (work, { params, body }) => rejectAccount(work, params.id, body)),
  read(handovers.preview, (context, { params }) => previewHandover(handover, context, params.id)),
  write(handovers.create, (work, { params, body }) => handOver(handover, work, params.id, body)),
  read(handovers.list, async (context, { params }) => ({ list: await listHandovers(context, params.id) })),
  write(handovers.undo, (work, { params }) => undoHandover(handover, work, params.id)),
  read(departments.list, async ({ db }) => ({ list: await loadDepartments(db) })),
  write(departments.create, (work, { body }) => addDepartment(work, body)),
  write(departments.update, (work, { params, body }) => updateDepartment(work, params.id, body)),
  write(departments.remove, (work, { params, body }) => removeDepartment(work, params.id, body)),
];
