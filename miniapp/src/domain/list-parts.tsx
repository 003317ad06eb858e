import { Text, View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { formatCount } from '#shared/values/number.ts';
import { Chip, ChipRow, Press } from '../ui';
import type { ActiveFilter } from './active-filters';
import './list-parts.scss';

interface ListTopProps {
  search: ReactNode;
  /** Whose records: mine, all. */
  scope?: ReactNode;
  /** At most three chips. */
  children: ReactNode;
}

/** What stays in sight over a list of records. */
export function ListTop({ search, scope, children }: ListTopProps) {
  return (
    <View className="list-top">
      <View className="list-top__search">{search}</View>
      {scope && <View className="list-top__scope">{scope}</View>}
      <View className="list-top__chips">
        <ChipRow>{children}</ChipRow>
      </View>
    </View>
  );
}

interface FilterChipProps {
  /** How many filters are on. */
  count: number;
  sorted: boolean;
  onPress: () => void;
}

/** Opens everything else a list can be narrowed by. */
export function FilterChip({ count, sorted, onPress }: FilterChipProps) {
  return (
    <Chip on={count > 0 || sorted} icon="sliders-horizontal" onPress={onPress}>
      {count > 0 ? `筛选 ${count}` : '筛选'}
    </Chip>
  );
}

/** `128 条`, `1000+ 条` where nobody counted on; empty for an empty list, which says so itself. */
export function countWords(
  list: { total: number | null; capped: boolean; loading: boolean },
  unit: string,
): string {
  if (!list.total) return list.loading ? '正在加载' : '';
  return `${formatCount(list.total)}${list.capped ? '+' : ''} ${unit}`;
}

interface ListBodyProps<F> {
  /** How many, and in which order. */
  words: readonly (string | null | undefined)[];
  active: readonly ActiveFilter<F>[];
  onRemove: (without: F) => void;
  /** At the right of the count: what is done to several at once. */
  actions?: readonly ({ label: string; onPress: () => void } | false)[];
  children: ReactNode;
}

/** The rows, with what they are narrowed by. */
export function ListBody<F>({ words, active, onRemove, actions = [], children }: ListBodyProps<F>) {
  return (
    <View className="list-body">
      <View className="list-body__head">
        <View className="list-body__line">
          <Text className="list-body__count">{words.filter(Boolean).join(' · ')}</Text>
          <View className="list-body__actions">
            {actions.map(
              (action) =>
                action && (
                  <Press
                    key={action.label}
                    className="list-body__action"
                    label={action.label}
                    onPress={() => action.onPress()}
                  >
                    <Text>{action.label}</Text>
                  </Press>
                ),
            )}
          </View>
        </View>
        {active.length > 0 && (
          <View className="list-body__active">
            {active.map(({ key, label, without }) => (
              <Chip key={key} on removable onPress={() => onRemove(without)}>
                {label}
              </Chip>
            ))}
          </View>
        )}
      </View>
      {children}
    </View>
  );
}
