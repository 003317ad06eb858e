import { createHash } from 'node:crypto';
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import type { Permission } from '#shared/access/permissions.ts';
import type {
  Answer,
  Download,
  EndpointDefinition,
  RateLimit,
  Request,
  Upload,
} from '#shared/http/endpoint.ts';
import { isWrite } from '#shared/http/endpoint.ts';
import { successOf } from '#shared/http/envelope.ts';
import { AppError, httpErrors } from '#shared/http/errors.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { normalizePhone } from '#shared/values/phone.ts';
import { type Actor, scopeOf } from './access.ts';
import type { Cache } from './cache.ts';
import type { Clock } from './clock.ts';
import type { Context, ContextOf, Work, WorkOf } from './context.ts';
import type { OpenDatabase } from './database.ts';
import type { Jobs } from './events.ts';
import type { IdempotentRequest } from './idempotency.ts';
import type { RateLimiter } from './rate-limit.ts';
import { type createSettings, freshSettings } from './settings.ts';
import type { Signer } from './signer.ts';
import { runCommand } from './unit-of-work.ts';

type Handler = (context: never, request: never) => Promise<unknown>;

/** An endpoint with its behaviour. */
export interface Route {
  readonly endpoint: EndpointDefinition;
  readonly handle: Handler;
  /** What takes long, before and outside of the transaction. The command gets its answer as `prepared`. */
  readonly prepare?: Handler;
}

/** A file that came with a call. */
export interface SentFile {
  readonly name: string;
  readonly content: Buffer;
}

/** A file that answers a call. */
export interface FileAnswer {
  /** Without it: as the endpoint calls it. */
  readonly name?: string;
  /** Without it: that of the endpoint. */
  readonly type?: string;
  /** Shown where it is asked for, instead of being put down as a file; never for what could be a page. */
  readonly inline?: true;
  /** How long it may be kept by whoever asked for it, in seconds; without it: not at all. */
  readonly maxAge?: number;
  readonly content: Uint8Array;
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

/** What was done before the transaction. */
export interface Prepared {
  /** Takes back what was stored outside of the database, when the command failed or had been carried out before. */
  discard?(): Promise<void>;
}

/**
 * Mounts a command that first does something slow, like hashing a password: it holds no connection meanwhile, so that many
 * of them at once keep nobody else from the database. What it learns may have changed when the transaction begins.
 */
export function writePrepared<E extends EndpointDefinition, P>(
  endpoint: E,
  prepare: (context: ContextOf<E>, request: Request<E>) => Promise<P>,
  handle: (work: WorkOf<E>, request: Request<E> & { readonly prepared: P }) => Promise<Answer<E>>,
): Route {
  return { ...write(endpoint, handle as never), prepare: prepare as Handler };
}

/**
 * Mounts a command that takes a file. What is made of the file is made first: nobody's transaction waits for it, and a
 * file that is refused leaves nothing.
 */
export function upload<E extends EndpointDefinition, F extends object & Prepared>(
  endpoint: E,
  receive: (file: SentFile, context: ContextOf<E>) => Promise<F>,
  handle: (work: WorkOf<E>, request: Request<E> & { readonly file: F }) => Promise<Answer<E>>,
): Route {
  return writePrepared(
    endpoint,
    (context, { sentFile }: Request<E> & { readonly sentFile?: SentFile | null }) =>
      receive(sentFile as SentFile, context),
    (work, { prepared, ...request }) => handle(work, { ...request, file: prepared } as never),
  );
}

/** Mounts a query that answers a file. */
export function download<E extends EndpointDefinition>(
  endpoint: E,
  handle: (context: ContextOf<E>, request: Request<E>) => Promise<FileAnswer>,
): Route {
  if (endpoint.download?.audited)
    throw new Error(`${endpoint.path} is audited: mount it with recordedDownload()`);
  return { endpoint, handle: handle as Handler };
}

/** Mounts a download that says in the log who took the file. */
export function recordedDownload<E extends EndpointDefinition>(
  endpoint: E,
  handle: (work: WorkOf<E>, request: Request<E>) => Promise<FileAnswer>,
): Route {
  if (!endpoint.download?.audited)
    throw new Error(`${endpoint.path} is not audited: mount it with download()`);
  return { endpoint, handle: handle as Handler };
}

export interface RouteDependencies {
  readonly database: OpenDatabase;
  readonly clock: Clock;
  readonly cache: Cache;
  readonly limiter: RateLimiter;
  readonly jobs: Jobs;
  readonly settings: ReturnType<typeof createSettings>;
  readonly signer: Signer;
  /** Who sends the request. Throws UNAUTHENTICATED or TOKEN_EXPIRED. */
  authenticate(request: FastifyRequest): Promise<Actor>;
}

declare module 'fastify' {
  interface FastifyRequest {
    actor: Actor | null;
    sentFile: SentFile | null;
  }
  interface FastifyContextConfig {
    /** See `endpoint`. */
    endsSession?: true;
  }
}

const nothing = z.strictObject({});
/** What a form adds to the file in it. */
const FORM_BYTES = 65_536;
const LINGER_MS = 2_000;
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

/** The content of a form's file. The library would read on to the end of one that is too large. */
async function wholeOf(file: MultipartFile['file']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  file.once('limit', () => file.destroy(httpErrors.PAYLOAD_TOO_LARGE()));
  for await (const chunk of file) chunks.push(chunk);
  // Whatever came at once had reached the limit before anybody listened.
  if (file.truncated) throw httpErrors.PAYLOAD_TOO_LARGE();
  return Buffer.concat(chunks);
}

/** Whoever is still sending hears the answer before the line is cut: cut at once, it would be lost on the way. */
function hangUpSoon({ raw }: FastifyRequest): void {
  setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, LINGER_MS).unref();
}

