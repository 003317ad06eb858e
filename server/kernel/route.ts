import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Permission } from '#shared/access/permissions.ts';
import type { Answer, EndpointDefinition, RateLimit, Request } from '#shared/http/endpoint.ts';
import { isWrite } from '#shared/http/endpoint.ts';
import { successOf } from '#shared/http/envelope.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { normalizePhone } from '#shared/values/phone.ts';
import { type Actor, scopeOf } from './access.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Context, ContextOf, WorkOf } from './context.ts';
import type { OpenDatabase } from './database.ts';
import type { Jobs } from './events.ts';
import type { IdempotentRequest } from './idempotency.ts';
import type { RateLimiter } from './rate-limit.ts';
import { type createSettings, freshSettings } from './settings.ts';
import { runCommand } from './unit-of-work.ts';

type Handler = (context: never, request: never) => Promise<unknown>;

/** An endpoint with its behaviour. */
export interface Route {
  readonly endpoint: EndpointDefinition;
  readonly handle: Handler;
}

/** Mounts a query: runs outside a transaction and changes nothing. */
export function read<E extends EndpointDefinition>(
  endpoint: E,
  handle: (context: ContextOf<E>, request: Request<E>) => Promise<Answer<E>>,
): Route {
  if (isWrite(endpoint)) throw new Error(`${endpoint.method} ${endpoint.path} writes: mount it with write()`);
  return { endpoint, handle: handle as Handler };
}

/** Mounts a command: runs in one transaction with audit, events and idempotency. */
export function write<E extends EndpointDefinition>(
  endpoint: E,
  handle: (work: WorkOf<E>, request: Request<E>) => Promise<Answer<E>>,
): Route {
  if (!isWrite(endpoint))
    throw new Error(`${endpoint.method} ${endpoint.path} only reads: mount it with read()`);
  return { endpoint, handle: handle as Handler };
}

export interface RouteDependencies {
  readonly database: OpenDatabase;
  readonly clock: Clock;
  readonly cache: Cache;
  readonly limiter: RateLimiter;
  readonly jobs: Jobs;
  readonly settings: ReturnType<typeof createSettings>;
  /** Who sends the request. Throws UNAUTHENTICATED or TOKEN_EXPIRED. */
  authenticate(request: FastifyRequest): Promise<Actor>;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
  }
}

const nothing = z.strictObject({});
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{8,200}$/;

/** What a person may still do who has to change their password first. */
const ALLOWED_BEFORE_PASSWORD_CHANGE = new Set([
  'GET /api/auth/profile',
  'PUT /api/auth/password',
  'POST /api/auth/logout',
]);

/** Validates and answers in Chinese, field by field. */
export function compileValidator({ schema }: { schema: z.ZodType }) {
  return (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    return { error: httpErrors.VALIDATION({ fields: fieldErrorsOf(result.error.issues) }) };
  };
}

/** Mounts one endpoint: permission, limits and validation before the handler; envelope, transaction after. */
export function mount(
  app: FastifyInstance,
  { endpoint, handle }: Route,
  dependencies: RouteDependencies,
): void {
  const { database, clock, cache, limiter, jobs } = dependencies;
  const writes = isWrite(endpoint);
  const message = writes ? '操作成功' : '查询成功';
  const toJson = (answer: unknown) => JSON.stringify(endpoint.response.parse(answer));
  const limits = endpoint.limits ?? [];

  const keyOf = (limit: RateLimit, value: string) =>
    `${endpoint.method} ${endpoint.path}:${limit.by}:${value}`;
  // A telephone number counts once, however it is spelled.
  const accountOf = (request: FastifyRequest, limit: RateLimit) => {
    const account = String((request.body as Record<string, unknown>)[limit.by]);
    return normalizePhone(account) ?? account.toLowerCase();
  };

  async function spend(limit: RateLimit, value: string): Promise<void> {
    const key = keyOf(limit, value);
    const seconds = await limiter.take(key, limit.max, limit.seconds);
    if (seconds > 0) throw httpErrors.RATE_LIMITED({ values: { seconds }, details: { seconds } });
  }

  async function admit(request: FastifyRequest): Promise<void> {
    for (const limit of limits) if (limit.by === 'address') await spend(limit, request.ip);
    if (endpoint.permission === 'public') return;
    const actor = await dependencies.authenticate(request);
    if (endpoint.permission !== 'signed-in') scopeOf(actor, endpoint.permission);
    if (
      actor.mustChangePassword &&
      !ALLOWED_BEFORE_PASSWORD_CHANGE.has(`${endpoint.method} ${endpoint.path}`)
    ) {
      throw httpErrors.PASSWORD_CHANGE_REQUIRED();
    }
    request.actor = actor;
  }

  async function spendOnAccount(request: FastifyRequest): Promise<void> {
    for (const limit of limits) if (limit.by !== 'address') await spend(limit, accountOf(request, limit));
  }

  /** Who got in was no guesser. Their address still counts: it may be guessing at other accounts. */
  async function forgiveAccount(request: FastifyRequest): Promise<void> {
    for (const limit of limits) {
      if (limit.by !== 'address' && !limit.always)
        await limiter.forget(keyOf(limit, accountOf(request, limit)));
    }
  }

  function contextOf(request: FastifyRequest) {
    const { actor } = request;
    const { permission } = endpoint;
    const scope = actor && permission !== 'signed-in' ? scopeOf(actor, permission as Permission) : null;
    return {
      db: database.db,
      actor,
      scope,
      now: clock.now(),
      cache,
      settings: actor ? dependencies.settings.at(actor.revision) : freshSettings,
      ip: request.ip,
      requestId: request.id,
    };
  }

  function idempotentOf(request: FastifyRequest): IdempotentRequest | null {
    const key = request.headers['idempotency-key'];
    if (key === undefined) return null;
    if (typeof key !== 'string' || !IDEMPOTENCY_KEY.test(key)) {
      throw httpErrors.VALIDATION({ fields: [{ field: 'Idempotency-Key', message: '格式不正确' }] });
    }
    const scope = request.actor?.userId ?? 'public';
    return { scope, key, method: request.method, url: request.url, body: request.body };
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = contextOf(request);
    const input = { params: request.params, query: request.query, body: request.body } as never;
    let json: string;
    if (writes) {
      const written = await runCommand(
        { db: database.db, jobs },
        context,
        idempotentOf(request),
        (work) => handle(work as never, input),
        toJson,
      );
      if (written.replayed) reply.header('idempotency-replayed', 'true');
      json = written.json;
    } else {
      json = toJson(await handle(context as Context as never, input));
    }
    await forgiveAccount(request);
    reply.header('server-timing', `app;dur=${reply.elapsedTime.toFixed(1)}`);
    reply.type('application/json; charset=utf-8');
    return reply.send(
      `{"success":true,"code":200,"message":"${message}","data":${json},"timestamp":"${context.now}"}`,
    );
  }

  app.route({
    method: endpoint.method,
    url: endpoint.path,
    schema: {
      summary: endpoint.summary,
      tags: [endpoint.path.split('/')[2] ?? ''],
      ...(endpoint.permission === 'public' ? { security: [] } : {}),
      ...(endpoint.params ? { params: endpoint.params } : {}),
      querystring: endpoint.query ?? nothing,
      ...(endpoint.body ? { body: endpoint.body } : {}),
      response: { 200: successOf(endpoint.response) },
    },
    onRequest: admit,
    preHandler: spendOnAccount,
    handler: answer,
  });
}
