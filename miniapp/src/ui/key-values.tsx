import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import './key-values.scss';

export interface KeyValue {
  label: string;
  /** Entries without a value are left out. */
  value: ReactNode;
}

/** Facts, one a line. Empty ones are not shown: a dash says nothing. */
export function KeyValues({ items }: { items: readonly KeyValue[] }) {
  const filled = items.filter(({ value }) => value !== null && value !== undefined && value !== '');
  return (
    <View className="key-values">
      {filled.map(({ label, value }) => (
        <View key={label} className="key-values__line">
          <Text className="key-values__label">{label}</Text>
          <View className="key-values__value">{value}</View>
        </View>
      ))}
    </View>
  );
}
