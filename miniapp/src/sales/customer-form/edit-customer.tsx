import { type CustomerDetail, customers } from '#shared/customers/contract.ts';
import type { CustomerField } from '#shared/customers/draft.ts';
import { showDetail, useDetail } from '../../api/query';
import { type EditedRecord, EditLoader, EditPage, type FormFields } from '../../domain/edit-page';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { useNow } from '../../domain/use-now';
import { DuplicateNotice } from '../lead-form/duplicate-notice';
import { useDuplicates } from '../lead-form/use-duplicates';
import { CustomerFields } from './customer-fields';
import { customerForm } from './customer-form';

const TITLE = '编辑客户';

/** The fields, with who has the new name or number already. */
function EditFields({ customer, ...fields }: FormFields<CustomerField> & { customer: CustomerDetail }) {
  const now = useNow();
  const before = customerForm.fill(customer);
  const { customerName, phone } = fields.value;
  const known = useDuplicates(
    {
      customerName: customerName === before.customerName ? '' : customerName,
      phone: phone === before.phone ? '' : phone,
      wechat: '',
    },
    customer.id,
    customers.duplicates,
  );
  return <CustomerFields {...fields} notice={<DuplicateNotice list={known} now={now} />} />;
}

export function EditCustomer({ id, item }: EditedRecord) {
  const detail = useDetail(customers.get, { params: { id } });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(customer) => (
        <EditPage
          title={TITLE}
          item={item}
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
          home={`${RECORD_PAGES.customers}?id=${id}`}
        >
          {(fields) => <EditFields {...fields} customer={customer} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
