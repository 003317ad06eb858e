import Taro from '@tarojs/taro';
import { useSyncExternalStore } from 'react';
import type { CUSTOMER_SORTS, CustomerFilters } from '#shared/customers/contract.ts';
import type { LEAD_SORTS, LeadFilters } from '#shared/leads/contract.ts';
import type { TICKET_SORTS, TicketFilters } from '#shared/service-tickets/contract.ts';
import { UNFINISHED } from './ticket-words';

/** What a list shows. */
export interface ListView<F, S> {
  readonly filters: F;
  readonly keyword: string;
  readonly sort: S | undefined;
  /** What the filters are called where they came from: the title of a section of 今日. */
  readonly title: string | null;
}

/**
 * The view of a list, kept while the app runs: it is the same after a visit to a record or another tab.
 * @param home what it shows at first
 */
function createListView<F extends object, S>(home: F = {} as F) {
  type View = ListView<F, S>;
  const everything: View = { filters: {} as F, keyword: '', sort: undefined, title: null };
  const listeners = new Set<() => void>();
  let view: View = { ...everything, filters: home };
  const get = (): View => view;
  const set = (changes: Partial<View>): void => {
    view = { ...view, ...changes };
    for (const listener of Array.from(listeners)) listener();
  };
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  };
  return {
    set,
    /** Shows exactly these and nothing that was searched before. */
    show: (filters: F, title: string | null = null): void => set({ ...everything, filters, title }),
    use: (): View => useSyncExternalStore(subscribe, get),
  };
}

export type LeadListView = ListView<LeadFilters, (typeof LEAD_SORTS)[number]>;
export type CustomerListView = ListView<CustomerFilters, (typeof CUSTOMER_SORTS)[number]>;

const leadView = createListView<LeadFilters, (typeof LEAD_SORTS)[number]>();
export const { set: setLeadListView, show: showLeads, use: useLeadListView } = leadView;

/** The list of leads behind a number, which says what it shows by the title. */
export function openLeads(filters: LeadFilters, title: string): void {
  showLeads(filters, title);
  void Taro.switchTab({ url: '/pages/leads/index' });
}

const customerView = createListView<CustomerFilters, (typeof CUSTOMER_SORTS)[number]>();
export const { set: setCustomerListView, show: showCustomers, use: useCustomerListView } = customerView;

export type TicketListView = ListView<TicketFilters, (typeof TICKET_SORTS)[number]>;
const ticketView = createListView<TicketFilters, (typeof TICKET_SORTS)[number]>({ status: [...UNFINISHED] });
export const { set: setTicketListView, show: showTickets, use: useTicketListView } = ticketView;

/** The same for tickets. */
export function openTickets(filters: TicketFilters, title: string): void {
  showTickets(filters, title);
  void Taro.switchTab({ url: '/pages/tickets/index' });
}
