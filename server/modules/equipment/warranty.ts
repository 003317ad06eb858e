import type { CalendarDate } from '#shared/values/time.ts';

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
