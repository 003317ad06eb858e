import { sql } from 'kysely';
import { MODULE_LABELS } from '#shared/audit/actions.ts';
import { defineEvent, type EventHandler, on } from '../../kernel/events.ts';
import { type Notice, notify } from '../notifications/notify.ts';
import type { OwnedEntity } from './ownership.queries.ts';

/** Somebody got a record from somebody else. Named when only leads had owners. */
export const ownerChanged = defineEvent<{ changeId: string }>('lead.assigned');

/** Somebody got several leads from somebody else at once. */
export const ownersChanged = defineEvent<{ changeIds: readonly string[] }>('lead.assignedTogether');

/** What is said of a new record, and of one that was passed on. */
const WORDS: Readonly<Record<OwnedEntity, { created: string; assigned: string }>> = {
  leads: { created: '登记并分派给你', assigned: '分派给你' },
  customers: { created: '建立并交给你', assigned: '转给你' },
};

/** Tells people of the record that they got, unless it went on to somebody else by now. */
const tellOwner = on(ownerChanged, 'notify-owner', async ({ database, clock }, { changeId }) => {
  const { rows } = await sql<{
    entity: OwnedEntity;
    id: string;
    customerName: string;
    ownerId: string;
    actorName: string | null;
    kind: string;
    reason: string;
  }>`
    select change.entity, record.id, record.customer_name, record.owner_id, actor.name as actor_name, change.kind,
      change.reason
    from ownership_changes as change
    join (
      select 'leads' as entity, id, customer_name, owner_id, assigned_at, deleted_at from leads
      union all
      select 'customers', id, customer_name, owner_id, assigned_at, deleted_at from customers
    ) as record on record.entity = change.entity and record.id = change.entity_id
      and record.owner_id = change.to_owner_id and record.assigned_at = change.at and record.deleted_at is null
    left join users as actor on actor.id = change.actor_id
    where change.id = ${changeId}`.execute(database.db);
  const change = rows[0];
  if (!change) return;
  const { created, assigned } = WORDS[change.entity];
  const notice: Notice = {
    userId: change.ownerId,
    key: `lead.assigned:${changeId}`,
    kind: 'assigned',
    title: `新${MODULE_LABELS[change.entity]}：${change.customerName}`,
    body: `${change.actorName ?? '系统'} ${change.kind === 'create' ? created : `${assigned}：${change.reason}`}`,
    target: { entity: change.entity, id: change.id },
  };
  await notify(database.db, clock.now(), [notice]);
});

/** Tells people of all the leads that they got at once, without those that went on by now. */
const tellTogether = on(ownersChanged, 'notify-owner', async ({ database, clock }, { changeIds }) => {
  const { rows } = await sql<{ ownerId: string; actorName: string | null; reason: string; count: number }>`
    select leads.owner_id, actor.name as actor_name, change.reason, count(*) as count
    from ownership_changes as change
    join leads on leads.id = change.entity_id and leads.owner_id = change.to_owner_id
      and leads.assigned_at = change.at and leads.deleted_at is null
    left join users as actor on actor.id = change.actor_id
    where change.id = any(${changeIds}::uuid[]) and change.entity = 'leads'
    group by leads.owner_id, actor.name, change.reason`.execute(database.db);
  const notices = rows.map(
    ({ ownerId, actorName, reason, count }): Notice => ({
      userId: ownerId,
      key: `lead.assignedTogether:${changeIds[0]}`,
      kind: 'assigned',
      title: `新线索：${count} 条`,
      body: `${actorName ?? '系统'} 分派给你：${reason}`,
      target: { entity: 'leads', id: null },
    }),
  );
  await notify(database.db, clock.now(), notices);
});

export const ownershipHandlers: readonly EventHandler[] = [tellOwner, tellTogether];
