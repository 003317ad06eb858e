import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { afterAll } from 'vitest';
import type { RoleCode } from '#shared/access/roles.ts';
import { authErrors } from '#shared/auth/contract.ts';
import { type Answer, type CallInput, type EndpointDefinition, urlOf } from '#shared/http/endpoint.ts';
import type { Failure, Success } from '#shared/http/envelope.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { createMemoryCache } from '../kernel/cache.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database, OpenDatabase } from '../kernel/database.ts';
import { createJobs, type Jobs } from '../kernel/events.ts';
import type { Mail } from '../kernel/mail.ts';
import { createMetrics } from '../kernel/metrics.ts';
import { newId } from '../kernel/new-id.ts';
import { createMemoryRateLimiter, type RateLimiter } from '../kernel/rate-limit.ts';
import { createDepartment, createUser } from '../modules/identity/people.ts';
import { createTokens, newRefreshToken } from '../modules/identity/tokens.ts';
import {
  type WechatMessage,
  type WechatMessages,
  WechatRefused,
  wechatTemplates,
} from '../modules/notifications/wechat-messages.ts';
import { allHandlers, allScheduledJobs } from '../modules.ts';
import { openTestDatabase } from './database.ts';
import { createMemoryStorage, type MemoryStorage, testSigner } from './outside.ts';

/** A Tuesday morning in an ordinary working week: 2026-03-10 10:00 in Shanghai. */
const START: Instant = '2026-03-10T02:00:00.000Z';

export interface TestClock extends Clock {
  set(now: Instant): void;
  /** Lets time pass. */
  advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): void;
}

/** Somebody signed in. */
export interface TestUser {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly token: string;
}

/** What came back: `data` of a success, or the refusal. */
export interface Reply<T> {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Success<T> | Failure;
  /** The data; throws with the refusal when there is none. */
  readonly data: T;
  readonly failure: Failure;
}

export interface CallOptions {
  readonly as?: TestUser | null;
  readonly idempotencyKey?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form, instead of a body. */
  readonly file?: TestFile;
}

export interface TestFile {
  readonly name: string;
  readonly content: Buffer | string;
  /** Of the form; without it: as the endpoints call it. */
  readonly field?: string;
}

const BOUNDARY = 'genjin-test-form';

