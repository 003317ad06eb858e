import type { Permission } from '#shared/access/permissions.ts';
import { type Actor, type Scope, scopeOf } from '../kernel/access.ts';
import { createMemoryCache } from '../kernel/cache.ts';
import type { Context, Work } from '../kernel/context.ts';
import { newId } from '../kernel/new-id.ts';
import { freshSettings } from '../kernel/settings.ts';
import { runCommand, type Written } from '../kernel/unit-of-work.ts';
import { loadPerson } from '../modules/identity/actors.ts';
import type { TestApp, TestUser } from './createTestApp.ts';
import { testSigner } from './outside.ts';

/** Somebody as the kernel knows them. */
export async function actorOf(t: TestApp, user: TestUser): Promise<Actor> {
  const person = await loadPerson(t.db, user.id);
  if (!person) throw new Error(`${user.name} is not active`);
  return { ...person, sessionId: newId(), revision: 0 };
}

/** What a handler would get: somebody using a permission. */
export async function contextOf(t: TestApp, user: TestUser, permission: Permission): Promise<Context> {
  const actor = await actorOf(t, user);
  return contextFor(t, actor, scopeOf(actor, permission));
}

function contextFor(t: TestApp, actor: Actor, scope: Scope): Context {
  return {
    db: t.db,
    actor,
    scope,
    now: t.clock.now(),
    cache: createMemoryCache(),
    signer: testSigner,
    settings: freshSettings,
    ip: '127.0.0.1',
    requestId: newId(),
  };
}

/** Runs a command as an endpoint would, without HTTP. */
export function runIn<T>(
  t: TestApp,
  context: Context,
  command: (work: Work) => Promise<T>,
  key?: string,
): Promise<Written> {
  const idempotent = key
    ? { scope: context.actor.userId, key, method: 'POST', url: '/api/test', body: null }
    : null;
  return runCommand(
    { db: t.db, jobs: t.jobs },
    context,
    idempotent,
    (work) => command(work as unknown as Work),
    (answer) => JSON.stringify(answer ?? null),
  );
}
