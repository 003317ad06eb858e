import { sql } from 'kysely';
import type { customerDraft } from '#shared/customers/contract.ts';
import { CUSTOMER_FIELD_LABELS } from '#shared/customers/draft.ts';
import { may, scopeOf } from '../../kernel/access.ts';
import { diff } from '../../kernel/audit.ts';
import type { Context, Work } from '../../kernel/context.ts';
import { emptyFilledBy, filledStill } from '../../kernel/fill.ts';
import { withPermission } from '../../kernel/transition.ts';
import { lockAssignable } from '../identity/identity.queries.ts';
import { lockCustomer, refreshSearch, updateCustomer } from './customer-record.ts';

type Draft = (typeof customerDraft)['_output'];

interface Known {
  readonly id: string;
  readonly no: string;
  readonly ownerName: string;
  readonly phone: string | null;
  readonly nameKey: string;
  readonly taxNo: string | null;
}

/** The living customers with one of these names, telephone numbers or tax numbers, the oldest first. */
export async function customersKnownBy(
  { db }: Pick<Context, 'db'>,
  names: readonly string[],
  phones: readonly string[],
  taxNos: readonly string[],
): Promise<readonly Known[]> {
  if (names.length + phones.length + taxNos.length === 0) return [];
  return await db
    .selectFrom('customers')
    .innerJoin('users as owner', 'owner.id', 'customers.ownerId')
    .select(['customers.id', 'customers.no', 'customers.phone', 'customers.nameKey', 'customers.taxNo'])
    .select('owner.name as ownerName')
    .where('customers.deletedAt', 'is', null)
    .where(({ or }) =>
      or([
        sql<boolean>`customers.name_key = any(${names}::text[])`,
        sql<boolean>`customers.phone = any(${phones}::text[])`,
        sql<boolean>`customers.tax_no = any(${taxNos}::text[])`,
      ]),
    )
    .orderBy('customers.createdAt')
    .orderBy('customers.id')
    .execute();
}

/** Why colleagues cannot get customers in this transaction; their accounts stay as they are. */
export async function readyForCustomers(
  work: Work,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly refusal: string | null; readonly room: number }>> {
  const { actor } = work;
  const reach = may(actor, 'customers.transfer') ? scopeOf(actor, 'customers.transfer').reach : 'own';
  const room = new Map<string, { refusal: string | null; room: number }>();
  for (const userId of [...userIds].sort()) {
    const within = reach === 'all' || userId === actor.userId || actor.teamIds.includes(userId);
    const assignable = await lockAssignable(work.db, userId, 'customers.update');
    const refusal = within ? (assignable ? null : '这位同事不能负责客户') : '只能交给本部门的同事';
    room.set(userId, { refusal, room: Number.POSITIVE_INFINITY });
  }
  return room;
}

const FILLABLE = (Object.keys(CUSTOMER_FIELD_LABELS) as (keyof typeof CUSTOMER_FIELD_LABELS)[]).filter(
  (field) => field !== 'customerName' && field !== 'source',
);

/** Fills the empty fields of a customer from a draft; null: nothing to fill. Throws what an edit would. */
export async function fillCustomer(
  work: Work,
  id: string,
  draft: Draft,
): Promise<{ filled: Readonly<Record<string, unknown>>; version: number } | null> {
  const customer = await lockCustomer(withPermission(work, 'customers.update'), id);
  const filled = emptyFilledBy(customer, draft, FILLABLE);
  if (Object.keys(filled).length === 0) return null;
  await updateCustomer(work, customer, filled);
  await refreshSearch(work, id);
  const changes = diff(customer, filled);
  work.audit({ action: 'customers.updated', entity: 'customers', entityId: id, changes, reason: '导入' });
  return { filled, version: customer.version + 1 };
}

/** Empties again what was filled, as far as it is still that; answers the fields that have changed since. */
export async function unfillCustomer(
  work: Work,
  id: string,
  filled: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const customer = await work.db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!customer) return [];
  const { emptied, changed } = filledStill(customer, filled, FILLABLE);
  if (Object.keys(emptied).length > 0) {
    await updateCustomer(work, customer, emptied);
    await refreshSearch(work, id);
    const changes = diff(customer, emptied);
    work.audit({
      action: 'customers.updated',
      entity: 'customers',
      entityId: id,
      changes,
      reason: '撤销导入',
    });
  }
  return changed;
}

/** Deletes those customers that are as they were left, and on which nothing hangs that came since. */
export async function removeUntouchedCustomers(
  work: Work,
  records: readonly { readonly id: string; readonly version: number }[],
): Promise<ReadonlySet<string>> {
  const ids = records.map(({ id }) => id);
  const versions = records.map(({ version }) => version);
  const { rows } = await sql<{ id: string }>`
    update customers set deleted_at = ${work.now}, updated_at = ${work.now}, version = customers.version + 1
    from unnest(${ids}::uuid[], ${versions}::integer[]) as left_as (id, version)
    where customers.id = left_as.id and customers.version = left_as.version and customers.deleted_at is null
      and not exists (select from followups where followups.customer_id = customers.id)
      and not exists (select from leads where leads.customer_id = customers.id)
      and not exists (select from customer_collaborators where customer_id = customers.id)
      and not exists (select from contacts where contacts.customer_id = customers.id
        and (contacts.created_at > customers.created_at or contacts.version > 1))
      and not exists (select from tasks where tasks.source_entity = 'customers' and tasks.source_id = customers.id)
    returning customers.id`.execute(work.db);
  for (const { id } of rows)
    work.audit({ action: 'customers.deleted', entity: 'customers', entityId: id, reason: '撤销导入' });
  return new Set(rows.map(({ id }) => id));
}
