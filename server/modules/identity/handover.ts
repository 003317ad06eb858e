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

/** What a person works on in a module above this one, and how it passes to somebody else. */
export interface Handover {
  /** Exactly what `handOver` would move now. */
  preview(db: Queryable, from: string): Promise<Omit<HandoverPreview, 'tasks'>>;
  /**
   * Gives everything open from one person to another, or to the pool with `to: null`, each with a row of history. The
   * caller has checked that the receiver can take it.
   */
  handOver(work: Work, from: string, to: string | null, reason: string): Promise<HandedOver[]>;
  /**
   * Gives back what is open and has not changed hands since, each with a row of history. The caller has checked that the
   * receiver can take it. Answers how many there were.
   */
  giveBack(work: Work, items: readonly HandedOver[], to: string, reason: string): Promise<number>;
}
