import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { outboxItems } from '../../api/outbox';
import { may, useSession } from '../../api/session';
import { NoPermission } from '../../domain/no-permission';
import { CreateContact } from './create-contact';
import { EditContact } from './edit-contact';

/**
 * `?id=` edits a contact, `?customerId=` adds one to a customer, `?outbox=` corrects one that was refused after it had
 * been queued.
 */
export default function ContactFormPage() {
  const { id, customerId, outbox } = useRouter().params;
  const user = useSession()?.user;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  if (user && !may(user, 'customers.update')) return <NoPermission title="联系人" />;
  if (id) return <EditContact id={id} item={item} />;
  const customer = customerId ?? (item?.input.params as { id?: string } | undefined)?.id ?? '';
  return <CreateContact customerId={customer} item={item} />;
}
