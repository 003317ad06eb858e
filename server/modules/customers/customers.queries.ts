import { type SelectQueryBuilder, sql } from 'kysely';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import {
  CUSTOMER_RECORD_ACTIONS,
  type CustomerDetail,
  type CustomerItem,
  type CustomerRecordAction,
  type customers,
} from '#shared/customers/contract.ts';
import {
  type CustomerStage,
  type CustomerStatus,
  customerMachine,
  customerStageMachine,
} from '#shared/customers/machine.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { AvailableAction } from '#shared/machine.ts';
import type { Coordinates } from '#shared/values/position.ts';
import { endOfDate, type Instant, startOfDate } from '#shared/values/time.ts';
import { deleted, may, type Rights, reaches, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { anyOf, defineList, type ListRequest } from '../../kernel/list.ts';
import { prepare } from '../../kernel/prepared.ts';
import type { DB } from '../../kernel/schema.ts';
import { matches, type Search, searchFor } from '../../kernel/search.ts';
import { machineActions } from '../../kernel/transition.ts';
import { contactsOf } from './contacts.queries.ts';
import { importedBy } from './imported.ts';

type CustomerQuery = Request<typeof customers.list>['query'];
type CustomerRows = SelectQueryBuilder<DB, 'customers', Record<never, never>>;

interface CustomerFlags {
  readonly grants: Grants;
  readonly reach: Reach;
  readonly deleted: boolean | undefined;
}

interface CustomerValues {
  readonly userId: string;
  readonly teamIds: readonly string[];
  readonly search: Search | undefined;
  readonly stage: readonly string[] | undefined;
  readonly status: readonly string[] | undefined;
  readonly customerType: readonly string[] | undefined;
  readonly level: readonly string[] | undefined;
  readonly source: readonly string[] | undefined;
  readonly ownerId: string | undefined;
  readonly province: string | undefined;
  readonly city: string | undefined;
  readonly industry: string | undefined;
  readonly importId: string | undefined;
  readonly from: Instant | undefined;
  readonly to: Instant | undefined;
}

/** What a query asks for, within the caller's scope. Throws FORBIDDEN for deleted ones without the right to restore. */
function customerFilter(
  { scope }: Context,
  query: CustomerQuery,
): ListRequest<CustomerFlags, CustomerValues> {
  const { userId, teamIds, grants } = scope.actor;
  if (query.deleted) scopeOf(scope.actor, 'customers.restore');
  return {
    flags: { grants, reach: scope.reach, deleted: query.deleted },
    values: {
      userId,
      teamIds,
      search: query.keyword ? searchFor(query.keyword) : undefined,
      stage: query.stage,
      status: query.status,
      customerType: query.customerType,
      level: query.level,
      source: query.source,
      ownerId: query.ownerId,
      province: query.province ?? undefined,
      city: query.city ?? undefined,
      industry: query.industry ?? undefined,
      importId: query.importId,
      from: query.from && startOfDate(query.from),
      to: query.to && endOfDate(query.to),
    },
  };
}

function customerRows(db: Queryable, flags: CustomerFlags, values: CustomerValues): CustomerRows {
  const actor = { grants: flags.grants, userId: values.userId, teamIds: values.teamIds };
  const scope = { actor, permission: 'customers.read', reach: flags.reach } as const;
  let rows = db
    .selectFrom('customers')
    .where(flags.deleted ? deleted(scope, 'customers') : visible(scope, 'customers')) as CustomerRows;
  if (values.search)
    rows = rows.where(matches(values.search, 'customers.searchGrams', 'customers.searchText'));
  if (values.stage) rows = rows.where(anyOf('customers.stage', values.stage));
  if (values.status) rows = rows.where(anyOf('customers.status', values.status));
  if (values.customerType) rows = rows.where(anyOf('customers.customerType', values.customerType));
  if (values.level) rows = rows.where(anyOf('customers.level', values.level));
  if (values.source) rows = rows.where(anyOf('customers.source', values.source));
  if (values.ownerId) rows = rows.where('customers.ownerId', '=', values.ownerId);
  if (values.province) rows = rows.where('customers.province', '=', values.province);
  if (values.city) rows = rows.where('customers.city', '=', values.city);
  if (values.industry) rows = rows.where('customers.industry', '=', values.industry);
  if (values.importId) rows = rows.where(importedBy('customers.id', values.importId, values.userId));
  if (values.from) rows = rows.where('customers.createdAt', '>=', values.from);
  if (values.to) rows = rows.where('customers.createdAt', '<', values.to);
  return rows;
}

const itemColumns = [
  'customers.id',
  'customers.no',
  'customers.customerName',
  'customers.customerType',
  'customers.level',
  'customers.stage',
  'customers.status',
  'customers.province',
  'customers.city',
  'customers.hotelRooms',
  'customers.phone',
  'customers.source',
  'customers.ownerId',
  'owner.name as ownerName',
  'contacts.id as contactId',
  'contacts.name as contactName',
  'contacts.phone as contactPhone',
  'customers.lastFollowUpAt',
  'customers.lastFollowUpContent',
  'customers.nextFollowUpAt',
  'customers.nextFollowUpContent',
  'customers.createdAt',
  'customers.deletedAt',
  'customers.version',
] as const;

const withPeople = (rows: CustomerRows) =>
  rows
    .innerJoin('users as owner', 'owner.id', 'customers.ownerId')
    .leftJoin('contacts', (join) =>
      join
        .onRef('contacts.customerId', '=', 'customers.id')
        .on(sql<boolean>`contacts.is_primary and contacts.deleted_at is null`),
    );

interface Stored {
  ownerId: string;
  ownerName: string;
  contactId: string | null;
  contactName: string | null;
  contactPhone: string | null;
}

function present<T extends Stored>(row: T) {
  const { ownerId, ownerName, contactId, contactName, contactPhone, ...rest } = row;
  return {
    ...rest,
    owner: { id: ownerId, name: ownerName },
    primaryContact:
      contactId === null ? null : { id: contactId, name: contactName ?? '', phone: contactPhone },
  };
}

/** Customers, newest first or by their last contact. */
const customerList = defineList({
  table: 'customers',
  orders: {
    createdAt: { column: 'customers.createdAt', type: 'timestamptz' },
    lastContactAt: { column: 'customers.lastContactAt', type: 'timestamptz' },
  },
  rows: customerRows,
  columns: (rows, sortKey) =>
    withPeople(rows).select([...itemColumns, sql<string>`${sortKey}`.as('sortKey')]),
});

/** The exact number of those. */
export const countCustomers = (context: Context, query: CustomerQuery): Promise<number> =>
  customerList.count(context, customerFilter(context, query));

export async function listCustomers(context: Context, query: CustomerQuery): Promise<Page<CustomerItem>> {
  const page = await customerList.page(context, query, customerFilter(context, query));
  return { ...page, list: page.list.map((row) => present(row) as unknown as CustomerItem) };
}

interface Asked {
  readonly grants: Grants;
  /** The caller has just had it in hand, and may have given it away. */
  readonly inHand: boolean;
}

const findCustomer = prepare(
  (db, { grants, inHand }: Asked, { id, userId, teamIds }: { id: string } & Omit<Rights, 'grants'>) => {
    const rights = { userId, teamIds, grants };
    const scope = scopeOf(rights, 'customers.read');
    return withPeople(db.selectFrom('customers').where('customers.id', '=', id) as CustomerRows)
      .innerJoin('users as creator', 'creator.id', 'customers.createdBy')
      .where(({ or }) =>
        inHand
          ? sql<boolean>`true`
          : or([
              visible(scope, 'customers'),
              ...(may(rights, 'customers.restore') ? [deleted(scope, 'customers')] : []),
            ]),
      )
      .select([
        ...itemColumns,
        'customers.industry',
        'customers.address',
        'customers.latitude',
        'customers.longitude',
        'customers.hotelStar',
        'customers.email',
        'customers.website',
        'customers.taxNo',
        'customers.loyaltyLevel',
        'customers.description',
        'customers.creditLimit',
        'customers.creditScore',
        'customers.creditAssessedOn',
        'customers.inactiveReason',
        'customers.followUpCount',
        'customers.createdBy',
        'creator.name as creatorName',
        'customers.updatedAt',
        reaches(rights, 'customers.read', 'customers').as('read'),
        reaches(rights, 'customers.update', 'customers').as('update'),
        reaches(rights, 'customers.transfer', 'customers').as('transfer'),
        reaches(rights, 'customers.assess', 'customers').as('assess'),
        reaches(rights, 'customers.delete', 'customers').as('remove'),
      ]);
  },
  { planOnce: true },
);

/** One customer with all that hangs on it and what the caller may do with it. Throws NOT_FOUND outside the scope. */
export async function getCustomer(
  context: Context,
  id: string,
  { inHand = false }: { inHand?: boolean } = {},
): Promise<CustomerDetail> {
  const { grants, userId, teamIds } = context.actor;
  const [row] = await findCustomer.execute(context.db, { grants, inHand }, { id, userId, teamIds });
  if (!row) throw httpErrors.NOT_FOUND();
  const { read, update, transfer, assess, remove, createdBy, creatorName, latitude, longitude, ...stored } =
    row;
  return {
    ...present(stored),
    coordinates: coordinatesOf({ latitude, longitude }),
    creator: { id: createdBy, name: creatorName },
    collaborators: await collaboratorsOf(context.db, id),
    contacts: await contactsOf(context, id),
    leads: await leadsOf(context, id),
    actions: actionsFor(context, row, { read, update, transfer, assess, remove }),
  } as unknown as CustomerDetail;
}

export const collaboratorsOf = (db: Queryable, customerId: string) =>
  db
    .selectFrom('customerCollaborators')
    .innerJoin('users', 'users.id', 'customerCollaborators.userId')
    .select(['users.id', 'users.name'])
    .where('customerCollaborators.customerId', '=', customerId)
    .orderBy('users.name')
    .orderBy('users.id')
    .execute();

const SHOWN_LEADS = 50;

/** The leads that became a customer, as far as the caller sees them; newest first. */
async function leadsOf({ db, actor }: Context, customerId: string) {
  if (!may(actor, 'leads.read')) return [];
  return await db
    .selectFrom('leads')
    .select(['id', 'no', 'customerName'])
    .where('leads.customerId', '=', customerId)
    .where(visible(scopeOf(actor, 'leads.read'), 'leads'))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(SHOWN_LEADS)
    .execute();
}

/** The two columns of a place as one value. */
export const coordinatesOf = ({
  latitude,
  longitude,
}: {
  readonly latitude: number | null;
  readonly longitude: number | null;
}): Coordinates | null => (latitude === null || longitude === null ? null : { latitude, longitude });

type Reached = Readonly<Record<'read' | 'update' | 'transfer' | 'assess' | 'remove', boolean>>;

function actionsFor(
  { actor }: Context,
  customer: { stage: string; status: string; deletedAt: string | null },
  reached: Reached,
): AvailableAction[] {
  const offer = (action: CustomerRecordAction, disabledReason: string | null = null): AvailableAction => ({
    action,
    label: CUSTOMER_RECORD_ACTIONS[action],
    disabledReason,
  });
  if (customer.deletedAt) return may(actor, 'customers.restore') ? [offer('restore')] : [];
  const inactive = customer.status === 'inactive' ? '客户已停用，先恢复' : null;
  const stages = machineActions(customerStageMachine, customer.stage as CustomerStage, () => reached.update);
  const actions: AvailableAction[] = [];
  if (reached.read && may(actor, 'followups.create')) actions.push(offer('followUp'));
  actions.push(...stages.map((action) => ({ ...action, disabledReason: inactive })));
  if (reached.update) actions.push(offer('edit'), offer('addContact'));
  if (reached.transfer) actions.push(offer('transfer', inactive), offer('collaborate'));
  if (reached.assess) actions.push(offer('assess'));
  actions.push(...machineActions(customerMachine, customer.status as CustomerStatus, () => reached.update));
  if (reached.remove) actions.push(offer('delete'));
  return actions;
}
