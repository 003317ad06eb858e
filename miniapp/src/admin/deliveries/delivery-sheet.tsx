import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import {
  CHANNEL_LABELS,
  DELIVERY_STATUS_LABELS,
  type Delivery,
  type DeliveryDetail,
  type DeliveryStatus,
  reminders,
  TIER_LABELS,
} from '#shared/reminders/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useAction, useDetail } from '../../api/query';
import { ErrorState, ListSkeleton, Row, StatusTag, type Tone, toast } from '../../ui';
import { AttemptSheet } from '../attempt';
import './index.scss';

/** As many as the contract promises. */
const MAX_LINES = 100;

const TONES: Readonly<Record<DeliveryStatus, Tone>> = {
  waiting: 'accent',
  sent: 'success',
  failed: 'danger',
  skipped: 'neutral',
};

export function DeliveryTag({ status }: { status: DeliveryStatus }) {
  return <StatusTag tone={TONES[status]}>{DELIVERY_STATUS_LABELS[status]}</StatusTag>;
}

interface DeliverySheetProps {
  /** As the list knows it. */
  delivery: Delivery;
  now: Instant;
  onClose: () => void;
}

/** One message: how it went, what is in it, and another try. */
export function DeliverySheet({ delivery, now, onClose }: DeliverySheetProps) {
  const { data, error, refresh, refreshing } = useDetail(reminders.delivery, { params: { id: delivery.id } });
  const [failure, setFailure] = useState<string | null>(null);
  const resend = useAction(reminders.resend, {
    refresh: [reminders.delivery, reminders.deliveries],
    onDone: () => toast('已重新发送，稍后看结果'),
    onError: ({ code, status, message }) => {
      if (status === 401) return;
      setFailure(code === 'STALE' ? '刚刚有人重发过，已换成最新的结果' : message);
      if (status === 409 || status === 404) void refresh();
    },
  });
  const shown = data ?? delivery;
  const at = (instant: Instant | null) => instant && formatAbsolute(instant, now);
  return (
    <AttemptSheet
      title={shown.recipient?.name ?? shown.address ?? ''}
      subtitle={`${CHANNEL_LABELS[shown.channel]} · ${shown.leads}条线索`}
      again={
        shown.resendable && {
          label: '重发',
          pending: resend.pending,
          run: () => {
            setFailure(null);
            void resend.run({ params: { id: shown.id }, body: { version: shown.version } });
          },
        }
      }
      failure={failure}
      facts={[
        { label: '结果', value: <DeliveryTag status={shown.status} /> },
        { label: shown.status === 'failed' ? '原因' : '说明', value: shown.reason },
        { label: '邮箱', value: shown.channel === 'mail' ? shown.address : null },
        { label: '生成', value: at(shown.createdAt) },
        {
          label: '尝试',
          value: shown.triedAt && `${shown.attempts}次 · 最近 ${at(shown.triedAt)}`,
        },
        { label: '发出', value: at(shown.sentAt) },
      ]}
      onClose={onClose}
    >
      <View className="delivery-detail__leads">
        {data ? (
          <Lines delivery={data} now={now} />
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
        ) : (
          <ListSkeleton rows={Math.min(3, delivery.leads)} />
        )}
      </View>
    </AttemptSheet>
  );
}

function Lines({ delivery: { lines, leads }, now }: { delivery: DeliveryDetail; now: Instant }) {
  return (
    <>
      {lines.map(({ leadId, no, customerName, tier, dueAt }) => (
        <Row
          key={`${no}-${tier}`}
          title={customerName}
          detail={[
            `应在 ${formatAbsolute(dueAt, now)} 前联系`,
            `提醒${TIER_LABELS[tier]}`,
            ...(leadId ? [] : ['不在你能看的范围里']),
          ].join(' · ')}
          {...(leadId
            ? { onPress: () => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${leadId}` }) }
            : {})}
        />
      ))}
      {leads > lines.length && (
        <Text className="delivery-detail__note">
          {lines.length >= MAX_LINES
            ? `只列出前${MAX_LINES}条`
            : `另有${leads - lines.length}条不在你能看的范围里`}
        </Text>
      )}
    </>
  );
}
