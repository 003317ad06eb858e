import type { output } from 'zod';
import {
  type CustomerDetail,
  type customerDraft,
  customerErrors,
  type customers,
} from '#shared/customers/contract.ts';
import { type CustomerStage, customerMachine, customerStageMachine } from '#shared/customers/machine.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { httpErrors } from '#shared/http/errors.ts';
import type { Coordinates } from '#shared/values/position.ts';
import { dateOf } from '#shared/values/time.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { nextNumbers } from '../../kernel/numbering.ts';
import { lockVisible, transition } from '../../kernel/transition.ts';
import { recordOwnerships, tellNewOwner } from '../ownership/ownership.commands.ts';
import { contactFields, insertFirstContacts } from './contacts.commands.ts';
import { lockOwner, ownerOfNew, takeFromFormerOwner } from './customer-ownership.commands.ts';
import {
  type Customer,
  lockCustomer,
  refreshSearch,
  settleCustomer,
  updateCustomer,
} from './customer-record.ts';
import { getCustomer } from './customers.queries.ts';
import { customerSearch } from './customers.search.ts';

type Draft = output<typeof customerDraft>;

/** Sets up a customer with its owner and, if given, its first contact. */
export async function createCustomer(work: Work, draft: Draft): Promise<CustomerDetail> {
  const ownerId = await ownerOfNew(work, draft.ownerId);
  const id = await insertCustomer(work, { ...draft, ownerId }, '新建');
  return getCustomer(work, id, { inHand: true });
}

type OwnedDraft = Draft & { readonly ownerId: string };

/** @param reason how it came about, for its history. Answers the id. */
export async function insertCustomer(work: Work, draft: OwnedDraft, reason: string): Promise<string> {
  const [created] = await insertCustomers(work, [draft], reason);
  const { id, changeId } = created as Inserted;
  tellNewOwner(work, draft.ownerId, changeId);
  return id;
}

interface Inserted {
  readonly id: string;
  /** The row of its history. */
  readonly changeId: string;
}

/**
 * Writes new customers with their first contacts and their history, as many as fit one statement. Who may have them is
 * decided before, and telling their owners is left to the caller.
 */
export async function insertCustomers(
  work: Work,
  drafts: readonly OwnedDraft[],
  reason: string,
): Promise<Inserted[]> {
  if (drafts.length === 0) return [];
  const numbers = await nextNumbers(work.db, 'CUST', work.now, drafts.length);
  const rows = drafts.map((draft, i) => {
    const no = numbers[i] as string;
    const fields = {
      customerName: draft.customerName,
      customerType: draft.customerType ?? null,
      level: draft.level ?? null,
      industry: draft.industry ?? null,
      province: draft.province ?? null,
      city: draft.city ?? null,
      address: draft.address ?? null,
      hotelRooms: draft.hotelRooms ?? null,
      hotelStar: draft.hotelStar ?? null,
      phone: draft.phone ?? null,
      email: draft.email ?? null,
      website: draft.website ?? null,
      taxNo: draft.taxNo ?? null,
      source: draft.source,
      loyaltyLevel: draft.loyaltyLevel ?? null,
      description: draft.description ?? null,
    };
    return { id: newId(), no, fields, draft };
  });
  await work.db
    .insertInto('customers')
    .values(
      rows.map(({ id, no, fields, draft }) => ({
        id,
        no,
        ...fields,
        ...customerSearch({ ...fields, no }, draft.contact ? [contactFields(draft.contact, true)] : []),
        stage: draft.stage,
        status: customerMachine.initial,
        ownerId: draft.ownerId,
        assignedAt: work.now,
        lastContactAt: work.now,
        createdBy: work.actor.userId,
        createdAt: work.now,
        updatedAt: work.now,
      })),
    )
    .execute();
  const changes = rows.map(({ id, draft }) => ({
    id,
    kind: 'create' as const,
    from: null,
    to: draft.ownerId,
    reason,
  }));
  const changeIds = await recordOwnerships(work, 'customers', changes);
  for (const { id, no, fields, draft } of rows) {
    work.audit({
      action: 'customers.created',
      entity: 'customers',
      entityId: id,
      changes: diff({}, { no, ...fields, stage: draft.stage, ownerId: draft.ownerId }),
    });
  }
  await insertFirstContacts(
    work,
    rows.flatMap(({ id, draft }) => (draft.contact ? [{ customerId: id, draft: draft.contact }] : [])),
  );
  return rows.map(({ id }, i) => ({ id, changeId: changeIds[i] as string }));
}

/** Changes the given fields. Ownership, stage and status have commands of their own. */
export async function editCustomer(
  work: Work,
  id: string,
  { version, ...changes }: Request<typeof customers.update>['body'],
): Promise<CustomerDetail> {
  const customer = await lockCustomer(work, id, version);
  await updateCustomer(work, customer, changes);
  await refreshSearch(work, id);
  work.audit({
    action: 'customers.updated',
    entity: 'customers',
    entityId: id,
    changes: diff(customer, changes),
  });
  return getCustomer(work, id);
}

