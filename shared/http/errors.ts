import type { FieldError } from './envelope.ts';

export interface ErrorEntry {
  readonly status: number;
  /** Chinese, for users. `{name}` is filled from the parameters. */
  readonly message: string;
}

/** A refusal that the client can act on: everything in it is meant to be shown. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly status: number;
  readonly fields: readonly FieldError[] | null;
  readonly details: unknown;

  constructor(
    code: string,
    entry: ErrorEntry,
    options: { fields?: readonly FieldError[]; details?: unknown; message?: string } = {},
  ) {
    super(options.message ?? entry.message);
    this.code = code;
    this.status = entry.status;
    this.fields = options.fields ?? null;
    this.details = options.details;
  }
}

type Options = {
  fields?: readonly FieldError[];
  details?: unknown;
  values?: Record<string, string | number>;
};

/** Turns a catalogue into functions that make the errors: `throw leadErrors.LEAD_NOT_OPEN({ values: { no } })`. */
export function defineErrors<const C extends Record<string, ErrorEntry>>(
  catalogue: C,
): { readonly [K in keyof C]: (options?: Options) => AppError } {
  const make = {} as { [K in keyof C]: (options?: Options) => AppError };
  for (const code of Object.keys(catalogue) as (keyof C & string)[]) {
    const entry = catalogue[code] as ErrorEntry;
    make[code] = (options = {}) =>
      new AppError(code, entry, {
        ...options,
        message: entry.message.replace(/\{(\w+)\}/g, (_, name: string) =>
          String(options.values?.[name] ?? ''),
        ),
      });
  }
  return make;
}

/** Refusals that any endpoint may answer. */
export const httpErrors = defineErrors({
  VALIDATION: { status: 400, message: '请检查填写的内容' },
  BAD_REQUEST: { status: 400, message: '请求无法识别' },
  UNAUTHENTICATED: { status: 401, message: '请先登录' },
  TOKEN_EXPIRED: { status: 401, message: '登录已过期，请重新登录' },
  PASSWORD_CHANGE_REQUIRED: { status: 403, message: '首次登录请先修改密码' },
  FORBIDDEN: { status: 403, message: '没有权限进行此操作' },
  NOT_FOUND: { status: 404, message: '记录不存在或已无权查看' },
  REQUEST_TIMEOUT: { status: 408, message: '网络太慢，没有收完，请重试' },
  STALE: { status: 409, message: '这条记录刚刚被别人修改过' },
  ACTION_NOT_ALLOWED: { status: 409, message: '当前状态是“{status}”，不能{action}' },
  IN_FLIGHT: { status: 409, message: '上一次提交还在处理，请稍候' },
  PAYLOAD_TOO_LARGE: { status: 413, message: '提交的内容过大' },
  IDEMPOTENCY_MISMATCH: { status: 422, message: '重复的提交与上一次内容不一致' },
  RATE_LIMITED: { status: 429, message: '操作太频繁，请{seconds}秒后再试' },
  HEADERS_TOO_LARGE: { status: 431, message: '提交的内容过大' },
  INTERNAL: { status: 500, message: '服务器开小差了，请稍后重试' },
  UNAVAILABLE: { status: 503, message: '服务暂时繁忙，请稍后重试' },
});
