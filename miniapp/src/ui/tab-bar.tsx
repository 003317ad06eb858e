import { Text, View } from '@tarojs/components';
import { cx } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './tab-bar.scss';

export interface TabItem {
  key: string;
  label: string;
  icon: IconName;
  /** A small number, e.g. what waits to be sent. */
  badge?: string;
}

interface TabBarProps {
  items: readonly TabItem[];
  current: string;
  onSelect: (key: string) => void;
}

/** Our own tab bar: each role sees its tabs only, which the native one cannot do. */
export function TabBar({ items, current, onSelect }: TabBarProps) {
  return (
    <View className="tab-bar" {...{ role: 'tablist' }}>
      {items.map(({ key, label, icon, badge }) => (
        <Press
          key={key}
          role="tab"
          label={badge ? `${label}，${badge}` : label}
          selected={key === current}
          onPress={() => onSelect(key)}
          className={cx('tab-bar__item', key === current && 'tab-bar__item--on')}
        >
          <View className="tab-bar__icon">
            <Icon name={icon} size="l" />
            {badge && <Text className="tab-bar__badge">{badge}</Text>}
          </View>
          <Text className="tab-bar__label">{label}</Text>
        </Press>
      ))}
    </View>
  );
}
