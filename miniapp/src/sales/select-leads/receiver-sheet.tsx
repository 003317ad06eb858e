import { useState } from 'react';
import { assignment } from '#shared/assignment/contract.ts';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { useDetail } from '../../api/query';
import { may } from '../../api/session';
import { UserPicker } from '../../domain/user-picker';
import { Row, Sheet } from '../../ui';

/** A colleague, or whoever's turn it is in a group. */
export interface Receiver {
  readonly id: string;
  readonly name: string;
  readonly groupId?: string;
}

interface ReceiverSheetProps {
  open: boolean;
  user: CurrentUser;
  /** `12条线索`. */
  count: string;
  onPick: (receiver: Receiver) => void;
  onClose: () => void;
}

/** Who gets them: one colleague all of them, or a group in turn. */
export function ReceiverSheet({ open, user, count, onPick, onClose }: ReceiverSheetProps) {
  const [picking, setPicking] = useState(false);
  const seesGroups = may(user, 'pool.check');
  const { data, error, refresh } = useDetail(assignment.list, {}, { enabled: open && seesGroups });
  return (
    <>
      <Sheet open={open && !picking} title="分派给谁" subtitle={count} onClose={onClose}>
        <Row icon="user" title="一位同事" detail="全部给同一个人" onPress={() => setPicking(true)} />
        {data?.list.map(({ id, name, members }) => {
          const ready = members.filter(({ passedOver }) => passedOver === null).length;
          return (
            <Row
              key={id}
              icon="users"
              title={`自动分派：${name}`}
              detail={
                ready > 0 ? `按权重和地区轮流，现在${ready}人能接` : '现在没有人能接：都暂停接单或到了上限'
              }
              onPress={() => onPick({ id: 'auto', name, groupId: id })}
            />
          );
        })}
        {data?.list.length === 0 && (
          <Row icon="users" title="自动分派" detail="还没有分配组，管理员在公海与分配里设置" disabled />
        )}
        {!data && error && (
          <Row
            icon="users"
            title="分配组没有读出来"
            detail={error.message}
            value="重试"
            acts
            onPress={() => void refresh()}
          />
        )}
        {!seesGroups && (
          <Row
            icon="users"
            title="自动分派"
            detail="按权重和地区轮流"
            onPress={() => onPick({ id: 'auto', name: '分配组' })}
          />
        )}
      </Sheet>
      <UserPicker
        open={open && picking}
        title="分派给"
        assignable
        onPick={({ id, name }) => {
          setPicking(false);
          onPick({ id, name });
        }}
        onClose={() => {
          setPicking(false);
          onClose();
        }}
      />
    </>
  );
}
