import { useDidShow } from '@tarojs/taro';
import { type ReactNode, useRef } from 'react';
import { goBack, openLogin } from '../api/navigation';
import { useSession } from '../api/session';
import { EmptyState, Page } from '../ui';
import type { Opened, RecordParts } from './record-view';

interface RecordPageProps {
  id: string;
  title: string;
  /** `这条线索`, for a link without an id. */
  what: string;
  /** The list that it stands in. */
  home: string;
  record: Opened<unknown, unknown>;
  /** What else the page shows. */
  onRefresh?: () => void;
  children: (page: { onGone: () => void; arrange: (parts: RecordParts) => ReactNode }) => ReactNode;
}

/** The page of a record: read anew whenever it is shown again. */
export function RecordPage({ id, title, what, home, record, onRefresh, children }: RecordPageProps) {
  const user = useSession()?.user;
  const leave = () => goBack(home);
  const refresh = () => {
    record.refresh();
    onRefresh?.();
  };
  const first = useRef(true);
  useDidShow(() => {
    if (!user) openLogin();
    // Back from the form: somebody may have changed it meanwhile.
    else if (!first.current) refresh();
    first.current = false;
  });
  if (id === '') {
    return (
      <Page title={title} home={home}>
        <EmptyState
          icon="search"
          title="链接不完整"
          hint={`从列表里重新打开${what}`}
          action="返回"
          onAction={leave}
        />
      </Page>
    );
  }
  return (
    <>
      {children({
        onGone: leave,
        arrange: (parts) => (
          <Page
            title={parts.title}
            home={home}
            banner={parts.banner}
            footer={parts.footer}
            onRefresh={refresh}
            refreshing={record.detail.refreshing}
            onReachEnd={record.timeline.loadMore}
          >
            {parts.body}
          </Page>
        ),
      })}
    </>
  );
}
