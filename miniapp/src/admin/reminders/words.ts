import type { ReminderSettings } from '#shared/reminders/contract.ts';
import { WEEKDAYS } from '#shared/values/time.ts';

/** The week as people count it. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0].map((day) => ({ value: String(day), label: WEEKDAYS[day] ?? '' }));

/** `每个工作日 09:00 发送，周五不打扰`. */
export function scheduleWords({
  sendTime,
  workdaysOnly,
  quietWeekdays,
}: Pick<ReminderSettings, 'sendTime' | 'workdaysOnly' | 'quietWeekdays'>): string {
  const quiet = WEEK.filter(({ value }) => quietWeekdays.includes(Number(value))).map(({ label }) => label);
  return [
    `${workdaysOnly ? '每个工作日' : '每天'} ${sendTime} 发送`,
    ...(quiet.length > 0 ? [`${quiet.join('、')}不打扰`] : []),
  ].join('，');
}
