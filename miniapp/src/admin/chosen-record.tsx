import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import type { DetailResult } from '../api/query';
import { DetailSkeleton, EmptyState, ErrorState, Page } from '../ui';
import './read-page.scss';

interface ChosenRecordProps<T> {
  title: string;
  /** None: a new one. */
  id: string | undefined;
  /** The list that it stands in. */
  read: DetailResult<{ list: readonly T[] }>;
  /** Said when it is no longer there. */
  gone: string;
  leave: () => void;
  children: (record: T | null) => ReactNode;
}

/** Loads what a form is about, then the form. */
export function ChosenRecord<T extends { readonly id: string }>(props: ChosenRecordProps<T>) {
  const { title, id, gone, leave, children } = props;
  const { data, error, refresh, refreshing } = props.read;
  const record = data?.list.find((each) => each.id === id);
  if (!id || record) return <>{children(record ?? null)}</>;
  return (
    <Page title={title} home="/pages/me/index">
      {data && !refreshing ? (
        <EmptyState icon="inbox" title={gone} action="返回" onAction={leave} />
      ) : error ? (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      ) : (
        <View className="read-page">
          <DetailSkeleton />
        </View>
      )}
    </Page>
  );
}
