import * as z from 'zod';
import { PERMISSIONS, type Permission, REACHES } from '../access/permissions.ts';
import { endpoint, type RateLimit } from '../http/endpoint.ts';
import { defineErrors } from '../http/errors.ts';
import { username } from '../users/contract.ts';
import { id, idParams, version } from '../values/id.ts';
import { phone } from '../values/phone.ts';
import { clearable, requiredLine, textLine } from '../values/text.ts';
import { instant } from '../values/time.ts';

export const authErrors = defineErrors({
  WRONG_CREDENTIALS: { status: 401, message: '账号或密码不正确' },
  ACCOUNT_DISABLED: { status: 403, message: '账号已停用，请联系管理员' },
  ACCOUNT_PENDING: { status: 403, message: '账号等待管理员开通' },
  WRONG_PASSWORD: { status: 400, message: '原密码不正确' },
  SESSION_ENDED: { status: 401, message: '登录已失效，请重新登录' },
  WECHAT_NOT_BOUND: { status: 409, message: '这个微信还没有绑定账号，请先用密码登录绑定' },
  WECHAT_BOUND_ELSEWHERE: { status: 409, message: '这个微信已绑定另一个账号' },
  WECHAT_UNAVAILABLE: { status: 503, message: '暂时连不上微信，请稍后再试或使用密码登录' },
  WECHAT_CODE_INVALID: { status: 400, message: '微信登录已失效，请重试' },
  WECHAT_NOT_CONFIGURED: { status: 501, message: '还没有配置微信登录' },
  BIND_TICKET_INVALID: { status: 400, message: '绑定已超时，请重新用微信登录' },
  RESET_TOKEN_INVALID: { status: 400, message: '链接已失效或已用过，请重新获取' },
});

/** At least eight characters, of at least two kinds. Long ones are welcome up to what is reasonable to hash. */
export const newPassword = z
  .string()
  .min(8, '密码至少8位')
  .max(128, '密码最多128位')
  .refine(
    (v) => [/\d/, /[a-z]/, /[A-Z]/, /[^\da-zA-Z]/].filter((kind) => kind.test(v)).length >= 2,
    '密码太简单，请混合字母与数字',
  );

const password = z.string().min(1).max(128);
const device = textLine(100).optional();

export const currentUser = z.object({
  id,
  username: z.string(),
  name: z.string(),
  mobile: z.string().nullable(),
  email: z.string().nullable(),
  departmentName: z.string().nullable(),
  roles: z.array(z.object({ code: z.string(), name: z.string() })),
  permissions: z.partialRecord(z.enum(PERMISSIONS as [Permission, ...Permission[]]), z.enum(REACHES)),
  wechatBound: z.boolean(),
  mustChangePassword: z.boolean(),
  version,
});
export type CurrentUser = z.infer<typeof currentUser>;

const session = z.object({
  /** A bearer token for 15 minutes. */
  accessToken: z.string(),
  /** Good for one refresh within 30 days; using it twice ends the session. */
  refreshToken: z.string(),
  user: currentUser,
});
export type Session = z.infer<typeof session>;

/** What everybody may change about themselves; also the form's schema. Left out stays, `null` clears. */
export const profileDraft = z.strictObject({
  /** Of the profile that was read: another one is refused as STALE. */
  version: version.optional(),
  name: requiredLine(50).optional(),
  email: clearable(z.union([z.email().max(200), z.literal('')])),
  mobile: clearable(phone),
});
export type ProfileDraft = z.input<typeof profileDraft>;

/** What somebody writes who applies for an account: nothing that decides what they may do. Also the form's schema. */
const registration = z.strictObject({
  username,
  name: requiredLine(50),
  mobile: phone.refine((v) => v !== '', '请输入手机号'),
  email: clearable(z.union([z.email().max(200), z.literal('')])),
  password: newPassword,
});

export const deviceSession = z.object({
  id,
  /** What the device called itself when it signed in. */
  device: z.string().nullable(),
  ip: z.string().nullable(),
  createdAt: instant,
  /** When it last asked for a new access token: about a quarter of an hour exact. */
  lastUsedAt: instant,
  /** The one that asks. */
  current: z.boolean(),
});
export type DeviceSession = z.infer<typeof deviceSession>;

const perAccount: RateLimit = { by: 'username', max: 10, seconds: 300, eachAddress: true };
const perAddress: RateLimit = { by: 'address', max: 100, seconds: 300 };
/** Against many who guess together: then the owner waits as well. */
const perAccountAnywhere: RateLimit = { by: 'username', max: 50, seconds: 300 };
/** For whoever is signed in and has to show the password once more. */
const perPassword: RateLimit = { by: 'address', max: 30, seconds: 300 };

