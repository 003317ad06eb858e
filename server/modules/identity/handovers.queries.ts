import type { HandoverPreview, HandoverRecord } from '#shared/handovers/contract.ts';
import { httpErrors } from '#shared/http/errors.ts';
import { DAY_MS, type Instant, toInstant } from '#shared/values/time.ts';
import type { Context } from '../../kernel/context.ts';
import { countOwnTasks } from '../tasks/task-handover.ts';
import type { Handover } from './handover.ts';

const LAST = 20;

/** The last moment at which a handover can be taken back. */
export const undoUntil = (at: Instant): Instant => toInstant(Date.parse(at) + DAY_MS);

async function requireUser({ db }: Context, id: string): Promise<void> {
  const user = await db.selectFrom('users').select('id').where('id', '=', id).executeTakeFirst();
  if (!user) throw httpErrors.NOT_FOUND();
}

/** What somebody would hand over now. */
export async function previewHandover(
  handover: Handover,
  context: Context,
  userId: string,
): Promise<HandoverPreview> {
  await requireUser(context, userId);
  const preview = await handover.leads.preview(context.db, userId);
  const customers = await handover.customers.count(context.db, userId);
  const tickets = await handover.tickets.count(context.db, userId);
  return { ...preview, customers, tickets, tasks: await countOwnTasks(context.db, userId) };
}

/** The last handovers of somebody, newest first. */
export async function listHandovers(context: Context, userId: string): Promise<HandoverRecord[]> {
  await requireUser(context, userId);
  const rows = await context.db
    .selectFrom('handovers')
    .innerJoin('users as actor', 'actor.id', 'handovers.actorId')
    .leftJoin('users as receiver', 'receiver.id', 'handovers.toId')
    .select([
      'handovers.id',
      'handovers.at',
      'handovers.toId',
      'handovers.reason',
      'handovers.moved',
      'handovers.undoneAt',
      'handovers.returned',
      'actor.name as actorName',
      'receiver.name as receiverName',
    ])
    .where('handovers.fromId', '=', userId)
    .orderBy('handovers.at', 'desc')
    .orderBy('handovers.id', 'desc')
    .limit(LAST)
    .execute();
  return rows.map(({ toId, receiverName, ...row }) => ({
    ...row,
    to: toId === null ? null : { id: toId, name: receiverName ?? '' },
    undoUntil: undoUntil(row.at),
    undoable: row.undoneAt === null && context.now <= undoUntil(row.at),
  }));
}
