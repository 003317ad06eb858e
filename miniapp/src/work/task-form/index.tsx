import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { decoded } from '../../api/navigation';
import { outboxItems } from '../../api/outbox';
import { may, useSession } from '../../api/session';
import { NoPermission } from '../../domain/no-permission';
import { CreateTask } from './create-task';
import { EditTask } from './edit-task';
import './index.scss';

/**
 * `?id=` edits a task; without, a new one, with `sourceEntity`, `sourceId` and `name` about a record. `?outbox=` corrects
 * a new one that was refused after it had been queued.
 */
export default function TaskFormPage() {
  const { id, outbox, sourceEntity, sourceId, name } = useRouter().params;
  const user = useSession()?.user;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  if (user && !may(user, id ? 'tasks.update' : 'tasks.create')) return <NoPermission title="待办" />;
  if (id) return <EditTask id={id} item={item} />;
  const about =
    (sourceEntity === 'leads' || sourceEntity === 'customers') && sourceId
      ? ({ entity: sourceEntity, id: sourceId, name: decoded(name ?? '') } as const)
      : null;
  return <CreateTask about={about} item={item} />;
}
