import { customers } from '#shared/customers/contract.ts';
import { followups } from '#shared/followups/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import type { TaskSourceEntity } from '#shared/tasks/contract.ts';
import { TASK_VIEWS } from './use-task-completion';

/** Whom a follow-up is about. */
export interface Target {
  readonly entity: TaskSourceEntity;
  readonly id: string;
  readonly customerName: string;
  /** With whom one spoke there, when it is known. */
  readonly contactPerson?: string | undefined;
}

type Named = Pick<Target, 'id' | 'customerName'>;
export const leadTarget = ({ id, customerName }: Named): Target => ({ entity: 'leads', id, customerName });
export const customerTarget = ({ id, customerName }: Named, contactPerson?: string): Target => ({
  entity: 'customers',
  id,
  customerName,
  contactPerson,
});

export const FOLLOW_UP_ENDPOINTS = { leads: leads.followUp, customers: customers.followUp } as const;

/** What the page of a record is called in addresses. */
export const RECORD_PAGES: Readonly<Record<TaskSourceEntity, string>> = {
  leads: '/sales/lead-detail/index',
  customers: '/sales/customer-detail/index',
};

/** Where a follow-up shows. */
export const FOLLOW_UP_VIEWS = [
  leads.list,
  leads.get,
  leads.timeline,
  customers.list,
  customers.get,
  customers.timeline,
  followups.list,
  ...TASK_VIEWS,
] as const;
