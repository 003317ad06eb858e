import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { createMemoryCache } from '../../kernel/cache.ts';
import { createWechatMessages, fieldValue, WechatFailed, WechatRefused } from './wechat-messages.ts';

interface Received {
  readonly path: string;
  readonly token: string | null;
  readonly body: Record<string, unknown>;
}

let server: Server;
let baseUrl: string;
let received: Received[];
let now: number;
/** What WeChat answers to the next requests, per path; afterwards that all is well. An Error: never. */
let answers: Record<string, unknown[]>;
let tokens: number;
let expiresIn: number;

const TOKEN = '/cgi-bin/stable_token';
const SEND = '/cgi-bin/message/subscribe/send';

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const part of request) text += String(part);
  return JSON.parse(text) as Record<string, unknown>;
}

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', baseUrl);
    const body = await bodyOf(request);
    received.push({ path: url.pathname, token: url.searchParams.get('access_token'), body });
    const next = answers[url.pathname]?.shift();
    if (next instanceof Error) return;
    const usual =
      url.pathname === TOKEN
        ? { access_token: `token-${++tokens}`, expires_in: expiresIn }
        : { errcode: 0, errmsg: 'ok' };
    response.end(typeof next === 'string' ? next : JSON.stringify(next ?? usual));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  answers = { [TOKEN]: [], [SEND]: [] };
  tokens = 0;
  expiresIn = 7200;
  now = Date.parse('2026-03-10T02:00:00.000Z');
});

const CONFIG = {
  WECHAT_APP_ID: 'app-id',
  WECHAT_APP_SECRET: 'app-secret',
  WECHAT_TEMPLATE_OVERDUE: 'template-overdue',
};
const message = {
  openid: 'openid-1',
  template: 'overdue',
  fields: { thing1: '维也纳酒店', number2: '3' },
  page: 'pages/leads/index',
} as const;

function connect(cache = createMemoryCache(() => now), patienceMs = 5_000) {
  const messages = createWechatMessages(CONFIG, cache, baseUrl, patienceMs);
  if (!messages) throw new Error('not configured');
  return messages;
}
const sent = () => received.filter(({ path }) => path === SEND);
const asked = () => received.filter(({ path }) => path === TOKEN);

describe('a message by WeChat', () => {
  it('is sent with the template, the fields and the page', async () => {
    const messages = connect();
    expect(messages.templateId('overdue')).toBe('template-overdue');
    await messages.send(message);
    expect(received).toEqual([
      {
        path: TOKEN,
        token: null,
        body: {
          grant_type: 'client_credential',
          appid: 'app-id',
          secret: 'app-secret',
        },
      },
      {
        path: SEND,
        token: 'token-1',
        body: {
          touser: 'openid-1',
          template_id: 'template-overdue',
          page: 'pages/leads/index',
          data: { thing1: { value: '维也纳酒店' }, number2: { value: '3' } },
        },
      },
    ]);
  });

  it('shares a token between processes until shortly before it ends', async () => {
    const cache = createMemoryCache(() => now);
    await connect(cache).send(message);
    now += (7200 - 301) * 1000;
    await connect(cache).send(message);
    expect(sent().map(({ token }) => token)).toEqual(['token-1', 'token-1']);
    now += 2_000;
    await connect(cache).send(message);
    expect(sent().at(-1)?.token).toBe('token-2');
    expect(asked()).toHaveLength(2);
  });

  it('does not keep a token that is about to end', async () => {
    expiresIn = 200;
    const messages = connect();
    await messages.send(message);
    await messages.send(message);
    expect(asked()).toHaveLength(2);
  });

  it.each([40001, 42001])('asks for another token once when WeChat answers %i', async (errcode) => {
    const messages = connect();
    await messages.send(message);
    answers[SEND] = [{ errcode }];
    await messages.send(message);
    expect(sent().map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-2']);
    answers[SEND] = [{ errcode }, { errcode }];
    await expect(messages.send(message)).rejects.toThrow(WechatFailed);
    expect(sent()).toHaveLength(5);
  });

  it.each([43101, 40003])('is refused for good with %i', async (errcode) => {
    answers[SEND] = [{ errcode, errmsg: 'user refuse to accept the msg' }];
    const failure = await connect()
      .send(message)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(WechatRefused);
    expect(failure).toMatchObject({ errcode });
    expect(sent()).toHaveLength(1);
  });

  const failures: [string, string, unknown][] = [
    ['what we wrote was wrong', SEND, { errcode: 47003 }],
    ['WeChat is busy', SEND, { errcode: -1 }],
    ['the answer is no JSON', SEND, '<html>502</html>'],
    ['the answer is another kind of JSON', SEND, '"ok"'],
    ['there is no answer', SEND, new Error('silence')],
    ['there is no token', TOKEN, { errcode: 40164, errmsg: 'invalid ip' }],
    ['the token is no JSON', TOKEN, '<html>502</html>'],
    ['the token does not come', TOKEN, new Error('silence')],
  ];
  it.each(failures)('is worth another try when %s', async (_, path, answer) => {
    answers[path] = [answer];
    const cache = createMemoryCache(() => now);
    const failure = await connect(cache, 200)
      .send(message)
      .catch((error: unknown) => error as Error);
    expect(failure).toBeInstanceOf(WechatFailed);
    expect(failure).not.toBeInstanceOf(WechatRefused);
    expect(JSON.stringify([failure?.message, failure?.cause])).not.toMatch(/token-1|app-secret/);
    await connect(cache).send(message);
  });

  it.each(['WECHAT_APP_ID', 'WECHAT_APP_SECRET', 'WECHAT_TEMPLATE_OVERDUE'])(
    'is not possible without %s',
    (name) => {
      expect(createWechatMessages({ ...CONFIG, [name]: undefined }, createMemoryCache())).toBeNull();
    },
  );
});

test.each([
  ['thing1', '维也纳酒店', '维也纳酒店'],
  ['thing1', '一二三四五六七八九十一二三四五六七八九十', '一二三四五六七八九十一二三四五六七八九十'],
  ['thing1', '一二三四五六七八九十一二三四五六七八九十一', '一二三四五六七八九十一二三四五六七八九…'],
  ['thing1', '一二三四五六七八九十一二三四五六七八😀😀', '一二三四五六七八九十一二三四五六七八…'],
  ['thing1', ' 第一行\n\t第二行 ', '第一行 第二行'],
  ['thing1', ' \n ', '无'],
  ['number2', '12', '12'],
  ['time3', '2026-03-10T02:05:00.000Z', '2026年3月10日 10:05'],
  ['date4', '2026-03-10', '2026年3月10日'],
])('%s of %j is written %j', (name, text, written) => {
  expect(fieldValue(name, text)).toBe(written);
});

test.each([
  ['number2', '三条'],
  ['time3', '明天'],
  ['colour5', '红'],
])('%s takes no %j', (name, text) => {
  expect(() => fieldValue(name, text)).toThrow(WechatFailed);
});
