import { createHash } from 'node:crypto';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { httpErrors } from '#shared/http/errors.ts';
import { WEBHOOK_METHODS, type WebhookDefinition } from '#shared/http/webhook.ts';
import type { Context, Work } from './context.ts';
import { refusalOf } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';
import type { RouteDependencies } from './route.ts';
import { freshSettings } from './settings.ts';
import { runCommand } from './unit-of-work.ts';

/** What came, unread: a signature is made over these bytes. */
export interface Delivery<W extends WebhookDefinition = WebhookDefinition> {
  readonly method: (typeof WEBHOOK_METHODS)[number];
  readonly params: z.output<W['params']>;
  readonly query: Readonly<Record<string, string>>;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** In the shape that the caller wants. */
export interface WebhookAnswer {
  readonly status: number;
  readonly body: object;
}

export interface WebhookContext extends Context<null, null> {
  readonly limiter: RateLimiter;
  /** Never for what came: only for ids and counts. */
  readonly log: FastifyBaseLogger;
  /** Runs a command like that of an endpoint: one transaction with its audit entries and events. */
  run<T>(command: (work: Work<null, null>) => Promise<T>): Promise<T>;
}

type Handler = (context: WebhookContext, delivery: Delivery) => Promise<WebhookAnswer>;

/** A webhook with its behaviour. */
export interface Hook {
  readonly webhook: WebhookDefinition;
  readonly handle: Handler;
}

export function receive<W extends WebhookDefinition>(
  webhook: W,
  handle: (context: WebhookContext, delivery: Delivery<W>) => Promise<WebhookAnswer>,
): Hook {
  return { webhook, handle: handle as Handler };
}

type Dependencies = Pick<RouteDependencies, 'database' | 'clock' | 'cache' | 'signer' | 'limiter' | 'jobs'>;

const texts = (values: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );

// Neither a log nor the keys of the limiter hold the address itself: it is half of what a caller has to know.
const fingerprint = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

/** Mounts webhooks. Needs a context of its own: bodies are not parsed there, and refusals are no envelope. */
export function mountWebhooks(
  app: FastifyInstance,
  hooks: readonly Hook[],
  dependencies: Dependencies,
): void {
  const { database, clock, cache, signer, limiter, jobs } = dependencies;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) request.log.error({ err: error }, 'request failed');
    if (refusal.code === 'RATE_LIMITED') {
      reply.header('retry-after', (refusal.details as { seconds: number }).seconds);
    }
    return say(reply, { status: refusal.status, body: { code: refusal.status, message: refusal.code } });
  });

  function contextOf(request: FastifyRequest): WebhookContext {
    const context = {
      db: database.db,
      actor: null,
      scope: null,
      now: clock.now(),
      cache,
      settings: freshSettings,
      signer,
      ip: request.ip,
      requestId: request.id,
    };
    return {
      ...context,
      limiter,
      log: request.log,
      async run(command) {
        let answer: unknown;
        await runCommand(
          { db: database.db, jobs },
          context,
          null,
          async (work) => {
            answer = await command(work as unknown as Work<null, null>);
          },
          () => '',
        );
        return answer as never;
      },
    };
  }

  for (const { webhook, handle } of hooks) {
    const { path, limits, maxBytes, params } = webhook;
    app.route({
      method: [...WEBHOOK_METHODS],
      url: path,
      bodyLimit: maxBytes,
      schema: {
        summary: webhook.summary,
        tags: [path.split('/')[2] ?? ''],
        security: [],
        params,
        response: { 200: z.looseObject({}) },
      },
      // An address that is none of ours is not there, whatever is wrong with it.
      attachValidation: true,
      async onRequest(request) {
        for (const { by, max, seconds } of limits) {
          const value =
            by === 'address'
              ? request.ip
              : fingerprint((request.params as Record<string, string>)[by.param] ?? '');
          const wait = await limiter.take(`${path}:${JSON.stringify(by)}:${value}`, max, seconds);
          if (wait > 0)
            throw httpErrors.RATE_LIMITED({ values: { seconds: wait }, details: { seconds: wait } });
        }
      },
      async handler(request, reply) {
        if (request.validationError) throw httpErrors.NOT_FOUND();
        const { body } = request;
        const delivery = {
          method: request.method as Delivery['method'],
          params: request.params as never,
          query: texts(request.query as Record<string, unknown>),
          headers: texts(request.headers),
          body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
        };
        return say(reply, await handle(contextOf(request), delivery));
      },
    });
  }
}

function say(reply: FastifyReply, { status, body }: WebhookAnswer): FastifyReply {
  return reply.status(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}
