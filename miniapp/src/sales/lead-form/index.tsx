import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { outboxItems } from '../../api/outbox';
import { may, useSession } from '../../api/session';
import { NoPermission } from '../../domain/no-permission';
import { CreateLead } from './create-lead';
import { EditLead } from './edit-lead';
import './index.scss';

/** `?id=` edits a lead, `?outbox=` corrects one that was refused after it had been queued; without, a new one. */
export default function LeadFormPage() {
  const { id, outbox } = useRouter().params;
  const user = useSession()?.user;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  if (user && !may(user, id ? 'leads.update' : 'leads.create')) return <NoPermission title="登记线索" />;
  return id ? <EditLead id={id} /> : <CreateLead item={item} />;
}
