import { Text, View } from '@tarojs/components';
import { Chips } from '../../ui';

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
