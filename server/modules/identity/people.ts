import type { RoleCode } from '#shared/access/roles.ts';
import { normalizePhone } from '#shared/values/phone.ts';
import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';
import { newId } from '../../kernel/new-id.ts';

/** The account of a username in any case, or of a mobile number in any spelling. */
export async function findByLogin(db: Queryable, username: string) {
  const mobile = normalizePhone(username);
  return db
    .selectFrom('users')
    .select(['id', 'name', 'email', 'passwordHash', 'status'])
    .where(({ eb, or, fn }) =>
      or([
        eb(fn('lower', ['username']), '=', username.toLowerCase()),
        ...(mobile ? [eb('mobile', '=', mobile)] : []),
      ]),
    )
    .executeTakeFirst();
}

/** Sets up a department. Answers its id. */
export async function createDepartment(
  db: Queryable,
  now: Instant,
  department: { name: string; parentId?: string | null; managerId?: string | null },
): Promise<string> {
  const id = newId();
  await db
    .insertInto('departments')
    .values({ id, ...department, createdAt: now, updatedAt: now })
    .execute();
  return id;
}

export async function setDepartmentManager(
  db: Queryable,
  departmentId: string,
  userId: string,
): Promise<void> {
  await db.updateTable('departments').set({ managerId: userId }).where('id', '=', departmentId).execute();
}

interface NewAccount {
  readonly username: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly departmentId?: string | null;
  readonly mobile?: string | null;
  readonly email?: string | null;
  readonly mustChangePassword?: boolean;
}

export interface NewUser extends NewAccount {
  readonly roles: readonly RoleCode[];
}

/** Sets up an active account without roles. Answers its id. */
export async function insertAccount(db: Queryable, now: Instant, account: NewAccount): Promise<string> {
  const id = newId();
  await db
    .insertInto('users')
    .values({ id, ...account, createdAt: now, updatedAt: now })
    .execute();
  return id;
}

/** Sets up an active account with its roles. Answers its id. */
export async function createUser(
  db: Queryable,
  now: Instant,
  { roles, ...account }: NewUser,
): Promise<string> {
  const id = await insertAccount(db, now, account);
  const granted = await db
    .selectFrom('roles')
    .select('id')
    .where('code', 'in', [...roles])
    .execute();
  await db
    .insertInto('userRoles')
    .values(granted.map((role) => ({ userId: id, roleId: role.id })))
    .execute();
  return id;
}
