import { Text, View } from '@tarojs/components';
import { LOG_TYPE_LABELS, type TicketLog, type TicketLogType } from '#shared/service-tickets/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { Icon, type IconName, Timeline, type TimelineItem, type Tone } from '../ui';
import { PhotoGrid } from './photo-grid';
import './record-history.scss';
import { TICKET_LAYOUT } from './ticket-actions';
import { distanceWords } from './ticket-words';

const ICONS: Readonly<Partial<Record<TicketLogType, IconName>>> = {
  create: 'plus',
  update: 'pencil',
  rate: 'star',
};
const TONES: Readonly<Partial<Record<TicketLogType, Tone>>> = {
  accept: 'accent',
  depart: 'accent',
  arrive: 'accent',
  resolve: 'success',
  sign: 'success',
  confirm: 'success',
  rate: 'warning',
  refuse: 'danger',
  decline: 'warning',
  cancel: 'danger',
};
/** Longer than this between the phone's word and ours, and it was made without a signal. */
const LATE_MS = 5 * 60_000;

function noteOf(
  { logType, distance, far, position, happenedAt, createdAt }: TicketLog,
  now: Instant,
): string {
  const where =
    logType === 'arrive'
      ? distance !== null
        ? `距现场${distanceWords(distance)}${far ? '，较远' : ''}`
        : position
          ? '已定位'
          : '没有定位'
      : null;
  const late = Date.parse(createdAt) - Date.parse(happenedAt) > LATE_MS;
  return [where, late && `${formatAbsolute(createdAt, now)} 同步`].filter(Boolean).join(' · ');
}

interface TicketLogsProps {
  logs: readonly TicketLog[];
  /** Those that wait on this phone. */
  waiting: ReadonlyMap<string, 'waiting' | 'failed'>;
  now: Instant;
}

/** What happened to a ticket, newest first, by the time of the phone it happened on. */
export function TicketLogs({ logs, waiting, now }: TicketLogsProps) {
  const items = logs.map<TimelineItem>((log) => {
    const state = waiting.get(log.id);
    const note = state ? '' : noteOf(log, now);
    const who =
      log.logType === 'sign' ? (log.actorName ?? log.actor?.name) : (log.actor?.name ?? log.actorName);
    return {
      key: log.id,
      icon: state ? 'cloud-upload' : (ICONS[log.logType] ?? TICKET_LAYOUT.icons[log.logType] ?? 'flag'),
      tone: state ? (state === 'failed' ? 'danger' : 'warning') : (TONES[log.logType] ?? 'neutral'),
      title: LOG_TYPE_LABELS[log.logType],
      meta: [
        who ?? '系统',
        formatAbsolute(log.happenedAt, now),
        state && (state === 'failed' ? '没有提交成功' : '待同步'),
      ]
        .filter(Boolean)
        .join(' · '),
      ...(log.logContent || note || log.files.length > 0
        ? {
            body: (
              <View className="record-history__words">
                {log.logContent && (
                  <Text className="record-history__note" userSelect selectable>
                    {log.logContent}
                  </Text>
                )}
                {note !== '' && (
                  <View className="record-history__next">
                    {log.far && <Icon name="triangle-alert" size="s" />}
                    <Text>{note}</Text>
                  </View>
                )}
                {log.files.length > 0 && <PhotoGrid photos={log.files} label="照片" />}
              </View>
            ),
          }
        : {}),
    };
  });
  return <Timeline items={items} />;
}
