import { ROLE_CODES, roles } from '#shared/access/roles.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Database, Queryable } from '../../kernel/database.ts';
import { newId } from '../../kernel/new-id.ts';

/**
 * Creates the roles a company starts with, where there are none. What an administrator changed stays. Of several processes
 * at once one does it, with everything that the roles may do, or nothing at all.
 */
export function seedRoles(db: Database, now: Instant): Promise<void> {
  return db.transaction().execute((trx) => createRoles(trx, now));
}

async function createRoles(db: Queryable, now: Instant): Promise<void> {
  const rows = ROLE_CODES.map((code) => ({
    id: newId(),
    code,
    name: roles[code].label,
    description: roles[code].description,
    createdAt: now,
    updatedAt: now,
  }));
  const created = await db
    .insertInto('roles')
    .values(rows)
    .onConflict((conflict) => conflict.column('code').doNothing())
    .returning(['id', 'code'])
    .execute();
  const granted = created.flatMap(({ id, code }) =>
    Object.entries(roles[code as keyof typeof roles].grants).map(([permission, reach]) => ({
      roleId: id,
      permission,
      reach: reach as string,
    })),
  );
  if (granted.length > 0) await db.insertInto('rolePermissions').values(granted).execute();
}
