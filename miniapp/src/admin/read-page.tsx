import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import type { DetailResult } from '../api/query';
import { ConnectionBanner } from '../domain/connection-banner';
import { useShownAgain } from '../domain/use-shown-again';
import { cx, ErrorState, ListSkeleton, Page } from '../ui';
import './read-page.scss';

interface ReadPageProps<D> {
  title: string;
  /** What the page shows, of one answer or of several. */
  read: Pick<DetailResult<D>, 'data' | 'error' | 'refreshing' | 'updatedAt'> & {
    readonly refresh: () => unknown;
  };
  className?: string;
  /** How much there may be, while it loads. */
  rows?: number;
  floating?: ReactNode;
  footer?: ReactNode;
  /** Over the page. */
  sheets?: ReactNode;
  children: (data: D) => ReactNode;
}

/** A page that reads and shows: read anew whenever it is shown again. */
export function ReadPage<D>({
  title,
  read,
  className,
  rows,
  floating,
  footer,
  sheets,
  children,
}: ReadPageProps<D>) {
  const { data, error, refreshing, updatedAt } = read;
  const refresh = () => void read.refresh();
  useShownAgain(refresh);
  return (
    <Page
      title={title}
      home="/pages/me/index"
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      floating={floating}
      footer={footer}
      onRefresh={refresh}
      refreshing={refreshing}
    >
      <View className={cx('read-page', className)}>
        {data ? (
          children(data)
        ) : error ? (
          <ErrorState error={error} onRetry={refresh} pending={refreshing} />
        ) : (
          <ListSkeleton {...(rows ? { rows } : {})} />
        )}
      </View>
      {sheets}
    </Page>
  );
}
