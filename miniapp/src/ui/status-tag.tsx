import { Text, View } from '@tarojs/components';
import { cx, type Tone } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import './status-tag.scss';

/** A status or a level in one or two words, never by colour alone. */
export function StatusTag({
  children,
  tone = 'neutral',
  icon,
}: {
  children: string;
  tone?: Tone;
  icon?: IconName;
}) {
  return (
    <View className={cx('status-tag', `status-tag--${tone}`)}>
      {icon && <Icon name={icon} className="status-tag__icon" />}
      <Text>{children}</Text>
    </View>
  );
}
