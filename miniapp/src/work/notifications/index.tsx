import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import type { LeadFilters } from '#shared/leads/contract.ts';
import {
  NOTIFICATION_LABELS,
  type Notification,
  type NotificationKind,
  notifications,
} from '#shared/notifications/contract.ts';
import { type CalendarDate, dateOf, formatDay, type Instant, wallClock } from '#shared/values/time.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { useAction, useDetail, useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { Guarded } from '../../domain/guarded';
import { openLeads } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { Button, cx, EmptyState, Icon, type IconName, InfiniteList, Page, Press, toast } from '../../ui';
import { WechatCredits } from './wechat-credits';
import './index.scss';

const TITLE = '通知';
const isWechat = process.env.TARO_ENV === 'weapp';

const ICONS: Readonly<Record<NotificationKind, IconName>> = {
  overdue: 'alarm-clock',
  assigned: 'user-plus',
  pool: 'rotate-ccw',
  task: 'list-checks',
  intake: 'message-circle',
  transfer: 'arrow-up-down',
  ticket: 'wrench',
};
/** The list that a notification about several leads stands for. */
const LISTS: Readonly<Partial<Record<NotificationKind, LeadFilters>>> = {
  overdue: { due: 'overdue' },
  assigned: { fresh: true },
};
const COUNTS = [notifications.unread, workbench.get] as const;

function open({ kind, target }: Notification): void {
  if (!target) return;
  const { entity, id } = target;
  if (entity === 'tasks') {
    void Taro.navigateTo({ url: id ? `/work/task/index?id=${id}` : '/work/tasks/index' });
  } else if (entity === 'imports') {
    void Taro.navigateTo({ url: id ? `/transfer/import/index?id=${id}` : '/transfer/records/index' });
  } else if (entity === 'exports') {
    void Taro.navigateTo({ url: `/transfer/records/index?tab=exports${id ? `&id=${id}` : ''}` });
  } else if (entity === 'serviceTickets') {
    void Taro.navigateTo({ url: `/service/ticket/index?id=${id}` });
  } else if (id) void Taro.navigateTo({ url: `${RECORD_PAGES[entity]}?id=${id}` });
  else openLeads(LISTS[kind] ?? {}, NOTIFICATION_LABELS[kind]);
}

export default function NotificationsPage() {
  return <Guarded title={TITLE}>{() => <Notifications />}</Guarded>;
}

function Notifications() {
  const now = useNow();
  const list = useList(notifications.list, {});
  const unread = useDetail(notifications.unread, {});
  useShownAgain(() => {
    void list.refresh();
    void unread.refresh();
  });
  // Nobody waits for it, and opening it again says the same once more.
  const read = useAction(notifications.read, { refresh: [notifications.list, ...COUNTS] });
  const readAll = useAction(notifications.readAll, {
    refresh: [notifications.list, ...COUNTS],
    onDone: () => toast('已全部标为已读'),
    onError: (error) => toast(error.message, { kind: 'failed' }),
  });
  const count = unread.data?.count ?? 0;
  const press = (notification: Notification) => {
    if (notification.readAt === null) void read.run({ params: { id: notification.id } });
    open(notification);
  };

  return (
    <Page
      title={TITLE}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      top={
        count > 0 && (
          <View className="notices-top">
            <Text className="notices-top__count">{`${count}条未读`}</Text>
            <Button kind="plain" size="s" pending={readAll.pending} onPress={() => void readAll.run({})}>
              全部已读
            </Button>
          </View>
        )
      }
      onRefresh={() => {
        void list.refresh();
        void unread.refresh();
      }}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
    >
      <View className="notices">
        {isWechat && <WechatCredits />}
        <InfiniteList
          list={{ ...list, rows: daysOf(list.rows) }}
          rowKey={({ date }) => date}
          empty={
            <EmptyState
              icon="bell"
              title="还没有通知"
              hint="线索超期、分到新线索、待办到时间，都会在这里告诉你"
            />
          }
          render={({ date, entries }) => (
            <View>
              <Text className="notices__day" {...{ role: 'heading', 'aria-level': '2' }}>
                {formatDay(date, dateOf(now))}
              </Text>
              <View className="notices__entries">
                {entries.map((entry) => (
                  <Entry key={entry.id} entry={entry} onPress={() => press(entry)} />
                ))}
              </View>
            </View>
          )}
        />
      </View>
    </Page>
  );
}

interface Day {
  date: CalendarDate;
  entries: Notification[];
}

/** The rows, which are in order, by the day they came. */
function daysOf(rows: readonly Notification[]): Day[] {
  const days: Day[] = [];
  for (const entry of rows) {
    const date = dateOf(entry.createdAt);
    const last = days[days.length - 1];
    if (last?.date === date) last.entries.push(entry);
    else days.push({ date, entries: [entry] });
  }
  return days;
}

const clock = (at: Instant) => wallClock(at).time;

function Entry({ entry, onPress }: { entry: Notification; onPress: () => void }) {
  const { kind, title, body, createdAt, readAt, target } = entry;
  const fresh = readAt === null;
  return (
    <Press
      className={cx('notice', fresh && 'notice--fresh')}
      label={`${fresh ? '未读，' : ''}${title}`}
      onPress={onPress}
    >
      <View className={cx('notice__disc', `notice__disc--${kind}`)}>
        <Icon name={ICONS[kind]} />
        {fresh && <View className="notice__dot" />}
      </View>
      <View className="notice__words">
        <Text className="notice__title">{title}</Text>
        {body && <Text className="notice__body">{body}</Text>}
        <Text className="notice__meta">{`${NOTIFICATION_LABELS[kind]} · ${clock(createdAt)}`}</Text>
      </View>
      {target && <Icon name="chevron-right" size="s" className="notice__arrow" />}
    </Press>
  );
}
