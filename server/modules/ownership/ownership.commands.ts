import type { AnyWork } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { ownerChanged } from './ownership.events.ts';
import type { Owned } from './ownership.queries.ts';

export interface OwnershipChange {
  /**
   * `claim` takes it out of the pool, `transfer` from a colleague; `recycle` and `reassign` happen by themselves, to what
   * nobody contacted and to what nobody accepted in time.
   */
  readonly kind:
    | 'create'
    | 'assign'
    | 'claim'
    | 'release'
    | 'transfer'
    | 'handover'
    | 'recycle'
    | 'reassign'
    | 'merge';
  /** Null is the pool. */
  readonly from: string | null;
  readonly to: string | null;
  readonly reason: string;
  /** The rule that moved it, in words; without it: somebody decided. */
  readonly rule?: string | null | undefined;
}

/** Writes that a record changed hands. Answers the row of history. */
export async function recordOwnership(
  work: AnyWork,
  { entity, id }: Owned,
  change: OwnershipChange,
): Promise<string> {
  const [changeId] = await recordOwnerships(work, entity, [{ ...change, id }]);
  return changeId as string;
}

/** Writes that several records changed hands. Answers the rows of history, in their order. */
export async function recordOwnerships(
  work: AnyWork,
  entity: Owned['entity'],
  changes: readonly (OwnershipChange & { readonly id: string })[],
): Promise<string[]> {
  const rows = changes.map(({ id, kind, from, to, reason, rule = null }) => ({
    id: newId(),
    entity,
    entityId: id,
    kind,
    fromOwnerId: from,
    toOwnerId: to,
    reason,
    rule,
    actorId: work.actor?.userId ?? null,
    at: work.now,
  }));
  if (rows.length > 0) await work.db.insertInto('ownershipChanges').values(rows).execute();
  return rows.map(({ id }) => id);
}

/** Whoever gets one record from somebody else hears of it. Many at once are told of together, by the handover. */
export function tellNewOwner(work: AnyWork, ownerId: string | null, changeId: string): void {
  if (ownerId !== null && ownerId !== work.actor?.userId) work.emit(ownerChanged, { changeId });
}
