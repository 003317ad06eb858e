import * as z from 'zod';
import { PERMISSIONS, type Permission, permissions, REACHES } from '../access/permissions.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { id, idParams as params, version } from '../values/id.ts';
import { optionalLine, requiredLine } from '../values/text.ts';

export const roleErrors = defineErrors({
  ROLE_BUILT_IN: { status: 409, message: '“{name}”是系统自带的角色，不能删除' },
  ROLE_IN_USE: { status: 409, message: '还有{count}人是这个角色，请先给他们换角色' },
  ROLE_NAME_TAKEN: { status: 409, message: '已经有叫“{name}”的角色' },
  LAST_ADMIN: { status: 409, message: '这样就没有人能管理角色与权限了，请先让另一个人也能管理' },
});

const permission = z.enum(PERMISSIONS as [Permission, ...Permission[]]);
const reach = z.enum(REACHES);
const name = requiredLine(30);

/** Permission → reach, field by field, so that an unknown one is refused by its name. */
const grants = z.strictObject(
  Object.fromEntries(
    PERMISSIONS.map((each) => [each, (permissions[each].scoped ? reach : z.literal('all')).exactOptional()]),
  ) as Record<Permission, z.ZodExactOptional<typeof reach>>,
);

const role = z.object({
  id,
  code: z.string(),
  name: z.string(),
  description: z.string(),
  /** Comes with the product and cannot be deleted. */
  builtIn: z.boolean(),
  /** How many people have it. */
  members: z.number(),
  /** Null for those who do not manage roles. */
  permissions: z.partialRecord(permission, reach).nullable(),
  version: z.number(),
});
export type Role = z.infer<typeof role>;

const permissionEntry = z.object({
  permission,
  label: z.string(),
  group: z.string(),
  /** Granted with a reach; the others are granted or not. */
  scoped: z.boolean(),
});
export type PermissionEntry = z.infer<typeof permissionEntry>;

export const roles = {
  list: endpoint({
    method: 'GET',
    path: '/api/roles',
    permission: 'users.lookup',
    summary: '角色列表，管理角色的人还能看到各自的权限',
    response: z.object({ list: z.array(role) }),
  }),
  permissions: endpoint({
    method: 'GET',
    path: '/api/permissions',
    permission: 'roles.manage',
    summary: '全部权限',
    response: z.object({ list: z.array(permissionEntry) }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/roles',
    permission: 'roles.manage',
    summary: '新建角色',
    body: z.strictObject({ name, description: optionalLine(100), grants }),
    response: role,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/roles/:id',
    permission: 'roles.manage',
    summary: '修改角色的名称和说明',
    params,
    body: z.strictObject({ version, name: name.optional(), description: optionalLine(100) }),
    response: role,
  }),
  grant: endpoint({
    method: 'PUT',
    path: '/api/roles/:id/permissions',
    permission: 'roles.manage',
    summary: '修改角色的权限，立即生效',
    params,
    body: z.strictObject({ version, grants }),
    response: role,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/api/roles/:id',
    permission: 'roles.manage',
    summary: '删除没有人使用的角色',
    params,
    response: z.object({ id }),
  }),
};
