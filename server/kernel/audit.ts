import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from './database.ts';
import { newId } from './new-id.ts';

export interface AuditEntry {
  /** `noun.pastTense`, e.g. `lead.assigned`. */
  readonly action: string;
  readonly entity: string;
  readonly entityId: string | null;
  /** Field → [before, after]. */
  readonly changes?: Changes;
  readonly reason?: string | null;
  /** For public endpoints, where nobody is signed in yet. */
  readonly actorId?: string;
}

export type Changes = Readonly<Record<string, readonly [unknown, unknown]>>;

/** Fields that change by themselves and say nothing to a person. */
const SILENT = new Set([
  'id',
  'version',
  'createdAt',
  'updatedAt',
  'searchText',
  'searchContact',
  'searchGrams',
  'nameKey',
  'wechatKey',
]);

/** What an update changes: the fields of `after` that differ from `before`. */
export function diff(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Changes {
  const changes: Record<string, readonly [unknown, unknown]> = {};
  for (const [field, value] of Object.entries(after)) {
    const old = before[field] ?? null;
    if (!SILENT.has(field) && value !== undefined && old !== value) changes[field] = [old, value];
  }
  return changes;
}

interface Origin {
  readonly actorId: string | null;
  readonly now: Instant;
  /** Empty in the worker. */
  readonly ip: string;
  readonly requestId: string;
}

/** A statement takes 65,535 parameters; handing over somebody's work may write thousands of entries. */
const ROWS_AT_ONCE = 1_000;

/** Writes what one transaction did. */
export async function writeAudit(
  db: Queryable,
  origin: Origin,
  entries: readonly AuditEntry[],
): Promise<void> {
  const rows = entries.map((entry) => ({
    id: newId(),
    at: origin.now,
    actorId: entry.actorId ?? origin.actorId,
    action: entry.action,
    entity: entry.entity,
    entityId: entry.entityId,
    changes: JSON.stringify(entry.changes ?? {}),
    reason: entry.reason ?? null,
    ip: origin.ip || null,
    requestId: origin.requestId,
  }));
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE) {
    await db
      .insertInto('auditEntries')
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .execute();
  }
}
