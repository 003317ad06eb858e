import { sql } from 'kysely';
import type { Permission } from '#shared/access/permissions.ts';
import type { CurrentUser } from '#shared/auth/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import { OPEN_LEAD_STATUSES } from '#shared/leads/machine.ts';
import type { Colleague, users } from '#shared/users/contract.ts';
import { may } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineList } from '../../kernel/list.ts';
import { contains } from '../../kernel/search.ts';
import { loadPerson } from './actors.ts';

/** The profile of a user with what they may do; null when the account is not active. */
export async function profileOf(db: Queryable, userId: string): Promise<CurrentUser | null> {
  const person = await loadPerson(db, userId);
  if (!person) return null;
  const user = await db
    .selectFrom('users')
    .leftJoin('departments', 'departments.id', 'users.departmentId')
    .select([
      'users.username',
      'users.mobile',
      'users.email',
      'users.wechatOpenid',
      'users.version',
      'departments.name as departmentName',
    ])
    .where('users.id', '=', userId)
    .executeTakeFirstOrThrow();
  const roles = await db
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .select(['roles.code', 'roles.name'])
    .where('userRoles.userId', '=', userId)
    .orderBy('roles.code')
    .execute();
  return {
    id: userId,
    name: person.name,
    username: user.username,
    mobile: user.mobile,
    email: user.email,
    departmentName: user.departmentName,
    roles,
    permissions: person.grants,
    wechatBound: user.wechatOpenid !== null,
    mustChangePassword: person.mustChangePassword,
    version: user.version,
  };
}

/** What makes somebody able to follow leads. */
const FOLLOWS_LEADS = 'leads.progress';

/**
 * Whether a user can be given leads, or what else takes a permission: active, and with a role that works on them. Holds
 * their account until the transaction ends: disabling it waits, and then finds what they were given.
 */
export async function lockAssignable(
  db: Queryable,
  userId: string,
  permission: Permission = FOLLOWS_LEADS,
): Promise<boolean> {
  await db.selectFrom('users').select('id').where('id', '=', userId).forShare().executeTakeFirst();
  // Read after the lock, with what a change that was waited for has written.
  const person = await loadPerson(db, userId);
  return person?.grants[permission] !== undefined;
}

/** Makes everybody wait who gives this person something, until the transaction ends: for whoever counts what they have. */
export async function lockAlone(db: Queryable, userId: string): Promise<void> {
  await db.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst();
}

/** Those of several users who can be given leads, with their names. */
export async function assignableAmong(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('users')
    .innerJoin('userRoles', 'userRoles.userId', 'users.id')
    .innerJoin('rolePermissions', 'rolePermissions.roleId', 'userRoles.roleId')
    .select(['users.id', 'users.name'])
    .distinct()
    .where('rolePermissions.permission', '=', FOLLOWS_LEADS)
    .where('users.status', '=', 'active')
    .where('users.id', 'in', [...userIds])
    .execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

interface ColleagueFlags {
  readonly assignable: boolean | undefined;
  readonly dispatchable: boolean | undefined;
  readonly status: Request<typeof users.list>['query']['status'];
  /** Asked by somebody who manages people: shows and finds more. */
  readonly managed: boolean;
}

/** How many open leads the user of the row follows. */
export const openLeads = sql<number>`(
  select count(*) from leads
  where leads.owner_id = users.id and leads.deleted_at is null and leads.status in (${sql.join(OPEN_LEAD_STATUSES)}))`;

const colleagueList = defineList({
  table: 'users',
  orders: { name: { column: 'users.name', type: 'text' } },
  rows: (
    db,
    { assignable, dispatchable, status, managed }: ColleagueFlags,
    values: { keyword: string | undefined; role: string | undefined },
  ) => {
    let rows = db.selectFrom('users');
    if (status !== 'all') rows = rows.where('users.status', '=', status);
    const { keyword, role } = values;
    if (keyword) {
      rows = rows.where(({ or }) =>
        or([
          contains('users.name', keyword),
          contains('users.username', keyword),
          ...(managed ? [contains('users.mobile', keyword)] : []),
        ]),
      );
    }
    if (role) {
      rows = rows.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('userRoles')
            .innerJoin('roles', 'roles.id', 'userRoles.roleId')
            .select('roles.id')
            .whereRef('userRoles.userId', '=', 'users.id')
            .where('roles.code', '=', role),
        ),
      );
    }
    const asked = [
      [assignable, FOLLOWS_LEADS],
      [dispatchable, 'serviceTickets.work'],
    ] as const;
    for (const [wanted, permission] of asked) {
      if (wanted === undefined) continue;
      rows = rows.where(({ exists, selectFrom, not }) => {
        const held = exists(
          selectFrom('userRoles')
            .innerJoin('rolePermissions', 'rolePermissions.roleId', 'userRoles.roleId')
            .select('rolePermissions.permission')
            .whereRef('userRoles.userId', '=', 'users.id')
            .where('rolePermissions.permission', '=', permission),
        );
        return wanted ? held : not(held);
      });
    }
    return rows;
  },
  columns: (rows, sortKey, { managed }) =>
    rows.leftJoin('departments', 'departments.id', 'users.departmentId').select([
      'users.id',
      'users.name',
      'departments.name as departmentName',
      sql<string>`${sortKey}`.as('sortKey'),
      sql<string[]>`array(
        select roles.name from user_roles join roles on roles.id = user_roles.role_id
        where user_roles.user_id = users.id order by roles.code)`.as('roles'),
      openLeads.as('openLeads'),
      ...(managed
        ? (['users.username', 'users.mobile', 'users.status'] as const)
        : [sql<null>`null`.as('username'), sql<null>`null`.as('mobile'), sql<null>`null`.as('status')]),
    ]),
});

/** Colleagues by name: for pickers, and with more of each for who manages people. */
export async function listColleagues(
  context: Context,
  query: Request<typeof users.list>['query'],
): Promise<Page<Colleague>> {
  const managed = may(context.actor, 'users.manage');
  const { assignable, dispatchable, status, keyword, role } = query;
  if (status !== 'active' && !managed) throw httpErrors.FORBIDDEN();
  const page = await colleagueList.page(context, query, {
    flags: { assignable, dispatchable, status, managed },
    values: { keyword, role },
  });
  return page as Page<Colleague>;
}
