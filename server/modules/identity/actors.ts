import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { type Grants, mergeGrants, type Permission, type Reach } from '#shared/access/permissions.ts';
import { authErrors } from '#shared/auth/contract.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Database, Queryable } from '../../kernel/database.ts';
import { wasAnswered } from '../../kernel/idempotency.ts';
import { waitFor } from '../../kernel/patience.ts';
import { prepare } from '../../kernel/prepared.ts';
import type { Tokens } from './tokens.ts';

type Person = Omit<Actor, 'sessionId' | 'revision'>;

/** What a user may do, from their enabled account and all their roles. Null when the account is not active. */
export async function loadPerson(db: Queryable, userId: string): Promise<Person | null> {
  const user = await db
    .selectFrom('users')
    .select(['id', 'name', 'mustChangePassword'])
    .where('id', '=', userId)
    .where('status', '=', 'active')
    .executeTakeFirst();
  if (!user) return null;
  const granted = await db
    .selectFrom('userRoles')
    .innerJoin('rolePermissions', 'rolePermissions.roleId', 'userRoles.roleId')
    .select(['rolePermissions.permission', 'rolePermissions.reach'])
    .where('userRoles.userId', '=', userId)
    .execute();
  const grants = mergeGrants(
    granted.map(({ permission, reach }): Grants => ({ [permission as Permission]: reach as Reach })),
  );
  return {
    userId: user.id,
    name: user.name,
    mustChangePassword: user.mustChangePassword,
    grants,
    teamIds: await teamOf(db, user.id),
  };
}

/** Everyone in the person's department, in those they manage, and in all below; always the person too. */
async function teamOf(db: Queryable, userId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive below as (
      select id from departments
      where manager_id = ${userId} or id = (select department_id from users where id = ${userId})
      union
      select departments.id from departments join below on departments.parent_id = below.id
    )
    select id from users where department_id in (select id from below)
    union select ${userId}::uuid`.execute(db);
  return rows.map((row) => row.id);
}

interface LiveSession {
  readonly id: string;
  readonly userId: string;
  readonly expiresAt: string;
  readonly revision: number;
}

const liveColumns = [
  'deviceSessions.id',
  'deviceSessions.userId',
  'deviceSessions.expiresAt',
  'accessRevision.revision',
] as const;

const liveSessions = prepare(
  (db, _: null, { ids }: { ids: readonly string[] }) =>
    db
      .selectFrom('deviceSessions')
      .innerJoin('accessRevision', (join) => join.onTrue())
      .select(liveColumns)
      .where(sql<boolean>`device_sessions.id = any(${ids}::uuid[])`)
      .where('deviceSessions.endedAt', 'is', null),
  { planOnce: true },
);

/**
 * Reads sessions that are asked for in the same turn of the event loop with one statement. The read starts after each
 * of the requests that wait for it, so none of them sees an older state than a read of its own would have shown.
 */
function createSessionReader(db: Database): (id: string) => Promise<LiveSession | undefined> {
  let waiting: { ids: Set<string>; rows: Promise<Map<string, LiveSession>> } | null = null;

  function gather() {
    const ids = new Set<string>();
    const rows = new Promise<void>((resolve) => setImmediate(resolve)).then(async () => {
      waiting = null;
      const found: LiveSession[] = await liveSessions.execute(db, null, { ids: [...ids] });
      return new Map(found.map((session) => [session.id, session]));
    });
    return { ids, rows };
  }

  return async (id) => {
    waiting ??= gather();
    waiting.ids.add(id);
    return (await waitFor(waiting.rows)).get(id);
  };
}

/**
 * The session that a request ended itself, when it is sent again because its answer was lost on the way. Its key was used
 * by the very command that ended the session, so it gets the answer that was kept, and nothing is carried out: for whoever
 * has the key, the same request word for word, and an access token of that session that is still good.
 */
async function sessionEndedBy(
  { headers, routeOptions }: FastifyRequest,
  db: Queryable,
  sessionId: string,
): Promise<LiveSession | undefined> {
  const key = headers['idempotency-key'];
  if (!routeOptions.config.endsSession || typeof key !== 'string') return undefined;
  const session = await db
    .selectFrom('deviceSessions')
    .innerJoin('accessRevision', (join) => join.onTrue())
    .select([...liveColumns, 'deviceSessions.endedAt'])
    .where('deviceSessions.id', '=', sessionId)
    .where('deviceSessions.endedReason', 'in', ['signed-out', 'password-changed'])
    .executeTakeFirst();
  if (!session?.endedAt) return undefined;
  return (await wasAnswered(db, { scope: session.userId, key }, session.endedAt)) ? session : undefined;
}

/**
 * Recognises who sends a request. One point read per request sees an ended session and any change of users, roles or
 * departments at once; what a person may do is kept until that revision moves.
 */
export function createAuthenticator(db: Database, tokens: Tokens, clock: Clock) {
  const readSession = createSessionReader(db);
  const people = new Map<string, Person | null>();
  let keptRevision = -1;

  return async function authenticate(request: FastifyRequest): Promise<Actor> {
    const token = /^Bearer ([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!token) throw httpErrors.UNAUTHENTICATED();
    const now = clock.now();
    const { userId, sessionId } = tokens.readAccess(token, now);
    const session = (await readSession(sessionId)) ?? (await sessionEndedBy(request, db, sessionId));
    if (session?.userId !== userId || session.expiresAt <= now) throw authErrors.SESSION_ENDED();
    // Read before the people it stands for, so that a change in between is loaded again rather than missed.
    if (session.revision > keptRevision) {
      people.clear();
      keptRevision = session.revision;
    }
    let person = people.get(userId);
    if (person === undefined) {
      person = await loadPerson(db, userId);
      if (session.revision === keptRevision) people.set(userId, person);
    }
    if (!person) throw authErrors.SESSION_ENDED();
    return { ...person, sessionId, revision: session.revision };
  };
}
