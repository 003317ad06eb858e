import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { outboxItems } from '../../api/outbox';
import { CreateLead } from './create-lead';
import { EditLead } from './edit-lead';
import './index.scss';

/** `?id=` edits a lead, `?outbox=` corrects one that was refused after it had been queued; without, a new one. */
export default function LeadFormPage() {
  const { id, outbox } = useRouter().params;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  return id ? <EditLead id={id} /> : <CreateLead item={item} />;
}
