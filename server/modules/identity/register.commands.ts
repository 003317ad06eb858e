import type { auth } from '#shared/auth/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { USER_STATUS_LABELS, type UserStatus, type users } from '#shared/users/contract.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { lockUser } from './users.commands.ts';

/**
 * Applies for an account, which waits for an administrator. A username or mobile that is taken is answered in the same
 * words after the same work: strangers learn nothing of who works here.
 */
export async function registerAccount(
  work: Work<null, null>,
  passwordHash: string,
  { password: _, email = null, ...account }: Request<typeof auth.register>['body'],
): Promise<Answer<typeof auth.register>> {
  const created = await work.db
    .insertInto('users')
    .values({
      id: newId(),
      ...account,
      email,
      passwordHash,
      status: 'pending' satisfies UserStatus,
      createdAt: work.now,
      updatedAt: work.now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  work.audit({
    action: 'user.registered',
    entity: 'users',
    entityId: created?.id ?? null,
    ...(created ? { changes: diff({}, { ...account, email }) } : {}),
  });
  return { message: '已提交，等待管理员开通' };
}

/** Turns an application down: the account is gone, and its username and mobile are free again. */
export async function rejectAccount(
  work: Work,
  id: string,
  { version }: Request<typeof users.reject>['body'],
): Promise<Answer<typeof users.reject>> {
  const { status, username, name, mobile, email } = await lockUser(work, id, version);
  if (status !== 'pending') {
    const values = { status: USER_STATUS_LABELS[status as UserStatus], action: '拒绝' };
    throw httpErrors.ACTION_NOT_ALLOWED({ values, details: { status } });
  }
  await work.db.deleteFrom('userRoles').where('userId', '=', id).execute();
  await work.db.deleteFrom('users').where('id', '=', id).execute();
  const gone = { username: null, name: null, mobile: null, email: null };
  work.audit({
    action: 'user.rejected',
    entity: 'users',
    entityId: id,
    changes: diff({ username, name, mobile, email }, gone),
  });
  return { id };
}
