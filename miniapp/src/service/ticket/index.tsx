import { useRouter } from '@tarojs/taro';
import { useEffect } from 'react';
import { may, useSession } from '../../api/session';
import { readProductsAhead } from '../../domain/product-picker';
import { RecordPage } from '../../domain/record-page';
import { TicketDetailView, useTicket } from '../../domain/ticket-detail';

export default function TicketPage() {
  const id = useRouter().params.id ?? '';
  const record = useTicket(id);
  const user = useSession()?.user;
  const usesParts = may(user, 'serviceTickets.work') && may(user, 'products.read');
  useEffect(() => {
    if (usesParts) void readProductsAhead();
  }, [usesParts]);
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
