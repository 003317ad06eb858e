import Taro, { useDidShow, useRouter } from '@tarojs/taro';
import { useRef } from 'react';
import { reminders } from '#shared/reminders/contract.ts';
import { openLogin } from '../../api/navigation';
import { refreshAll } from '../../api/query';
import { useSession } from '../../api/session';
import { LeadDetailView, useLead } from '../../domain/lead-detail';
import { LeadReminders } from '../../domain/lead-reminders';
import { EmptyState, Page } from '../../ui';

function leave() {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else void Taro.switchTab({ url: '/pages/leads/index' });
}

export default function LeadDetailPage() {
  const id = useRouter().params.id ?? '';
  const user = useSession()?.user;
  const record = useLead(id);
  const refresh = () => {
    record.refresh();
    void refreshAll(reminders.preview);
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
      <Page title="线索详情" home="/pages/leads/index">
        <EmptyState
          icon="search"
          title="链接不完整"
          hint="从列表里重新打开这条线索"
          action="返回"
          onAction={leave}
        />
      </Page>
    );
  }
  return (
    <LeadDetailView record={record} onGone={leave} reminders={(lead) => <LeadReminders lead={lead} />}>
      {({ title, banner, body, footer }) => (
        <Page
          title={title}
          home="/pages/leads/index"
          banner={banner}
          footer={footer}
          onRefresh={refresh}
          refreshing={record.detail.refreshing}
          onReachEnd={record.timeline.loadMore}
        >
          {body}
        </Page>
      )}
    </LeadDetailView>
  );
}
