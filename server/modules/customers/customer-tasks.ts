import { httpErrors } from '#shared/http/errors.ts';
import { visible } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import { withPermission } from '../../kernel/transition.ts';
import type { TaskSource } from '../tasks/task-source.ts';
import { lockCustomer, updateCustomer } from './customer-record.ts';

/** Customers as something that tasks are about. */
export const customerTaskSource: TaskSource = {
  async requireSeen(work, id) {
    // Whoever makes tasks need not have to do with customers at all.
    if (!work.actor.grants['customers.read']) throw httpErrors.NOT_FOUND();
    const { scope } = withPermission(work, 'customers.read');
    const customer = await work.db
      .selectFrom('customers')
      .select('id')
      .where('id', '=', id)
      .where(visible(scope, 'customers'))
      .executeTakeFirst();
    if (!customer) throw httpErrors.NOT_FOUND();
  },

  async lock(work, id) {
    await lockCustomer(withPermission(work, 'customers.update'), id);
  },

  async plan(work, id, dueAt, reason) {
    const customer = await lockCustomer(withPermission(work, 'customers.update'), id);
    const changes = { nextFollowUpAt: dueAt, ...(dueAt === null ? { nextFollowUpContent: null } : {}) };
    await updateCustomer(work, customer, changes);
    work.audit({
      action: 'customers.updated',
      entity: 'customers',
      entityId: id,
      changes: diff(customer, changes),
      reason,
    });
  },
};
