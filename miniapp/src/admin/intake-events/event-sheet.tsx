import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import {
  INTAKE_STATUS_LABELS,
  type IntakeEvent,
  type IntakeStatus,
  intake,
} from '#shared/intake/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useAction, useDetail } from '../../api/query';
import { ErrorState, ListSkeleton, Row, StatusTag, type Tone, toast } from '../../ui';
import { AttemptSheet } from '../attempt';
import './index.scss';

const TONES: Readonly<Record<IntakeStatus, Tone>> = {
  received: 'accent',
  processed: 'success',
  duplicate: 'neutral',
  failed: 'danger',
  ignored: 'neutral',
};

export function EventTag({ status }: { status: IntakeStatus }) {
  return <StatusTag tone={TONES[status]}>{INTAKE_STATUS_LABELS[status]}</StatusTag>;
}

interface EventSheetProps {
  /** As the list knows it. */
  event: IntakeEvent;
  now: Instant;
  manages: boolean;
  onClose: () => void;
}

/** What was received once: what was understood of it, what became of it, and another try. */
export function EventSheet({ event, now, manages, onClose }: EventSheetProps) {
  const { data, error, refresh, refreshing } = useDetail(intake.event, { params: { id: event.id } });
  const [failure, setFailure] = useState<string | null>(null);
  const [showsRaw, setShowsRaw] = useState(false);
  const replay = useAction(intake.replay, {
    refresh: [intake.event, intake.events, intake.sources],
    onDone: () => toast('正在重新处理，稍后看结果'),
    onError: ({ status, message }) => {
      if (status === 401) return;
      setFailure(message);
      if (status === 409 || status === 404) void refresh();
    },
  });
  const shown = data ?? event;
  const { lead } = shown;
  const open = lead?.id;
  const at = (instant: Instant | null) => instant && formatAbsolute(instant, now);
  return (
    <AttemptSheet
      title={shown.customerName ?? shown.contact ?? '没有识别出客户'}
      subtitle={`${shown.source.name} · ${formatAbsolute(shown.receivedAt, now)}`}
      again={
        manages &&
        shown.replayable && {
          label: '重放',
          pending: replay.pending,
          run: () => {
            setFailure(null);
            void replay.run({ params: { id: shown.id } });
          },
        }
      }
      failure={failure}
      facts={[
        { label: '结果', value: <EventTag status={shown.status} /> },
        { label: shown.status === 'failed' ? '原因' : '说明', value: shown.reason },
        { label: '处理', value: at(shown.processedAt) },
        { label: '推送', value: shown.deliveries > 1 ? `平台推送了${shown.deliveries}次` : null },
        ...(data?.fields ?? []).map(({ label, value }) => ({ label, value })),
      ]}
      onClose={onClose}
    >
      {lead && (
        <View className="intake-event__block">
          <Row
            icon="contact"
            title={`线索 ${lead.no}`}
            {...(open
              ? { onPress: () => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${open}` }) }
              : { detail: '不在你能看的范围里' })}
          />
        </View>
      )}
      {!data &&
        (error ? (
          <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
        ) : (
          <ListSkeleton rows={2} />
        ))}
      {data?.contactMasked && data.fields.length > 0 && (
        <Text className="intake-event__note">看不到这条线索，所以号码打了码</Text>
      )}
      {data?.raw != null && (
        <View className="intake-event__block">
          <Row
            icon="eye"
            title="原始内容"
            value={showsRaw ? '收起' : '查看'}
            acts
            onPress={() => setShowsRaw(!showsRaw)}
          />
          {showsRaw && (
            <Text className="intake-event__raw" userSelect selectable>
              {data.raw || '（空）'}
            </Text>
          )}
        </View>
      )}
    </AttemptSheet>
  );
}
