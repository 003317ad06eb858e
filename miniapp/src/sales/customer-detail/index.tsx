import { useRouter } from '@tarojs/taro';
import { equipment } from '#shared/equipment/contract.ts';
import { files } from '#shared/files/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { refreshAll } from '../../api/query';
import { CustomerDetailView, useCustomer } from '../../domain/customer-detail';
import { RecordPage } from '../../domain/record-page';

export default function CustomerDetailPage() {
  const id = useRouter().params.id ?? '';
  const record = useCustomer(id);
  return (
    <RecordPage
      id={id}
      title="客户详情"
      what="这位客户"
      home="/pages/customers/index"
      record={record}
      onRefresh={() => void refreshAll(serviceTickets.list, equipment.list, files.list, tasks.list)}
    >
      {({ onGone, arrange }) => (
        <CustomerDetailView record={record} onGone={onGone}>
          {arrange}
        </CustomerDetailView>
      )}
    </RecordPage>
  );
}
