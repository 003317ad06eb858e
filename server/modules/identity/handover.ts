import type { Work } from '../../kernel/context.ts';

/** What a person works on in a module above this one, and how it passes to somebody else. */
export interface Handover {
  /**
   * Gives everything open from one person to another, or to the pool with `to: null`, each with a row of history. The
   * caller has checked that the receiver can take it. Answers how many there were.
   */
  handOver(work: Work, from: string, to: string | null, reason: string): Promise<number>;
}
