import { type Selectable, sql } from 'kysely';
import { httpErrors } from '#shared/http/errors.ts';
import type { AvailableAction, Machine } from '#shared/machine.ts';
import { type Actor, type DeletableTable, deleted, may, type Scope, scopeOf, visible } from './access.ts';
import { diff } from './audit.ts';
import type { AnyWork, Work } from './context.ts';
import { newId } from './new-id.ts';
import type { DB } from './schema.ts';

/** A record as it is stored. */
export type Row<T extends keyof DB> = Selectable<DB[T]>;

interface LockOptions<T extends DeletableTable> {
  /** The version the caller has seen; a newer one is refused as STALE. */
  readonly version?: number | undefined;
  /** Looks among the deleted records instead. */
  readonly deleted?: boolean;
  /** Answers the record as the caller may see it, for the refusal. */
  readonly current?: ((row: Row<T>) => Promise<unknown>) | undefined;
}

/**
 * Loads a record for changing it: inside the scope of the command and locked until the transaction ends. Throws
 * NOT_FOUND outside the scope, and STALE when somebody changed it meanwhile.
 */
export async function lockVisible<T extends DeletableTable>(
  work: Pick<Work, 'db' | 'scope'>,
  table: T,
  id: string,
  options: LockOptions<T> = {},
): Promise<Row<T>> {
  const rows = await sql<Row<T>>`
    select * from ${sql.table(table)} where id = ${id}::uuid and ${options.deleted ? deleted(work.scope, table) : visible(work.scope, table)} for update`.execute(
    work.db,
  );
  const row = rows.rows[0] as (Row<T> & { version: number }) | undefined;
  if (!row) throw httpErrors.NOT_FOUND();
  if (options.version !== undefined && row.version !== options.version) {
    throw httpErrors.STALE({ details: { current: await options.current?.(row) } });
  }
  return row;
}

/** What a machine works on. */
type Stateful = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };

export interface TransitionOptions {
  /** Columns that change with the status. */
  readonly changes?: Readonly<Record<string, unknown>>;
  readonly reason?: string | null | undefined;
  /** Where the machine keeps its state, if that is not `status`. */
  readonly column?: 'stage';
  /** The system moves it as a consequence of something else that the actor was allowed to do. */
  readonly automatic?: boolean;
}

/**
 * Moves a locked record along its machine: checks, then writes status, version, history and audit. Nothing else sets a
 * status. Throws ACTION_NOT_ALLOWED, with what is allowed instead. Answers the new status.
 */
export async function transition<S extends string, A extends string>(
  work: AnyWork,
  table: 'leads' | 'customers' | 'tasks' | 'products' | 'equipment' | 'serviceTickets',
  machine: Machine<S, A>,
  row: Stateful,
  action: A,
  options: TransitionOptions & { to?: S } = {},
): Promise<S> {
  const column = options.column ?? 'status';
  const from = row[column] as S;
  const definition = machine.actions[action];
  const allowed = options.automatic || (work.actor !== null && may(work.actor, definition.permission));
  if (!allowed) throw httpErrors.FORBIDDEN();
  if (!machine.can(from, action)) {
    throw httpErrors.ACTION_NOT_ALLOWED({
      values: { status: machine.states[from], action: definition.label },
      details: { status: from, allowed: machine.available(from) },
    });
  }
  const to = options.to ?? definition.to;
  if (typeof to !== 'string') throw new Error(`${action} leads to several states: say which`);
  const after = { ...options.changes, [column]: to };
  await work.db
    .updateTable(table)
    .set({ ...after, version: row.version + 1, updatedAt: work.now } as never)
    .where('id', '=', row.id)
    .execute();
  await recordStatus(work, table, row.id, { action, from, to, reason: options.reason });
  work.audit({
    action: `${table}.${action}`,
    entity: table,
    entityId: row.id,
    changes: diff(row, after),
    reason: options.reason,
  });
  return to;
}

/** Writes one step of a status path. */
async function recordStatus(
  work: AnyWork,
  entity: string,
  entityId: string,
  step: { action: string; from: string | null; to: string; reason?: string | null | undefined },
): Promise<void> {
  await work.db
    .insertInto('statusChanges')
    .values({
      id: newId(),
      entity,
      entityId,
      action: step.action,
      fromStatus: step.from,
      toStatus: step.to,
      reason: step.reason ?? null,
      actorId: work.actor?.userId ?? null,
      at: work.now,
    })
    .execute();
}

/** The machine's buttons for somebody who reaches the record with the given permissions. */
export function machineActions<S extends string, A extends string>(
  machine: Machine<S, A>,
  status: S,
  allowed: (permission: Machine<S, A>['actions'][A]['permission']) => boolean,
): AvailableAction[] {
  return machine
    .available(status)
    .filter((action) => allowed(machine.actions[action].permission))
    .map((action) => ({ action, label: machine.actions[action].label, disabledReason: null }));
}

/** The same command under another permission, e.g. a follow-up that moves the lead it belongs to. */
export function withPermission(
  work: Work<Actor, Scope | null>,
  permission: Parameters<typeof scopeOf>[1],
): Work {
  return { ...work, scope: scopeOf(work.actor, permission) };
}
