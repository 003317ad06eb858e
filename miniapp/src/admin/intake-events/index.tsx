import { Text, View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { useRef, useState } from 'react';
import {
  INTAKE_STATUS_LABELS,
  type IntakeEvent,
  type IntakeStatus,
  intake,
} from '#shared/intake/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { dateOf, wallClock } from '#shared/values/time.ts';
import { openLogin } from '../../api/navigation';
import { useList } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useNow } from '../../domain/use-now';
import { Chip, ChipRow, EmptyState, InfiniteList, Page, Row } from '../../ui';
import { byDay, DaySection } from '../day-section';
import { EventSheet, EventTag } from './event-sheet';
import './index.scss';

const TITLE = '接入记录';
type Filter = 'all' | IntakeStatus;
const STATUSES: readonly IntakeStatus[] = ['failed', 'processed', 'duplicate', 'ignored', 'received'];
const FILTERS: readonly { value: Filter; label: string }[] = [
  { value: 'all', label: '全部' },
  ...STATUSES.map((value) => ({ value, label: INTAKE_STATUS_LABELS[value] })),
];

export default function IntakeEventsPage() {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'intake.read')) return <NoPermission title={TITLE} />;
  return <Events manages={may(user, 'intake.manage')} />;
}

/** What platforms sent, and what became of it, newest first. */
function Events({ manages }: { manages: boolean }) {
  const now = useNow();
  const today = dateOf(now);
  const [filter, setFilter] = useState<Filter>('all');
  const [opened, setOpened] = useState<IntakeEvent | null>(null);
  const list = useList(intake.events, filter === 'all' ? {} : { status: [filter] });
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
        <View className="intake-events-top">
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
      <View className="intake-events">
        <Text className="intake-events__count">
          {list.total ? `${formatCount(list.total)} 条` : list.loading ? '正在加载' : ''}
        </Text>
        <InfiniteList
          list={{ ...list, rows: byDay(list.rows, ({ receivedAt }) => receivedAt) }}
          rowKey={({ date }) => date}
          empty={
            filter === 'all' ? (
              <EmptyState
                icon="inbox"
                title="还没有收到过数据"
                hint="平台那边填好接收地址后，客户一留资就会出现在这里"
              />
            ) : (
              <EmptyState
                icon={filter === 'failed' ? 'circle-check' : 'inbox'}
                title={filter === 'failed' ? '没有失败的数据' : `没有${label}的数据`}
                action="查看全部"
                onAction={() => setFilter('all')}
              />
            )
          }
          render={({ date, rows }) => (
            <DaySection date={date} today={today}>
              {rows.map((event) => (
                <EventRow key={event.id} event={event} onPress={() => setOpened(event)} />
              ))}
            </DaySection>
          )}
        />
      </View>
      {opened && (
        <EventSheet
          key={opened.id}
          event={opened}
          now={now}
          manages={manages}
          onClose={() => setOpened(null)}
        />
      )}
    </Page>
  );
}

function EventRow({ event, onPress }: { event: IntakeEvent; onPress: () => void }) {
  const { customerName, contact, source, receivedAt, reason, status } = event;
  return (
    <Row
      title={customerName ?? contact ?? '没有识别出客户'}
      detail={
        <>
          <Text className="intake-event__facts">
            {[wallClock(receivedAt).time, source.name, ...(customerName && contact ? [contact] : [])].join(
              ' · ',
            )}
          </Text>
          {reason && <Text className="intake-event__reason">{reason}</Text>}
        </>
      }
      trailing={<EventTag status={status} />}
      onPress={onPress}
    />
  );
}
