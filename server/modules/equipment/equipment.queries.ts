import { type SelectQueryBuilder, sql } from 'kysely';
import type { Grants, Reach } from '#shared/access/permissions.ts';
import {
  EQUIPMENT_RECORD_ACTIONS,
  type EquipmentDetail,
  type EquipmentItem,
  type EquipmentRecordAction,
  type equipment,
} from '#shared/equipment/contract.ts';
import { scannedCode } from '#shared/equipment/label.ts';
import { type EquipmentStatus, equipmentMachine } from '#shared/equipment/machine.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Page } from '#shared/http/page.ts';
import type { AvailableAction } from '#shared/machine.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import { type CalendarDate, dateOf, type Instant } from '#shared/values/time.ts';
import { may, type Rights, reaches, scopeOf, visible } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { anyOf, defineList } from '../../kernel/list.ts';
import type { DB } from '../../kernel/schema.ts';
import { matches, type Search, searchFor } from '../../kernel/search.ts';
import { machineActions } from '../../kernel/transition.ts';
import { coordinatesOf } from '../customers/customers.queries.ts';
import { filesOf } from '../files/files.queries.ts';
import { warrantyOn } from './warranty.ts';

type EquipmentRows = SelectQueryBuilder<DB, 'equipment', Record<never, never>>;

interface EquipmentFlags {
  readonly grants: Grants;
  readonly reach: Reach;
  readonly warranty: 'under' | 'ended' | 'unknown' | undefined;
}

interface EquipmentValues extends Omit<Rights, 'grants'> {
  readonly search: Search | undefined;
  readonly customerId: string | undefined;
  readonly productId: string | undefined;
  readonly status: readonly string[] | undefined;
  readonly today: CalendarDate;
}

function equipmentRows(
  db: Queryable,
  { grants, reach, warranty }: EquipmentFlags,
  { userId, teamIds, ...values }: EquipmentValues,
): EquipmentRows {
  const scope = { actor: { grants, userId, teamIds }, permission: 'equipment.read', reach } as const;
  const { search } = values;
  let rows = db.selectFrom('equipment').where(visible(scope, 'equipment')) as EquipmentRows;
  if (search)
    rows = rows.where(({ or, selectFrom }) => {
      const customers = selectFrom('customers')
        .select('customers.id')
        .where(matches(search, 'customers.searchGrams', 'customers.searchText'));
      return or([
        matches(search, 'equipment.searchGrams', 'equipment.searchText'),
        sql<boolean>`equipment.customer_id = any(array(${customers}))`,
      ]);
    });
  if (values.customerId) rows = rows.where('equipment.customerId', '=', values.customerId);
  if (values.productId) rows = rows.where('equipment.productId', '=', values.productId);
  if (values.status) rows = rows.where(anyOf('equipment.status', values.status));
  if (warranty === 'under') rows = rows.where('equipment.warrantyEndDate', '>=', values.today);
  if (warranty === 'ended') rows = rows.where('equipment.warrantyEndDate', '<', values.today);
  if (warranty === 'unknown') rows = rows.where('equipment.warrantyEndDate', 'is', null);
  return rows;
}

const itemColumns = [
  'equipment.id',
  'equipment.no',
  'equipment.equipmentName',
  'equipment.serialNo',
  'equipment.model',
  'equipment.productId',
  'products.productName',
  'equipment.customerId',
  'customers.customerName',
  'equipment.location',
  'equipment.shippedOn',
  'equipment.installedOn',
  'equipment.warrantyMonths',
  'equipment.warrantyEndDate',
  'equipment.status',
  'equipment.createdAt',
  'equipment.version',
] as const;

const withCustomer = (rows: EquipmentRows) =>
  rows
    .innerJoin('customers', 'customers.id', 'equipment.customerId')
    .leftJoin('products', 'products.id', 'equipment.productId');

interface Stored {
  readonly productId: string | null;
  readonly productName: string | null;
  readonly customerId: string;
  readonly customerName: string;
  readonly warrantyEndDate: CalendarDate | null;
}

function present<T extends Stored>(row: T, now: Instant) {
  const { productId, productName, customerId, customerName, warrantyEndDate, ...rest } = row;
  return {
    ...rest,
    product: productId === null ? null : { id: productId, productName: productName ?? '' },
    customer: { id: customerId, customerName },
    ...warrantyOn(warrantyEndDate, dateOf(now)),
  };
}

/** Units, newest first. */
const equipmentList = defineList({
  table: 'equipment',
  orders: { createdAt: { column: 'equipment.createdAt', type: 'timestamptz' } },
  rows: equipmentRows,
  columns: (rows, sortKey) =>
    withCustomer(rows).select([...itemColumns, sql<string>`${sortKey}`.as('sortKey')]),
});

export async function listEquipment(
  context: Context,
  { keyword, warranty, customerId, productId, status, ...query }: Request<typeof equipment.list>['query'],
): Promise<Page<EquipmentItem>> {
  const { reach, actor } = context.scope;
  const page = await equipmentList.page(context, query, {
    flags: { grants: actor.grants, reach, warranty },
    values: {
      userId: actor.userId,
      teamIds: actor.teamIds,
      search: keyword ? searchFor(keyword) : undefined,
      customerId,
      productId,
      status,
      today: dateOf(context.now),
    },
  });
  return { ...page, list: page.list.map((row) => present(row, context.now) as unknown as EquipmentItem) };
}

