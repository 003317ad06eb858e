import { type CustomerDetail, customerErrors, type customers } from '#shared/customers/contract.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { may, type Scope, scopeOf } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { recordOwnership, tellNewOwner } from '../ownership/ownership.commands.ts';
import { type Customer, lockCustomer, updateCustomer } from './customer-record.ts';
import { collaboratorsOf, getCustomer } from './customers.queries.ts';

// Ownership changes here and nowhere else, each time with a reason and a row of history. Accounts are locked before
// customers, everywhere.

/** Also keeps the account as it is until the transaction ends: whoever is disabled meanwhile hands this one over too. */
const lockAsOwner = (work: Work, userId: string) => lockAssignable(work.db, userId, 'customers.update');

const notAssignable = (field: string) =>
  customerErrors.CUSTOMER_OWNER_NOT_ASSIGNABLE({ fields: [{ field, message: '这位同事不能负责客户' }] });

/** Whoever may not reach everything gives within their department, also their own ones. */
function requireWithinReach({ actor, reach }: Scope, userId: string, field: string): void {
  if (reach === 'all' || actor.teamIds.includes(userId)) return;
  throw customerErrors.CUSTOMER_OWNER_NOT_ALLOWED({
    fields: [{ field, message: '只能交给本部门的同事' }],
  });
}

/** Whom a new customer goes to: the author, or whoever they name if they may. */
export async function ownerOfNew(work: Work, wished: string | undefined): Promise<string> {
  const { actor } = work;
  const ownerId = wished ?? actor.userId;
  if (ownerId !== actor.userId) {
    if (!may(actor, 'customers.transfer')) throw customerErrors.CUSTOMER_OWNER_NOT_ALLOWED();
    requireWithinReach(scopeOf(actor, 'customers.transfer'), ownerId, 'ownerId');
  }
  if (!(await lockAsOwner(work, ownerId))) throw notAssignable('ownerId');
  return ownerId;
}

/** Gives a customer to somebody else. */
export async function transferCustomer(
  work: Work,
  id: string,
  { version, newOwnerId, transferReason }: Request<typeof customers.transfer>['body'],
): Promise<CustomerDetail> {
  const assignable = await lockAsOwner(work, newOwnerId);
  const customer = await lockCustomer(work, id, version);
  if (customer.status === 'inactive') throw customerErrors.CUSTOMER_INACTIVE();
  if (customer.ownerId === newOwnerId) throw customerErrors.CUSTOMER_ALREADY_OWNED();
  if (!assignable) throw notAssignable('newOwnerId');
  requireWithinReach(work.scope, newOwnerId, 'newOwnerId');
  tellNewOwner(work, newOwnerId, await passCustomer(work, customer, newOwnerId, 'transfer', transferReason));
  return getCustomer(work, id, { inHand: true });
}

/** Writes a change of owner of a locked customer, with its history. Answers the row of history. */
export async function passCustomer(
  work: Work,
  customer: Customer,
  ownerId: string,
  kind: 'transfer' | 'handover',
  reason: string,
): Promise<string> {
  await updateCustomer(work, customer, { ownerId, assignedAt: work.now });
  await work.db
    .deleteFrom('customerCollaborators')
    .where('customerId', '=', customer.id)
    .where('userId', '=', ownerId)
    .execute();
  const record = { entity: 'customers', id: customer.id } as const;
  const changeId = await recordOwnership(work, record, {
    kind,
    from: customer.ownerId,
    to: ownerId,
    reason,
  });
  work.audit({
    action: 'customers.assigned',
    entity: 'customers',
    entityId: customer.id,
    changes: diff(customer, { ownerId }),
    reason,
  });
  return changeId;
}

/** Keeps the account of whoever has a customer as it is. */
export async function lockOwner(work: Work, id: string): Promise<void> {
  const customer = await work.db
    .selectFrom('customers')
    .select('ownerId')
    .where('id', '=', id)
    .executeTakeFirst();
  if (customer) await lockAsOwner(work, customer.ownerId);
}

/**
 * A customer that is work again needs somebody who works: if its owner, locked before it, no longer does, whoever brought it
 * back has it.
 */
export async function takeFromFormerOwner(work: Work, id: string): Promise<void> {
  const customer = await work.db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const { userId } = work.actor;
  if (customer.status !== 'active' || customer.ownerId === userId) return;
  if (await lockAsOwner(work, customer.ownerId)) return;
  await passCustomer(work, customer, userId, 'transfer', '原负责人已不再负责客户');
}

/** Says who helps with a customer: they see it and follow it up. */
export async function setCollaborators(
  work: Work,
  id: string,
  { version, userIds }: Request<typeof customers.collaborate>['body'],
): Promise<CustomerDetail> {
  const readers = new Set<string>();
  for (const userId of [...userIds].sort())
    if (await lockAssignable(work.db, userId, 'customers.read')) readers.add(userId);
  const customer = await lockCustomer(work, id, version);
  const wanted = userIds.filter((userId) => userId !== customer.ownerId);
  const before = await collaboratorsOf(work.db, id);
  const known = new Set(before.map((person) => person.id));
  if (!wanted.every((userId) => known.has(userId) || readers.has(userId))) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'userIds', message: '有同事已停用，或不能看客户' }] });
  }
  await work.db.deleteFrom('customerCollaborators').where('customerId', '=', id).execute();
  if (wanted.length > 0) {
    const rows = wanted.map((userId) => ({ customerId: id, userId, createdAt: work.now }));
    await work.db.insertInto('customerCollaborators').values(rows).execute();
  }
  await updateCustomer(work, customer, {});
  const namesOf = (people: readonly { name: string }[]) => people.map(({ name }) => name).join('、') || null;
  work.audit({
    action: 'customers.collaboratorsChanged',
    entity: 'customers',
    entityId: id,
    changes: diff(
      { collaborators: namesOf(before) },
      { collaborators: namesOf(await collaboratorsOf(work.db, id)) },
    ),
  });
  return getCustomer(work, id, { inHand: true });
}
