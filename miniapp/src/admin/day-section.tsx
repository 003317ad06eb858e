import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { type CalendarDate, dateOf, formatDay, type Instant } from '#shared/values/time.ts';
import './day-section.scss';

export interface Day<T> {
  date: CalendarDate;
  rows: T[];
}

/** Rows that are in order, by the day they belong to. */
export function byDay<T>(rows: readonly T[], at: (row: T) => Instant): Day<T>[] {
  const days: Day<T>[] = [];
  for (const row of rows) {
    const date = dateOf(at(row));
    const last = days[days.length - 1];
    if (last?.date === date) last.rows.push(row);
    else days.push({ date, rows: [row] });
  }
  return days;
}

interface DaySectionProps {
  date: CalendarDate;
  today: CalendarDate;
  children: ReactNode;
}

/** What happened on one day, under its name. */
export function DaySection({ date, today, children }: DaySectionProps) {
  return (
    <View>
      <Text className="day-section__date" {...{ role: 'heading', 'aria-level': '2' }}>
        {formatDay(date, today)}
      </Text>
      <View className="day-section__rows">{children}</View>
    </View>
  );
}
