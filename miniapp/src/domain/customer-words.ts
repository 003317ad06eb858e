/** The sentences of a customer, and what the filters of the list say: pure, so that list and detail say the same. */
import type { CustomerFilters, CustomerItem } from '#shared/customers/contract.ts';
import {
  CUSTOMER_LEVEL_LABELS,
  CUSTOMER_TYPE_LABELS,
  type CustomerLevel,
  type CustomerType,
  type LeadSource,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import { type CustomerStage, type CustomerStatus, customerMachine } from '#shared/customers/machine.ts';
import type { Instant } from '#shared/values/time.ts';
import { type ActiveFilter, activeOf, isOn, listOf, periodWords } from './active-filters';
import { stageLabel } from './labels';
import { ago, type NextStep, stepAt } from './next-step';

/** Whom to call: the primary contact, else the customer's own number. */
export function phoneOf({ primaryContact, phone }: Pick<CustomerItem, 'primaryContact' | 'phone'>): {
  phone: string | null;
  name: string | undefined;
} {
  return primaryContact?.phone
    ? { phone: primaryContact.phone, name: primaryContact.name }
    : { phone, name: undefined };
}

/** What happened last, and when. */
export function lastContact(customer: CustomerItem, now: Instant): { when: string; what: string } {
  return customer.lastFollowUpAt
    ? { when: ago(customer.lastFollowUpAt, now), what: customer.lastFollowUpContent ?? '写过跟进' }
    : { when: ago(customer.createdAt, now), what: '建档，还没写过跟进' };
}

/** What was agreed; null when nothing is. */
export function agreedStep(customer: CustomerItem, now: Instant): NextStep | null {
  const { nextFollowUpAt, nextFollowUpContent, status } = customer;
  if (!nextFollowUpAt || status !== 'active') return null;
  return stepAt(nextFollowUpAt, nextFollowUpContent ?? '跟进', nextFollowUpAt < now, now);
}

export function stageWords({ stage }: CustomerFilters): string | null {
  return listOf<CustomerStage>(stage).map(stageLabel).join('、') || null;
}

export function levelWords({ level }: CustomerFilters): string | null {
  return (
    listOf<CustomerLevel>(level)
      .map((one) => CUSTOMER_LEVEL_LABELS[one])
      .join('、') || null
  );
}

/** The filters behind 筛选 that are set, each of which can be taken away. */
export function activeCustomerFilters(
  filters: CustomerFilters,
  me: string,
  names: Readonly<Record<string, string>>,
): ActiveFilter<CustomerFilters>[] {
  const { customerType, status, source, province, city, industry, ownerId, importId, from, to, deleted } =
    filters;
  const words = <K extends string>(value: readonly K[] | string | undefined, labels: Record<K, string>) =>
    listOf<K>(value)
      .map((one) => labels[one])
      .join('、');
  return activeOf(filters, [
    [importId && '这次导入的', 'importId'],
    [words<CustomerStatus>(status, customerMachine.states), 'status'],
    [words<CustomerType>(customerType, CUSTOMER_TYPE_LABELS), 'customerType'],
    [words<LeadSource>(source, SOURCE_LABELS), 'source'],
    [province, 'province'],
    [city, 'city'],
    [industry, 'industry'],
    [ownerId && ownerId !== me ? `负责人 ${names[ownerId] ?? '指定'}` : null, 'ownerId'],
    [periodWords('建档', from, to), 'from', 'to'],
    [isOn(deleted) ? '已删除' : null, 'deleted'],
  ]);
}
