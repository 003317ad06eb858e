import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { Button } from './button';
import { cx } from './class-names';
import { ListSkeleton } from './skeleton';
import { ErrorState, type Failure } from './states';
import './list.scss';

/** What `useList` answers, as far as a list draws it. */
export interface ListState<T> {
  rows: readonly T[];
  loading: boolean;
  refreshing: boolean;
  error: Failure | null | undefined;
  /** The last page is here. */
  ended: boolean;
  loadMore: () => void;
  refresh: () => void;
}

interface InfiniteListProps<T> {
  list: ListState<T>;
  rowKey: (row: T) => string;
  render: (row: T) => ReactNode;
  /** Drawn when there is nothing: an `EmptyState`. */
  empty: ReactNode;
  /** No line under a short list. */
  quiet?: boolean;
  /** Lines between the rows instead of gaps between cards. */
  lines?: boolean;
}

/** Rows page by page, with skeleton, empty, error and end. The page around it calls `loadMore` at its end. */
export function InfiniteList<T>({ list, rowKey, render, empty, quiet, lines }: InfiniteListProps<T>) {
  if (list.rows.length === 0) {
    if (list.error) return <ErrorState error={list.error} onRetry={list.refresh} pending={list.refreshing} />;
    if (list.loading || !list.ended) return <ListSkeleton />;
    return <>{empty}</>;
  }
  return (
    <View className={cx('list', lines && 'list--lines')}>
      {list.rows.map((row) => (
        <View key={rowKey(row)} className="list__row">
          {render(row)}
        </View>
      ))}
      {!quiet && <ListEnd list={list} />}
    </View>
  );
}

function ListEnd<T>({ list }: { list: ListState<T> }) {
  if (list.error) {
    return (
      <View className="list__end">
        <Text>{list.error.message}</Text>
        <Button kind="plain" size="s" onPress={list.ended ? list.refresh : list.loadMore}>
          重试
        </Button>
      </View>
    );
  }
  return <View className="list__end">{list.ended ? '没有更多了' : '正在加载…'}</View>;
}
