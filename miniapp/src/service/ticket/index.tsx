import { useRouter } from '@tarojs/taro';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { useDetail } from '../../api/query';
import { ErrorState, Page } from '../../ui';

export default function TicketPage() {
  const id = useRouter().params.id ?? '';
  const { data, error, refresh } = useDetail(serviceTickets.get, { params: { id } }, { enabled: id !== '' });
  return (
    <Page title="工单详情" home="/pages/tickets/index">
      {error ? <ErrorState error={error} onRetry={() => void refresh()} /> : data?.ticketTitle}
    </Page>
  );
}
