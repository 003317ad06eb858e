import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { discardFromOutbox, type OutboxItem, retryOutbox, submit } from '../api/outbox';
import { showDetail, useAction, useDetail } from '../api/query';
import { Button, confirm, FieldGroup, Sheet, TextField, toast } from '../ui';
import {
  noteKeyOf,
  notesOf,
  type TicketConflict,
  type TicketNow,
  ticketConflictOf,
  ticketOfRefusal,
} from './ticket-conflict';
import './ticket-conflict-sheet.scss';
import { useNow } from './use-now';

const RECLAIM_REASON = '没有信号时我已在处理';

interface TicketConflictSheetProps {
  ticketId: string;
  /** Its writes that wait, oldest first. */
  items: readonly OutboxItem[];
  onClose: () => void;
}

/** The ticket as the server has it now: asked anew, otherwise what came with the refusal. */
function useTicketNow(ticketId: string, items: readonly OutboxItem[]): TicketNow | null {
  const [openedAt] = useState(() => Date.now());
  const { data, updatedAt, refresh } = useDetail(serviceTickets.get, { params: { id: ticketId } });
  useEffect(() => void refresh(), [refresh]);
  return data && (updatedAt ?? 0) >= openedAt ? data : ticketOfRefusal(items);
}

/** A step made without a signal was refused: mine, theirs, and what to do. Nothing is lost before somebody decides. */
export function TicketConflictSheet({ ticketId, items, onClose }: TicketConflictSheetProps) {
  const now = useNow();
  const current = useTicketNow(ticketId, items);
  const conflict = ticketConflictOf(items, current);
  const [reason, setReason] = useState(RECLAIM_REASON);
  const [failure, setFailure] = useState<string | null>(null);
  const [noting, setNoting] = useState(false);
  const reclaim = useAction(serviceTickets.reclaim, {
    refresh: [serviceTickets.get, serviceTickets.list],
    onError: (error) => setFailure(error.message),
    onDone: (ticket) => {
      showDetail(serviceTickets.get, { params: { id: ticketId } }, ticket);
      if (conflict) retryOutbox(conflict.refused);
      toast('已接回，继续提交');
      onClose();
    },
  });
  if (!conflict) return null;
  const { mine, choices } = conflict;
  const [first] = mine.steps;
  const takeBack = () => {
    const assignment = mine.steps.find(({ key }) => key === conflict.refused)?.assignment;
    if (!assignment) return;
    if (reason.trim() === '') return setFailure('写一句原因，调度和对方会看到');
    setFailure(null);
    void reclaim.run({ params: { id: ticketId }, body: { assignment, reason: reason.trim() } });
  };
  const skip = () => {
    discardFromOutbox(...conflict.skipped);
    toast('已跳过，其余照常提交');
    onClose();
  };
  const note = async () => {
    if (!first) return;
    setNoting(true);
    setFailure(null);
    try {
      // The comments first: an app that is killed in between still has the steps, and asks again.
      for (const [part, logContent] of notesOf(mine.steps).entries()) {
        await submit(
          serviceTickets.addLog,
          { params: { id: ticketId }, body: { logContent, happenedAt: first.happenedAt } },
          { label: '备注：没有信号时的步骤', recordId: ticketId, idempotencyKey: noteKeyOf(first, part) },
        );
      }
      discardFromOutbox(...mine.steps.map(({ key }) => key));
      toast('已转为备注，照片照常上传');
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : '没有转成备注，请重试');
    } finally {
      setNoting(false);
    }
  };
  const discard = async () => {
    const sure = await confirm({
      title: '放弃这些内容？',
      message: `${countsOf(mine)}会从这台手机删除，找不回来。`,
      confirm: '放弃',
      danger: true,
    });
    if (!sure) return;
    discardFromOutbox(...items.map(({ key }) => key));
    toast('已放弃');
    onClose();
  };
  const mayReclaim = choices.includes('reclaim');
  const maySkip = choices.includes('skip');
  return (
    <Sheet
      open
      title="两边的情况"
      subtitle="选好之前，手机上的内容都还在"
      onClose={onClose}
      footer={
        <View className="ticket-conflict__choices">
          {mayReclaim && (
            <Button kind="primary" block pending={reclaim.pending} onPress={takeBack}>
              继续由我处理
            </Button>
          )}
          {maySkip && (
            <Button kind="primary" block onPress={skip}>
              {conflict.skipped.length === mine.steps.length
                ? '跳过这些步骤'
                : `跳过${conflict.skipped.length}步，其余照常提交`}
            </Button>
          )}
          <Button
            kind={mayReclaim || maySkip ? 'secondary' : 'primary'}
            block
            pending={noting}
            onPress={() => void note()}
          >
            转为备注
          </Button>
          <Button kind="plain" block onPress={() => void discard()}>
            放弃
          </Button>
        </View>
      }
    >
      <View className="ticket-conflict">
        {failure && (
          <View className="ticket-conflict__failure" {...{ role: 'alert' }}>
            <Text>{failure}</Text>
          </View>
        )}
        <Mine mine={mine} now={now} />
        <Theirs conflict={conflict} now={now} />
        {mayReclaim && (
          <FieldGroup>
            <TextField
              name="reason"
              label="原因"
              value={reason}
              onChange={setReason}
              maxLength={200}
              required
            />
          </FieldGroup>
        )}
      </View>
    </Sheet>
  );
}

const countsOf = ({ steps, photos, comments }: TicketConflict['mine']): string =>
  [
    steps.length > 0 && `${steps.length}个步骤`,
    photos > 0 && `${photos}张照片`,
    comments > 0 && `${comments}条备注`,
  ]
    .filter(Boolean)
    .join('、');

function Mine({ mine, now }: { mine: TicketConflict['mine']; now: Instant }) {
  return (
    <View className="ticket-conflict__side">
      <Text className="ticket-conflict__who">{`这台手机上：${countsOf(mine)}`}</Text>
      {mine.steps.map(({ key, label, happenedAt, words }) => (
        <View key={key} className="ticket-conflict__step">
          <View className="ticket-conflict__line">
            <Text className="ticket-conflict__label">{label}</Text>
            <Text className="ticket-conflict__time">{formatAbsolute(happenedAt, now)}</Text>
          </View>
          {words && <Text className="ticket-conflict__words">{words}</Text>}
        </View>
      ))}
    </View>
  );
}

function Theirs({ conflict: { theirs, reclaimRefusal }, now }: { conflict: TicketConflict; now: Instant }) {
  return (
    <View className="ticket-conflict__side">
      <Text className="ticket-conflict__who">系统里现在</Text>
      {theirs === null ? (
        <Text className="ticket-conflict__words">连上网络后才看得到</Text>
      ) : (
        <>
          <View className="ticket-conflict__line">
            <Text className="ticket-conflict__label">
              {theirs.isMine ? '仍由我处理' : `由${theirs.engineer ?? '调度'}处理`}
            </Text>
            {theirs.since && (
              <Text className="ticket-conflict__time">{`${formatAbsolute(theirs.since, now)}起`}</Text>
            )}
          </View>
          <Text className="ticket-conflict__words">{`状态：${theirs.status}`}</Text>
        </>
      )}
      {reclaimRefusal && <Text className="ticket-conflict__words">{reclaimRefusal}</Text>}
    </View>
  );
}
