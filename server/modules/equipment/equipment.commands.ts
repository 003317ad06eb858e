import { randomInt } from 'node:crypto';
import type { output } from 'zod';
import type { EquipmentDetail, equipment, equipmentDraft } from '#shared/equipment/contract.ts';
import { CODE_LENGTH, CODE_LETTERS } from '#shared/equipment/label.ts';
import { equipmentMachine } from '#shared/equipment/machine.ts';
import type { Request } from '#shared/http/endpoint.ts';
import { diff } from '../../kernel/audit.ts';
import type { Work } from '../../kernel/context.ts';
import { newId } from '../../kernel/new-id.ts';
import { nextNumber } from '../../kernel/numbering.ts';
import { transition, withPermission } from '../../kernel/transition.ts';
import { lockCustomer } from '../customers/customer-record.ts';
import { requireOnOffer } from '../products/products.queries.ts';
import { equipmentRenamed } from './equipment.events.ts';
import { getEquipment } from './equipment.queries.ts';
import { equipmentSearch } from './equipment.search.ts';
import { lockEquipment } from './equipment-record.ts';

/** What a label says: 79 bits that nobody counts up to. */
const newCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)]).join('');

/** Registers a unit at a customer whom the caller sees. */
export async function createEquipment(
  work: Work,
  draft: output<typeof equipmentDraft>,
): Promise<EquipmentDetail> {
  await lockCustomer(withPermission(work, 'customers.read'), draft.customerId);
  if (draft.productId) await requireOnOffer(work.db, draft.productId, 'productId');
  const fields = {
    equipmentName: draft.equipmentName,
    serialNo: draft.serialNo,
    model: draft.model ?? null,
    productId: draft.productId ?? null,
    customerId: draft.customerId,
    location: draft.location ?? null,
    shippedOn: draft.shippedOn ?? null,
    installedOn: draft.installedOn ?? null,
    warrantyMonths: draft.warrantyMonths,
    description: draft.description ?? null,
  };
  const id = newId();
  const no = await nextNumber(work.db, 'EQUIP', work.now);
  await work.db
    .insertInto('equipment')
    .values({
      id,
      no,
      code: newCode(),
      ...fields,
      ...equipmentSearch({ no, ...fields }),
      status: equipmentMachine.initial,
      createdBy: work.actor.userId,
      createdAt: work.now,
      updatedAt: work.now,
    })
    .execute();
  work.audit({
    action: 'equipment.created',
    entity: 'equipment',
    entityId: id,
    changes: diff({}, { no, ...fields }),
  });
  return getEquipment(work, id);
}

/** Changes the given fields. It moves only to a customer whom the caller sees. */
export async function editEquipment(
  work: Work,
  id: string,
  { version, ...changes }: Request<typeof equipment.update>['body'],
): Promise<EquipmentDetail> {
  const unit = await lockEquipment(work, id, version);
  const { customerId, productId } = changes;
  if (customerId && customerId !== unit.customerId)
    await lockCustomer(withPermission(work, 'customers.read'), customerId);
  if (productId && productId !== unit.productId) await requireOnOffer(work.db, productId, 'productId');
  await work.db
    .updateTable('equipment')
    .set({
      ...changes,
      ...equipmentSearch({ ...unit, ...changes }),
      version: unit.version + 1,
      updatedAt: work.now,
    })
    .where('id', '=', id)
    .execute();
  const { equipmentName, serialNo } = { ...unit, ...changes };
  if (equipmentName !== unit.equipmentName || serialNo !== unit.serialNo) {
    work.emit(equipmentRenamed, { equipmentId: id });
  }
  work.audit({
    action: 'equipment.updated',
    entity: 'equipment',
    entityId: id,
    changes: diff(unit, changes),
  });
  return getEquipment(work, id);
}

/** Takes a unit out of use or back into it. Its tickets go on. */
export async function changeEquipmentStatus(
  work: Work,
  id: string,
  body: Request<typeof equipment.changeStatus>['body'],
): Promise<EquipmentDetail> {
  const unit = await lockEquipment(work, id, body.version);
  if (body.status === 'retired')
    await transition(work, 'equipment', equipmentMachine, unit, 'retire', { reason: body.reason });
  else await transition(work, 'equipment', equipmentMachine, unit, 'reuse');
  return getEquipment(work, id);
}
