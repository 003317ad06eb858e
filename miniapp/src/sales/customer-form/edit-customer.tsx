import Taro from '@tarojs/taro';
import { customers } from '#shared/customers/contract.ts';
import { showDetail, useDetail } from '../../api/query';
import { EditLoader, EditPage } from '../../domain/edit-page';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { CustomerFields } from './customer-fields';
import { customerForm } from './customer-form';

const TITLE = '编辑客户';

export function EditCustomer({ id }: { id: string }) {
  const detail = useDetail(customers.get, { params: { id } });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(customer) => (
        <EditPage
          title={TITLE}
          what="这位客户"
          name={`customer:${id}`}
          record={customer}
          recordId={id}
          form={customerForm}
          fill={customerForm.fill}
          offline={detail.error?.offline}
          endpoint={customers.update}
          refresh={[customers.list, customers.get, customers.timeline]}
          onSaved={(data) => showDetail(customers.get, { params: { id } }, data)}
          leave={() => {
            if (Taro.getCurrentPages().length > 1) void Taro.navigateBack();
            else void Taro.redirectTo({ url: `${RECORD_PAGES.customers}?id=${id}` });
          }}
        >
          {(fields) => <CustomerFields {...fields} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
