import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { outboxItems } from '../../api/outbox';
import { may, useSession } from '../../api/session';
import { NoPermission } from '../../domain/no-permission';
import { CreateCustomer } from './create-customer';
import { EditCustomer } from './edit-customer';

/** `?id=` edits a customer, `?outbox=` corrects one that was refused after it had been queued; without, a new one. */
export default function CustomerFormPage() {
  const { id, outbox } = useRouter().params;
  const user = useSession()?.user;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  if (user && !may(user, id ? 'customers.update' : 'customers.create')) return <NoPermission title="客户" />;
  return id ? <EditCustomer id={id} item={item} /> : <CreateCustomer item={item} />;
}
