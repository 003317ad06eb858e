import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { decoded } from '../../api/navigation';
import { outboxItems } from '../../api/outbox';
import { Guarded } from '../../domain/guarded';
import { CreateEquipment } from './create-equipment';
import { EditEquipment } from './edit-equipment';

/**
 * `?id=` edits a unit, `?outbox=` corrects one that was refused after it had been queued; without, a new one: with
 * `customerId` and `name` at a customer's, with `serialNo` as scanned.
 */
export default function EquipmentFormPage() {
  const { id, outbox, customerId, name, serialNo } = useRouter().params;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  return (
    <Guarded title="设备" permission="equipment.manage">
      {() =>
        id ? (
          <EditEquipment id={id} item={item} />
        ) : (
          <CreateEquipment
            customer={customerId ? { id: customerId, name: decoded(name ?? '') } : null}
            serialNo={decoded(serialNo ?? '')}
            item={item}
          />
        )
      }
    </Guarded>
  );
}