/** Hides a customer; an administrator can bring it back. Its contacts and follow-ups stay. */
export async function removeCustomer(work: Work, id: string, version: number): Promise<{ id: string }> {
  const customer = await lockCustomer(work, id, version);
  await updateCustomer(work, customer, { deletedAt: work.now });
  work.audit({ action: 'customers.deleted', entity: 'customers', entityId: id });
  return { id };
}

export async function restoreCustomer(work: Work, id: string, version: number): Promise<CustomerDetail> {
  const current = () => getCustomer(work, id);
  await lockOwner(work, id);
  const customer = await lockVisible(work, 'customers', id, { version, current, deleted: true });
  await updateCustomer(work, customer, { deletedAt: null });
  work.audit({ action: 'customers.restored', entity: 'customers', entityId: id });
  await takeFromFormerOwner(work, id);
  return getCustomer(work, id);
}

const STAGES = Object.keys(customerStageMachine.states);

/** Moves a locked customer along or back; back needs a reason. */
export async function moveCustomer(
  work: Work,
  customer: Customer,
  to: CustomerStage,
  reason: string | null | undefined,
  /** Which field of the request holds the reason. */
  reasonField: string,
): Promise<void> {
  if (customer.status === 'inactive') throw customerErrors.CUSTOMER_INACTIVE();
  if (customer.stage === to) throw customerErrors.CUSTOMER_STAGE_SAME();
  if (!reason && STAGES.indexOf(to) < STAGES.indexOf(customer.stage)) {
    throw httpErrors.VALIDATION({ fields: [{ field: reasonField, message: '退回阶段要写原因' }] });
  }
  await transition(work, 'customers', customerStageMachine, customer, 'moveStage', {
    column: 'stage',
    to,
    reason,
  });
}

export async function changeStage(
  work: Work,
  id: string,
  { version, targetStage, stageDesc }: Request<typeof customers.moveStage>['body'],
): Promise<CustomerDetail> {
  const customer = await lockCustomer(work, id, version);
  await moveCustomer(work, customer, targetStage, stageDesc, 'stageDesc');
  return getCustomer(work, id);
}

/** Ends or takes up business with a customer. What was agreed is off when it ends. */
export async function changeCustomerStatus(
  work: Work,
  id: string,
  { version, status, reason }: Request<typeof customers.changeStatus>['body'],
): Promise<CustomerDetail> {
  if (status === 'active') await lockOwner(work, id);
  const customer = await lockCustomer(work, id, version);
  const changes =
    status === 'inactive'
      ? { inactiveReason: reason, nextFollowUpAt: null, nextFollowUpContent: null }
      : { inactiveReason: null };
  const action = status === 'inactive' ? 'deactivate' : 'activate';
  await transition(work, 'customers', customerMachine, customer, action, { changes, reason });
  await settleCustomer(work, customer, { ...customer, ...changes, status });
  if (status === 'active') await takeFromFormerOwner(work, id);
  return getCustomer(work, id);
}

/** Writes down how much a customer may owe, and what that was judged by. */
export async function assessCustomer(
  work: Work,
  id: string,
  { version, assessmentDate, creditScore, creditLimit, remarks }: Request<typeof customers.assess>['body'],
): Promise<CustomerDetail> {
  if (assessmentDate > dateOf(work.now)) {
    throw httpErrors.VALIDATION({ fields: [{ field: 'assessmentDate', message: '不能晚于今天' }] });
  }
  const customer = await lockCustomer(work, id, version);
  await work.db
    .insertInto('creditAssessments')
    .values({
      id: newId(),
      customerId: id,
      assessedOn: assessmentDate,
      creditScore,
      creditLimit,
      remarks: remarks ?? null,
      actorId: work.actor.userId,
      createdAt: work.now,
    })
    .execute();
  const changes = { creditScore, creditLimit, creditAssessedOn: assessmentDate };
  await updateCustomer(work, customer, changes);
  work.audit({
    action: 'customers.assessed',
    entity: 'customers',
    entityId: id,
    changes: diff(customer, changes),
    reason: remarks ?? null,
  });
  return getCustomer(work, id);
}

/** Says where a customer is, or that nobody knows. */
export async function locateCustomer(
  work: Work,
  id: string,
  { version, coordinates }: Request<typeof customers.locate>['body'],
): Promise<CustomerDetail> {
  const customer = await lockCustomer(work, id, version);
  await placeCustomer(work, customer, coordinates, null);
  return getCustomer(work, id);
}

/** What a check-in teaches: where a locked customer is of whom nobody has said it. */
export async function learnPlace(work: Work, customer: Customer, coordinates: Coordinates): Promise<void> {
  if (customer.latitude === null) await placeCustomer(work, customer, coordinates, '首次到场签到');
}

async function placeCustomer(
  work: Work,
  customer: Customer,
  coordinates: Coordinates | null,
  reason: string | null,
): Promise<void> {
  const changes = { latitude: coordinates?.latitude ?? null, longitude: coordinates?.longitude ?? null };
  await updateCustomer(work, customer, changes);
  work.audit({
    action: 'customers.located',
    entity: 'customers',
    entityId: customer.id,
    changes: diff(customer, changes),
    reason,
  });
}
