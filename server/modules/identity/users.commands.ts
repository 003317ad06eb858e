import { randomInt } from 'node:crypto';
import { heldWords } from '#shared/handovers/held.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import {
  USER_STATUS_LABELS,
  type UserDetail,
  type UserStatus,
  userErrors,
  type users,
} from '#shared/users/contract.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import type { Row } from '../../kernel/transition.ts';
import type { Handover } from './handover.ts';
import { recordHandover, requireReceiver } from './handovers.commands.ts';
import { endSessions, type IdentityDependencies } from './identity.commands.ts';
import { passwordChanged } from './identity.events.ts';
import { cancelResets } from './password-resets.ts';
import { insertAccount } from './people.ts';
import { refuseBeyond, refuseRolesBeyond } from './privileges.ts';
import { keepRoleManager } from './roles.commands.ts';
import { getUser } from './users.queries.ts';

// Every write to a user or their roles counts up the access revision, so that it holds from everybody's next request on.

/** Without letters and digits that look alike. */
const LEGIBLE = 'abcdefghjkmnpqrstuvwxyz23456789';

/** To be read out or typed once, and changed at the first sign-in: three groups of four, 59 bits. */
function makeUpPassword(): string {
  const group = () => Array.from({ length: 4 }, () => LEGIBLE[randomInt(LEGIBLE.length)]).join('');
  return [group(), group(), group()].join('-');
}

/** A new account with a password that is answered this once and has to be changed at the first sign-in. */
export async function createAccount(
  { passwords }: IdentityDependencies,
  work: Work,
  { roleIds, ...account }: Request<typeof users.create>['body'],
): Promise<Answer<typeof users.create>> {
  const initialPassword = makeUpPassword();
  const passwordHash = await passwords.hash(initialPassword);
  const id = await insertAccount(work.db, work.now, { ...account, passwordHash, mustChangePassword: true });
  await giveRoles(work, id, roleIds);
  const user = await getUser(work, id);
  work.audit({
    action: 'user.created',
    entity: 'users',
    entityId: id,
    changes: diff({}, { ...account, roles: namesOf(user) }),
  });
  return { user, initialPassword };
}

const namesOf = ({ roles }: UserDetail): string | null => roles.map(({ name }) => name).join('、') || null;

async function giveRoles(work: Work, userId: string, roleIds: readonly string[]): Promise<void> {
  if (roleIds.length === 0) return;
  await work.db
    .insertInto('userRoles')
    .values(roleIds.map((roleId) => ({ userId, roleId })))
    .execute();
  await refuseRolesBeyond(work, roleIds);
}

/** Throws NOT_FOUND, or STALE with the account as it is now. */
export async function lockUser(work: Work, id: string, version?: number): Promise<Row<'users'>> {
  const user = await work.db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!user) throw httpErrors.NOT_FOUND();
  if (version !== undefined && user.version !== version) {
    throw httpErrors.STALE({ details: { current: await getUser(work, id) } });
  }
  return user;
}

async function changeUser(work: Work, user: Row<'users'>, changes: Partial<Row<'users'>>): Promise<void> {
  const { departmentId = user.departmentId } = changes;
  await work.db
    .updateTable('users')
    .set({
      ...changes,
      ...(departmentId === user.departmentId ? {} : { departmentSince: work.now }),
      version: user.version + 1,
      updatedAt: work.now,
    })
    .where('id', '=', user.id)
    .execute();
}

/** Changes the fields that are given, and no others. */
export async function updateUser(
  work: Work,
  id: string,
  { version, ...changes }: Request<typeof users.update>['body'],
): Promise<UserDetail> {
  const before = await lockUser(work, id, version);
  const old = await getUser(work, id);
  await changeUser(work, before, changes);
  // A link that sets a password goes to this address.
  if (diff(before, changes).email) await refuseBeyond(work, id);
  const after = await getUser(work, id);
  const { departmentId: _, ...own } = changes;
  work.audit({
    action: 'user.updated',
    entity: 'users',
    entityId: id,
    changes: {
      ...diff(before, own),
      ...diff({ department: old.department?.name }, { department: after.department?.name ?? null }),
    },
  });
  return after;
}

/** Replaces somebody's roles. Refuses to leave nobody who can manage roles. */
export async function setUserRoles(
  work: Work,
  id: string,
  { version, roleIds }: Request<typeof users.setRoles>['body'],
): Promise<UserDetail> {
  const user = await lockUser(work, id, version);
  const before = await getUser(work, id);
  await changeUser(work, user, {});
  await refuseBeyond(work, id);
  await work.db.deleteFrom('userRoles').where('userId', '=', id).execute();
  await giveRoles(work, id, roleIds);
  await keepRoleManager(work);
  const after = await getUser(work, id);
  work.audit({
    action: 'user.rolesChanged',
    entity: 'users',
    entityId: id,
    changes: diff({ roles: namesOf(before) }, { roles: namesOf(after) }),
  });
  return after;
}

