import { useState } from 'react';
import type { HandoverPreview } from '#shared/handovers/contract.ts';
import { heldWords } from '#shared/handovers/held.ts';
import type { UserDetail } from '#shared/users/contract.ts';
import { ReasonSheet } from '../../domain/reason-sheet';
import { HandoverChoice, type Receiver, ReceiverPicker } from './handover-choice';

interface StatusSheetProps {
  user: UserDetail;
  /** What they would leave behind; null while that is not known. */
  held: HandoverPreview | null;
  open: boolean;
  pending: boolean;
  error: string | null;
  onSubmit: (answer: { reason: string; handoverTo?: string | null }) => void;
  onClose: () => void;
}

/** Why the account is disabled or enabled, and who takes over what is open. */
export function StatusSheet({ user, held, open, pending, error, onSubmit, onClose }: StatusSheetProps) {
  const [receiver, setReceiver] = useState<Receiver | null>(null);
  const [picking, setPicking] = useState(false);
  const [missing, setMissing] = useState(false);
  const disabling = user.status === 'active';
  const words = held ? heldWords(held) : '';
  const asks = disabling && words !== '';
  const choose = (next: Receiver) => {
    setReceiver(next);
    setMissing(false);
  };
  const close = () => {
    setReceiver(null);
    setMissing(false);
    onClose();
  };
  const submit = (reason: string) => {
    if (!asks) onSubmit({ reason });
    else if (!receiver) setMissing(true);
    else onSubmit({ reason, handoverTo: receiver === 'pool' ? null : receiver.id });
  };
  return (
    <>
      <ReasonSheet
        open={open}
        title={disabling ? `停用${user.name}的账号` : `重新启用${user.name}的账号`}
        subtitle={disabling ? '所有设备立即退出登录，资料和记录保留' : '可以用原来的密码登录'}
        suggestions={
          disabling ? ['离职', '转岗', '长期休假', '账号异常'] : ['返岗', '误停用', '新员工审核通过']
        }
        confirm={disabling ? '停用' : '启用'}
        danger={disabling}
        pending={pending}
        error={missing ? '先选好交接给谁' : error}
        onSubmit={submit}
        onClose={close}
      >
        {asks && (
          <HandoverChoice
            label={words}
            receiver={receiver}
            onPool={() => choose('pool')}
            onColleague={() => setPicking(true)}
          />
        )}
      </ReasonSheet>
      <ReceiverPicker
        userId={user.id}
        withLeads={held === null || held.total > 0}
        open={picking}
        receiver={receiver}
        onPick={choose}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
