import type { HandoverPreview } from '#shared/handovers/contract.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';

/** A record that changed hands. */
export interface HandedOver {
  readonly recordId: string;
  /** What says that it has not changed hands since: the row of history written for it, or for a task who got it. */
  readonly changeId: string;
  /** What the move cleared, to be put back with it. */
  readonly cleared: unknown;
}

/** A kind of record that a person works on, and how it passes to somebody else. `R` is who can take it. */
interface Passing<R> {
  /**
   * Gives everything open from one person to another, each with a row of history. The caller has checked that the
   * receiver can take leads, if there are any.
   */
  handOver(work: Work, from: string, to: R, reason: string): Promise<HandedOver[]>;
  /**
   * Gives back what is open and has not changed hands since, each with a row of history. The caller has checked that the
   * receiver can take it. Answers how many there were.
   */
  giveBack(work: Work, items: readonly HandedOver[], to: string, reason: string): Promise<number>;
}

/** Leads go to somebody, or with null to the pool. */
export interface LeadHandover extends Passing<string | null> {
  /** Exactly what `handOver` would move now. */
  preview(db: Queryable, from: string): Promise<Omit<HandoverPreview, 'customers' | 'tickets' | 'tasks'>>;
}

/** Customers always have somebody. */
export interface CustomerHandover extends Passing<string> {
  /** How many `handOver` would move now. */
  count(db: Queryable, from: string): Promise<number>;
}

/** Tickets go to somebody who can work on them; with anybody else, or null, to the desk. */
export interface TicketHandover extends Passing<string | null> {
  /** How many `handOver` would move now. */
  count(db: Queryable, from: string): Promise<number>;
}

/** What a person works on in the modules above this one. */
export interface Handover {
  readonly leads: LeadHandover;
  readonly customers: CustomerHandover;
  readonly tickets: TicketHandover;
}
