import { View } from '@tarojs/components';
import { cx } from './class-names';
import { Press } from './press';
import './segmented.scss';

interface SegmentedProps<T extends string> {
  options: readonly { value: T; label: string }[];
  value: T;
  onChange: (value: T) => void;
}

/** Two to four views of the same thing. */
export function Segmented<T extends string>({ options, value, onChange }: SegmentedProps<T>) {
  return (
    <View className="segmented" {...{ role: 'tablist' }}>
      {options.map((option) => (
        <Press
          key={option.value}
          role="tab"
          label={option.label}
          selected={option.value === value}
          onPress={() => onChange(option.value)}
          className="segmented__touch"
        >
          <View className={cx('segmented__item', option.value === value && 'segmented__item--on')}>
            {option.label}
          </View>
        </Press>
      ))}
    </View>
  );
}
