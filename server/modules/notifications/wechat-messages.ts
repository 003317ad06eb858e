import * as z from 'zod';
import type { WechatTemplate } from '#shared/notifications/contract.ts';
import { type CalendarDate, wallClock } from '#shared/values/time.ts';
import type { Cache } from '../../kernel/cache.ts';

/** A message to somebody's WeChat. */
export interface WechatMessage {
  readonly openid: string;
  readonly template: WechatTemplate;
  /** Named as the template names them (`thing1`, `number2`); an instant or a day for `time` and `date`. */
  readonly fields: Readonly<Record<string, string>>;
  /** The page of the mini-program that a tap opens. */
  readonly page: string;
}

/** WeChat, as far as it brings messages. Only the worker sends: it may take long and may fail. */
export interface WechatMessages {
  /** Null: this one is not configured. */
  templateId(template: WechatTemplate): string | null;
  /** Throws WechatRefused when no later try can help; anything else is worth one. */
  send(message: WechatMessage): Promise<void>;
}

/** Whoever it is for gave no consent, took it back, or is not known to WeChat. */
export class WechatRefused extends Error {
  readonly errcode: number;

  constructor(errcode: number) {
    super(`WeChat refused the message: ${errcode}`);
    this.errcode = errcode;
  }
}

/** WeChat did not take the message: it was away, did not know us, or (47003) did not like what we wrote. */
export class WechatFailed extends Error {}

export type WechatTemplateIds = Readonly<Record<WechatTemplate, string | null>>;

interface WechatConfig {
  readonly WECHAT_APP_ID?: string | undefined;
  readonly WECHAT_APP_SECRET?: string | undefined;
  readonly WECHAT_TEMPLATE_OVERDUE?: string | undefined;
}

/** Without an account nothing can be sent, and nobody is asked for a consent. */
export const wechatTemplates = (config: WechatConfig): WechatTemplateIds => ({
  overdue: (config.WECHAT_APP_ID && config.WECHAT_APP_SECRET && config.WECHAT_TEMPLATE_OVERDUE) || null,
});

const TIMEOUT_MS = 5_000;
const TOKEN_TOPIC = 'wechat-token';
/** WeChat renews a token five minutes before it ends, and keeps the former one until then. */
const TOKEN_MARGIN_SECONDS = 300;
const TOKEN_ERRORS = new Set([40001, 42001]);
const REFUSALS = new Set([43101, 40003]);

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number() });
const answer = z.object({ errcode: z.number().optional() });

/**
 * https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-message-management/subscribe-message/sendMessage.html
 * @returns null without an account or without any template
 */
export function createWechatMessages(
  config: WechatConfig,
  cache: Cache,
  baseUrl = 'https://api.weixin.qq.com',
  timeoutMs = TIMEOUT_MS,
): WechatMessages | null {
  const templates = wechatTemplates(config);
  const { WECHAT_APP_ID: appId, WECHAT_APP_SECRET: secret } = config;
  if (!appId || !secret || Object.values(templates).every((id) => id === null)) return null;

  async function post(path: string, body: object): Promise<unknown> {
    try {
      const response = await fetch(`${baseUrl}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await response.json();
    } catch {
      // The cause may carry the address, and with it the token.
      throw new WechatFailed('WeChat gave no answer');
    }
  }

  /** `stable_token` without force answers every process the same token for as long as it is good. */
  async function accessToken(): Promise<string> {
    const known = await cache.get<string>(TOKEN_TOPIC, String(appId));
    if (known) return known;
    const body = await post('/cgi-bin/stable_token', {
      grant_type: 'client_credential',
      appid: appId,
      secret,
    });
    const token = tokenAnswer.safeParse(body);
    if (!token.success) throw new WechatFailed(`WeChat gave no token: ${errcodeOf(body)}`);
    const { access_token, expires_in } = token.data;
    const seconds = expires_in - TOKEN_MARGIN_SECONDS;
    if (seconds > 0) await cache.set(TOKEN_TOPIC, String(appId), access_token, seconds * 1000);
    return access_token;
  }

  /** Answers WeChat's errcode, 0 when it took the message; null when the answer made no sense. */
  async function trySending({ openid, template, fields, page }: WechatMessage): Promise<number | null> {
    const query = new URLSearchParams({ access_token: await accessToken() });
    const data = Object.entries(fields).map(([name, text]) => [name, { value: fieldValue(name, text) }]);
    const body = await post(`/cgi-bin/message/subscribe/send?${query}`, {
      touser: openid,
      template_id: templates[template],
      page,
      data: Object.fromEntries(data),
    });
    return errcodeOf(body);
  }

  return {
    templateId: (template) => templates[template],
    async send(message) {
      let errcode = await trySending(message);
      if (errcode !== null && TOKEN_ERRORS.has(errcode)) {
        await cache.forget(TOKEN_TOPIC);
        errcode = await trySending(message);
      }
      if (errcode === 0) return;
      if (errcode !== null && REFUSALS.has(errcode)) throw new WechatRefused(errcode);
      throw new WechatFailed(`WeChat did not take the message: ${errcode}`);
    },
  };
}

function errcodeOf(body: unknown): number | null {
  const read = answer.safeParse(body);
  return read.success ? (read.data.errcode ?? null) : null;
}

const THING_CHARACTERS = 20;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A value as WeChat accepts it in this field; anything else is answered with 47003 and not sent. */
export function fieldValue(name: string, text: string): string {
  const kind = name.replace(/\d+$/, '');
  switch (kind) {
    case 'thing':
      return thing(text);
    case 'number':
      if (/^-?\d{1,32}(\.\d+)?$/.test(text)) return text;
      break;
    case 'time':
    case 'date': {
      const written = moment(text);
      if (written) return written;
      break;
    }
  }
  throw new WechatFailed(`WeChat takes no such value in ${name}`);
}

/** One line that is never empty, and cut between characters. */
function thing(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim() || '无';
  if (line.length <= THING_CHARACTERS) return line;
  let cut = '';
  for (const character of line) {
    if (cut.length + character.length >= THING_CHARACTERS) break;
    cut += character;
  }
  return `${cut}…`;
}

/** An instant or a day as people in Shanghai write it. */
function moment(text: string): string | null {
  if (DAY.test(text)) return day(text);
  if (!INSTANT.test(text)) return null;
  const { date, time } = wallClock(text);
  return `${day(date)} ${time}`;
}

function day(date: CalendarDate): string {
  const [year, month, dayOfMonth] = date.split('-').map(Number);
  return `${year}年${month}月${dayOfMonth}日`;
}
