import { type Grants, PERMISSIONS, type Permission } from '#shared/access/permissions.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { type Role, roleErrors, type roles } from '#shared/roles/contract.ts';
import { type Changes, diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { loadRoles } from './roles.queries.ts';

// Every write to these tables counts up the one row of access_revision, and holds it until the transaction ends. What is
// checked after the write is therefore true until then: no other change of people or roles can come in between.

export async function createRole(work: Work, body: Request<typeof roles.create>['body']): Promise<Role> {
  const id = newId();
  const { name, grants } = body;
  const description = body.description ?? '';
  await work.db
    .insertInto('roles')
    .values({ id, code: `custom-${id}`, name, description, createdAt: work.now, updatedAt: work.now })
    .execute();
  await refuseSameName(work, id, name);
  await writeGrants(work, id, grants);
  const changes = { ...diff({}, { name, description }), ...grantChanges({}, grants) };
  work.audit({ action: 'role.created', entity: 'roles', entityId: id, changes });
  return storedRole(work, id);
}

export async function updateRole(
  work: Work,
  id: string,
  body: Request<typeof roles.update>['body'],
): Promise<Role> {
  const before = await lockRole(work, id, body.version);
  const after = {
    name: body.name ?? before.name,
    description: body.description === undefined ? before.description : (body.description ?? ''),
  };
  await touchRole(work, before, after);
  await refuseSameName(work, id, after.name);
  work.audit({ action: 'role.updated', entity: 'roles', entityId: id, changes: diff({ ...before }, after) });
  return storedRole(work, id);
}

/** Replaces what a role may do. In force with the next request of everybody who has it. */
export async function grantPermissions(
  work: Work,
  id: string,
  { version, grants }: Request<typeof roles.grant>['body'],
): Promise<Role> {
  const before = await lockRole(work, id, version);
  const changes = grantChanges(before.permissions ?? {}, grants);
  await touchRole(work, before, {});
  await work.db.deleteFrom('rolePermissions').where('roleId', '=', id).execute();
  await writeGrants(work, id, grants);
  await keepRoleManager(work);
  work.audit({ action: 'role.permissionsChanged', entity: 'roles', entityId: id, changes });
  return storedRole(work, id);
}

export async function removeRole(work: Work, id: string): Promise<{ id: string }> {
  const role = await lockRole(work, id);
  if (role.builtIn) throw roleErrors.ROLE_BUILT_IN({ values: { name: role.name } });
  // Counts up the revision first, so that nobody is given the role between the look and the deletion.
  await touchRole(work, role, {});
  const { members } = await storedRole(work, id);
  if (members > 0) throw roleErrors.ROLE_IN_USE({ values: { count: members }, details: { members } });
  await work.db.deleteFrom('roles').where('id', '=', id).execute();
  const changes = diff({ name: role.name, description: role.description }, { name: null, description: null });
  work.audit({ action: 'role.deleted', entity: 'roles', entityId: id, changes });
  return { id };
}

/**
 * Refuses a change, already made in this transaction, after which no active person could manage roles. For every command
 * that takes a role, a permission or an account away.
 */
export async function keepRoleManager({ db }: Pick<Work, 'db'>): Promise<void> {
  const manager = await db
    .selectFrom('users')
    .innerJoin('userRoles', 'userRoles.userId', 'users.id')
    .innerJoin('rolePermissions', 'rolePermissions.roleId', 'userRoles.roleId')
    .select('users.id')
    .where('users.status', '=', 'active')
    .where('rolePermissions.permission', '=', 'roles.manage' satisfies Permission)
    .limit(1)
    .executeTakeFirst();
  if (!manager) throw roleErrors.LAST_ADMIN();
}

async function storedRole({ db }: Pick<Work, 'db'>, id: string): Promise<Role> {
  const [role] = await loadRoles(db, id);
  if (!role) throw httpErrors.NOT_FOUND();
  return role;
}

async function lockRole(work: Work, id: string, version?: number): Promise<Role> {
  await work.db.selectFrom('roles').select('id').where('id', '=', id).forNoKeyUpdate().execute();
  const role = await storedRole(work, id);
  if (version !== undefined && role.version !== version) {
    throw httpErrors.STALE({ details: { current: role } });
  }
  return role;
}

async function touchRole(
  work: Work,
  role: Role,
  changes: { readonly name?: string; readonly description?: string },
): Promise<void> {
  await work.db
    .updateTable('roles')
    .set({ ...changes, version: role.version + 1, updatedAt: work.now })
    .where('id', '=', role.id)
    .execute();
}

async function refuseSameName({ db }: Work, id: string, name: string): Promise<void> {
  const other = await db
    .selectFrom('roles')
    .select('id')
    .where(({ eb, fn }) => eb(fn('lower', ['name']), '=', name.toLowerCase()))
    .where('id', '<>', id)
    .executeTakeFirst();
  if (other) {
    const fields = [{ field: 'name', message: '这个名称已经用了' }];
    throw roleErrors.ROLE_NAME_TAKEN({ values: { name }, fields });
  }
}

async function writeGrants({ db }: Work, roleId: string, grants: Grants): Promise<void> {
  const rows = Object.entries(grants).map(([permission, reach]) => ({ roleId, permission, reach }));
  if (rows.length > 0) await db.insertInto('rolePermissions').values(rows).execute();
}

/** Permission → [reach before, reach after]; the log puts it into words. */
function grantChanges(before: Grants, after: Grants): Changes {
  const changed = PERMISSIONS.filter((permission) => before[permission] !== after[permission]);
  return Object.fromEntries(
    changed.map((permission) => [
      permission,
      [before[permission] ?? null, after[permission] ?? null] as const,
    ]),
  );
}
