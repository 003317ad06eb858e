import { View } from '@tarojs/components';
import { cx } from './class-names';
import type { IconName } from './icon-names';
import './icon.scss';

/** A line icon in the colour of the text around it. Decoration only: the words beside it or an `aria-label` speak. */
export function Icon({
  name,
  size = 'm',
  className,
}: {
  name: IconName;
  size?: 's' | 'm' | 'l';
  className?: string;
}) {
  return (
    <View className={cx('icon', `icon-${name}`, `icon--${size}`, className)} {...{ 'aria-hidden': 'true' }} />
  );
}
