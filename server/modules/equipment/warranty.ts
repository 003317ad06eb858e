import { httpErrors } from '#shared/http/errors.ts';
import type { CalendarDate } from '#shared/values/time.ts';
import type { Queryable } from '../../kernel/database.ts';

/** A warranty as it stands on a day. */
export interface Warranty {
  /** Its last day; null while neither shipment nor installation is known. */
  readonly warrantyEndDate: CalendarDate | null;
  /** Null: nobody knows. */
  readonly isUnderWarranty: boolean | null;
}

export const warrantyOn = (warrantyEndDate: CalendarDate | null, date: CalendarDate): Warranty => ({
  warrantyEndDate,
  isUnderWarranty: warrantyEndDate === null ? null : date <= warrantyEndDate,
});

/** The warranty of a unit on a day, whoever asks. Throws NOT_FOUND. */
export async function warrantyOf(db: Queryable, equipmentId: string, date: CalendarDate): Promise<Warranty> {
  const unit = await db
    .selectFrom('equipment')
    .select('warrantyEndDate')
    .where('id', '=', equipmentId)
    .executeTakeFirst();
  if (!unit) throw httpErrors.NOT_FOUND();
  return warrantyOn(unit.warrantyEndDate, date);
}