/** Mounts one endpoint: permission, limits and validation before the handler; envelope, transaction after. */
export function mount(
  app: FastifyInstance,
  { endpoint, handle, prepare }: Route,
  dependencies: RouteDependencies,
): void {
  const { database, clock, cache, signer, limiter, jobs } = dependencies;
  const writes = isWrite(endpoint);
  const message = writes ? '操作成功' : '查询成功';
  const toJson = (answer: unknown) => JSON.stringify(endpoint.response.parse(answer));
  const limits = endpoint.limits ?? [];

  const keyOf = (limit: RateLimit, value: string) =>
    `${endpoint.method} ${endpoint.path}:${limit.by}:${value}`;
  // A telephone number counts once, however it is spelled.
  const accountOf = (request: FastifyRequest, limit: RateLimit) => {
    const given = String((request.body as Record<string, unknown>)[limit.by]);
    const account = normalizePhone(given) ?? given.toLowerCase();
    return limit.eachAddress ? `${account} ${request.ip}` : account;
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
      signer,
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
    const { sentFile } = request;
    const body = sentFile
      ? { name: sentFile.name, hash: createHash('sha256').update(sentFile.content).digest('hex') }
      : request.body;
    return { scope, key, method: request.method, url: request.url, body };
  }

  /** A file that says itself that it is too large is not listened to, nor is the rest of one that turns out to be. */
  async function refuseTooLarge(request: FastifyRequest): Promise<void> {
    const length = Number(request.headers['content-length'] ?? 0);
    if (length <= (endpoint.upload as Upload).maxBytes + FORM_BYTES) return;
    hangUpSoon(request);
    throw httpErrors.PAYLOAD_TOO_LARGE();
  }

  /** The one file of the form, whole: nothing is written anywhere before it is judged. */
  async function takeFile(request: FastifyRequest): Promise<void> {
    const { field, maxBytes } = endpoint.upload as Upload;
    const missing = () => httpErrors.VALIDATION({ fields: [{ field, message: '请选择文件' }] });
    if (!request.isMultipart()) throw missing();
    const limits = { fileSize: maxBytes, files: 1, fields: 0, parts: 1, headerPairs: 20 };
    let name: string;
    let content: Buffer;
    try {
      const part = await request.file({ limits });
      if (part?.fieldname !== field) throw missing();
      name = part.filename.slice(-200).toWellFormed().replaceAll('\0', '');
      content = await wholeOf(part.file);
    } catch (error) {
      hangUpSoon(request);
      // A form that breaks off in the middle says so in many ways.
      throw (error as { statusCode?: number }).statusCode || error instanceof AppError
        ? error
        : httpErrors.BAD_REQUEST();
    }
    if (content.length === 0) throw missing();
    request.sentFile = { name, content };
  }

  async function answerFile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { type, name, audited } = endpoint.download as Download;
    const context = contextOf(request);
    const input = { params: request.params, query: request.query } as never;
    let file = null as unknown as FileAnswer;
    const produce = async (run: Context | Work<never, never>) => {
      file = (await handle(run as never, input)) as FileAnswer;
    };
    if (audited) await runCommand({ db: database.db, jobs }, context, null, produce, () => '');
    else await produce(context as Context);
    reply.type(file.type ?? type);
    const disposition = file.inline ? 'inline' : 'attachment';
    reply.header(
      'content-disposition',
      `${disposition}; filename*=UTF-8''${encodeURIComponent(file.name ?? name)}`,
    );
    if (file.maxAge) reply.header('cache-control', `private, max-age=${file.maxAge}`);
    return reply.send(Buffer.from(file.content));
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const context = contextOf(request);
    const { params, query, body, sentFile } = request;
    const asked = { params, query, body, sentFile } as never;
    const prepared = prepare && ((await prepare(context as never, asked)) as Prepared | undefined);
    const input = { params, query, body, prepared } as never;
    let json: string;
    if (writes) {
      const written = await runCommand(
        { db: database.db, jobs },
        context,
        idempotentOf(request),
        (work) => handle(work as never, input),
        toJson,
      ).catch(async (error: unknown) => {
        await prepared?.discard?.();
        throw error;
      });
      if (written.replayed) {
        await prepared?.discard?.();
        reply.header('idempotency-replayed', 'true');
      }
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

  const { upload: sent, download: taken } = endpoint;
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { patience: endpoint.patience, endsSession: endpoint.endsSession },
    schema: {
      summary: endpoint.summary,
      tags: [endpoint.path.split('/')[2] ?? ''],
      ...(endpoint.permission === 'public' ? { security: [] } : {}),
      ...(endpoint.params ? { params: endpoint.params } : {}),
      querystring: endpoint.query ?? nothing,
      ...(endpoint.body ? { body: endpoint.body } : {}),
      ...(sent ? { consumes: ['multipart/form-data'], body: z.object({ [sent.field]: z.file() }) } : {}),
      response: {
        200: taken ? { content: { [taken.type]: { schema: z.file() } } } : successOf(endpoint.response),
      },
    },
    ...(sent
      ? {
          bodyLimit: sent.maxBytes + FORM_BYTES,
          // A form has no body to look at; its file is taken and judged by itself.
          validatorCompiler: (({ schema, httpPart }: { schema: z.ZodType; httpPart?: string }) =>
            httpPart === 'body' ? () => true : compileValidator({ schema })) as never,
          preHandler: takeFile,
        }
      : { preHandler: spendOnAccount }),
    onRequest: sent ? [refuseTooLarge, admit] : admit,
    handler: taken ? answerFile : answer,
  });
}
