import { useRouter } from '@tarojs/taro';
import { RecordPage } from '../../domain/record-page';
import { TicketDetailView, useTicket } from '../../domain/ticket-detail';

export default function TicketPage() {
  const id = useRouter().params.id ?? '';
  const record = useTicket(id);
  return (
    <RecordPage id={id} title="工单详情" what="这张工单" home="/pages/tickets/index" record={record}>
      {({ onGone, arrange }) => (
        <TicketDetailView record={record} onGone={onGone}>
          {arrange}
        </TicketDetailView>
      )}
    </RecordPage>
  );
}
