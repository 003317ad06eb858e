import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './action-bar.scss';

/** What can be done here, in reach of the thumb: `BarButton`s, and the one primary button at the right. */
export function ActionBar({ children, primary }: { children?: ReactNode; primary?: ReactNode }) {
  return (
    <View className="action-bar">
      {children}
      {primary && <View className="action-bar__primary">{primary}</View>}
    </View>
  );
}

export function BarButton({ icon, label, onPress }: { icon: IconName; label: string; onPress: () => void }) {
  return (
    <Press className="action-bar__item" label={label} onPress={onPress}>
      <Icon name={icon} />
      <Text className="action-bar__label">{label}</Text>
    </Press>
  );
}
