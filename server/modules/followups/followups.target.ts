import type { Work } from '../../kernel/context.ts';
import type { Row } from '../../kernel/transition.ts';

/** A kind of record that can be followed up. The modules above hand theirs in; this module knows none of them. */
export interface FollowUpTarget {
  /** The column of `followups` that points at it. */
  readonly column: 'leadId';
  /** Locks the record as far as the actor may follow it up. Throws NOT_FOUND, or why it takes no follow-up. */
  lock(work: Work, id: string): Promise<void>;
  /** Brings the locked record up to date after its follow-ups changed. `added` is a contact that just took place. */
  refresh(work: Work, id: string, added: Row<'followups'> | null): Promise<void>;
}
