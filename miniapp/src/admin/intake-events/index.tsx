import { useState } from 'react';
import {
  INTAKE_STATUS_LABELS,
  type IntakeEvent,
  type IntakeStatus,
  intake,
} from '#shared/intake/contract.ts';
import { dateOf, wallClock } from '#shared/values/time.ts';
import { useList } from '../../api/query';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { EmptyState } from '../../ui';
import { AttemptRow } from '../attempt';
import { DayPage, FilterChips } from '../day-page';
import { EventSheet, EventTag } from './event-sheet';

const TITLE = '接入记录';
type Filter = 'all' | IntakeStatus;
const STATUSES: readonly IntakeStatus[] = ['failed', 'processed', 'duplicate', 'ignored', 'received'];
const FILTERS: readonly { value: Filter; label: string }[] = [
  { value: 'all', label: '全部' },
  ...STATUSES.map((value) => ({ value, label: INTAKE_STATUS_LABELS[value] })),
];

export default function IntakeEventsPage() {
  return (
    <Guarded title={TITLE} permission="intake.read">
      {(user) => <Events manages={may(user, 'intake.manage')} />}
    </Guarded>
  );
}

/** What platforms sent, and what became of it, newest first. */
function Events({ manages }: { manages: boolean }) {
  const now = useNow();
  const today = dateOf(now);
  const [filter, setFilter] = useState<Filter>('all');
  const [opened, setOpened] = useState<IntakeEvent | null>(null);
  const list = useList(intake.events, filter === 'all' ? {} : { status: [filter] });
  useShownAgain(() => void list.refresh());
  const label = FILTERS.find(({ value }) => value === filter)?.label;
  return (
    <DayPage
      title={TITLE}
      chips={<FilterChips options={FILTERS} value={filter} onChange={setFilter} />}
      list={list}
      today={today}
      at={({ receivedAt }) => receivedAt}
      asked={[filter]}
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
      render={(event) => <EventRow key={event.id} event={event} onPress={() => setOpened(event)} />}
      sheets={
        opened && (
          <EventSheet
            key={opened.id}
            event={opened}
            now={now}
            manages={manages}
            onClose={() => setOpened(null)}
          />
        )
      }
    />
  );
}

function EventRow({ event, onPress }: { event: IntakeEvent; onPress: () => void }) {
  const { customerName, contact, source, receivedAt, reason, status } = event;
  return (
    <AttemptRow
      title={customerName ?? contact ?? '没有识别出客户'}
      facts={[wallClock(receivedAt).time, source.name, ...(customerName && contact ? [contact] : [])].join(
        ' · ',
      )}
      reason={reason}
      tag={<EventTag status={status} />}
      onPress={onPress}
    />
  );
}
