import Taro, { useDidShow, useRouter } from '@tarojs/taro';
import { useRef } from 'react';
import { LeadDetailView, useLead } from '../../domain/lead-detail';
import { Page } from '../../ui';

function leave() {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
  else void Taro.switchTab({ url: '/pages/leads/index' });
}

export default function LeadDetailPage() {
  const id = useRouter().params.id ?? '';
  const record = useLead(id);
  const first = useRef(true);
  useDidShow(() => {
    // Back from the form: somebody may have changed it meanwhile.
    if (!first.current) record.refresh();
    first.current = false;
  });
  return (
    <LeadDetailView record={record} onGone={leave}>
      {({ title, banner, body, footer }) => (
        <Page
          title={title}
          home="/pages/leads/index"
          banner={banner}
          footer={footer}
          onRefresh={record.refresh}
          refreshing={record.detail.refreshing}
          onReachEnd={record.timeline.loadMore}
        >
          {body}
        </Page>
      )}
    </LeadDetailView>
  );
}
