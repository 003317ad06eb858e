import { existsSync } from 'node:fs';
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

const H5 = join(import.meta.dirname, '../dist/h5');
const BODY_LIMIT = 1_048_576;

/** For answers that are data and never a page. */
const apiHeaders = (config: Config) => ({
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
  /** Where the log goes, line by line; without it, to the standard output. */
  readonly logTo?: { write(line: string): void };
}

/** The whole HTTP side: the API, its documentation, and the built H5 client if there is one. */
export async function createApp(dependencies: AppDependencies): Promise<FastifyInstance> {
  const { config, clock, database, logTo } = dependencies;
  speakChinese();
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
    routerOptions: { maxParamLength: 200 },
    exposeHeadRoutes: false,
    // Addresses that cannot even be decoded do not reach the error handler.
    frameworkErrors: (error, request, reply) => {
      const refusal = refusalOf(error);
      // The type knows of no answer here other than an empty one.
      (reply as FastifyReply).status(refusal.status).send(failureOf(refusal, request.id, clock.now()));
    },
    // Request lines would carry keywords: what a person searched for does not belong in a log.
    logController: new LogController({ disableRequestLogging: true }),
  });

  app.decorateRequest('actor', null);
  app.decorateRequest('sentFile', null);
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

  await app.register(compress, { threshold: 4096, encodings: ['gzip', 'identity'] });
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
  const headers = apiHeaders(config);
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
    api.addHook('onRequest', async (_request, reply) => void reply.headers(headers));
    for (const route of allRoutes({ tokens, passwords, wechat: dependencies.wechat }, facilities)) {
      mount(api, route, { ...dependencies, authenticate, settings });
    }
    await api.register(async (webhooks) => mountWebhooks(webhooks, allHooks(facilities), dependencies));
  });
  if (existsSync(H5)) await app.register((pages) => serveH5(pages, config));
  return app;
}

/** The pages, with the headers that protect what a browser shows. File names carry a hash of their content. */
async function serveH5(app: FastifyInstance, config: Config): Promise<void> {
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
    setHeaders: (reply, path) => {
      const hashed = /[\\/](js|css|static|chunk)[\\/]/.test(path);
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
