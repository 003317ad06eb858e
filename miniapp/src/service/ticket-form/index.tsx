import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { decoded } from '../../api/navigation';
import { outboxItems } from '../../api/outbox';
import { Guarded } from '../../domain/guarded';
import { CreateTicket } from './create-ticket';
import { EditTicket } from './edit-ticket';

/**
 * `?id=` edits a ticket, `?outbox=` corrects one that was refused after it had been queued; without, a new one:
 * `?equipmentId=` or `?customerId=&name=` say for whom.
 */
export default function TicketFormPage() {
  const { id, outbox, equipmentId, customerId, name } = useRouter().params;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  return (
    <Guarded title="工单" permission={id ? 'serviceTickets.update' : 'serviceTickets.create'}>
      {() =>
        id ? (
          <EditTicket id={id} item={item} />
        ) : (
          <CreateTicket
            item={item}
            equipmentId={equipmentId}
            customer={customerId ? { id: customerId, name: name ? decoded(name) : '已选的客户' } : undefined}
          />
        )
      }
    </Guarded>
  );
}
