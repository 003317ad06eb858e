import { Text, View } from '@tarojs/components';
import { cx, type Tone } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './banner.scss';

interface BannerProps {
  children: string;
  tone?: Tone;
  icon?: IconName;
  action?: string;
  onAction?: () => void;
}

/** One line across the page: no network, something waiting, a conflict. */
export function Banner({ children, tone = 'warning', icon = 'circle-alert', action, onAction }: BannerProps) {
  return (
    <View className={cx('banner', `banner--${tone}`)} {...{ role: 'status' }}>
      <Icon name={icon} size="s" />
      <Text className="banner__text">{children}</Text>
      {action && onAction && (
        <Press onPress={onAction} label={action} className="banner__action">
          {action}
        </Press>
      )}
    </View>
  );
}
