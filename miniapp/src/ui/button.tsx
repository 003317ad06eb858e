import { Text, View } from '@tarojs/components';
import { cx } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './button.scss';

export interface ButtonProps {
  children: string;
  onPress?: () => void;
  /** `primary` once a page; `plain` is text only. */
  kind?: 'primary' | 'secondary' | 'plain' | 'danger';
  icon?: IconName;
  /** Shows its own spinner and ignores presses. */
  pending?: boolean;
  disabled?: boolean;
  size?: 'm' | 's';
  block?: boolean;
  /** Read aloud instead of the text. */
  label?: string;
}

/** The button with words. */
export function Button({
  children,
  onPress,
  kind = 'secondary',
  icon,
  pending,
  disabled,
  size = 'm',
  block,
  label,
}: ButtonProps) {
  return (
    <Press
      onPress={onPress}
      disabled={Boolean(disabled || pending)}
      label={label ?? children}
      className={cx(
        'button',
        `button--${kind}`,
        `button--${size}`,
        block && 'button--block',
        disabled && 'button--disabled',
      )}
    >
      {pending ? (
        <View className="button__spinner" />
      ) : (
        icon && <Icon name={icon} size={size === 's' ? 's' : 'm'} />
      )}
      <Text className="button__text">{children}</Text>
    </Press>
  );
}
