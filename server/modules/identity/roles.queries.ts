import { sql } from 'kysely';
import {
  type Grants,
  groupOf,
  PERMISSIONS,
  type Permission,
  permissions,
  type Reach,
} from '#shared/access/permissions.ts';
import { roles as builtInRoles, ROLE_CODES } from '#shared/access/roles.ts';
import type { PermissionEntry, Role } from '#shared/roles/contract.ts';
import { type Actor, may } from '../../kernel/access.ts';
import type { Queryable } from '../../kernel/database.ts';

interface StoredRole extends Omit<Role, 'permissions'> {
  readonly permissions: Grants;
}

const isBuiltIn = (code: string): boolean => code in builtInRoles;

const placeOf = (code: string): number => {
  const place = (ROLE_CODES as string[]).indexOf(code);
  return place < 0 ? ROLE_CODES.length : place;
};

/** Roles as they are stored: those of the product first, then those of the company in the order they were made. */
export async function loadRoles(db: Queryable, id?: string): Promise<StoredRole[]> {
  let rows = db
    .selectFrom('roles')
    .select([
      'id',
      'code',
      'name',
      'description',
      'version',
      sql<number>`(select count(*) from user_roles where user_roles.role_id = roles.id)`.as('members'),
      sql<Record<string, Reach>>`coalesce(
        (select json_object_agg(permission, reach) from role_permissions where role_permissions.role_id = roles.id),
        '{}')`.as('granted'),
    ])
    .orderBy('createdAt')
    .orderBy('id');
  if (id) rows = rows.where('id', '=', id);
  const found = await rows.execute();
  return found
    .map(({ granted, ...role }) => ({
      ...role,
      members: Number(role.members),
      builtIn: isBuiltIn(role.code),
      permissions: knownGrants(granted),
    }))
    .sort((a, b) => placeOf(a.code) - placeOf(b.code));
}

/** In the order of the catalogue; a permission that the product no longer has is left out. */
function knownGrants(granted: Readonly<Record<string, Reach>>): Grants {
  const known: Partial<Record<Permission, Reach>> = {};
  for (const permission of PERMISSIONS) {
    const reach = granted[permission];
    if (reach) known[permission] = reach;
  }
  return known;
}

/** Every role; what they may do only for those who manage them. */
export async function listRoles({
  db,
  actor,
}: {
  readonly db: Queryable;
  readonly actor: Actor;
}): Promise<{ list: Role[] }> {
  const manages = may(actor, 'roles.manage');
  const list = await loadRoles(db);
  return { list: list.map((role) => ({ ...role, permissions: manages ? role.permissions : null })) };
}

export const listPermissions = (): { list: PermissionEntry[] } => ({
  list: PERMISSIONS.map((permission) => {
    const { label, scoped } = permissions[permission];
    return { permission, label, group: groupOf(permission), scoped };
  }),
});
