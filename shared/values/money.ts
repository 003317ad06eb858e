import * as z from 'zod';

/** Yuan on the wire, at most two decimals, as `numeric(14,2)` holds it. */
export const MAX_YUAN = 999_999_999_999.99;
export const yuan = z.number().min(0).max(MAX_YUAN).multipleOf(0.01);

/** Integer fen, for arithmetic. Half a fen rounds away from zero. */
export function toFen(amount: number): number {
  return Math.sign(amount) * Math.round(Math.abs(amount) * 100 + 1e-6);
}

export const fromFen = (fen: number): number => fen / 100;

/** `¥12,800.00` */
export function formatYuan(amount: number): string {
  const [whole = '0', cents = '00'] = Math.abs(amount).toFixed(2).split('.');
  return `${amount < 0 ? '-' : ''}¥${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`;
}
