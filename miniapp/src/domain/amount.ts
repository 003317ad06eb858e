import { MAX_YUAN } from '#shared/values/money.ts';

/** Yuan as typed; null while it is not an amount. */
export function amountOf(text: string): number | null {
  const plain = text.replace(/[,，\s¥]/g, '');
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return null;
  const amount = Number(plain);
  return amount <= MAX_YUAN ? amount : null;
}
