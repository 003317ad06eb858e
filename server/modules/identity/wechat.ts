import * as z from 'zod';
import { authErrors } from '#shared/auth/contract.ts';

/** The WeChat server, as far as we talk to it. */
export interface Wechat {
  /** Exchanges a `wx.login` code for the person's openid. Throws WECHAT_CODE_INVALID or WECHAT_UNAVAILABLE. */
  openidOf(code: string): Promise<string>;
}

const TIMEOUT_MS = 3_000;
const CODE_ERRORS = new Set([40029, 40163, 40226]);
const answer = z.object({ openid: z.string().min(1).optional(), errcode: z.number().optional() });

/**
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
 * The one external call inside a request: its code lives five minutes and is good for one use, so it cannot wait for the
 * worker. The session_key in the answer is dropped here.
 */
export function createWechat(appId: string | undefined, secret: string | undefined): Wechat {
  return {
    async openidOf(code) {
      if (!appId || !secret) throw authErrors.WECHAT_NOT_CONFIGURED();
      const query = new URLSearchParams({
        appid: appId,
        secret,
        js_code: code,
        grant_type: 'authorization_code',
      });
      const response = await fetch(`https://api.weixin.qq.com/sns/jscode2session?${query}`, {
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).catch(() => null);
      const body = answer.safeParse(await response?.json().catch(() => null));
      if (!body.success) throw authErrors.WECHAT_UNAVAILABLE();
      if (body.data.openid) return body.data.openid;
      throw CODE_ERRORS.has(body.data.errcode ?? 0)
        ? authErrors.WECHAT_CODE_INVALID()
        : authErrors.WECHAT_UNAVAILABLE();
    },
  };
}
