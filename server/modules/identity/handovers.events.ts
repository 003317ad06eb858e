import { sql } from 'kysely';
import type { Instant } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';
import { type EventHandler, on } from '../../kernel/events.ts';
import { type Notice, notify } from '../notifications/notify.ts';
import { handoverRecorded, handoverUndone } from './identity.events.ts';

/** Tells people of all the records that they got in one go, without those that went on by now. */
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
  const held = await stillHeld(db, handoverId, toId, at);
  if (held === null) return;
  const notice: Notice = {
    userId: toId,
    key: `handover.recorded:${handoverId}`,
    kind: 'assigned',
    title: held.title,
    body: `${actorName} 把${fromName}的${held.noun}交接给你：${reason}`,
    target: held.target,
  };
  await notify(db, context.clock.now(), [notice]);
});

/** Tells people of the records that came back to them. */
const tellFormerOwner = on(handoverUndone, 'notify-owner', async (context, { handoverId }) => {
  const { db } = context.database;
  const { fromId, undoneAt, actorName } = await db
    .selectFrom('handovers')
    .innerJoin('users as actor', 'actor.id', 'handovers.undoneBy')
    .select(['handovers.fromId', 'handovers.undoneAt', 'actor.name as actorName'])
    .where('handovers.id', '=', handoverId)
    .executeTakeFirstOrThrow();
  const held = undoneAt === null ? null : await stillHeld(db, handoverId, fromId, undoneAt);
  if (held === null) return;
  const notice: Notice = {
    userId: fromId,
    key: `handover.undone:${handoverId}`,
    kind: 'assigned',
    title: held.title,
    body: `${actorName} 撤销了交接，${held.noun}回到你名下`,
    target: held.target,
  };
  await notify(db, context.clock.now(), [notice]);
});

interface Held {
  readonly title: string;
  readonly noun: string;
  readonly target: Notice['target'];
}

/** What of a handover is with somebody since a moment, without a change of hands in between; null: nothing. */
async function stillHeld(
  db: Queryable,
  handoverId: string,
  ownerId: string,
  since: Instant,
): Promise<Held | null> {
  const { rows } = await sql<{ leads: number; customers: number }>`
    select
      (select count(*) from handover_items join leads on leads.id = handover_items.record_id
        where handover_id = ${handoverId} and owner_id = ${ownerId} and assigned_at = ${since}
          and deleted_at is null) as leads,
      (select count(*) from handover_items join customers on customers.id = handover_items.record_id
        where handover_id = ${handoverId} and owner_id = ${ownerId} and assigned_at = ${since}
          and deleted_at is null) as customers`.execute(db);
  const { leads, customers } = rows[0] as { leads: number; customers: number };
  if (leads + customers === 0) return null;
  return {
    title: [
      ...(leads > 0 ? [`新线索：${leads} 条`] : []),
      ...(customers > 0 ? [`新客户：${customers} 家`] : []),
    ].join('，'),
    noun: [...(leads > 0 ? ['线索'] : []), ...(customers > 0 ? ['客户'] : [])].join('和'),
    target: { entity: leads > 0 ? 'leads' : 'customers', id: null },
  };
}

export const handoverHandlers: readonly EventHandler[] = [tellReceiver, tellFormerOwner];
