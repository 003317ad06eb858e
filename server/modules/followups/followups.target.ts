import type { Changes } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import type { Row } from '../../kernel/transition.ts';

/** What happened to a follow-up, as it is now. */
export type FollowUpChange =
  | { readonly kind: 'added' | 'removed'; readonly row: Row<'followups'> }
  /** `changes` are the fields that differ from before. */
  | { readonly kind: 'updated'; readonly row: Row<'followups'>; readonly changes: Changes };

/** What a follow-up belongs to: one of a lead also to the customer that the lead became. */
export type FollowUpLinks = Pick<Row<'followups'>, 'leadId' | 'customerId'>;

/** A kind of record that can be followed up. The modules above hand theirs in; this module knows none of them. */
export interface FollowUpTarget {
  /**
   * Locks the record as far as the actor may follow it up. Answers what a follow-up of it belongs to. Throws NOT_FOUND, or
   * why it takes no follow-up.
   */
  lock(work: Work, id: string): Promise<FollowUpLinks>;
  /**
   * Locks the record, and what changes with it, whoever asks: before one of its follow-ups, like everybody who holds both.
   * Two that take them in different orders would wait for each other.
   */
  lockReferred(work: Work, id: string): Promise<void>;
  /** Brings the record up to date after one of its follow-ups changed. */
  refresh(work: Work, id: string, change: FollowUpChange): Promise<void>;
}
