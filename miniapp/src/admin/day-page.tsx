import type { ReactNode } from 'react';
import type { CalendarDate, Instant } from '#shared/values/time.ts';
import type { ListResult } from '../api/query';
import { ListPage } from '../domain/list-page';
import { Chip, type ChipOption } from '../ui';
import { byDay, DaySection } from './day-section';

interface DayPageProps<T> {
  title: string;
  /** What narrows the list. */
  chips: ReactNode;
  list: ListResult<T>;
  today: CalendarDate;
  /** When it happened. */
  at: (row: T) => Instant;
  /** What narrows the list: back to the top when it changes. */
  asked: readonly unknown[];
  empty: ReactNode;
  render: (row: T) => ReactNode;
  /** Over the page. */
  sheets: ReactNode;
}

/** What happened, newest first, day by day. */
export function DayPage<T>(props: DayPageProps<T>) {
  const { list, today, at, render, sheets, ...rest } = props;
  return (
    <ListPage
      {...rest}
      home="/pages/me/index"
      list={{ ...list, rows: byDay(list.rows, at).map((day) => ({ ...day, id: day.date })) }}
      unit="条"
      render={({ date, rows }) => (
        <DaySection date={date} today={today}>
          {rows.map(render)}
        </DaySection>
      )}
    >
      {sheets}
    </ListPage>
  );
}

interface FilterChipsProps<F extends string> {
  options: readonly ChipOption<F>[];
  value: F;
  onChange: (value: F) => void;
}

/** One of the few ways to narrow a list. */
export function FilterChips<F extends string>({ options, value, onChange }: FilterChipsProps<F>) {
  return (
    <>
      {options.map((option) => (
        <Chip
          key={option.value}
          role="radio"
          on={option.value === value}
          onPress={() => onChange(option.value)}
        >
          {option.label}
        </Chip>
      ))}
    </>
  );
}
