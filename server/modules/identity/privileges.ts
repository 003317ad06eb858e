import {
  type Grants,
  mergeGrants,
  PERMISSIONS,
  type Permission,
  type Reach,
} from '#shared/access/permissions.ts';
import { userErrors } from '#shared/users/contract.ts';
import { type Actor, may } from '../../kernel/access.ts';
import type { Queryable } from '../../kernel/database.ts';

// Who manages people without managing roles passes on no more than they hold themselves, and takes over nobody who
// holds more. Checked after the write, which counts up the access revision: nobody changes a role in between.

interface Asking {
  readonly db: Queryable;
  readonly actor: Actor;
}
interface Granted {
  readonly permission: string;
  readonly reach: string;
}

const isWithin = (granted: readonly Granted[], own: Grants): boolean => {
  const theirs = granted.map(
    ({ permission, reach }): Grants => ({ [permission as Permission]: reach as Reach }),
  );
  const merged = mergeGrants([own, ...theirs]);
  return PERMISSIONS.every((permission) => merged[permission] === own[permission]);
};

/** Whether somebody may do anything that the asker may not. Their account may be disabled. */
export async function isBeyond({ db, actor }: Asking, userId: string): Promise<boolean> {
  if (may(actor, 'roles.manage') || userId === actor.userId) return false;
  const granted = await db
    .selectFrom('userRoles')
    .innerJoin('rolePermissions', 'rolePermissions.roleId', 'userRoles.roleId')
    .select(['rolePermissions.permission', 'rolePermissions.reach'])
    .where('userRoles.userId', '=', userId)
    .execute();
  return !isWithin(granted, actor.grants);
}

/** Refuses to touch the account of somebody who may do more than the asker. */
export async function refuseBeyond(asking: Asking, userId: string): Promise<void> {
  if (await isBeyond(asking, userId)) throw userErrors.USER_BEYOND_YOURS();
}

/** Refuses to give roles that may do more than the asker. */
export async function refuseRolesBeyond({ db, actor }: Asking, roleIds: readonly string[]): Promise<void> {
  if (may(actor, 'roles.manage') || roleIds.length === 0) return;
  const rows = await db
    .selectFrom('roles')
    .innerJoin('rolePermissions', 'rolePermissions.roleId', 'roles.id')
    .select(['roles.name', 'rolePermissions.permission', 'rolePermissions.reach'])
    .where('roles.id', 'in', [...roleIds])
    .orderBy('roles.code')
    .execute();
  const beyond = [...Map.groupBy(rows, ({ name }) => name)]
    .filter(([, granted]) => !isWithin(granted, actor.grants))
    .map(([name]) => name);
  if (beyond.length === 0) return;
  const roles = beyond.join('、');
  const fields = [{ field: 'roleIds', message: `“${roles}”的权限超出你的权限` }];
  throw userErrors.ROLE_BEYOND_YOURS({ values: { roles }, fields });
}
