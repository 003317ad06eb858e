import { sql } from 'kysely';
import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';
import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import { handoverRecorded, handoverUndone } from '../identity/identity.events.ts';
import { type Notice, notify } from '../notifications/notify.ts';

/** Somebody got a lead from somebody else. */
export const leadAssigned = defineEvent<{ changeId: string }>('lead.assigned');

/** Tells people of the lead that they got, unless it went on to somebody else by now. */
const tellOwner = on(leadAssigned, 'notify-owner', async ({ database, clock }, { changeId }) => {
  const change = await database.db
    .selectFrom('leadOwnershipChanges as change')
    .innerJoin('leads', (join) =>
      join
        .onRef('leads.id', '=', 'change.leadId')
        .onRef('leads.ownerId', '=', 'change.toOwnerId')
        .onRef('leads.assignedAt', '=', 'change.at'),
    )
    .innerJoin('users as actor', 'actor.id', 'change.actorId')
    .select(['leads.id', 'leads.customerName', 'leads.ownerId', 'actor.name as actorName'])
    .select(['change.kind', 'change.reason'])
    .where('change.id', '=', changeId)
    .where('leads.deletedAt', 'is', null)
    .executeTakeFirst();
  if (!change?.ownerId) return;
  const notice: Notice = {
    userId: change.ownerId,
    key: `lead.assigned:${changeId}`,
    kind: 'assigned',
    title: `新线索：${change.customerName}`,
    body:
      change.kind === 'create'
        ? `${change.actorName} 登记并分派给你`
        : `${change.actorName} 分派给你：${change.reason}`,
    target: { entity: 'leads', id: change.id },
  };
  await notify(database.db, clock.now(), [notice]);
});

/** Tells people of all the leads that they got in one go, without those that went on by now. */
const tellReceiver = on(handoverRecorded, 'notify-owner', async (context, { handoverId }) => {
  const { db } = context.database;
  const handover = await db
    .selectFrom('handovers')
    .innerJoin('users as actor', 'actor.id', 'handovers.actorId')
    .innerJoin('users as from', 'from.id', 'handovers.fromId')
    .select(['handovers.toId', 'handovers.at', 'handovers.reason'])
    .select(['actor.name as actorName', 'from.name as fromName'])
    .where('handovers.id', '=', handoverId)
    .executeTakeFirstOrThrow();
  const { toId, at, actorName, fromName, reason } = handover;
  if (toId === null) return;
  const count = await stillHeld(db, handoverId, toId, at);
  if (count === 0) return;
  const notice: Notice = {
    userId: toId,
    key: `handover.recorded:${handoverId}`,
    kind: 'assigned',
    title: `新线索：${count} 条`,
    body: `${actorName} 把${fromName}的线索交接给你：${reason}`,
    target: { entity: 'leads', id: null },
  };
  await notify(db, context.clock.now(), [notice]);
});

/** Tells people of the leads that came back to them. */
const tellFormerOwner = on(handoverUndone, 'notify-owner', async (context, { handoverId }) => {
  const { db } = context.database;
  const { fromId, undoneAt, actorName } = await db
    .selectFrom('handovers')
    .innerJoin('users as actor', 'actor.id', 'handovers.undoneBy')
    .select(['handovers.fromId', 'handovers.undoneAt', 'actor.name as actorName'])
    .where('handovers.id', '=', handoverId)
    .executeTakeFirstOrThrow();
  const count = undoneAt === null ? 0 : await stillHeld(db, handoverId, fromId, undoneAt);
  if (count === 0) return;
  const notice: Notice = {
    userId: fromId,
    key: `handover.undone:${handoverId}`,
    kind: 'assigned',
    title: `新线索：${count} 条`,
    body: `${actorName} 撤销了交接，线索回到你名下`,
    target: { entity: 'leads', id: null },
  };
  await notify(db, context.clock.now(), [notice]);
});

/** How many leads of a handover are with somebody since a moment, without a change of hands in between. */
async function stillHeld(
  db: Queryable,
  handoverId: string,
  ownerId: string,
  since: Instant,
): Promise<number> {
  const { count } = await db
    .selectFrom('handoverItems')
    .innerJoin('leads', 'leads.id', 'handoverItems.recordId')
    .select(sql<number>`count(*)`.as('count'))
    .where('handoverItems.handoverId', '=', handoverId)
    .where('leads.ownerId', '=', ownerId)
    .where('leads.assignedAt', '=', since)
    .where('leads.deletedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}

export const leadHandlers: readonly EventHandler[] = [tellOwner, tellReceiver, tellFormerOwner];
