import * as z from 'zod';
import { ROLE_CODES } from '../access/roles.ts';
import { endpoint } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { flag, listQuery, pageOf } from '../http/page.ts';
import { availableAction } from '../machine.ts';
import { id, idParams, version } from '../values/id.ts';
import { phone } from '../values/phone.ts';
import { clearable, requiredLine } from '../values/text.ts';
import { instant } from '../values/time.ts';

export const userErrors = defineErrors({
  HANDOVER_REQUIRED: { status: 409, message: '还有{held}，先选好交接给谁' },
  HANDOVER_NOT_ASSIGNABLE: { status: 400, message: '这位同事不能接手线索' },
  ROLE_BEYOND_YOURS: { status: 403, message: '“{roles}”的权限超出你的权限，不能授予' },
  USER_BEYOND_YOURS: { status: 403, message: '这位同事的权限超出你的权限，请联系管理员' },
  OWN_ACCOUNT: { status: 409, message: '不能对自己的账号这样做' },
});

export const USER_STATUS_LABELS = { active: '在职', pending: '待开通', disabled: '已停用' } as const;
export type UserStatus = keyof typeof USER_STATUS_LABELS;
const status = z.enum(['active', 'pending', 'disabled']);

export const colleague = z.object({
  id,
  name: z.string(),
  departmentName: z.string().nullable(),
  roles: z.array(z.string()),
  /** How many open leads they follow now. */
  openLeads: z.number(),
  /** This and what follows only for who manages people, otherwise null. */
  username: z.string().nullable(),
  mobile: z.string().nullable(),
  status: status.nullable(),
});
export type Colleague = z.infer<typeof colleague>;

const fields = {
  name: requiredLine(50),
  mobile: clearable(phone),
  email: clearable(z.union([z.email(), z.literal('')])),
  departmentId: id.nullable().optional(),
};
const roleIds = z
  .array(id)
  .max(20)
  .overwrite((ids) => [...new Set(ids)]);

/** A letter in front keeps it from looking like a mobile number. */
export const username = requiredLine(50).regex(
  /^[a-z][\w.-]{1,49}$/i,
  '字母开头，2位以上，可用字母、数字、点、横线、下划线',
);

/** A new account: also the schema of its form. */
const userDraft = z.strictObject({
  username,
  ...fields,
  roleIds,
});

export const userDetail = z.object({
  id,
  username: z.string(),
  name: z.string(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  department: z.object({ id, name: z.string() }).nullable(),
  roles: z.array(z.object({ id, code: z.string(), name: z.string() })),
  status,
  wechatBound: z.boolean(),
  mustChangePassword: z.boolean(),
  openLeads: z.number(),
  createdAt: instant,
  version,
  actions: z.array(availableAction),
});
export type UserDetail = z.infer<typeof userDetail>;

/** A password that was made up; shown this once. */
const initialPassword = z.string();

export const users = {
  list: endpoint({
    method: 'GET',
    path: '/api/users',
    permission: 'users.lookup',
    summary: '同事名单，用于选择跟进人；管理员工的人还能看到停用的账号与联系方式',
    query: listQuery(['name'], {
      role: z.enum(ROLE_CODES as [(typeof ROLE_CODES)[number], ...typeof ROLE_CODES]).optional(),
      /** `true`: only those who can follow leads. */
      assignable: flag.optional(),
      /** `true`: only those who can be sent to work on tickets. */
      dispatchable: flag.optional(),
      /** Anything but `active` is for who manages people. */
      status: z.enum(['active', 'pending', 'disabled', 'all']).default('active'),
    }),
    response: pageOf(colleague),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/users',
    permission: 'users.manage',
    summary: '新建员工，返回只显示一次的初始密码',
    body: userDraft,
    response: z.object({ user: userDetail, initialPassword }),
  }),
  get: endpoint({
    method: 'GET',
    path: '/api/users/:id',
    permission: 'users.manage',
    summary: '员工详情',
    params: idParams,
    response: userDetail,
  }),
  update: endpoint({
    method: 'PUT',
    path: '/api/users/:id',
    permission: 'users.manage',
    summary: '修改员工资料，只改传入的字段',
    params: idParams,
    body: z
      .strictObject({ version, ...fields })
      .partial()
      .required({ version: true }),
    response: userDetail,
  }),
  setRoles: endpoint({
    method: 'PUT',
    path: '/api/users/:id/roles',
    permission: 'users.manage',
    summary: '设置员工的角色，下一次请求即生效',
    params: idParams,
    body: z.strictObject({ version, roleIds }),
    response: userDetail,
  }),
  resetPassword: endpoint({
    method: 'POST',
    path: '/api/users/:id/password',
    permission: 'users.manage',
    summary: '重置密码，返回只显示一次的初始密码；此人的设备全部下线',
    params: idParams,
    response: z.object({ user: userDetail, initialPassword }),
  }),
  changeStatus: endpoint({
    method: 'PUT',
    path: '/api/users/:id/status',
    permission: 'users.manage',
    summary: '停用、启用或开通账号；停用时还在跟的线索要交接，开通时要选角色',
    params: idParams,
    patience: 50,
    body: z.strictObject({
      version,
      status: z.enum(['active', 'disabled']),
      reason: requiredLine(200),
      /** Who takes over the open leads; `null` gives them to the pool. */
      handoverTo: id.nullable().optional(),
      /** Of an account that waits, and of no other: what it begins with. */
      roleIds: roleIds.optional(),
      departmentId: id.nullable().optional(),
    }),
    response: userDetail,
  }),
  reject: endpoint({
    method: 'DELETE',
    path: '/api/users/:id',
    permission: 'users.manage',
    summary: '拒绝待开通的账号申请，账号随之删除',
    params: idParams,
    body: z.strictObject({ version }),
    response: z.object({ id }),
  }),
};