export const auth = {
  login: endpoint({
    method: 'POST',
    path: '/api/auth/login',
    permission: 'public',
    summary: '用户名或手机号登录',
    limits: [perAccount, perAddress, perAccountAnywhere],
    body: z.strictObject({ username: requiredLine(50), password, device }),
    response: session,
  }),
  refresh: endpoint({
    method: 'POST',
    path: '/api/auth/refresh',
    permission: 'public',
    summary: '换新的访问令牌',
    limits: [{ by: 'address', max: 600, seconds: 300 }],
    body: z.strictObject({ refreshToken: z.string().min(1).max(500) }),
    response: session,
  }),
  logout: endpoint({
    method: 'POST',
    path: '/api/auth/logout',
    permission: 'signed-in',
    summary: '退出登录',
    endsSession: true,
    response: z.object({}),
  }),
  profile: endpoint({
    method: 'GET',
    path: '/api/auth/profile',
    permission: 'signed-in',
    summary: '我的资料与权限',
    response: currentUser,
  }),
  changePassword: endpoint({
    method: 'PUT',
    path: '/api/auth/password',
    permission: 'signed-in',
    summary: '修改密码，其他设备下线',
    endsSession: true,
    limits: [perPassword],
    body: z
      .strictObject({ oldPassword: password, newPassword })
      .refine((body) => body.newPassword !== body.oldPassword, {
        path: ['newPassword'],
        error: '新密码不能与原密码相同',
      }),
    response: session,
  }),
  wechat: endpoint({
    method: 'POST',
    path: '/api/auth/wechat',
    permission: 'public',
    summary: '微信登录；未绑定时返回 WECHAT_NOT_BOUND 与绑定凭证',
    limits: [perAddress],
    body: z.strictObject({ code: requiredLine(200), device }),
    response: session,
  }),
  bindWechat: endpoint({
    method: 'POST',
    path: '/api/auth/wechat/bind',
    permission: 'public',
    summary: '用账号密码绑定微信并登录',
    limits: [perAccount, perAddress, perAccountAnywhere],
    body: z.strictObject({
      ticket: z.string().min(1).max(1000),
      username: requiredLine(50),
      password,
      device,
    }),
    response: session,
  }),
  updateProfile: endpoint({
    method: 'PUT',
    path: '/api/auth/profile',
    permission: 'signed-in',
    summary: '修改我的姓名、手机号与邮箱',
    body: profileDraft,
    response: currentUser,
  }),
  sessions: endpoint({
    method: 'GET',
    path: '/api/auth/sessions',
    permission: 'signed-in',
    summary: '我登录着的设备，本机在前',
    response: z.object({ list: z.array(deviceSession) }),
  }),
  endSession: endpoint({
    method: 'DELETE',
    path: '/api/auth/sessions/:id',
    permission: 'signed-in',
    summary: '让我的一台设备退出登录',
    params: idParams,
    response: z.object({}),
  }),
  endOtherSessions: endpoint({
    method: 'DELETE',
    path: '/api/auth/sessions',
    permission: 'signed-in',
    summary: '让我的其他设备退出登录',
    response: z.object({}),
  }),
  attachWechat: endpoint({
    method: 'PUT',
    path: '/api/auth/wechat',
    permission: 'signed-in',
    summary: '登录后绑定这个微信，或换成这个微信',
    limits: [perAddress],
    body: z.strictObject({ code: requiredLine(200) }),
    response: currentUser,
  }),
  detachWechat: endpoint({
    method: 'DELETE',
    path: '/api/auth/wechat',
    permission: 'signed-in',
    summary: '解除微信绑定，需要密码',
    limits: [perPassword],
    body: z.strictObject({ password }),
    response: currentUser,
  }),
  register: endpoint({
    method: 'POST',
    path: '/api/auth/register',
    permission: 'public',
    summary: '申请账号，等待管理员开通；用户名或手机号是否已被使用，回答相同',
    limits: [
      { by: 'username', max: 5, seconds: 900, always: true },
      { by: 'address', max: 100, seconds: 900, always: true },
    ],
    body: registration,
    response: z.object({ message: z.string() }),
  }),
  forgotPassword: endpoint({
    method: 'POST',
    path: '/api/auth/forgot-password',
    permission: 'public',
    summary: '把重置密码的链接发到账号的邮箱；账号存在与否，回答相同',
    limits: [
      { by: 'username', max: 5, seconds: 900, always: true },
      { by: 'address', max: 100, seconds: 900 },
    ],
    body: z.strictObject({ username: requiredLine(50) }),
    response: z.object({}),
  }),
  resetPassword: endpoint({
    method: 'POST',
    path: '/api/auth/reset-password',
    permission: 'public',
    summary: '用邮件里的链接设置新密码，所有设备下线',
    limits: [perAddress],
    body: z.strictObject({ token: z.string().min(1).max(200), newPassword }),
    response: z.object({}),
  }),
};
