import { type auth, authErrors, type CurrentUser } from '#shared/auth/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Actor } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { activeProfile, endSessions, type IdentityDependencies, setPassword } from './identity.commands.ts';
import { emailChanged, passwordForgotten } from './identity.events.ts';
import { cancelResets, holderOfReset, spendReset } from './password-resets.ts';

type PublicWork = Work<null, null>;
type OwnWork = Work<Actor, null>;
type Done = Record<string, never>;

/** Signs one of one's own devices out. Throws NOT_FOUND for everybody else's. */
export async function endSession(work: OwnWork, id: string): Promise<Done> {
  const { userId } = work.actor;
  const ended = await endSessions(work, { userId, id }, 'ended-by-owner');
  if (ended.length === 0) throw httpErrors.NOT_FOUND();
  work.audit({ action: 'session.ended', entity: 'deviceSessions', entityId: id });
  return {};
}

/** Signs all of one's devices out but this one. */
export async function endOtherSessions(work: OwnWork): Promise<Done> {
  const { userId, sessionId } = work.actor;
  await endSessions(work, { userId, except: sessionId }, 'ended-by-owner');
  work.audit({ action: 'session.othersEnded', entity: 'users', entityId: userId });
  return {};
}

const ownAccount = (work: OwnWork) =>
  work.db
    .selectFrom('users')
    .select(['passwordHash', 'version', 'name', 'email', 'mobile'])
    .where('id', '=', work.actor.userId)
    .forUpdate()
    .executeTakeFirstOrThrow();

/** Changes one's own name and how to be reached. Throws STALE when somebody changed the account meanwhile. */
export async function updateProfile(
  work: OwnWork,
  { version, ...changes }: Request<typeof auth.updateProfile>['body'],
): Promise<CurrentUser> {
  const { userId } = work.actor;
  const before = await ownAccount(work);
  if (version !== undefined && version !== before.version) {
    throw httpErrors.STALE({ details: { current: await activeProfile(work, userId) } });
  }
  await work.db
    .updateTable('users')
    .set({ ...changes, updatedAt: work.now, version: before.version + 1 })
    .where('id', '=', userId)
    .execute();
  const changed = diff(before, changes);
  if (changed.email) {
    // A link that went to the former address has no business any more.
    await cancelResets(work.db, work.now, userId);
    if (before.email) work.emit(emailChanged, { userId, former: before.email, at: work.now });
  }
  work.audit({ action: 'user.profileChanged', entity: 'users', entityId: userId, changes: changed });
  return activeProfile(work, userId);
}

/** Lets the WeChat account behind a login code sign in as who is signed in now. */
export async function attachWechat(
  { wechat }: IdentityDependencies,
  work: OwnWork,
  { code }: Request<typeof auth.attachWechat>['body'],
): Promise<CurrentUser> {
  const { userId } = work.actor;
  const openid = await wechat.openidOf(code);
  const holder = await work.db
    .selectFrom('users')
    .select('id')
    .where('wechatOpenid', '=', openid)
    .executeTakeFirst();
  if (holder && holder.id !== userId) throw authErrors.WECHAT_BOUND_ELSEWHERE();
  await keepOpenid(work, openid);
  work.audit({ action: 'user.wechatBound', entity: 'users', entityId: userId });
  return activeProfile(work, userId);
}

/** Takes the way in by WeChat away, for who knows the password: it is the only way in from then on. */
export async function detachWechat(
  { passwords }: IdentityDependencies,
  work: OwnWork,
  { password }: Request<typeof auth.detachWechat>['body'],
): Promise<CurrentUser> {
  const { userId } = work.actor;
  const { passwordHash } = await ownAccount(work);
  if (!(await passwords.verify(password, passwordHash))) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'password', message: '密码不正确' }] });
  }
  await keepOpenid(work, null);
  work.audit({ action: 'user.wechatUnbound', entity: 'users', entityId: userId });
  return activeProfile(work, userId);
}

const keepOpenid = (work: OwnWork, wechatOpenid: string | null) =>
  work.db
    .updateTable('users')
    .set((eb) => ({ wechatOpenid, updatedAt: work.now, version: eb('version', '+', 1) }))
    .where('id', '=', work.actor.userId)
    .execute();

/** Asks for a link by mail. Looks nothing up: the worker does, so that nobody learns here which accounts exist. */
export async function forgotPassword(
  work: PublicWork,
  { username }: Request<typeof auth.forgotPassword>['body'],
): Promise<Done> {
  work.audit({ action: 'user.passwordForgotten', entity: 'users', entityId: null });
  work.emit(passwordForgotten, { username, at: work.now, requestId: work.requestId });
  return {};
}

/** Sets a new password with a link from a mail, and ends every session. */
export async function resetPassword(
  deps: IdentityDependencies,
  work: PublicWork,
  { token, newPassword }: Request<typeof auth.resetPassword>['body'],
): Promise<Done> {
  const userId = await holderOfReset(work.db, token);
  if (!userId) throw authErrors.RESET_TOKEN_INVALID();
  // Locked before the link is used, so that two links of one account wait for each other.
  const user = await work.db
    .selectFrom('users')
    .select('status')
    .where('id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (user.status !== 'active' || !(await spendReset(work.db, work.now, token))) {
    throw authErrors.RESET_TOKEN_INVALID();
  }
  await setPassword(deps, work, userId, newPassword);
  work.audit({ action: 'user.passwordReset', entity: 'users', entityId: userId, actorId: userId });
  return {};
}
