import { Text, View } from '@tarojs/components';
import { Icon } from './icon';
import { Press } from './press';
import './section-header.scss';

interface SectionHeaderProps {
  title: string;
  /** A number behind the title. */
  count?: string;
  /** Opens all of it. */
  action?: string;
  onAction?: () => void;
}

/** The heading above a block. */
export function SectionHeader({ title, count, action, onAction }: SectionHeaderProps) {
  return (
    <View className="section-header">
      <Text className="section-header__title">{title}</Text>
      {count !== undefined && <Text className="section-header__count">{count}</Text>}
      <View className="section-header__space" />
      {action && onAction && (
        <Press onPress={onAction} label={`${title}，${action}`} className="section-header__action">
          <Text>{action}</Text>
          <Icon name="chevron-right" size="s" />
        </Press>
      )}
    </View>
  );
}
