import { addDays, atWallClock, dateOf, type Instant, startOfWeek } from '#shared/values/time.ts';

const MORNING = '09:00';

/**
 * The days that people mean when they put something off, each at nine in the morning. A day has one name: on a Sunday it is
 * 明天, which 下周一 would only confuse; on a Friday 下周一, which 3天后 would leave to be counted.
 */
export function nextChoices(now: Instant): { label: string; at: Instant }[] {
  const today = dateOf(now);
  const choices = [
    { label: '明天', date: addDays(today, 1) },
    { label: '后天', date: addDays(today, 2) },
    { label: '下周一', date: addDays(startOfWeek(today), 7) },
    { label: '3天后', date: addDays(today, 3) },
  ];
  return choices
    .filter(({ date }, i) => choices.findIndex((other) => other.date === date) === i)
    .sort((a, b) => a.date.localeCompare(b.date))
    .map(({ label, date }) => ({ label, at: atWallClock(date, MORNING) }));
}
