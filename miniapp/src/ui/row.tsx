import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { cx, type Tone } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './row.scss';

interface RowProps {
  title: ReactNode;
  /** Under the title, smaller. */
  detail?: ReactNode;
  /** At the right end. */
  value?: ReactNode;
  icon?: IconName;
  /** Instead of an icon, e.g. an avatar. */
  leading?: ReactNode;
  trailing?: ReactNode;
  onPress?: (() => void) | undefined;
  tone?: Tone;
  disabled?: boolean;
  /** A tick at the right end: for lists of choices. */
  chosen?: boolean;
  /** Does something here instead of leading somewhere. */
  acts?: boolean;
}

/** One line of a list or a menu. Several stand in a `Card`. */
export function Row({
  title,
  detail,
  value,
  icon,
  leading,
  trailing,
  onPress,
  tone,
  disabled,
  chosen,
  acts,
}: RowProps) {
  const content = (
    <>
      {leading ?? (icon && <Icon name={icon} className="row__icon" />)}
      <View className="row__words">
        <View className="row__title">{title}</View>
        {detail && <View className="row__detail">{detail}</View>}
      </View>
      {value && <Text className="row__value">{value}</Text>}
      {trailing}
      {chosen && <Icon name="check" className="row__check" />}
      {onPress && chosen === undefined && !trailing && !acts && (
        <Icon name="chevron-right" size="s" className="row__arrow" />
      )}
    </>
  );
  const className = cx('row', tone && `row--${tone}`, disabled && 'row--disabled');
  if (!onPress) return <View className={className}>{content}</View>;
  return (
    <Press
      onPress={onPress}
      disabled={Boolean(disabled)}
      className={className}
      {...(chosen === undefined ? {} : { role: 'option', selected: chosen })}
    >
      {content}
    </Press>
  );
}
