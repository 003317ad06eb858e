import { useEffect, useState } from 'react';
import { type HandoverPreview, handovers } from '#shared/handovers/contract.ts';
import type { UserDetail } from '#shared/users/contract.ts';
import { useDetail } from '../../api/query';
import { ReasonSheet } from '../../domain/reason-sheet';
import { confirm } from '../../ui';
import { HandoverChoice, type Receiver, ReceiverPicker } from './handover-choice';

interface HandoverSheetProps {
  user: UserDetail;
  open: boolean;
  pending: boolean;
  error: string | null;
  onSubmit: (answer: { toId: string | null; reason: string }) => void;
  onClose: () => void;
}

function whatMoves({ statuses, leads, total }: HandoverPreview): string {
  const counts = statuses.map(({ label, count }) => `${label}${count}条`).join('、');
  const names = leads.slice(0, 3).map(({ customerName }) => customerName);
  return `${counts}：${names.join('、')}${total > names.length ? '等' : ''}`;
}

/** All open leads of somebody to a colleague or the pool: what moves, to whom, and why. */
export function HandoverSheet({ user, open, pending, error, onSubmit, onClose }: HandoverSheetProps) {
  const [receiver, setReceiver] = useState<Receiver | null>(null);
  const [picking, setPicking] = useState(false);
  const [missing, setMissing] = useState(false);
  const preview = useDetail(handovers.preview, { params: { id: user.id } }, { enabled: open });
  const total = preview.data?.total ?? user.openLeads;
  const choose = (next: Receiver) => {
    setReceiver(next);
    setMissing(false);
  };
  useEffect(() => {
    if (!open) return;
    setReceiver(null);
    setMissing(false);
  }, [open]);
  async function submit(reason: string): Promise<void> {
    if (!receiver) return setMissing(true);
    const sure = await confirm({
      title: `把${total}条线索${receiver === 'pool' ? '放回公海' : `交给${receiver.name}`}？`,
      message: '阶段和跟进记录都保留，24小时内可以撤销。',
      confirm: '交接',
    });
    if (sure) onSubmit({ toId: receiver === 'pool' ? null : receiver.id, reason });
  }
  return (
    <>
      <ReasonSheet
        open={open}
        title={`交接${user.name}的线索`}
        {...(preview.data && total > 0 ? { subtitle: whatMoves(preview.data) } : {})}
        suggestions={['转岗', '长期休假', '调整分工', '离职']}
        confirm="交接"
        pending={pending}
        error={missing ? '先选好线索交接给谁' : (error ?? preview.error?.message ?? null)}
        onSubmit={(reason) => void submit(reason)}
        onClose={onClose}
      >
        <HandoverChoice
          label={`在跟的${total}条线索`}
          receiver={receiver}
          onPool={() => choose('pool')}
          onColleague={() => setPicking(true)}
        />
      </ReasonSheet>
      <ReceiverPicker
        userId={user.id}
        open={picking}
        receiver={receiver}
        onPick={choose}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
