import { View } from '@tarojs/components';
import { type CSSProperties, type PropsWithChildren, useRef } from 'react';
import { cx } from './class-names';
import './press.scss';

const isH5 = process.env.TARO_ENV === 'h5';

interface PressProps {
  onPress?: (() => void) | undefined;
  disabled?: boolean;
  /** The finger stays on it. */
  onHold?: () => void;
  /** Read aloud instead of the content; required where the content is an icon. */
  label?: string;
  role?: 'button' | 'link' | 'tab' | 'radio' | 'checkbox' | 'switch' | 'option';
  /** For tabs, options and switches. */
  selected?: boolean;
  className?: string;
  style?: CSSProperties;
  id?: string;
}

type Event = { stopPropagation(): void; preventDefault?(): void; key?: string };

/** So long after a long touch nothing is pressed. */
const HELD_MS = 1000;

/** Whatever can be pressed: one place for feedback, keyboard and screen reader. */
export function Press({
  onPress,
  disabled,
  onHold,
  label,
  role = 'button',
  selected,
  className,
  style,
  id,
  children,
}: PropsWithChildren<PressProps>) {
  const heldAt = useRef(0);
  const press = (event: Event) => {
    // A button on a card must not open the card.
    event.stopPropagation();
    // A browser counts the end of a long touch as a press too.
    if (disabled || Date.now() - heldAt.current < HELD_MS) return;
    onPress?.();
  };
  const checkable = role === 'radio' || role === 'checkbox' || role === 'switch';
  const described = {
    role,
    'aria-role': role,
    'aria-label': label,
    'aria-disabled': disabled ? 'true' : undefined,
    [checkable ? 'aria-checked' : 'aria-selected']: selected === undefined ? undefined : String(selected),
  };
  const keyboard = isH5
    ? {
        tabIndex: disabled ? -1 : 0,
        onKeyDown: (event: Event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault?.();
          press(event);
        },
      }
    : {};
  return (
    <View
      {...described}
      {...keyboard}
      {...(id ? { id } : {})}
      {...(style ? { style } : {})}
      className={cx('press', disabled && 'press--disabled', className)}
      hoverClass={disabled || !onPress ? 'none' : 'press--active'}
      hoverStopPropagation
      hoverStartTime={20}
      hoverStayTime={80}
      onClick={press}
      {...(onHold
        ? {
            onLongPress: () => {
              heldAt.current = Date.now();
              onHold();
            },
          }
        : {})}
    >
      {children}
    </View>
  );
}
