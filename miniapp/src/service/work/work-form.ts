/** The form of what was done on site. Pure. */

import type { ProductItem } from '#shared/products/contract.ts';
import type { TicketDetail } from '#shared/service-tickets/contract.ts';
import { costsOf } from '#shared/service-tickets/costs.ts';
import { amountOf } from '../../domain/amount';

export interface WorkPart {
  readonly productId: string | null;
  readonly partName: string;
  readonly partCode: string | null;
  readonly quantity: number;
  /** As typed, in yuan. */
  readonly unitCost: string;
}

export interface WorkForm {
  readonly problemAnalysis: string;
  readonly solution: string;
  readonly replacedParts: readonly WorkPart[];
  /** As typed, in yuan. */
  readonly serviceFee: string;
  readonly isRemote: boolean;
}

const MOST = 9_999;

/** Going on where the ticket stands: after a refusal by the customer the words of before are there again. */
export const workFormOf = (ticket: TicketDetail): WorkForm => ({
  problemAnalysis: ticket.problemAnalysis ?? '',
  solution: ticket.solution ?? '',
  replacedParts: ticket.replacedParts.map(({ productId, partName, partCode, quantity, unitCost }) => ({
    productId,
    partName,
    partCode,
    quantity,
    unitCost: String(unitCost),
  })),
  serviceFee: ticket.serviceFee > 0 ? String(ticket.serviceFee) : '',
  isRemote: ticket.status === 'accepted',
});

/** One more of a product; the second time it is counted, not listed again. */
export function withPart(
  parts: readonly WorkPart[],
  {
    id,
    productName,
    productCode,
    salePrice,
  }: Pick<ProductItem, 'id' | 'productName' | 'productCode' | 'salePrice'>,
): WorkPart[] {
  if (parts.some(({ productId }) => productId === id))
    return parts.map((part) =>
      part.productId === id ? { ...part, quantity: Math.min(MOST, part.quantity + 1) } : part,
    );
  const part = { productId: id, partName: productName, partCode: productCode, quantity: 1 };
  return [...parts, { ...part, unitCost: String(salePrice) }];
}

/** Below one it is taken off the list. */
export const withQuantity = (parts: readonly WorkPart[], index: number, quantity: number): WorkPart[] =>
  quantity < 1
    ? parts.filter((_, i) => i !== index)
    : parts.map((part, i) => (i === index ? { ...part, quantity: Math.min(MOST, quantity) } : part));

const yuan = (typed: string): number | null => (typed.trim() === '' ? 0 : amountOf(typed));

/** What it comes to so far, in yuan; null while an amount is not one. */
export function totalOf({ replacedParts, serviceFee }: WorkForm): number | null {
  const fee = yuan(serviceFee);
  const prices = replacedParts.map(({ unitCost }) => yuan(unitCost));
  if (fee === null || prices.includes(null)) return null;
  return costsOf({
    replacedParts: replacedParts.map(({ quantity }, i) => ({ quantity, unitCost: prices[i] ?? 0 })),
    serviceFee: fee,
  }).totalCost;
}

/** As the server takes it; what is no amount goes as text, so that the contract says so under its field. */
export function wordsOf(form: WorkForm) {
  return {
    problemAnalysis: form.problemAnalysis,
    solution: form.solution,
    isRemote: form.isRemote,
    serviceFee: yuan(form.serviceFee) ?? (form.serviceFee as unknown as number),
    replacedParts: form.replacedParts.map(({ unitCost, ...part }) => ({
      ...part,
      unitCost: yuan(unitCost) ?? (unitCost as unknown as number),
    })),
  };
}