function formOf({ name, content, field = 'file' }: TestFile): Buffer {
  return Buffer.concat([
    Buffer.from(
      `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

export interface TestApp {
  readonly app: FastifyInstance;
  readonly db: Database;
  readonly database: OpenDatabase;
  readonly clock: TestClock;
  readonly jobs: Jobs;
  readonly mails: Mail[];
  /** What WeChat brought to somebody. */
  readonly wechatMessages: WechatMessage[];
  /** Openids to which WeChat brings nothing. */
  readonly wechatRefuses: Set<string>;
  /** WeChat login codes that work, with their openid. */
  readonly wechatCodes: Map<string, string>;
  /** What was stored. */
  readonly storage: MemoryStorage;
  /** Calls an endpoint over HTTP. */
  call<E extends EndpointDefinition>(
    endpoint: E,
    input: CallInput<E>,
    options?: CallOptions,
  ): Promise<Reply<Answer<E>>>;
  /** Sends anything at all, for what the types would not let through. */
  send(
    method: string,
    url: string,
    options?: CallOptions & { body?: unknown; rawBody?: string },
  ): Promise<Reply<unknown>>;
  /** Fetches a file. */
  fetch(url: string, as: TestUser): Promise<{ status: number; content: Buffer; headers: object }>;
  /** Lets the worker do everything that waits for it. */
  work(): Promise<void>;
  /** A department, under another one or at the top. */
  department(name: string, parentId?: string): Promise<string>;
  /** Somebody with these roles, signed in. */
  user(options: {
    roles: RoleCode[];
    name?: string;
    department?: string | null;
    passwordHash?: string;
    mobile?: string;
    email?: string;
  }): Promise<TestUser>;
}

/**
 * The whole server on a database of its own, with a clock that stands still and nothing outside the process; `sharing`
 * another one's database and clock, it stands for a second process of the same product.
 */
export async function createTestApp(
  options: {
    limiter?: RateLimiter;
    start?: Instant;
    sharing?: TestApp;
    /** Reverse proxies whose word about addresses is believed. */
    trustedProxies?: string;
    /** Answers as it does where strangers can reach it. */
    production?: boolean;
    /** Gets everything that is logged. */
    log?: (line: string) => void;
    /** Who knows it may read the metrics. */
    metricsToken?: string;
    /** Whether Redis is there; without it there shall be none. */
    redisIsUp?: () => boolean;
    isDraining?: () => boolean;
  } = {},
): Promise<TestApp> {
  const database = options.sharing?.database ?? (await openTestDatabase());
  const { db } = database;
  let now = options.start ?? START;
  const clock: TestClock = options.sharing?.clock ?? {
    now: () => now,
    set: (instant) => {
      now = instant;
    },
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0 }) => {
      now = toInstant(Date.parse(now) + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
    },
  };
  const metrics = options.metricsToken ? createMetrics() : null;
  const mails: Mail[] = [];
  const inbox = { send: async (mail: Mail) => void mails.push(mail), close: () => undefined };
  const mailer = metrics?.countMails(inbox) ?? inbox;
  const wechatMessages: WechatMessage[] = [];
  const wechatRefuses = new Set<string>();
  const config = readConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: options.log ? 'trace' : 'silent',
    PASSWORD_MEMORY_KIB: '8',
    TRUSTED_PROXIES: options.trustedProxies,
    METRICS_TOKEN: options.metricsToken,
    SMTP_URL: 'smtp://mail.invalid',
    WECHAT_APP_ID: 'app-id',
    WECHAT_APP_SECRET: 'app-secret',
    WECHAT_TEMPLATE_OVERDUE: 'template-overdue',
  });
  const messages: WechatMessages = {
    templateId: (template) => wechatTemplates(config)[template],
    async send(message) {
      if (wechatRefuses.has(message.openid)) throw new WechatRefused(43101);
      wechatMessages.push(message);
    },
  };
  const wechatCodes = new Map<string, string>();
  const cache = createMemoryCache(() => Date.parse(now));
  const storage = createMemoryStorage();
  const signer = testSigner;
  const outside = { mailer, messages, publicUrl: 'https://crm.example.com', storage };
  const openJobs = () =>
    createJobs(
      { database, clock, cache, signer },
      allHandlers(outside),
      allScheduledJobs(outside),
      (error) => {
        throw error;
      },
    );
  const jobs = openJobs();
  await jobs.start({ work: false });
  const { log, redisIsUp, isDraining = () => false } = options;
  const app = await createApp({
    config: options.production ? { ...config, NODE_ENV: 'production' } : config,
    ...(log ? { logTo: { write: log } } : {}),
    operations: { metrics, redis: redisIsUp ? { isUp: redisIsUp } : null, isDraining },
    database,
    clock,
    cache,
    signer,
    storage,
    limiter: options.limiter ?? createMemoryRateLimiter(() => Date.parse(now)),
    jobs,
    wechat: {
      async openidOf(code) {
        const openid = wechatCodes.get(code);
        // A code is good for one use.
        wechatCodes.delete(code);
        if (!openid) throw authErrors.WECHAT_CODE_INVALID();
        return openid;
      },
    },
  });
  await app.ready();
  afterAll(async () => {
    await app.close();
    await jobs.stop();
    if (!options.sharing) await database.close();
  });
  const tokens = createTokens(app.jwt);

  const send: TestApp['send'] = async (
    method,
    url,
    { as, idempotencyKey, headers, body, rawBody, file } = {},
  ) => {
    const json = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const payload = file ? formOf(file) : json;
    const type = file ? `multipart/form-data; boundary=${BOUNDARY}` : 'application/json';
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: {
        ...(as ? { authorization: `Bearer ${as.token}` } : {}),
        ...(idempotencyKey ? { 'idempotency-key': idempotencyKey } : {}),
        ...(payload === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const isJson = String(response.headers['content-type']).startsWith('application/json');
    const answer = isJson ? response.json() : { success: true, data: null };
    return replyOf(response.statusCode, response.headers, answer);
  };

  let people = 0;
  return {
    app,
    db,
    database,
    clock,
    jobs,
    mails,
    wechatMessages,
    wechatRefuses,
    wechatCodes,
    storage,
    send,
    async call(endpoint, input, callOptions = {}) {
      const reply = await send(endpoint.method, urlOf(endpoint, input), { ...callOptions, body: input.body });
      // Every successful answer keeps its contract, to the letter.
      if (reply.status === 200) endpoint.response.parse(reply.data);
      return reply as Reply<never>;
    },
    async fetch(url, as) {
      const headers = { authorization: `Bearer ${as.token}` };
      const response = await app.inject({ method: 'GET', url, headers });
      return { status: response.statusCode, content: response.rawPayload, headers: response.headers };
    },
    async work() {
      const worker = openJobs();
      await worker.start({ work: true });
      const waiting = sql<{ count: number }>`
        select count(*) from pgboss.job where state in ('created', 'retry', 'active')`;
      while ((await waiting.execute(db)).rows[0]?.count !== 0) await sleep(50);
      await worker.stop();
    },
    department: (name, parentId) => createDepartment(db, now, { name, parentId }),
    async user({ roles, name, department, passwordHash = 'none', mobile, email }) {
      const sessionId = newId();
      const username = `user${++people}`;
      const fullName = name ?? `同事${people}`;
      const account = { username, name: fullName, passwordHash, mobile, email, departmentId: department };
      const id = await createUser(db, now, { ...account, roles });
      await db
        .insertInto('deviceSessions')
        .values({
          id: sessionId,
          userId: id,
          refreshHash: newRefreshToken(sessionId).hash,
          createdAt: now,
          lastUsedAt: now,
          expiresAt: '2090-01-01T00:00:00.000Z',
        })
        .execute();
      return {
        id,
        username,
        name: fullName,
        get token() {
          return tokens.signAccess(id, sessionId, now);
        },
      };
    },
  };
}

function replyOf(
  status: number,
  headers: Readonly<Record<string, unknown>>,
  body: Success<unknown> | Failure,
) {
  return {
    status,
    headers,
    body,
    get data() {
      if (body.success) return body.data;
      throw new Error(`${status} ${body.errorCode}: ${body.message} ${JSON.stringify(body.errors)}`);
    },
    get failure() {
      if (!body.success) return body;
      throw new Error(`Expected a refusal, got ${status} ${JSON.stringify(body.data)}`);
    },
  };
}