/** A new password for somebody who lost theirs, answered this once. Ends all their sessions. */
export async function resetPassword(
  { passwords }: IdentityDependencies,
  work: Work,
  id: string,
): Promise<Answer<typeof users.resetPassword>> {
  if (id === work.actor.userId) throw userErrors.OWN_ACCOUNT();
  const user = await lockUser(work, id);
  const initialPassword = makeUpPassword();
  const passwordHash = await passwords.hash(initialPassword);
  await changeUser(work, user, { passwordHash, mustChangePassword: true });
  await refuseBeyond(work, id);
  await cancelResets(work.db, work.now, id);
  await endSessions(work, { userId: id }, 'password-reset');
  work.audit({ action: 'user.passwordReset', entity: 'users', entityId: id });
  work.emit(passwordChanged, { userId: id, at: work.now });
  return { user: await getUser(work, id), initialPassword };
}

/**
 * Disables or enables an account, or opens one that waits. Who is disabled is out at once, and somebody else has their
 * open leads and their customers.
 */
export async function changeUserStatus(
  handover: Handover,
  work: Work,
  id: string,
  { version, status, reason, handoverTo, roleIds, departmentId }: Request<typeof users.changeStatus>['body'],
): Promise<UserDetail> {
  if (id === work.actor.userId) throw userErrors.OWN_ACCOUNT();
  const user = await lockUser(work, id, version);
  const waits = user.status === 'pending';
  if (user.status === status || (waits && status === 'disabled')) {
    throw httpErrors.ACTION_NOT_ALLOWED({
      values: {
        status: USER_STATUS_LABELS[user.status as UserStatus],
        action: status === 'active' ? '启用' : '停用',
      },
      details: { status: user.status },
    });
  }
  if (waits) return openAccount(work, user, { roleIds, departmentId }, reason);
  if (roleIds !== undefined || departmentId !== undefined) {
    const field = roleIds === undefined ? 'departmentId' : 'roleIds';
    throw httpErrors.VALIDATION({ fields: [{ field, message: '只有开通账号时可以一起设置' }] });
  }
  await changeUser(work, user, { status });
  await refuseBeyond(work, id);
  if (status === 'disabled') {
    await keepRoleManager(work);
    await cancelResets(work.db, work.now, id);
    await endSessions(work, { userId: id }, 'account-disabled');
    await passOn(handover, work, id, handoverTo, reason);
  }
  work.audit({
    action: status === 'active' ? 'user.enabled' : 'user.disabled',
    entity: 'users',
    entityId: id,
    changes: diff(user, { status }),
    reason,
  });
  return getUser(work, id);
}

/** Lets somebody in who applied, with what they may do from now on. */
async function openAccount(
  work: Work,
  user: Row<'users'>,
  {
    roleIds = [],
    departmentId,
  }: Pick<Request<typeof users.changeStatus>['body'], 'roleIds' | 'departmentId'>,
  reason: string,
): Promise<UserDetail> {
  if (roleIds.length === 0) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'roleIds', message: '至少选一个角色' }] });
  }
  await changeUser(work, user, {
    status: 'active',
    ...(departmentId === undefined ? {} : { departmentId }),
  });
  await work.db.deleteFrom('userRoles').where('userId', '=', user.id).execute();
  await giveRoles(work, user.id, roleIds);
  const after = await getUser(work, user.id);
  work.audit({
    action: 'user.approved',
    entity: 'users',
    entityId: user.id,
    changes: diff(
      { status: user.status },
      { status: after.status, department: after.department?.name ?? null, roles: namesOf(after) },
    ),
    reason,
  });
  return after;
}

async function passOn(
  handover: Handover,
  work: Work,
  id: string,
  to: string | null | undefined,
  reason: string,
): Promise<void> {
  const { openLeads: total } = await getUser(work, id);
  const customers = await handover.customers.count(work.db, id);
  const tickets = await handover.tickets.count(work.db, id);
  if (to === undefined) {
    const held = heldWords({ total, customers, tickets });
    if (held === '') return;
    throw userErrors.HANDOVER_REQUIRED({ values: { held }, details: { total, customers, tickets } });
  }
  await requireReceiver(handover, work, id, to, 'handoverTo');
  await recordHandover(handover, work, id, to, reason);
}
