import { View } from '@tarojs/components';
import { memo } from 'react';
import type { EquipmentItem } from '#shared/equipment/contract.ts';
import { equipmentMachine } from '#shared/equipment/machine.ts';
import type { CalendarDate } from '#shared/values/time.ts';
import { IconButton, StatusTag } from '../ui';
import { warrantyWords } from './equipment-words';
import { RecordCard } from './record-card';

interface EquipmentCardProps {
  equipment: EquipmentItem;
  today: CalendarDate;
  onOpen: (equipment: EquipmentItem) => void;
  /** Without it there is no button to report a fault. */
  onReport?: ((equipment: EquipmentItem) => void) | undefined;
}

/** What, at whose place, which one, and whether its repair is paid for; a fault reported one tap away. */
export const EquipmentCard = memo(function EquipmentCard(props: EquipmentCardProps) {
  const { equipment, today, onOpen, onReport } = props;
  const { equipmentName, customer, location, serialNo, model, status } = equipment;
  const warranty = warrantyWords(equipment, today);
  const retired = status === 'retired';
  return (
    <RecordCard
      name={equipmentName}
      label={[equipmentName, customer.customerName, location, warranty.label].filter(Boolean).join('，')}
      onPress={() => onOpen(equipment)}
      past={retired}
      tags={
        retired ? (
          <StatusTag>{equipmentMachine.states.retired}</StatusTag>
        ) : (
          <StatusTag tone={warranty.tone}>{warranty.label}</StatusTag>
        )
      }
      facts={[customer.customerName, location].filter(Boolean).join(' · ')}
      last={{ when: '序列号', what: [serialNo, model].filter(Boolean).join(' · ') }}
      next={warranty.detail}
      actions={
        <View className="record-card__actions">
          {onReport && !retired && (
            <IconButton
              icon="wrench"
              tone="accent"
              label={`给${equipmentName}报修`}
              onPress={() => onReport(equipment)}
            />
          )}
        </View>
      }
    />
  );
});
