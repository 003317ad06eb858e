import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import type { CalendarDate, Instant } from '#shared/values/time.ts';
import type { ListResult } from '../api/query';
import { ConnectionBanner } from '../domain/connection-banner';
import { countWords } from '../domain/list-parts';
import { Chip, type ChipOption, ChipRow, InfiniteList, Page } from '../ui';
import { byDay, DaySection } from './day-section';
import './day-page.scss';

interface DayPageProps<T> {
  title: string;
  /** What narrows the list. */
  chips: ReactNode;
  list: ListResult<T>;
  today: CalendarDate;
  /** When it happened. */
  at: (row: T) => Instant;
  /** Changes with what narrows the list. */
  resetKey: string;
  empty: ReactNode;
  render: (row: T) => ReactNode;
  /** Over the page. */
  sheets: ReactNode;
}

/** What happened, newest first, day by day. */
export function DayPage<T>(props: DayPageProps<T>) {
  const { title, chips, list, today, at, resetKey, empty, render, sheets } = props;
  return (
    <Page
      title={title}
      home="/pages/me/index"
      top={
        <View className="day-page-top">
          <ChipRow>{chips}</ChipRow>
        </View>
      }
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={resetKey}
    >
      <View className="day-page">
        <Text className="day-page__count">{countWords(list, '条')}</Text>
        <InfiniteList
          list={{ ...list, rows: byDay(list.rows, at) }}
          rowKey={({ date }) => date}
          empty={empty}
          render={({ date, rows }) => (
            <DaySection date={date} today={today}>
              {rows.map(render)}
            </DaySection>
          )}
        />
      </View>
      {sheets}
    </Page>
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
