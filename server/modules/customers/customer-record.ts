import type { TaskPriority } from '#shared/tasks/contract.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { lockVisible, type Row } from '../../kernel/transition.ts';
import { type PlannedTask, settlePlanned } from '../tasks/planned-tasks.ts';
import { customerRenamed } from './customers.events.ts';
import { getCustomer } from './customers.queries.ts';
import { customerSearch } from './customers.search.ts';

/** A customer as it is stored. */
export type Customer = Row<'customers'>;

/** A customer within the command's scope, locked. Throws NOT_FOUND or STALE. */
export const lockCustomer = (work: Work, id: string, version?: number): Promise<Customer> =>
  lockVisible(work, 'customers', id, { version, current: () => getCustomer(work, id) });

const PRIORITIES: Readonly<Record<string, TaskPriority>> = { A: 'high', B: 'medium', C: 'low' };

/** What is agreed with a customer, as the task of whoever owns it. */
function planOf(customer: Customer): PlannedTask | null {
  const { nextFollowUpAt, level } = customer;
  if (nextFollowUpAt === null || customer.status !== 'active' || customer.deletedAt !== null) return null;
  return {
    type: 'customer_follow_up',
    title: `跟进 ${customer.customerName}`,
    description: customer.nextFollowUpContent,
    priority: (level && PRIORITIES[level]) || 'medium',
    assigneeId: customer.ownerId,
    dueAt: nextFollowUpAt,
  };
}

/**
 * Brings the task of the owner in line with a locked customer. Asks nothing when nothing about it changed.
 * @param done what was said in the contact that just took place
 */
export async function settleCustomer(
  work: Work,
  before: Customer | null,
  after: Customer,
  done: string | null = null,
): Promise<void> {
  const [was, is] = [before && planOf(before), planOf(after)];
  if (was === null && is === null) return;
  if (done === null && was && is && Object.keys(diff({ ...was }, { ...is })).length === 0) return;
  await settlePlanned(work, { entity: 'customers', id: after.id }, is, done);
}

/** @param done what was said in the contact that just took place, if it is why the customer changes */
export async function updateCustomer(
  work: Work,
  customer: Customer,
  changes: Partial<Customer>,
  done: string | null = null,
): Promise<void> {
  await work.db
    .updateTable('customers')
    .set({ ...changes, version: customer.version + 1, updatedAt: work.now })
    .where('id', '=', customer.id)
    .execute();
  if ((changes.customerName ?? customer.customerName) !== customer.customerName) {
    work.emit(customerRenamed, { customerId: customer.id });
  }
  await settleCustomer(work, customer, { ...customer, ...changes }, done);
}

/** Makes a customer findable by what it and its contacts are called now. */
export async function refreshSearch(work: Work, id: string): Promise<void> {
  const customer = await work.db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const contacts = await work.db
    .selectFrom('contacts')
    .select(['name', 'phone', 'wechat'])
    .where('customerId', '=', id)
    .where('deletedAt', 'is', null)
    .execute();
  await work.db
    .updateTable('customers')
    .set(customerSearch(customer, contacts))
    .where('id', '=', id)
    .execute();
}
