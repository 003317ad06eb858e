import type { TaskSourceEntity } from '#shared/tasks/contract.ts';
import type { Work } from '../../kernel/context.ts';

/** A kind of record that tasks are about. The modules above hand theirs in; this module knows none of them. */
export interface TaskSource {
  /** Throws NOT_FOUND unless the actor sees the record. */
  requireSeen(work: Work, id: string): Promise<void>;
  /** Locks the record as far as the actor may plan its next step. Throws NOT_FOUND, or why they may not. */
  lock(work: Work, id: string): Promise<void>;
  /** Moves or clears the agreed date of the record, which has been locked; its planned task follows. */
  plan(work: Work, id: string, dueAt: string | null, reason: string | null): Promise<void>;
}

export type TaskSources = Readonly<Record<TaskSourceEntity, TaskSource>>;
