import { sql } from 'kysely';
import { handoverErrors, type handovers } from '#shared/handovers/contract.ts';
import type { Answer, Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { userErrors } from '#shared/users/contract.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { giveBackTasks, handOverTasks } from '../tasks/task-handover.ts';
import type { HandedOver, Handover } from './handover.ts';
import { undoUntil } from './handovers.queries.ts';
import { handoverRecorded, handoverUndone } from './identity.events.ts';
import { lockAssignable } from './identity.queries.ts';

/** A statement takes 65,535 parameters. */
const ROWS_AT_ONCE = 1_000;

/** Gives all open records of somebody to a colleague or to the pool. */
export async function handOver(
  handover: Handover,
  work: Work,
  fromId: string,
  { toId, reason }: Request<typeof handovers.create>['body'],
): Promise<Answer<typeof handovers.create>> {
  const known = await work.db.selectFrom('users').select('id').where('id', '=', fromId).executeTakeFirst();
  if (!known) throw httpErrors.NOT_FOUND();
  await requireReceiver(handover, work, fromId, toId, 'toId');
  const done = await recordHandover(handover, work, fromId, toId, reason);
  if (!done) throw handoverErrors.HANDOVER_EMPTY();
  return done;
}

/**
 * Whoever takes over is somebody else, active, and follows leads, or works on tickets if there are no leads to take over;
 * and stays so until the transaction ends.
 */
export async function requireReceiver(
  handover: Handover,
  work: Work,
  fromId: string,
  toId: string | null,
  field: string,
): Promise<void> {
  if (toId === null || (toId !== fromId && (await canTakeOver(handover, work, fromId, toId)))) return;
  throw userErrors.HANDOVER_NOT_ASSIGNABLE({ fields: [{ field, message: '这位同事不能接手线索' }] });
}

async function canTakeOver(handover: Handover, work: Work, fromId: string, toId: string): Promise<boolean> {
  if (await lockAssignable(work.db, toId)) return true;
  if (!(await lockAssignable(work.db, toId, 'serviceTickets.work'))) return false;
  return (await handover.leads.preview(work.db, fromId)).total === 0;
}

/** Moves and writes down what moved; null when there was nothing. */
export async function recordHandover(
  handover: Handover,
  work: Work,
  fromId: string,
  toId: string | null,
  reason: string,
): Promise<Answer<typeof handovers.create> | null> {
  const leads = await handover.leads.handOver(work, fromId, toId, reason);
  // The pool takes neither customers nor tasks.
  const receiver = toId ?? work.actor.userId;
  const customers = await handover.customers.handOver(work, fromId, receiver, reason);
  const tickets = await handover.tickets.handOver(work, fromId, toId, reason);
  const tasks = await handOverTasks(work, fromId, receiver, reason);
  const items = [
    ...leads,
    ...customers,
    ...tickets,
    ...tasks.map((recordId): HandedOver => ({ recordId, changeId: receiver, cleared: null })),
  ];
  const moved = items.length;
  if (moved === 0) return null;
  const id = newId();
  const { actor, now } = work;
  await work.db
    .insertInto('handovers')
    .values({ id, fromId, toId, reason, actorId: actor.userId, at: now, moved })
    .execute();
  for (let from = 0; from < moved; from += ROWS_AT_ONCE) {
    const rows = items.slice(from, from + ROWS_AT_ONCE).map(({ cleared, ...item }) => ({
      handoverId: id,
      ...item,
      cleared: cleared === null ? null : JSON.stringify(cleared),
    }));
    await work.db.insertInto('handoverItems').values(rows).execute();
  }
  work.audit({
    action: 'user.handedOver',
    entity: 'users',
    entityId: fromId,
    changes: diff(
      {},
      {
        handoverTo: await nameOf(work, toId),
        handoverCount: leads.length,
        ...(customers.length > 0 ? { handoverCustomers: customers.length } : {}),
        ...(tickets.length > 0 ? { handoverTickets: tickets.length } : {}),
        ...(tasks.length > 0 ? { handoverTasks: tasks.length } : {}),
      },
    ),
    reason,
  });
  if (toId !== null && toId !== actor.userId) work.emit(handoverRecorded, { handoverId: id });
  return { id, moved, undoUntil: undoUntil(now) };
}

async function nameOf({ db }: Work, userId: string | null): Promise<string> {
  if (userId === null) return '公海';
  const user = await db.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirstOrThrow();
  return user.name;
}

/** Takes a handover back, once and within a day: what is still where it put it returns to the former owner. */
export async function undoHandover(
  handover: Handover,
  work: Work,
  id: string,
): Promise<Answer<typeof handovers.undo>> {
  const done = await work.db
    .selectFrom('handovers')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!done) throw httpErrors.NOT_FOUND();
  if (done.undoneAt !== null) throw handoverErrors.HANDOVER_UNDONE();
  if (work.now > undoUntil(done.at)) throw handoverErrors.HANDOVER_TOO_OLD();
  const items: HandedOver[] = await work.db
    .selectFrom('handoverItems')
    .select(['recordId', 'changeId', 'cleared'])
    .where('handoverId', '=', id)
    .orderBy('recordId')
    .execute();
  if (!(await canTakeBack(work, done.fromId, items))) throw handoverErrors.HANDOVER_OWNER_DISABLED();
  const reason = '撤销交接';
  const leads = await handover.leads.giveBack(work, items, done.fromId, reason);
  const customers = await handover.customers.giveBack(work, items, done.fromId, reason);
  const tickets = await handover.tickets.giveBack(work, items, done.fromId, reason);
  // Each finds its own among the items: an id is that of one record.
  const receiver = done.toId ?? done.actorId;
  const ids = items.filter(({ changeId }) => changeId === receiver).map(({ recordId }) => recordId);
  const tasks = await giveBackTasks(work, ids, receiver, done.fromId, reason);
  const returned = leads + customers + tickets + tasks;
  const kept = done.moved - returned;
  await work.db
    .updateTable('handovers')
    .set({ undoneAt: work.now, undoneBy: work.actor.userId, returned })
    .where('id', '=', id)
    .execute();
  work.audit({
    action: 'user.handoverUndone',
    entity: 'users',
    entityId: done.fromId,
    changes: diff({}, { handoverReturned: returned, handoverKept: kept }),
  });
  if (returned > 0 && done.fromId !== work.actor.userId) work.emit(handoverUndone, { handoverId: id });
  return { returned, kept };
}

/** Whoever follows leads takes everything back; whoever only works on tickets, what was without leads. */
async function canTakeBack(work: Work, userId: string, items: readonly HandedOver[]): Promise<boolean> {
  if (await lockAssignable(work.db, userId)) return true;
  if (!(await lockAssignable(work.db, userId, 'serviceTickets.work'))) return false;
  const ids = items.map(({ recordId }) => recordId);
  const lead = await work.db
    .selectFrom('leads')
    .select('id')
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .limit(1)
    .executeTakeFirst();
  return lead === undefined;
}
