import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { METHOD_LABELS } from '#shared/followups/contract.ts';
import type { TimelineEntry } from '#shared/timeline/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import type { OutboxItem } from '../api/outbox';
import type { ListResult } from '../api/query';
import {
  Button,
  EmptyState,
  ErrorState,
  Icon,
  type IconName,
  ListSkeleton,
  Press,
  Timeline,
  type TimelineItem,
} from '../ui';
import { METHOD_ICONS } from './labels';
import './record-history.scss';

const KIND_ICONS: Readonly<Record<TimelineEntry['kind'], IconName>> = {
  followUp: 'sticky-note',
  status: 'flag',
  ownership: 'arrow-right-left',
  created: 'user-plus',
  edited: 'pencil',
  deleted: 'trash-2',
  restored: 'undo-2',
  merged: 'copy',
  ticket: 'wrench',
};

interface Undo {
  readonly label: string;
  readonly onPress: () => void;
}

interface RecordHistoryProps {
  entries: ListResult<TimelineEntry>;
  unsent: readonly OutboxItem[];
  now: Instant;
  /** What can be taken back of an entry. */
  undo?: (entry: TimelineEntry) => Undo | null;
}

/** What happened to a lead or a customer, newest first, with what still waits to be sent. */
export function RecordHistory({ entries, unsent, now, undo }: RecordHistoryProps) {
  if (entries.rows.length === 0 && unsent.length === 0) {
    if (entries.error) return <ErrorState error={entries.error} onRetry={() => void entries.refresh()} />;
    if (entries.loading) return <ListSkeleton rows={2} />;
    return <EmptyState icon="history" title="还没有动态" hint="写下第一条跟进，下次接得上" />;
  }
  const waiting = unsent.map<TimelineItem>((item) => {
    const words = (item.input.body as { content?: unknown } | undefined)?.content;
    return {
      key: item.key,
      icon: 'cloud-upload',
      tone: item.state === 'failed' ? 'danger' : 'warning',
      title: typeof words === 'string' ? '我的跟进' : item.label,
      meta: item.state === 'failed' ? '没有提交成功' : '待同步',
      ...(typeof words === 'string'
        ? { body: <Text className="record-history__content">{words}</Text> }
        : {}),
    };
  });
  return (
    <>
      <Timeline
        items={[...waiting, ...entries.rows.map((entry) => itemOf(entry, now, undo?.(entry) ?? null))]}
      />
      {!entries.ended && (
        <View className="record-history__more">
          <Button kind="plain" size="s" pending={entries.loadingMore} onPress={entries.loadMore}>
            更早的动态
          </Button>
        </View>
      )}
    </>
  );
}

/** Why it happened, and what it changed from what to what. */
function Words({ entry, undo }: { entry: TimelineEntry; undo: Undo | null }) {
  return (
    <View className="record-history__words">
      {entry.reason && <Text className="record-history__note">{entry.reason}</Text>}
      {entry.changes.map(({ label, from, to }) => (
        <Text key={label} className="record-history__note">
          {`${label}：${from ?? '空'} → ${to ?? '空'}`}
        </Text>
      ))}
      {entry.of && <Text className="record-history__note">{`来自并入的 ${entry.of}`}</Text>}
      {entry.ticket && <TicketLink ticket={entry.ticket} />}
      {undo && (
        <View className="record-history__undo">
          <Button kind="plain" size="s" icon="undo-2" onPress={undo.onPress}>
            {undo.label}
          </Button>
        </View>
      )}
    </View>
  );
}

function TicketLink({ ticket: { id, no, ticketTitle } }: { ticket: NonNullable<TimelineEntry['ticket']> }) {
  return (
    <Press
      role="link"
      className="record-history__link"
      onPress={() => void Taro.navigateTo({ url: `/service/ticket/index?id=${id}` })}
    >
      <Text>{`${ticketTitle} · ${no}`}</Text>
    </Press>
  );
}

function itemOf(entry: TimelineEntry, now: Instant, undo: Undo | null): TimelineItem {
  const { followUp } = entry;
  const meta = `${entry.actorName} · ${formatAbsolute(entry.at, now)}`;
  if (!followUp) {
    return {
      key: entry.id,
      icon: KIND_ICONS[entry.kind],
      title: entry.title,
      meta,
      ...(entry.reason || entry.of || entry.ticket || undo || entry.changes.length > 0
        ? { body: <Words entry={entry} undo={undo} /> }
        : {}),
    };
  }
  return {
    key: entry.id,
    icon: METHOD_ICONS[followUp.method],
    tone: 'accent',
    title: METHOD_LABELS[followUp.method],
    meta,
    body: (
      <View className="record-history__words">
        <Text className="record-history__content" userSelect selectable>
          {followUp.content}
        </Text>
        {followUp.result && <Text className="record-history__note">结果：{followUp.result}</Text>}
        {followUp.customerFeedback && (
          <Text className="record-history__note">客户反馈：{followUp.customerFeedback}</Text>
        )}
        {followUp.nextFollowUpAt && (
          <View className="record-history__next">
            <Icon name="clock" size="s" />
            <Text>
              约 {formatAbsolute(followUp.nextFollowUpAt, now)}
              {followUp.nextFollowUpContent ? ` ${followUp.nextFollowUpContent}` : ''}
            </Text>
          </View>
        )}
      </View>
    ),
  };
}
