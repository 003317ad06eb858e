/** The sentences of a piece of equipment, and what the filters of its list say: pure, so that every page says the same. */
import type { EquipmentFilters, EquipmentItem } from '#shared/equipment/contract.ts';
import { type CalendarDate, DAY_MS } from '#shared/values/time.ts';
import type { Tone } from '../ui';
import { type ActiveFilter, activeOf } from './active-filters';

export const EQUIPMENT_PAGE = '/service/equipment/index';

export const WARRANTY_LABELS = { under: '在保', ended: '过保', unknown: '质保未知' } as const;
export type Warranty = keyof typeof WARRANTY_LABELS;

/** Fewer days left than this are worth a word to the customer. */
const SOON_DAYS = 30;

export interface WarrantyWords {
  readonly state: Warranty;
  readonly tone: Tone;
  /** `在保`, `即将到期`. */
  readonly label: string;
  /** Until when, and how far that is. */
  readonly detail: string;
}

const daysBetween = (from: CalendarDate, to: CalendarDate) =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** Between two dates: `18天`, `5个月`, `2年3个月`. */
function span(from: CalendarDate, to: CalendarDate): string {
  const days = daysBetween(from, to);
  if (days < 60) return `${days}天`;
  const part = (date: CalendarDate, start: number, end: number) => Number(date.slice(start, end));
  const months =
    (part(to, 0, 4) - part(from, 0, 4)) * 12 +
    (part(to, 5, 7) - part(from, 5, 7)) -
    (part(to, 8, 10) < part(from, 8, 10) ? 1 : 0);
  const years = Math.floor(months / 12);
  return [years > 0 && `${years}年`, months % 12 > 0 && `${months % 12}个月`].filter(Boolean).join('');
}

/** What the warranty of a unit is worth on a day; by its last day, so that it holds without a network as well. */
export function warrantyWords(
  { warrantyEndDate: end }: Pick<EquipmentItem, 'warrantyEndDate'>,
  today: CalendarDate,
): WarrantyWords {
  if (end === null)
    return { state: 'unknown', tone: 'neutral', label: '质保未知', detail: '填了安装或发货日期才能算' };
  const left = daysBetween(today, end);
  if (left < 0)
    return { state: 'ended', tone: 'hot', label: '已过保', detail: `${end} 到期，过了${span(end, today)}` };
  const rest = left === 0 ? '今天是最后一天' : `还有${span(today, end)}`;
  const soon = left < SOON_DAYS;
  return {
    state: 'under',
    tone: soon ? 'warning' : 'success',
    label: soon ? '在保，快到期了' : '在保',
    detail: `到 ${end}，${rest}`,
  };
}

/** The filters of the list that have no chip of their own. */
export const otherEquipmentFilters = (
  filters: EquipmentFilters,
  names: { readonly productId: string | null },
): ActiveFilter<EquipmentFilters>[] =>
  activeOf(filters, [[filters.productId && (names.productId ?? '指定产品'), 'productId']]);
