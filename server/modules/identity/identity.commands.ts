import { type auth, authErrors, type CurrentUser, type Session } from '#shared/auth/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import type { Actor } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { KeptRefusal } from '../../kernel/unit-of-work.ts';
import { passwordChanged } from './identity.events.ts';
import { profileOf } from './identity.queries.ts';
import { cancelResets } from './password-resets.ts';
import type { Passwords } from './passwords.ts';
import { findByLogin } from './people.ts';
import { newRefreshToken, REFRESH_MS, readRefreshToken, type Tokens } from './tokens.ts';
import type { Wechat } from './wechat.ts';

export interface IdentityDependencies {
  readonly tokens: Tokens;
  readonly passwords: Passwords;
  readonly wechat: Wechat;
}

type PublicWork = Work<null, null>;
type OwnWork = Work<Actor, null>;

/** An account whose password was shown, as it was then. */
interface Verified {
  readonly userId: string;
  readonly passwordHash: string;
}

/** Unknown accounts and wrong passwords look alike, in words and in time. Takes long: not for a transaction. */
export async function verifyCredentials(
  { passwords }: IdentityDependencies,
  { db }: Pick<Work, 'db'>,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<Verified> {
  const user = await findByLogin(db, username);
  const correct = await passwords.verify(password, user?.passwordHash ?? null);
  if (!user || !correct) throw authErrors.WRONG_CREDENTIALS();
  return { userId: user.id, passwordHash: user.passwordHash };
}

/** Throws unless the account is still what it was when the password was verified, and may be used. */
async function refuseChanged(work: PublicWork, { userId, passwordHash }: Verified): Promise<void> {
  const user = await work.db
    .selectFrom('users')
    .select(['status', 'passwordHash'])
    .where('id', '=', userId)
    .executeTakeFirst();
  if (user?.passwordHash !== passwordHash) throw authErrors.WRONG_CREDENTIALS();
  refuseInactive(user.status);
}

/** Signs in who has shown username or mobile and password. */
export async function login(
  deps: IdentityDependencies,
  work: PublicWork,
  verified: Verified,
  { device }: Request<typeof auth.login>['body'],
): Promise<Session> {
  await refuseChanged(work, verified);
  return startSession(deps, work, verified.userId, device);
}

function refuseInactive(status: string): void {
  if (status === 'pending') throw authErrors.ACCOUNT_PENDING();
  if (status !== 'active') throw authErrors.ACCOUNT_DISABLED();
}

/** A device that stays away this long has to sign in again. */
const endOfSession = (now: Instant): Instant => toInstant(Date.parse(now) + REFRESH_MS);

async function startSession(
  { tokens }: IdentityDependencies,
  work: PublicWork,
  userId: string,
  device: string | undefined,
): Promise<Session> {
  const sessionId = newId();
  const refresh = newRefreshToken(sessionId);
  await work.db
    .insertInto('deviceSessions')
    .values({
      id: sessionId,
      userId,
      refreshHash: refresh.hash,
      device: device ?? null,
      ip: work.ip,
      createdAt: work.now,
      lastUsedAt: work.now,
      expiresAt: endOfSession(work.now),
    })
    .execute();
  work.audit({ action: 'session.started', entity: 'deviceSessions', entityId: sessionId, actorId: userId });
  return {
    accessToken: tokens.signAccess(userId, sessionId, work.now),
    refreshToken: refresh.token,
    user: await activeProfile(work, userId),
  };
}

export async function activeProfile(work: Pick<Work, 'db'>, userId: string): Promise<CurrentUser> {
  const profile = await profileOf(work.db, userId);
  if (!profile) throw authErrors.SESSION_ENDED();
  return profile;
}

/**
 * Trades a refresh token for a new pair. A token that was traded before ends its session, whoever holds it; our own
 * client repeats a lost answer with the same idempotency key and so never looks like a thief.
 */
export async function refresh(
  { tokens }: IdentityDependencies,
  work: PublicWork,
  body: Request<typeof auth.refresh>['body'],
): Promise<Session> {
  const presented = readRefreshToken(body.refreshToken);
  if (!presented) throw authErrors.SESSION_ENDED();
  const session = await work.db
    .selectFrom('deviceSessions')
    .selectAll()
    .where('id', '=', presented.sessionId)
    .where('endedAt', 'is', null)
    .where('expiresAt', '>', work.now)
    .forUpdate()
    .executeTakeFirst();
  if (!session) throw authErrors.SESSION_ENDED();
  const { id, userId } = session;
  if (!presented.hash.equals(session.refreshHash)) {
    await endSessions(work, { id }, 'refresh-reused');
    work.audit({ action: 'session.refreshReused', entity: 'deviceSessions', entityId: id, actorId: userId });
    throw new KeptRefusal(authErrors.SESSION_ENDED());
  }
  const next = newRefreshToken(id);
  await work.db
    .updateTable('deviceSessions')
    .set({ refreshHash: next.hash, lastUsedAt: work.now, ip: work.ip, expiresAt: endOfSession(work.now) })
    .where('id', '=', id)
    .execute();
  work.audit({ action: 'session.refreshed', entity: 'deviceSessions', entityId: id, actorId: userId });
  return {
    accessToken: tokens.signAccess(userId, id, work.now),
    refreshToken: next.token,
    user: await activeProfile(work, userId),
  };
}

/** Ends this device's session. */
export async function logout(work: OwnWork): Promise<Record<string, never>> {
  const { sessionId } = work.actor;
  await endSessions(work, { id: sessionId }, 'signed-out');
  work.audit({ action: 'session.ended', entity: 'deviceSessions', entityId: sessionId });
  return {};
}

/** Ends one session, all of an account, or all but one. Answers which. */
export async function endSessions(
  work: Pick<Work, 'db' | 'now'>,
  which: { id?: string; userId?: string; except?: string },
  reason: string,
): Promise<string[]> {
  const { id, userId, except } = which;
  if (!id && !userId) throw new Error('Say whose sessions end');
  let open = work.db
    .updateTable('deviceSessions')
    .set({ endedAt: work.now, endedReason: reason })
    .where('endedAt', 'is', null);
  if (id) open = open.where('id', '=', id);
  if (userId) open = open.where('userId', '=', userId);
  if (except) open = open.where('id', '!=', except);
  const ended = await open.returning('id').execute();
  return ended.map((session) => session.id);
}

/** Gives an account another password, and ends its sessions and the links that could set one. */
export async function setPassword(
  { passwords }: IdentityDependencies,
  work: Pick<Work, 'db' | 'now' | 'emit'>,
  userId: string,
  newPassword: string,
): Promise<void> {
  const passwordHash = await passwords.hash(newPassword);
  await work.db
    .updateTable('users')
    .set((eb) => ({
      passwordHash,
      mustChangePassword: false,
      updatedAt: work.now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', userId)
    .execute();
  await cancelResets(work.db, work.now, userId);
  await endSessions(work, { userId }, 'password-changed');
  work.emit(passwordChanged, { userId, at: work.now });
}

/** Changes the password and ends every session; answers a new one for this device. */
export async function changePassword(
  deps: IdentityDependencies,
  work: OwnWork,
  body: Request<typeof auth.changePassword>['body'],
): Promise<Session> {
  const { userId, sessionId } = work.actor;
  const user = await work.db
    .selectFrom('users')
    .select('passwordHash')
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (!(await deps.passwords.verify(body.oldPassword, user.passwordHash))) {
    throw authErrors.WRONG_PASSWORD({ fields: [{ field: 'oldPassword', message: '原密码不正确' }] });
  }
  const { device } = await work.db
    .selectFrom('deviceSessions')
    .select('device')
    .where('id', '=', sessionId)
    .executeTakeFirstOrThrow();
  await setPassword(deps, work, userId, body.newPassword);
  work.audit({ action: 'user.passwordChanged', entity: 'users', entityId: userId });
  return startSession(deps, { ...work, actor: null }, userId, device ?? undefined);
}

/** Signs in by a WeChat login code. Unknown openids are refused with a ticket that binds them. */
export async function loginByWechat(
  deps: IdentityDependencies,
  work: PublicWork,
  body: Request<typeof auth.wechat>['body'],
): Promise<Session> {
  const openid = await deps.wechat.openidOf(body.code);
  const user = await work.db
    .selectFrom('users')
    .select(['id', 'status'])
    .where('wechatOpenid', '=', openid)
    .executeTakeFirst();
  if (!user) {
    throw authErrors.WECHAT_NOT_BOUND({ details: { ticket: deps.tokens.signBindTicket(openid, work.now) } });
  }
  refuseInactive(user.status);
  return startSession(deps, work, user.id, body.device);
}

/** Refuses a ticket that is none before the password is looked at. */
export async function verifyBinding(
  deps: IdentityDependencies,
  context: Pick<Work, 'db' | 'now'>,
  body: Request<typeof auth.bindWechat>['body'],
): Promise<Verified & { readonly openid: string }> {
  const openid = deps.tokens.readBindTicket(body.ticket, context.now);
  return { ...(await verifyCredentials(deps, context, body)), openid };
}

/** Binds the WeChat account behind a ticket to the account whose password was shown, and signs in. */
export async function bindWechat(
  deps: IdentityDependencies,
  work: PublicWork,
  { openid, ...verified }: Awaited<ReturnType<typeof verifyBinding>>,
  body: Request<typeof auth.bindWechat>['body'],
): Promise<Session> {
  await refuseChanged(work, verified);
  const { userId } = verified;
  const holder = await work.db
    .selectFrom('users')
    .select('id')
    .where('wechatOpenid', '=', openid)
    .executeTakeFirst();
  if (holder && holder.id !== userId) throw authErrors.WECHAT_BOUND_ELSEWHERE();
  await work.db
    .updateTable('users')
    .set((eb) => ({ wechatOpenid: openid, updatedAt: work.now, version: eb('version', '+', 1) }))
    .where('id', '=', userId)
    .execute();
  work.audit({ action: 'user.wechatBound', entity: 'users', entityId: userId, actorId: userId });
  return startSession(deps, work, userId, body.device);
}
