/** The sentences of a product: pure, so that every page says the same. */
import type { ProductItem } from '#shared/products/contract.ts';
import type { ProductStatus } from '#shared/products/machine.ts';
import { formatYuan } from '#shared/values/money.ts';
import type { Tone } from '../ui';

export const PRODUCT_STATUS_TONES: Readonly<Record<ProductStatus, Tone>> = {
  draft: 'warning',
  active: 'success',
  inactive: 'neutral',
};

/** `¥1,280.00/台` */
export const priceWords = ({ salePrice, unit }: Pick<ProductItem, 'salePrice' | 'unit'>): string =>
  `${formatYuan(salePrice)}/${unit}`;

/** `24个月`, `无质保` */
export const warrantyMonthsWords = (months: number): string => (months === 0 ? '无质保' : `${months}个月`);
