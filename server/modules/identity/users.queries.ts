import { httpErrors } from '#shared/http/errors.ts';
import type { AvailableAction } from '#shared/machine.ts';
import type { UserDetail, UserStatus } from '#shared/users/contract.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Queryable } from '../../kernel/database.ts';
import { openLeads } from './identity.queries.ts';
import { isBeyond } from './privileges.ts';

/** One account with what the asker may do to it. Throws NOT_FOUND. */
export async function getUser(
  { db, actor }: { readonly db: Queryable; readonly actor: Actor },
  id: string,
): Promise<UserDetail> {
  const user = await db
    .selectFrom('users')
    .leftJoin('departments', 'departments.id', 'users.departmentId')
    .select([
      'users.id',
      'users.username',
      'users.name',
      'users.mobile',
      'users.email',
      'users.departmentId',
      'departments.name as departmentName',
      'users.status',
      'users.wechatOpenid',
      'users.mustChangePassword',
      'users.createdAt',
      'users.version',
      openLeads.as('openLeads'),
    ])
    .where('users.id', '=', id)
    .executeTakeFirst();
  if (!user) throw httpErrors.NOT_FOUND();
  const roles = await db
    .selectFrom('userRoles')
    .innerJoin('roles', 'roles.id', 'userRoles.roleId')
    .select(['roles.id', 'roles.code', 'roles.name'])
    .where('userRoles.userId', '=', id)
    .orderBy('roles.code')
    .execute();
  const { departmentId, departmentName, wechatOpenid, ...rest } = user;
  const status = user.status as UserStatus;
  return {
    ...rest,
    status,
    department: departmentId ? { id: departmentId, name: departmentName ?? '' } : null,
    roles,
    wechatBound: wechatOpenid !== null,
    actions: actionsOn(status, actor.userId === id, await isBeyond({ db, actor }, id)),
  };
}

const BEYOND = '此人的权限超出你的权限';

function actionsOn(status: UserStatus, own: boolean, beyond: boolean): AvailableAction[] {
  const action = (name: string, label: string, disabledReason: string | null = null) => ({
    action: name,
    label,
    disabledReason,
  });
  if (status === 'pending') return [action('approve', '开通'), action('reject', '拒绝')];
  const tooHigh = beyond ? BEYOND : null;
  return [
    action('update', '编辑资料'),
    action('setRoles', '设置角色', tooHigh),
    action('resetPassword', '重置密码', own ? '自己的密码在“我的”里修改' : tooHigh),
    status === 'active'
      ? action('disable', '停用账号', own ? '不能停用自己的账号' : tooHigh)
      : action('enable', '重新启用', tooHigh),
  ];
}
