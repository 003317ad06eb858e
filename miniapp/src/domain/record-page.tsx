import { useDidShow } from '@tarojs/taro';
import type { ReactNode } from 'react';
import { goBack, openLogin } from '../api/navigation';
import { useSession } from '../api/session';
import { Page } from '../ui';
import { IncompleteLink, type Opened, type RecordParts } from './record-view';
import { useShownAgain } from './use-shown-again';

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
  useDidShow(() => {
    if (!user) openLogin();
  });
  // Back from the form: somebody may have changed it meanwhile.
  useShownAgain(() => user && refresh());
  if (id === '') {
    return (
      <Page title={title} home={home}>
        <IncompleteLink what={what} onGone={leave} />
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
