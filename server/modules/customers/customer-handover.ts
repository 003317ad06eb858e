import { sql } from 'kysely';
import { userErrors } from '#shared/users/contract.ts';
import type { Queryable } from '../../kernel/database.ts';
import type { CustomerHandover, HandedOver } from '../identity/handover.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { unmovedSince } from '../ownership/ownership.queries.ts';
import { passCustomer } from './customer-ownership.commands.ts';

const activeCustomers = (db: Queryable) =>
  db.selectFrom('customers').where('deletedAt', 'is', null).where('status', '=', 'active');

/** Customers as something that somebody else takes over. */
export const customerHandover: CustomerHandover = {
  async count(db, from) {
    const { count } = await activeCustomers(db)
      .select(sql<number>`count(*)`.as('count'))
      .where('ownerId', '=', from)
      .executeTakeFirstOrThrow();
    return count;
  },

  async handOver(work, from, to, reason) {
    if (from === to) return [];
    const active = await activeCustomers(work.db)
      .selectAll()
      .where('ownerId', '=', from)
      .orderBy('id')
      .forUpdate()
      .execute();
    if (active.length === 0) return [];
    if (to !== work.actor.userId && !(await lockAssignable(work.db, to, 'customers.update'))) {
      throw userErrors.HANDOVER_NOT_ASSIGNABLE();
    }
    const moved: HandedOver[] = [];
    for (const customer of active) {
      const changeId = await passCustomer(work, customer, to, 'handover', reason);
      moved.push({ recordId: customer.id, changeId, cleared: null });
    }
    return moved;
  },

  async giveBack(work, items, to, reason) {
    const ids = items.map(({ recordId }) => recordId);
    const active = await activeCustomers(work.db)
      .selectAll()
      .where(sql<boolean>`id = any(${ids}::uuid[])`)
      .orderBy('id')
      .forUpdate()
      .execute();
    const unmoved = await unmovedSince(work.db, 'customers', items);
    const returning = active.filter(({ id }) => unmoved.has(id));
    for (const customer of returning) await passCustomer(work, customer, to, 'handover', reason);
    return returning.length;
  },
};
