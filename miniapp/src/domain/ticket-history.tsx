import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import {
  LOG_TYPE_LABELS,
  serviceTickets,
  type TicketDetail,
  type TicketLog,
  type TicketLogType,
} from '#shared/service-tickets/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useList } from '../api/query';
import {
  Button,
  Card,
  Icon,
  type IconName,
  SectionHeader,
  Timeline,
  type TimelineItem,
  type Tone,
} from '../ui';
import { PhotoGrid } from './photo-grid';
import type { QueuedTicket } from './queued-ticket';
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

/** As many as a detail brings along. */
const FIRST_LOGS = 50;

interface TicketHistoryProps {
  /** As the server has it. */
  base: TicketDetail;
  /** With the steps that wait on this phone. */
  queued: Pick<QueuedTicket, 'ticket' | 'waiting'>;
  now: Instant;
}

/** What happened to a ticket; what is older when it is asked for. */
export function TicketHistory({ base, queued: { ticket, waiting }, now }: TicketHistoryProps) {
  return (
    <>
      <SectionHeader title="记录" />
      <Card>
        <Logs logs={ticket.logs} waiting={waiting} now={now} />
        {base.logs.length >= FIRST_LOGS && <OlderLogs ticket={base} now={now} />}
      </Card>
    </>
  );
}

interface LogsProps {
  logs: readonly TicketLog[];
  waiting: QueuedTicket['waiting'];
  now: Instant;
}

/** Newest first, by the time of the phone it happened on. */
function Logs({ logs, waiting, now }: LogsProps) {
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

/** What the server has besides. */
function OlderLogs({ ticket, now }: { ticket: TicketDetail; now: Instant }) {
  const [open, setOpen] = useState(false);
  const list = useList(serviceTickets.logs, {}, { params: { id: ticket.id }, enabled: open });
  const known = new Set(ticket.logs.map(({ id }) => id));
  const older = list.rows.filter(({ id }) => !known.has(id));
  return (
    <>
      {older.length > 0 && <Logs logs={older} waiting={NOTHING} now={now} />}
      {!(open && list.ended) && (
        <View className="record-history__more">
          <Button
            kind="plain"
            size="s"
            pending={list.loadingMore || (open && list.loading)}
            onPress={() => (open ? list.loadMore() : setOpen(true))}
          >
            更早的记录
          </Button>
        </View>
      )}
    </>
  );
}
const NOTHING: QueuedTicket['waiting'] = new Map();
