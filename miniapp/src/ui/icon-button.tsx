import { Text, View } from '@tarojs/components';
import { cx } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './icon-button.scss';

interface IconButtonProps {
  icon: IconName;
  /** What it does, for those who cannot see the icon. */
  label: string;
  onPress?: (() => void) | undefined;
  tone?: 'neutral' | 'accent';
  /** A soft disc behind the icon: for actions on a card. */
  soft?: boolean;
  disabled?: boolean;
  /** Something is set behind this button, e.g. filters. */
  dot?: boolean;
  /** How many wait behind it. The label has to say it too. */
  count?: number | undefined;
}

/** A button that is an icon: 44 px to the finger, named for the screen reader. Does not press the row around it. */
export function IconButton({
  icon,
  label,
  onPress,
  tone = 'neutral',
  soft,
  disabled,
  dot,
  count,
}: IconButtonProps) {
  return (
    <Press
      onPress={onPress}
      label={label}
      disabled={Boolean(disabled)}
      className={cx('icon-button', `icon-button--${tone}`, disabled && 'icon-button--disabled')}
    >
      <View className={cx('icon-button__disc', soft && 'icon-button__disc--soft')}>
        <Icon name={icon} />
      </View>
      {count ? <Text className="icon-button__count">{count > 99 ? '99+' : count}</Text> : null}
      {dot && <View className="icon-button__dot" />}
    </Press>
  );
}
