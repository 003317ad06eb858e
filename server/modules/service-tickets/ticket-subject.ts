import { httpErrors } from '#shared/http/errors.ts';
import type { CalendarDate } from '#shared/values/time.ts';
import { visible } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';
import { type Row, withPermission } from '../../kernel/transition.ts';
import { type Equipment, lockEquipment } from '../equipment/equipment-record.ts';
import { warrantyOn } from '../equipment/warranty.ts';

type Customer = Row<'customers'>;
type Contact = Row<'contacts'>;

/** A customer that the caller sees, called as it is now until the end of the command. Throws NOT_FOUND. */
export async function requireCustomer(work: Work, id: string): Promise<Customer> {
  const { scope } = withPermission(work, 'customers.read');
  const customer = await work.db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', id)
    .where(visible(scope, 'customers'))
    .forShare()
    .executeTakeFirst();
  if (!customer) throw httpErrors.NOT_FOUND();
  return customer;
}

/** A unit that the caller sees. Throws NOT_FOUND. */
export const requireEquipment = (work: Work, id: string): Promise<Equipment> =>
  lockEquipment(withPermission(work, 'equipment.read'), id);

/** Throws VALIDATION for the unit of somebody else. */
export function requireOwnUnit(equipment: Equipment, customerId: string): void {
  if (equipment.customerId === customerId) return;
  throw httpErrors.VALIDATION({ fields: [{ field: 'equipmentId', message: '这台设备不是该客户的' }] });
}

/** What a ticket takes over from its unit: the warranty as it stands on a day, so that a later change of it alters nothing. */
export const takenFromUnit = (equipment: Equipment | null, date: CalendarDate) =>
  equipment === null
    ? { isUnderWarranty: null, warrantyEndDate: null }
    : warrantyOn(equipment.warrantyEndDate, date);

/** A contact of a customer. Throws VALIDATION for anybody else's. */
export async function requireContact({ db }: Work, customerId: string, id: string): Promise<Contact> {
  const contact = await db
    .selectFrom('contacts')
    .selectAll()
    .where('id', '=', id)
    .where('customerId', '=', customerId)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
  if (contact) return contact;
  throw httpErrors.VALIDATION({
    fields: [{ field: 'customerContactId', message: '这位联系人不是该客户的' }],
  });
}

export const primaryContact = ({ db }: Work, customerId: string): Promise<Contact | undefined> =>
  db
    .selectFrom('contacts')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('isPrimary', '=', true)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
