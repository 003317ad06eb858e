import type { AppError } from '#shared/http/errors.ts';
import type { Actor, Scope } from './access.ts';
import { type AuditEntry, writeAudit } from './audit.ts';
import type { Context, Work } from './context.ts';
import type { Database } from './database.ts';
import type { EventDefinition, JobContext, Jobs } from './events.ts';
import { claimKey, type IdempotentRequest, keepAnswer, releaseKey } from './idempotency.ts';
import { newId } from './new-id.ts';
import { freshSettings } from './settings.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

const isTransient = (error: unknown): boolean => {
  const code = (error as { code?: string } | null)?.code;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
};

export interface Written {
  /** The answer as JSON text, the same to the letter when it is replayed. */
  readonly json: string;
  readonly replayed: boolean;
}

/** Thrown by a command whose writes stay although the caller is refused, e.g. ending a stolen session. */
export class KeptRefusal extends Error {
  readonly refusal: AppError;

  constructor(refusal: AppError) {
    super(refusal.message);
    this.refusal = refusal;
  }
}

interface Dependencies {
  readonly db: Database;
  readonly jobs: Jobs;
}

type AnyContext = Omit<Context, 'actor' | 'scope'> &
  Pick<Context<Context['actor'] | null, Context['scope'] | null>, 'actor' | 'scope'>;

/**
 * Runs a command: one transaction with its idempotency key, its audit entries and its events, or nothing at all.
 * A deadlock or serialization failure is tried once more.
 */
export async function runCommand(
  { db, jobs }: Dependencies,
  context: AnyContext,
  idempotent: IdempotentRequest | null,
  command: (work: Work<never, never>) => Promise<unknown>,
  toJson: (answer: unknown) => string,
): Promise<Written> {
  const attempt = async (): Promise<Written> => {
    const entries: AuditEntry[] = [];
    const events: { name: string; payload: object }[] = [];
    const after: (() => void)[] = [];
    let refusal: AppError | null = null;
    const written = await db.transaction().execute(async (trx): Promise<Written> => {
      const stored = idempotent && (await claimKey(trx, idempotent, context.now));
      if (stored) return { json: stored, replayed: true };
      const work = {
        ...context,
        db: trx,
        audit: (entry: AuditEntry) => void entries.push(entry),
        emit: <P extends object>(event: EventDefinition<P>, payload: P) =>
          void events.push({ name: event.name, payload }),
        afterCommit: (run: () => void) => void after.push(run),
      };
      let json = '';
      try {
        json = toJson(await command(work as unknown as Work<never, never>));
      } catch (error) {
        if (!(error instanceof KeptRefusal)) throw error;
        refusal = error.refusal;
      }
      if (entries.length === 0) throw new Error('A write must say what it did: no audit entry was made');
      await writeAudit(trx, { ...context, actorId: context.actor?.userId ?? null }, entries);
      await jobs.send(trx, events);
      if (idempotent) await (refusal ? releaseKey(trx, idempotent) : keepAnswer(trx, idempotent, json));
      return { json, replayed: false };
    });
    if (refusal) throw refusal;
    if (!written.replayed) {
      for (const entity of new Set(entries.map((entry) => entry.entity))) await context.cache.forget(entity);
      for (const run of after) run();
    }
    return written;
  };
  try {
    return await attempt();
  } catch (error) {
    if (!isTransient(error)) throw error;
    return await attempt();
  }
}

/**
 * Runs a command of the worker: by nobody in particular, with the settings as they are now, otherwise like that of an
 * endpoint.
 */
export function runAlone<T>(
  context: JobContext,
  command: (work: Work<null, null>) => Promise<T>,
): Promise<T> {
  return runInWorker(context, null, null, command as (work: never) => Promise<T>);
}

/** Runs a command of the worker for somebody who asked for it, with what they may do now. */
export function runFor<T>(
  context: JobContext,
  scope: Scope,
  actor: Actor,
  command: (work: Work) => Promise<T>,
): Promise<T> {
  return runInWorker(context, scope, actor, command as (work: never) => Promise<T>);
}

async function runInWorker<T>(
  { database, clock, cache, signer, jobs }: JobContext,
  scope: Scope | null,
  actor: Actor | null,
  command: (work: never) => Promise<T>,
): Promise<T> {
  let answer: T | undefined;
  const context = {
    db: database.db,
    actor,
    scope,
    now: clock.now(),
    cache,
    settings: freshSettings,
    signer,
    ip: '',
    requestId: newId(),
  };
  await runCommand(
    { db: database.db, jobs },
    context,
    null,
    async (work) => {
      answer = await command(work as never);
      return null;
    },
    () => '',
  );
  return answer as T;
}
