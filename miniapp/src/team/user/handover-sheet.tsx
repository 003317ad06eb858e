import { useEffect, useState } from 'react';
import type { HandoverPreview } from '#shared/handovers/contract.ts';
import { heldWords } from '#shared/handovers/held.ts';
import type { UserDetail } from '#shared/users/contract.ts';
import { ReasonSheet } from '../../domain/reason-sheet';
import { confirm } from '../../ui';
import { HandoverChoice, type Receiver, ReceiverPicker } from './handover-choice';

interface HandoverSheetProps {
  user: UserDetail;
  held: HandoverPreview;
  open: boolean;
  pending: boolean;
  error: string | null;
  onSubmit: (answer: { toId: string | null; reason: string }) => void;
  onClose: () => void;
}

function whatMoves({ statuses, leads, total, tasks }: HandoverPreview): string {
  const along = tasks > 0 ? `另有${tasks}条待办一起交接` : '';
  if (total === 0) return along;
  const counts = statuses.map(({ label, count }) => `${label}${count}条`).join('、');
  const names = leads.slice(0, 3).map(({ customerName }) => customerName);
  const which = `${counts}：${names.join('、')}${total > names.length ? '等' : ''}`;
  return along ? `${which}；${along}` : which;
}

/** All open work of somebody to a colleague or the pool: what moves, to whom, and why. */
export function HandoverSheet({ user, held, open, pending, error, onSubmit, onClose }: HandoverSheetProps) {
  const [receiver, setReceiver] = useState<Receiver | null>(null);
  const [picking, setPicking] = useState(false);
  const [missing, setMissing] = useState(false);
  const words = heldWords(held) || `${held.tasks}条待办`;
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
      title: `把${words}${receiver === 'pool' ? '放回公海' : `交给${receiver.name}`}？`,
      message: '阶段和跟进记录都保留，24小时内可以撤销。',
      confirm: '交接',
    });
    if (sure) onSubmit({ toId: receiver === 'pool' ? null : receiver.id, reason });
  }
  return (
    <>
      <ReasonSheet
        open={open}
        title={`交接${user.name}的工作`}
        subtitle={whatMoves(held)}
        suggestions={['转岗', '长期休假', '调整分工', '离职']}
        confirm="交接"
        pending={pending}
        error={missing ? '先选好交接给谁' : error}
        onSubmit={(reason) => void submit(reason)}
        onClose={onClose}
      >
        <HandoverChoice
          label={words}
          receiver={receiver}
          onPool={() => choose('pool')}
          onColleague={() => setPicking(true)}
        />
      </ReasonSheet>
      <ReceiverPicker
        userId={user.id}
        withLeads={held.total > 0}
        open={picking}
        receiver={receiver}
        onPick={choose}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
