import { addDays, type CalendarDate, startOfDate, WEEKDAYS, wallClock } from '#shared/values/time.ts';
import type { SpecialDay } from '#shared/workdays/contract.ts';

/** Days in a row that are special for the same reason. */
export interface Span {
  from: CalendarDate;
  to: CalendarDate;
  days: number;
  workday: boolean;
  note: string;
  /** The company's own decision, which stands alone: each can be taken back. */
  override: SpecialDay | null;
}

/** Days, in order, with those of one holiday joined. */
export function spansOf(days: readonly SpecialDay[]): Span[] {
  const spans: Span[] = [];
  for (const day of days) {
    const { date, workday, note, override } = day;
    const last = spans[spans.length - 1];
    const joins =
      last &&
      !override &&
      last.override === null &&
      last.workday === workday &&
      last.note === note &&
      addDays(last.to, 1) === date;
    if (joins) {
      last.to = date;
      last.days += 1;
    } else spans.push({ from: date, to: date, days: 1, workday, note, override: override ? day : null });
  }
  return spans;
}

/** By the month in which they begin. */
export function byMonth(spans: readonly Span[]): { month: number; spans: Span[] }[] {
  const months: { month: number; spans: Span[] }[] = [];
  for (const span of spans) {
    const month = Number(span.from.slice(5, 7));
    const last = months[months.length - 1];
    if (last?.month === month) last.spans.push(span);
    else months.push({ month, spans: [span] });
  }
  return months;
}

const weekdayOf = (date: CalendarDate) => wallClock(startOfDate(date)).weekday;

const shortDate = (date: CalendarDate) => `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日`;

/** `10月1日 周四`; the year goes without saying. */
export const dayName = (date: CalendarDate): string => `${shortDate(date)} ${WEEKDAYS[weekdayOf(date)]}`;

/** `10月1日 – 10月8日`, or the one day. */
export const spanName = ({ from, to }: Pick<Span, 'from' | 'to'>): string =>
  from === to ? dayName(from) : `${shortDate(from)} – ${shortDate(to)}`;

/** Whether a day is worked on as things are, without the company's own word on it. */
export function worksOn(date: CalendarDate, known: readonly SpecialDay[]): boolean {
  const special = known.find((day) => day.date === date);
  const weekday = weekdayOf(date);
  return special ? special.workday : weekday >= 1 && weekday <= 5;
}
