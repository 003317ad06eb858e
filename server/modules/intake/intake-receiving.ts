import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type IntakeKind, intakeWebhooks } from '#shared/intake/contract.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import type { Secrets } from '../../kernel/secrets.ts';
import { type Hook, receive, type WebhookAnswer, type WebhookContext } from '../../kernel/webhook.ts';
import type { Signed } from './adapters/adapter.ts';
import { TIMESTAMP } from './adapters/generic-hmac.ts';
import { adapters, mappingOf } from './adapters/index.ts';
import { intakeReceived } from './intake.events.ts';

const refusal = (status: 401 | 404 | 409, message: string): WebhookAnswer => ({
  status,
  body: { code: status, message },
});
const NOT_THERE = refusal(404, 'not found');
const UNSIGNED = refusal(401, 'invalid signature');
const REPLAYED = refusal(409, 'already received');

/** What a source that is not there verifies with, so that it takes as long as one that is. */
const NOBODY = randomBytes(24).toString('base64url');
const REFUSED_SECONDS = 60;

/** How a sealed secret says where it belongs. */
export const secretOf = (sourceId: string): string => `intake_sources:${sourceId}`;

/** Takes what platforms send: verifies it, keeps it as it came, and leaves the rest to the worker. */
export const intakeHooks = (secrets: Secrets): Hook[] => [
  receive(intakeWebhooks.receive, async (context, delivery) => {
    const { kind, token } = delivery.params;
    const adapter = adapters[kind];
    const source = await findSource(context, kind, token);
    const secret = source?.secret ? secrets.open(source.secret, secretOf(source.id)) : null;
    // Only Ocean Engine checks an address by GET; it signs nothing then, and learns no more than that there is one.
    if (delivery.method === 'GET') {
      const challenge = adapter.challenge(delivery);
      return source && secret !== null && kind === 'ocean-engine' && challenge
        ? { status: 200, body: challenge }
        : NOT_THERE;
    }
    const verified = adapter.verify(delivery, secret ?? NOBODY, context.now);
    if (!source) return NOT_THERE;
    if (!verified || secret === null) {
      await rememberRefusal(context, source.id, kind);
      return UNSIGNED;
    }
    const challenge = adapter.challenge(delivery);
    if (challenge) return { status: 200, body: challenge };
    const keys = adapter.keys(delivery, mappingOf(kind, source.mapping));
    const replayed = await context.run((work) => keep(work, { sourceId: source.id, kind, keys }, delivery));
    return replayed ? REPLAYED : { status: 200, body: adapter.accepted };
  }),
];

const findSource = ({ db }: WebhookContext, kind: IntakeKind, token: string) =>
  db
    .selectFrom('intakeSources')
    .select(['id', 'secret', 'mapping'])
    .where('token', '=', token)
    .where('kind', '=', kind)
    .where('enabled', '=', true)
    .executeTakeFirst();

/** Of what was not signed nothing is kept but that it came, once a minute. */
async function rememberRefusal({ db, limiter, log, now }: WebhookContext, id: string, kind: IntakeKind) {
  if ((await limiter.take(`intake-refused:${id}`, 1, REFUSED_SECONDS)) > 0) return;
  log.warn({ source: id, kind }, 'webhook with a wrong signature');
  await db.updateTable('intakeSources').set({ refusedAt: now }).where('id', '=', id).execute();
}

interface Keeping {
  readonly sourceId: string;
  readonly kind: IntakeKind;
  readonly keys: readonly string[];
}

/** Keeps each clue of a delivery, once. Answers whether it is a request that somebody sent a second time. */
async function keep(
  work: Work<null, null>,
  { sourceId, kind, keys }: Keeping,
  { body, headers }: Signed,
): Promise<boolean> {
  const kept = Object.fromEntries(
    adapters[kind].keeps.flatMap((name) => (headers[name] ? [[name, headers[name].slice(0, 200)]] : [])),
  );
  let again = 0;
  for (const [part, eventKey] of keys.entries()) {
    const row = await work.db
      .insertInto('intakeEvents')
      .values({
        id: newId(),
        sourceId,
        eventKey,
        part,
        body,
        headers: JSON.stringify(kept),
        receivedAt: work.now,
        signatureOk: true,
        status: 'received',
      })
      .onConflict((conflict) =>
        conflict
          .columns(['sourceId', 'eventKey'])
          .doUpdateSet({ deliveries: sql`intake_events.deliveries + 1` }),
      )
      .returning(['id', 'deliveries', 'headers'])
      .executeTakeFirstOrThrow();
    if (row.deliveries === 1) work.emit(intakeReceived, { eventId: row.id });
    else if (isReplay(kept, row.headers)) again++;
    work.audit({ action: 'intakeEvents.received', entity: 'intakeEvents', entityId: row.id });
  }
  return again === keys.length;
}

/** Our own format says when it was signed: the same moment twice is the same request, copied. */
const isReplay = (kept: Record<string, string>, before: unknown): boolean =>
  kept[TIMESTAMP] !== undefined && (before as Record<string, string>)[TIMESTAMP] === kept[TIMESTAMP];
