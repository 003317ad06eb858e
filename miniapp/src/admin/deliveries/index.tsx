import { useState } from 'react';
import { CHANNEL_LABELS, type Delivery, type DeliveryStatus, reminders } from '#shared/reminders/contract.ts';
import { dateOf, wallClock } from '#shared/values/time.ts';
import { useList } from '../../api/query';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { type ChipOption, EmptyState } from '../../ui';
import { AttemptRow } from '../attempt';
import { DayPage, FilterChips } from '../day-page';
import { DeliverySheet, DeliveryTag } from './delivery-sheet';

const TITLE = '发送记录';
type Filter = 'all' | Extract<DeliveryStatus, 'failed' | 'waiting' | 'sent'>;
const FILTERS: readonly ChipOption<Filter>[] = [
  { value: 'all', label: '全部' },
  { value: 'failed', label: '失败' },
  { value: 'waiting', label: '待发送' },
  { value: 'sent', label: '已发送' },
];

export default function DeliveriesPage() {
  return (
    <Guarded title={TITLE} permission="reminders.check">
      {() => <Deliveries />}
    </Guarded>
  );
}

/** What was sent to whom, newest first. */
function Deliveries() {
  const now = useNow();
  const today = dateOf(now);
  const [filter, setFilter] = useState<Filter>('all');
  const [opened, setOpened] = useState<Delivery | null>(null);
  const list = useList(reminders.deliveries, filter === 'all' ? {} : { status: [filter] });
  useShownAgain(() => void list.refresh());
  const label = FILTERS.find(({ value }) => value === filter)?.label;
  return (
    <DayPage
      title={TITLE}
      chips={<FilterChips options={FILTERS} value={filter} onChange={setFilter} />}
      list={list}
      today={today}
      at={({ createdAt }) => createdAt}
      asked={[filter]}
      empty={
        filter === 'all' ? (
          <EmptyState icon="mail" title="还没有发过提醒" hint="有线索超期，到了发送时间就会发出" />
        ) : (
          <EmptyState
            icon={filter === 'failed' ? 'circle-check' : 'mail'}
            title={filter === 'failed' ? '没有发送失败的提醒' : `没有${label}的提醒`}
            action="查看全部"
            onAction={() => setFilter('all')}
          />
        )
      }
      render={(delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} onPress={() => setOpened(delivery)} />
      )}
      sheets={
        opened && (
          <DeliverySheet key={opened.id} delivery={opened} now={now} onClose={() => setOpened(null)} />
        )
      }
    />
  );
}

function DeliveryRow({ delivery, onPress }: { delivery: Delivery; onPress: () => void }) {
  const { recipient, address, channel, leads, createdAt, reason } = delivery;
  return (
    <AttemptRow
      title={recipient?.name ?? address ?? ''}
      facts={`${wallClock(createdAt).time} · ${CHANNEL_LABELS[channel]} · ${leads}条线索`}
      reason={reason}
      tag={<DeliveryTag status={delivery.status} />}
      onPress={onPress}
    />
  );
}
