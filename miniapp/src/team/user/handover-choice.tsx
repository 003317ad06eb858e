import { Text, View } from '@tarojs/components';
import { UserPicker } from '../../domain/user-picker';
import { Chips, toast } from '../../ui';

export type Receiver = { readonly id: string; readonly name: string } | 'pool';

interface HandoverChoiceProps {
  label: string;
  receiver: Receiver | null;
  onPool: () => void;
  /** Asks which colleague. */
  onColleague: () => void;
}

/** Who takes over: a colleague or the pool. */
export function HandoverChoice({ label, receiver, onPool, onColleague }: HandoverChoiceProps) {
  return (
    <View className="handover">
      <Text className="handover__label">{label}</Text>
      <Chips
        options={[
          {
            value: 'colleague',
            label: receiver && receiver !== 'pool' ? `交给${receiver.name}` : '交给同事…',
          },
          { value: 'pool', label: '放回公海' },
        ]}
        value={receiver === null ? null : receiver === 'pool' ? 'pool' : 'colleague'}
        onChange={(value) => (value === 'pool' ? onPool() : onColleague())}
      />
    </View>
  );
}

interface ReceiverPickerProps {
  /** Whose work it is. */
  userId: string;
  /** There are leads among it, so that only somebody who follows leads can take over. */
  withLeads: boolean;
  open: boolean;
  receiver: Receiver | null;
  onPick: (receiver: Receiver) => void;
  onClose: () => void;
}

/** Chooses the colleague who gets somebody's work. */
export function ReceiverPicker({ userId, withLeads, open, receiver, onPick, onClose }: ReceiverPickerProps) {
  return (
    <UserPicker
      open={open}
      title="交给谁"
      {...(withLeads ? { assignable: true } : { dispatchable: true })}
      value={receiver && receiver !== 'pool' ? receiver.id : null}
      onPick={({ id, name }) => {
        if (id === userId) return toast('不能交给本人', { kind: 'plain' });
        onPick({ id, name });
        onClose();
      }}
      onClose={onClose}
    />
  );
}
