import { existsSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { join } from 'node:path';
import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import jwt from '@fastify/jwt';
import multipart from '@fastify/multipart';
import fastifyStatic from '@fastify/static';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { type FastifyInstance, type FastifyReply, LogController } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { httpErrors } from '#shared/http/errors.ts';
import { speakChinese } from '#shared/http/messages.ts';
import { type Config, publicUrlOf } from './config.ts';
import { failureOf, refusalOf } from './kernel/errors.ts';
import { errorForLog } from './kernel/log.ts';
import { newId } from './kernel/new-id.ts';
import { givePatience } from './kernel/patience.ts';
import { compileValidator, mount, type RouteDependencies } from './kernel/route.ts';
import { createSecrets } from './kernel/secrets.ts';
import { createSettings } from './kernel/settings.ts';
import type { Storage } from './kernel/storage.ts';
import { mountWebhooks } from './kernel/webhook.ts';
import { createAuthenticator } from './modules/identity/actors.ts';
import { createPasswords } from './modules/identity/passwords.ts';
import { createTokens } from './modules/identity/tokens.ts';
import type { Wechat } from './modules/identity/wechat.ts';
import { wechatTemplates } from './modules/notifications/wechat-messages.ts';
import { allHooks, allRoutes, type Facilities } from './modules.ts';
import { mountOperations, type Operations } from './operations.ts';

const H5 = join(import.meta.dirname, '../dist/h5');
const BODY_LIMIT = 1_048_576;

/** Of every answer, so that no browser takes it for a page. Pages say otherwise for themselves. */
const protectionOf = (config: Config) => ({
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  ...(config.NODE_ENV === 'production' ? { 'strict-transport-security': 'max-age=31536000' } : {}),
});

export interface AppDependencies extends Omit<RouteDependencies, 'authenticate' | 'settings'> {
  readonly config: Config;
  readonly wechat: Wechat;
  readonly storage: Storage;
  /** Without it: a process by itself, which nobody watches. */
  readonly operations?: Operations;
  /** Where the log goes, line by line; without it, to the standard output. */
  readonly logTo?: { write(line: string): void };
}

const UNWATCHED: Operations = { metrics: null, redis: null, isDraining: () => false };

/**
 * In milliseconds: whoever sends slower, or not at all, is cut off. A file of 10 MB comes in time at 1 Mbit/s. A
 * connection is kept longer than proxies keep theirs, so that none sends a request into one that is just being closed.
 */
const PATIENCE = { headers: 15_000, silence: 30_000, request: 90_000, keepAlive: 72_000, lookEvery: 5_000 };

/** The whole HTTP side: the API, its documentation, and the built H5 client if there is one. */
export async function createApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, clock, database, logTo } = dependencies;
  speakChinese();
  const protection = protectionOf(config);
  const app = Fastify({
    logger: {
      level: config.LOG_LEVEL,
      redact: ['req.headers.authorization', 'req.headers.cookie', 'req.headers["idempotency-key"]'],
      serializers: { err: errorForLog },
      ...(logTo ? { stream: logTo } : {}),
    },
    genReqId: () => newId(),
    bodyLimit: BODY_LIMIT,
    trustProxy: config.TRUSTED_PROXIES?.split(',') ?? false,
    forceCloseConnections: 'idle',
    connectionTimeout: PATIENCE.silence,
    requestTimeout: PATIENCE.request,
    keepAliveTimeout: PATIENCE.keepAlive,
    http: { headersTimeout: PATIENCE.headers, connectionsCheckingInterval: PATIENCE.lookEvery },
    routerOptions: { maxParamLength: 200 },
    exposeHeadRoutes: false,
    // Addresses that cannot even be decoded do not reach the error handler.
    frameworkErrors: (error, request, reply) => {
      const refusal = refusalOf(error);
      // The type knows of no answer here other than an empty one.
      (reply as FastifyReply)
        .status(refusal.status)
        .headers(protection)
        .send(failureOf(refusal, request.id, clock.now()));
    },
    clientErrorHandler: (error, socket) => {
      app.log.trace({ err: error }, 'client error');
      if (error.code !== 'ECONNRESET' && socket.writable) {
        const refusal = refusalOf(error);
        const body = JSON.stringify(failureOf(refusal, newId(), clock.now()));
        socket.write(rawAnswer(refusal.status, protection, body));
      }
      socket.destroy();
    },
    // Request lines would carry keywords: what a person searched for does not belong in a log.
    logController: new LogController({ disableRequestLogging: true }),
  });

  app.addHook('onRequest', async (_request, reply) => void reply.headers(protection));
  // The embedded database is this process itself: whoever waits for it waits for work that goes on.
  if (database.kind === 'server') givePatience(app);
  app.decorateRequest('actor', null);
  app.decorateRequest('sentFile', null);
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const text = textOf(body as Buffer);
    if (text === null) done(httpErrors.BAD_REQUEST());
    else parseJson(request, text, done);
  });
  app.setValidatorCompiler(compileValidator as never);
  // Answers are serialized by their endpoint; nothing else is declared with a schema.
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) request.log.error({ err: error }, 'request failed');
    if (refusal.code === 'RATE_LIMITED') {
      reply.header('retry-after', (refusal.details as { seconds: number }).seconds);
    }
    return reply.status(refusal.status).send(failureOf(refusal, request.id, clock.now()));
  });
  app.setNotFoundHandler((request, reply) =>
    reply.status(404).send(failureOf(httpErrors.NOT_FOUND({}), request.id, clock.now())),
  );

  mountOperations(app, { ...dependencies, ...(dependencies.operations ?? UNWATCHED) });
  await app.register(compress, {
    threshold: 4096,
    encodings: ['gzip', 'identity'],
    globalDecompression: false,
  });
  await app.register(multipart, { throwFileSizeLimit: true });
  await app.register(jwt, {
    secret: config.JWT_SECRET,
    sign: { algorithm: 'HS256', noTimestamp: true },
    verify: {
      algorithms: ['HS256'],
      ignoreExpiration: true,
    },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: '跟进 Genjin API', version: '1.0.0' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/api/docs', staticCSP: true });

  const tokens = createTokens(app.jwt);
  const passwords = createPasswords(config.PASSWORD_MEMORY_KIB);
  const authenticate = createAuthenticator(database.db, tokens, clock);
  const settings = createSettings();
  const publicUrl = publicUrlOf(config);
  const facilities: Facilities = {
    mailConfigured: Boolean(config.SMTP_URL),
    templates: wechatTemplates(config),
    intake: {
      secrets: createSecrets(config.SECRETS_KEY ?? config.JWT_SECRET),
      publicUrl,
    },
    publicUrl,
    storage: dependencies.storage,
  };
  await app.register(async (api) => {
    for (const route of allRoutes({ tokens, passwords, wechat: dependencies.wechat }, facilities)) {
      mount(api, route, { ...dependencies, authenticate, settings });
    }
    await api.register(async (webhooks) => mountWebhooks(webhooks, allHooks(facilities), dependencies));
  });
  if (existsSync(H5)) await app.register((pages) => serveH5(pages, config, Object.keys(protection)));
  return app;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Null for bytes that are no text: otherwise they would be stored as signs that nobody wrote. */
function textOf(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/** An answer to what was no request, so that there is nothing that could answer it. */
function rawAnswer(status: number, headers: Readonly<Record<string, string>>, body: string): string {
  const all = {
    ...headers,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}

/** The pages, with the headers that protect what a browser shows. File names carry a hash of their content. */
async function serveH5(app: FastifyInstance, config: Config, replaced: readonly string[]): Promise<void> {
  app.addHook('onRequest', async (_request, reply) => {
    for (const name of replaced) reply.removeHeader(name);
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // `blob:` are photos that still wait on the phone.
        imgSrc: ["'self'", 'data:', 'blob:'],
        workerSrc: ["'self'"],
        // Taro writes style elements while it renders.
        styleSrc: ["'self'", "'unsafe-inline'"],
        upgradeInsecureRequests: null,
      },
    },
    hsts: config.NODE_ENV === 'production',
  });
  await app.register(fastifyStatic, {
    root: H5,
    cacheControl: false,
    // The build puts .br and .gz beside its files.
    preCompressed: true,
    setHeaders: (reply, path) => {
      const hashed = /[\\/](js|css|static|chunk)[\\/]/.test(path);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
