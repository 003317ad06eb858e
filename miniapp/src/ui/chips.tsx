import { ScrollView, Text, View } from '@tarojs/components';
import { cx } from './class-names';
import { Icon } from './icon';
import type { IconName } from './icon-names';
import { Press } from './press';
import './chips.scss';

export interface ChipOption<T extends string> {
  value: T;
  label: string;
  icon?: IconName;
}

interface ChipProps {
  children: string;
  onPress: () => void;
  on?: boolean;
  icon?: IconName;
  /** Opens a choice. */
  opens?: boolean;
  /** Shows a × and is removed when pressed. */
  removable?: boolean;
  role?: 'button' | 'radio' | 'checkbox';
}

/** One small choice. */
export function Chip({ children, onPress, on, icon, opens, removable, role = 'button' }: ChipProps) {
  return (
    <Press
      onPress={onPress}
      role={role}
      label={removable ? `清除${children}` : children}
      {...(role === 'button' ? {} : { selected: Boolean(on) })}
      className="chip-touch"
    >
      <View className={cx('chip', on && 'chip--on')}>
        {icon && <Icon name={icon} size="s" />}
        <Text className="chip__text">{children}</Text>
        {opens && <Icon name="chevron-down" size="s" className="chip__mark" />}
        {removable && <Icon name="x" size="s" className="chip__mark" />}
      </View>
    </Press>
  );
}

interface ChipsProps<T extends string> {
  options: readonly ChipOption<T>[];
  value: T | null;
  onChange: (value: T | null) => void;
  /** Pressing the chosen one again clears it. */
  clearable?: boolean;
  /** One line that scrolls sideways instead of wrapping. */
  scroll?: boolean;
}

/** Choose one of a few, all of them visible. */
export function Chips<T extends string>({ options, value, onChange, clearable, scroll }: ChipsProps<T>) {
  const chips = options.map((option) => (
    <Chip
      key={option.value}
      role="radio"
      on={option.value === value}
      {...(option.icon ? { icon: option.icon } : {})}
      onPress={() => onChange(clearable && option.value === value ? null : option.value)}
    >
      {option.label}
    </Chip>
  ));
  return scroll ? <ChipRow>{chips}</ChipRow> : <View className="chips">{chips}</View>;
}

interface ChipsManyProps<T extends string> {
  options: readonly ChipOption<T>[];
  value: readonly T[];
  onChange: (value: T[]) => void;
}

/** Choose any of a few. */
export function ChipsMany<T extends string>({ options, value, onChange }: ChipsManyProps<T>) {
  return (
    <View className="chips">
      {options.map((option) => {
        const on = value.includes(option.value);
        return (
          <Chip
            key={option.value}
            role="checkbox"
            on={on}
            onPress={() => onChange(on ? value.filter((v) => v !== option.value) : [...value, option.value])}
          >
            {option.label}
          </Chip>
        );
      })}
    </View>
  );
}

/** A line of chips that scrolls sideways. */
export function ChipRow({ children }: { children: React.ReactNode }) {
  return (
    <ScrollView scrollX className="chip-row" showScrollbar={false} enhanced>
      <View className="chip-row__line">{children}</View>
    </ScrollView>
  );
}
