import type { customers } from '#shared/customers/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { withPermission } from '../../kernel/transition.ts';
import { logFollowUp, shareFollowUps } from '../followups/followups.commands.ts';
import { nextOf, summarizeFollowUps } from '../followups/followups.summary.ts';
import type { FollowUpTarget } from '../followups/followups.target.ts';
import { type Customer, lockCustomer, updateCustomer } from './customer-record.ts';

/**
 * Locks a customer whoever asks, for what follows from something they may do. Before any row that refers to it is written:
 * two that have only referred to it would wait for each other.
 */
export const lockReferred = (work: Work, id: string): Promise<Customer> =>
  work.db.selectFrom('customers').selectAll().where('id', '=', id).forUpdate().executeTakeFirstOrThrow();

/** Customers as something that is followed up: by everybody who sees them and writes follow-ups at all. */
export const customerTarget: FollowUpTarget = {
  async lock(work, id) {
    await lockCustomer(withPermission(work, 'customers.read'), id);
    return { leadId: null, customerId: id };
  },

  async lockReferred(work, id) {
    await lockReferred(work, id);
  },

  async refresh(work, id, change) {
    const customer = await lockReferred(work, id);
    const { last, kept } = await summarizeFollowUps(work.db, 'customerId', id);
    const added = change.kind === 'added';
    const next = nextOf(customer, last, change);
    const changes = {
      ...kept,
      nextFollowUpAt: customer.status === 'active' ? next.nextFollowUpAt : null,
      nextFollowUpContent: next.nextFollowUpContent,
      lastContactAt: last?.happenedAt ?? customer.createdAt,
    };
    const done = added && last?.id === change.row.id ? last.content : null;
    await updateCustomer(work, customer, changes, done);
    work.audit({
      action: 'customers.followedUp',
      entity: 'customers',
      entityId: id,
      changes: diff(customer, changes),
    });
  },
};

/** Gives a customer the follow-ups of the lead that became it, and what was agreed there unless it has a date of its own. */
export async function takeFollowUpsOf(
  work: Work,
  customerId: string,
  lead: { id: string } & Pick<Customer, 'nextFollowUpAt' | 'nextFollowUpContent'>,
): Promise<void> {
  const customer = await lockReferred(work, customerId);
  await shareFollowUps(work, lead.id, customerId);
  const { last, kept } = await summarizeFollowUps(work.db, 'customerId', customerId);
  const { nextFollowUpAt, nextFollowUpContent } = customer.nextFollowUpAt === null ? lead : customer;
  await updateCustomer(work, customer, {
    ...kept,
    nextFollowUpAt,
    nextFollowUpContent,
    lastContactAt: last?.happenedAt ?? customer.createdAt,
  });
}

/** Writes a follow-up for a customer. */
export const followUpCustomer = (
  work: Work,
  id: string,
  draft: Request<typeof customers.followUp>['body'],
): Promise<Answer<typeof customers.followUp>> => logFollowUp(work, customerTarget, id, draft);
