import { sql } from 'kysely';
import type { Queryable } from '../../kernel/database.ts';

/** A kind of record that somebody follows. */
export type OwnedEntity = 'leads' | 'customers';

/** A record that somebody follows. */
export interface Owned {
  readonly entity: OwnedEntity;
  readonly id: string;
}

/**
 * Those of some records that changed hands last by the row of history that each names. Asked after the records are
 * locked, so that nobody adds to the history between the look and what is done then.
 */
export async function unmovedSince<T extends { readonly recordId: string; readonly changeId: string }>(
  db: Queryable,
  entity: OwnedEntity,
  items: readonly T[],
): Promise<Map<string, T>> {
  const last = await db
    .selectFrom('ownershipChanges')
    .distinctOn('entityId')
    .select(['entityId', 'id'])
    .where('entity', '=', entity)
    .where(sql<boolean>`entity_id = any(${items.map(({ recordId }) => recordId)}::uuid[])`)
    .orderBy('entityId')
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const lastChange = new Map(last.map(({ entityId, id }) => [entityId, id]));
  return new Map(
    items
      .filter(({ recordId, changeId }) => lastChange.get(recordId) === changeId)
      .map((item) => [item.recordId, item]),
  );
}
