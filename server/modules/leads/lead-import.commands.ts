import { sql } from 'kysely';
import type { leadDraft } from '#shared/leads/contract.ts';
import { may } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Context, Work } from '../../kernel/context.ts';
import { emptyFilledBy, filledStill } from '../../kernel/fill.ts';
import { withPermission } from '../../kernel/transition.ts';
import { lockAlone, lockAssignable } from '../identity/identity.queries.ts';
import { heldBy } from './lead-pool.limits.ts';
import { poolRules } from './lead-pool.rules.ts';
import { lockLead, updateLead } from './lead-record.ts';
import { searchColumns } from './leads.search.ts';

type Draft = (typeof leadDraft)['_output'];

interface Known {
  readonly id: string;
  readonly no: string;
  readonly ownerName: string | null;
}

/** The oldest living lead of each of these telephone numbers and WeChat names, wherever it is. */
export async function leadsKnownBy(
  { db }: Pick<Context, 'db'>,
  phones: readonly string[],
  wechats: readonly string[],
): Promise<readonly (Known & { readonly phone: string | null; readonly wechatKey: string | null })[]> {
  if (phones.length + wechats.length === 0) return [];
  return await db
    .selectFrom('leads')
    .leftJoin('users as owner', 'owner.id', 'leads.ownerId')
    .select(['leads.id', 'leads.no', 'leads.phone', 'leads.wechatKey', 'owner.name as ownerName'])
    .where('leads.deletedAt', 'is', null)
    .where(({ or }) =>
      or([
        sql<boolean>`leads.phone = any(${phones}::text[])`,
        sql<boolean>`leads.wechat_key = any(${wechats}::text[])`,
      ]),
    )
    .orderBy('leads.createdAt')
    .orderBy('leads.id')
    .execute();
}

/** Why colleagues cannot get leads in this transaction, and how many more they may get; their accounts stay as they are. */
export async function roomFor(
  work: Work,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly refusal: string | null; readonly room: number }>> {
  const rules = await work.settings.get(poolRules, work.db);
  const unbound = may(work.actor, 'pool.manage');
  const room = new Map<string, { refusal: string | null; room: number }>();
  // One after the other in one order, so that two imports never wait for each other.
  for (const userId of [...userIds].sort()) {
    const own = userId === work.actor.userId;
    if (!own) await lockAlone(work.db, userId);
    const refusal = (await lockAssignable(work.db, userId)) ? null : '这位同事不能跟进线索';
    const cap = own || unbound ? null : (rules.binding(userId)?.holdingCap ?? null);
    const held = cap === null ? 0 : ((await heldBy(work.db, [userId])).get(userId) ?? 0);
    room.set(userId, { refusal, room: cap === null ? Number.POSITIVE_INFINITY : Math.max(0, cap - held) });
  }
  return room;
}

const FILLABLE = [
  'phone',
  'wechat',
  'otherHandle',
  'contactPerson',
  'company',
  'email',
  'customerType',
  'province',
  'city',
  'address',
  'hotelRooms',
  'sourceAccount',
  'score',
  'description',
] as const satisfies (keyof Draft)[];

/** Fills the empty fields of a lead from a draft; null: nothing to fill. Throws what an edit would. */
export async function fillLead(
  work: Work,
  id: string,
  draft: Draft,
): Promise<{ filled: Readonly<Record<string, unknown>>; version: number } | null> {
  const lead = await lockLead(withPermission(work, 'leads.update'), id);
  const filled = emptyFilledBy(lead, draft, FILLABLE);
  if (Object.keys(filled).length === 0) return null;
  await updateLead(work, lead, { ...filled, ...searchColumns({ ...lead, ...filled }) });
  work.audit({
    action: 'leads.updated',
    entity: 'leads',
    entityId: id,
    changes: diff(lead, filled),
    reason: '导入',
  });
  return { filled, version: lead.version + 1 };
}

/** Empties again what was filled, as far as it is still that; answers the fields that have changed since. */
export async function unfillLead(
  work: Work,
  id: string,
  filled: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const lead = await work.db
    .selectFrom('leads')
    .selectAll()
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!lead) return [];
  const { emptied, changed } = filledStill(lead, filled, FILLABLE);
  const after = { ...lead, ...emptied };
  // A lead that can only be reached by what was filled keeps it.
  if (!after.phone && !after.wechat && !after.otherHandle) return [...Object.keys(emptied), ...changed];
  if (Object.keys(emptied).length === 0) return changed;
  await updateLead(work, lead, { ...emptied, ...searchColumns(after) });
  work.audit({
    action: 'leads.updated',
    entity: 'leads',
    entityId: id,
    changes: diff(lead, emptied),
    reason: '撤销导入',
  });
  return changed;
}

/** Deletes those leads that are as they were left, and about which nothing has been written since. */
export async function removeUntouchedLeads(
  work: Work,
  records: readonly { readonly id: string; readonly version: number }[],
): Promise<ReadonlySet<string>> {
  const ids = records.map(({ id }) => id);
  const versions = records.map(({ version }) => version);
  const { rows } = await sql<{ id: string }>`
    update leads set deleted_at = ${work.now}, updated_at = ${work.now}, version = leads.version + 1
    from unnest(${ids}::uuid[], ${versions}::integer[]) as left_as (id, version)
    where leads.id = left_as.id and leads.version = left_as.version and leads.deleted_at is null
      and not exists (select from followups where followups.lead_id = leads.id)
      and not exists (select from tasks where tasks.source_entity = 'leads' and tasks.source_id = leads.id)
    returning leads.id`.execute(work.db);
  for (const { id } of rows)
    work.audit({ action: 'leads.deleted', entity: 'leads', entityId: id, reason: '撤销导入' });
  return new Set(rows.map(({ id }) => id));
}