/** One unit with its site, its history and what the caller may do with it. Throws NOT_FOUND outside the scope. */
export function getEquipment(context: Context, id: string): Promise<EquipmentDetail> {
  return findEquipment(context, (rows) => rows.where('equipment.id', '=', id));
}

/** The unit that a label or a serial number names; throws NOT_FOUND outside the scope. */
export function equipmentByCode(context: Context, scanned: string): Promise<EquipmentDetail> {
  const text = scannedCode(scanned);
  const code = text.toUpperCase();
  return findEquipment(context, (rows) =>
    rows
      .where(({ or, eb }) => or([eb('equipment.code', '=', code), eb('equipment.serialNo', '=', text)]))
      .orderBy(sql`equipment.code = ${code}`, 'desc'),
  );
}

async function findEquipment(
  context: Context,
  which: (rows: EquipmentRows) => EquipmentRows,
): Promise<EquipmentDetail> {
  const { db, actor, now } = context;
  const rows = db
    .selectFrom('equipment')
    .where(visible(scopeOf(actor, 'equipment.read'), 'equipment')) as EquipmentRows;
  const row = await withCustomer(which(rows))
    .leftJoin('contacts', (join) =>
      join
        .onRef('contacts.customerId', '=', 'customers.id')
        .on(sql<boolean>`contacts.is_primary and contacts.deleted_at is null`),
    )
    .select([
      ...itemColumns,
      'equipment.code',
      'equipment.description',
      'equipment.updatedAt',
      'customers.province',
      'customers.city',
      'customers.address',
      'customers.latitude',
      'customers.longitude',
      'contacts.id as contactId',
      'contacts.name as contactName',
      'contacts.phone as contactPhone',
      reaches(actor, 'customers.read', 'customers').as('readsCustomer'),
      reaches(actor, 'equipment.manage', 'equipment').as('manages'),
    ])
    .limit(1)
    .executeTakeFirst();
  if (!row) throw httpErrors.NOT_FOUND();
  const { province, city, address, latitude, longitude, contactId, contactName, contactPhone } = row;
  const { id, equipmentName, no, serialNo, model, location, shippedOn, installedOn } = row;
  const { warrantyMonths, createdAt, updatedAt, version, code, description } = row;
  const status = row.status as EquipmentStatus;
  const { product, customer, warrantyEndDate, isUnderWarranty } = present(row, now);
  return {
    ...{ id, no, equipmentName, serialNo, model, product, customer, location, shippedOn, installedOn },
    ...{ warrantyMonths, warrantyEndDate, isUnderWarranty, status, createdAt, updatedAt, version },
    ...{ code, description },
    site: {
      ...{ province, city, address },
      coordinates: coordinatesOf({ latitude, longitude }),
      contact:
        contactId === null || !row.readsCustomer
          ? null
          : { id: contactId, name: contactName ?? '', phone: contactPhone },
    },
    ...(await historyOf(context, id)),
    files: await filesOf(context, 'equipment', id),
    actions: actionsFor(context, status, row.manages),
  };
}

const SHOWN_TICKETS = 10;

/** The tickets of a unit, as far as the caller sees them; newest first. */
async function historyOf(
  { db, actor }: Context,
  id: string,
): Promise<Pick<EquipmentDetail, 'tickets' | 'ticketCount'>> {
  if (!may(actor, 'serviceTickets.read')) return { tickets: [], ticketCount: 0 };
  const rows = await db
    .selectFrom('serviceTickets')
    .leftJoin('users as assignee', 'assignee.id', 'serviceTickets.assignedTo')
    .select([
      'serviceTickets.id',
      'serviceTickets.no',
      'serviceTickets.ticketTitle',
      'serviceTickets.status',
      'serviceTickets.solution',
      'serviceTickets.assignedTo',
      'assignee.name as assigneeName',
      'serviceTickets.createdAt',
      sql<number>`count(*) over ()`.as('all'),
    ])
    .where('serviceTickets.equipmentId', '=', id)
    .where(visible(scopeOf(actor, 'serviceTickets.read'), 'serviceTickets'))
    .orderBy('serviceTickets.createdAt', 'desc')
    .orderBy('serviceTickets.id', 'desc')
    .limit(SHOWN_TICKETS)
    .execute();
  return {
    tickets: rows.map(({ assignedTo, assigneeName, status, all: _, ...ticket }) => ({
      ...ticket,
      status: status as ServiceTicketStatus,
      assignee: assignedTo === null ? null : { id: assignedTo, name: assigneeName ?? '' },
    })),
    ticketCount: rows[0]?.all ?? 0,
  };
}

function actionsFor({ actor }: Context, status: EquipmentStatus, manages: boolean): AvailableAction[] {
  const offer = (action: EquipmentRecordAction, disabledReason: string | null = null): AvailableAction => ({
    action,
    label: EQUIPMENT_RECORD_ACTIONS[action],
    disabledReason,
  });
  const actions: AvailableAction[] = [];
  if (may(actor, 'serviceTickets.create'))
    actions.push(offer('report', status === 'retired' ? '设备已停用，先恢复使用' : null));
  actions.push(offer('label'));
  if (manages) actions.push(offer('edit'));
  return [...actions, ...machineActions(equipmentMachine, status, () => manages)];
}
