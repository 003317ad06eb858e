import { useRouter } from '@tarojs/taro';
import { CustomerDetailView, useCustomer } from '../../domain/customer-detail';
import { RecordPage } from '../../domain/record-page';

export default function CustomerDetailPage() {
  const id = useRouter().params.id ?? '';
  const record = useCustomer(id);
  return (
    <RecordPage id={id} title="客户详情" what="这位客户" home="/pages/customers/index" record={record}>
      {({ onGone, arrange }) => (
        <CustomerDetailView record={record} onGone={onGone}>
          {arrange}
        </CustomerDetailView>
      )}
    </RecordPage>
  );
}
