import { fromFen, toFen } from '../values/money.ts';

interface Priced {
  readonly quantity: number;
  /** In yuan. */
  readonly unitCost: number;
}

/** What the work costs, in yuan: the same sum on the form, on the report and in the database. */
export function costsOf(work: { readonly replacedParts: readonly Priced[]; readonly serviceFee: number }): {
  partsCost: number;
  totalCost: number;
} {
  const parts = work.replacedParts.reduce(
    (sum, { quantity, unitCost }) => sum + quantity * toFen(unitCost),
    0,
  );
  return { partsCost: fromFen(parts), totalCost: fromFen(parts + toFen(work.serviceFee)) };
}
