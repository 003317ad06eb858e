import { useRouter } from '@tarojs/taro';
import { pool } from '#shared/pool/contract.ts';
import { reminders } from '#shared/reminders/contract.ts';
import { refreshAll } from '../../api/query';
import { LeadDetailView, useLead } from '../../domain/lead-detail';
import { LeadPoolClock } from '../../domain/lead-pool';
import { LeadReminders } from '../../domain/lead-reminders';
import { RecordPage } from '../../domain/record-page';

export default function LeadDetailPage() {
  const id = useRouter().params.id ?? '';
  const record = useLead(id);
  return (
    <RecordPage
      id={id}
      title="线索详情"
      what="这条线索"
      home="/pages/leads/index"
      record={record}
      onRefresh={() => void refreshAll(reminders.preview, pool.clock)}
    >
      {({ onGone, arrange }) => (
        <LeadDetailView
          record={record}
          onGone={onGone}
          reminders={(lead) => (
            <>
              <LeadReminders lead={lead} />
              <LeadPoolClock lead={lead} />
            </>
          )}
        >
          {arrange}
        </LeadDetailView>
      )}
    </RecordPage>
  );
}
