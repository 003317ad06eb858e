import { useSyncExternalStore } from 'react';
import type { LEAD_SORTS, LeadFilters } from '#shared/leads/contract.ts';

/** What the lead list shows. */
export interface LeadListView {
  readonly filters: LeadFilters;
  readonly keyword: string;
  readonly sort: (typeof LEAD_SORTS)[number] | undefined;
  /** What the filters are called where they came from: the title of a section of 今日. */
  readonly title: string | null;
}

const everything: LeadListView = { filters: {}, keyword: '', sort: undefined, title: null };
const listeners = new Set<() => void>();
let view = everything;

/** The view of the list, kept while the app runs: it is the same after a visit to a record or another tab. */
const getLeadListView = (): LeadListView => view;

export function setLeadListView(changes: Partial<LeadListView>): void {
  view = { ...view, ...changes };
  for (const listener of Array.from(listeners)) listener();
}

/** Shows exactly these leads and nothing that was searched before. */
export const showLeads = (filters: LeadFilters, title: string | null = null): void =>
  setLeadListView({ ...everything, filters, title });

function subscribeLeadListView(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useLeadListView = (): LeadListView =>
  useSyncExternalStore(subscribeLeadListView, getLeadListView);
