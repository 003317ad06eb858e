import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { cx } from './class-names';
import { Press } from './press';
import './card.scss';

/** A white block. `inset` gives it the padding of a text block; rows bring their own. */
export function Card({
  children,
  inset,
  className,
}: {
  children: ReactNode;
  inset?: boolean;
  className?: string;
}) {
  return <View className={cx('card', inset && 'card--inset', className)}>{children}</View>;
}

/** A card that opens something. */
export function PressCard({
  children,
  onPress,
  onHold,
  label,
}: {
  children: ReactNode;
  onPress: () => void;
  /** The finger stays on it. */
  onHold?: () => void;
  label?: string;
}) {
  return (
    <Press
      onPress={onPress}
      {...(label ? { label } : {})}
      {...(onHold ? { onHold } : {})}
      className="card card--press"
    >
      {children}
    </Press>
  );
}
