import { assignment } from '#shared/assignment/contract.ts';
import { pool } from '#shared/pool/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { acceptLead, assignMany, releaseMany } from './lead-assignment.commands.ts';
import {
  createGroup,
  dutyOf,
  listGroups,
  removeGroup,
  setDuty,
  updateGroup,
} from './lead-assignment.groups.ts';
import { suggestOwner } from './lead-assignment.turns.ts';
import { removePoolRule, setPoolRule } from './lead-pool.commands.ts';
import { listPoolRules, poolClock, recycleDryRun } from './lead-pool.queries.ts';

export const poolRoutes: Route[] = [
  read(pool.rules, (context) => listPoolRules(context)),
  write(pool.setRule, (work, { params, body }) => setPoolRule(work, params.departmentId, body)),
  write(pool.removeRule, (work, { params }) => removePoolRule(work, params.departmentId)),
  read(pool.dryRun, (context, { query }) => recycleDryRun(context, query)),
  read(pool.clock, (context, { params }) => poolClock(context, params.id)),
  write(pool.accept, (work, { params }) => acceptLead(work, params.id)),
  write(pool.assignMany, (work, { body }) => assignMany(work, body)),
  write(pool.releaseMany, (work, { body }) => releaseMany(work, body)),
  read(pool.suggestedOwner, async (context, { query }) => ({ owner: await suggestOwner(context, query) })),
  read(assignment.list, (context) => listGroups(context)),
  write(assignment.create, (work, { body }) => createGroup(work, body)),
  write(assignment.update, (work, { params, body }) => updateGroup(work, params.id, body)),
  write(assignment.remove, (work, { params, body }) => removeGroup(work, params.id, body.version)),
  read(assignment.duty, (context) => dutyOf(context)),
  write(assignment.setDuty, (work, { body }) => setDuty(work, body.duty === 'on')),
];
