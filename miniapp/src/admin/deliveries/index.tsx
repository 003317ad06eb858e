import { Text, View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { CHANNEL_LABELS, type Delivery, type DeliveryStatus, reminders } from '#shared/reminders/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { dateOf, wallClock } from '#shared/values/time.ts';
import { openLogin } from '../../api/navigation';
import { useList } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useNow } from '../../domain/use-now';
import { Chip, type ChipOption, ChipRow, EmptyState, InfiniteList, Page, Row } from '../../ui';
import { byDay, DaySection } from '../day-section';
import { DeliverySheet, DeliveryTag } from './delivery-sheet';
import './index.scss';

const TITLE = '发送记录';
type Filter = 'all' | Extract<DeliveryStatus, 'failed' | 'waiting' | 'sent'>;
const FILTERS: readonly ChipOption<Filter>[] = [
  { value: 'all', label: '全部' },
  { value: 'failed', label: '失败' },
  { value: 'waiting', label: '待发送' },
  { value: 'sent', label: '已发送' },
];

export default function DeliveriesPage() {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'reminders.check')) return <NoPermission title={TITLE} />;
  return <Deliveries />;
}

/** What was sent to whom, newest first. */
function Deliveries() {
  const now = useNow();
  const today = dateOf(now);
  const [filter, setFilter] = useState<Filter>('all');
  const [opened, setOpened] = useState<Delivery | null>(null);
  const list = useList(reminders.deliveries, filter === 'all' ? {} : { status: [filter] });
  const shown = useRef(false);
  useDidShow(() => {
    if (shown.current) void list.refresh();
    shown.current = true;
  });
  const label = FILTERS.find(({ value }) => value === filter)?.label;
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={
        <View className="deliveries-top">
          <ChipRow>
            {FILTERS.map((option) => (
              <Chip
                key={option.value}
                role="radio"
                on={option.value === filter}
                onPress={() => setFilter(option.value)}
              >
                {option.label}
              </Chip>
            ))}
          </ChipRow>
        </View>
      }
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={filter}
    >
      <View className="deliveries">
        <Text className="deliveries__count">
          {list.total ? `${formatCount(list.total)} 条` : list.loading ? '正在加载' : ''}
        </Text>
        <InfiniteList
          list={{ ...list, rows: byDay(list.rows, ({ createdAt }) => createdAt) }}
          rowKey={({ date }) => date}
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
          render={({ date, rows }) => (
            <DaySection date={date} today={today}>
              {rows.map((delivery) => (
                <DeliveryRow key={delivery.id} delivery={delivery} onPress={() => setOpened(delivery)} />
              ))}
            </DaySection>
          )}
        />
      </View>
      {opened && (
        <DeliverySheet key={opened.id} delivery={opened} now={now} onClose={() => setOpened(null)} />
      )}
    </Page>
  );
}

function DeliveryRow({ delivery, onPress }: { delivery: Delivery; onPress: () => void }) {
  const { recipient, address, channel, leads, createdAt, reason } = delivery;
  return (
    <Row
      title={recipient?.name ?? address ?? ''}
      detail={
        <>
          <Text className="delivery__facts">
            {`${wallClock(createdAt).time} · ${CHANNEL_LABELS[channel]} · ${leads}条线索`}
          </Text>
          {reason && <Text className="delivery__reason">{reason}</Text>}
        </>
      }
      trailing={<DeliveryTag status={delivery.status} />}
      onPress={onPress}
    />
  );
}
