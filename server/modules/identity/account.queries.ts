import type { DeviceSession } from '#shared/auth/contract.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';

/** Where somebody is signed in: this device first, then by last use. */
export async function listSessions({
  db,
  actor,
  now,
}: Context<Actor, null>): Promise<{ list: DeviceSession[] }> {
  const sessions = await db
    .selectFrom('deviceSessions')
    .select(['id', 'device', 'ip', 'createdAt', 'lastUsedAt'])
    .where('userId', '=', actor.userId)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', now)
    .orderBy('lastUsedAt', 'desc')
    .orderBy('id')
    .execute();
  const list = sessions.map((session) => ({ ...session, current: session.id === actor.sessionId }));
  return { list: [...list.filter(({ current }) => current), ...list.filter(({ current }) => !current)] };
}
