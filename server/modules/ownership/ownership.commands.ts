import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { ownerChanged } from './ownership.events.ts';
import type { Owned } from './ownership.queries.ts';

export interface OwnershipChange {
  readonly kind: 'create' | 'assign' | 'claim' | 'release';
  /** Null is the pool. */
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
}

/** Writes that a record changed hands. Answers the row of history. */
export async function recordOwnership(
  work: Work,
  { entity, id: entityId }: Owned,
  { kind, from, to, reason }: OwnershipChange,
): Promise<string> {
  const id = newId();
  await work.db
    .insertInto('ownershipChanges')
    .values({
      id,
      entity,
      entityId,
      kind,
      fromOwnerId: from,
      toOwnerId: to,
      reason,
      actorId: work.actor.userId,
      at: work.now,
    })
    .execute();
  return id;
}

/** Whoever gets one record from somebody else hears of it. Many at once are told of together, by the handover. */
export function tellNewOwner(work: Work, ownerId: string | null, changeId: string): void {
  if (ownerId !== null && ownerId !== work.actor.userId) work.emit(ownerChanged, { changeId });
}
