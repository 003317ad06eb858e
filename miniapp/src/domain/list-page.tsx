import { Text, View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import { formatCount } from '#shared/values/number.ts';
import type { ListResult } from '../api/query';
import {
  Chip,
  type ChipOption,
  ChipRow,
  EmptyState,
  FloatingButton,
  type IconName,
  InfiniteList,
  OptionSheet,
  Page,
  Press,
} from '../ui';
import type { ActiveFilter } from './active-filters';
import { AppTabs, type TabName } from './app-tabs';
import { ConnectionBanner } from './connection-banner';
import './list-page.scss';

interface Labelled {
  readonly label: string;
  readonly onPress: () => void;
}

interface ListPageProps<R, F> {
  title: string;
  /** Where it is one of the tabs. */
  tab?: TabName;
  /** Otherwise: where the back arrow leads when the page was opened by its address. */
  home?: string;
  list: ListResult<R>;
  /** What the list was asked for: back to the top when it changes. */
  asked: readonly unknown[];
  search?: ReactNode;
  /** Whose records: mine, all. */
  scope?: ReactNode;
  /** At most three in sight; the others are behind a `FilterChip`. */
  chips: ReactNode;
  /** What is counted: `个客户`. */
  unit: string;
  /** Before the count: what the rows are called where somebody came from. */
  heading?: string | null;
  /** Behind the count: their order. */
  order?: string | undefined;
  /** Filters without a chip of their own: each can be taken away. */
  active?: readonly ActiveFilter<F>[];
  onRemove?: (without: F) => void;
  /** At the right of the count: what is done to several at once, or with all. */
  actions?: readonly (Labelled | false)[];
  /** The ＋ of the page, for who may. */
  create?: Labelled | false;
  /** Drawn when there is nothing: `NothingFound`, `NothingYet`. */
  empty: ReactNode;
  render: (row: R) => ReactNode;
  /** Beside the list, on a desk. */
  aside?: ReactNode;
  /** Sheets. */
  children?: ReactNode;
}

/** A list of records: what narrows it stays in sight, its rows load page by page, also without a network. */
export function ListPage<R extends { readonly id: string }, F>(props: ListPageProps<R, F>) {
  const { list, tab, home, create, scope, active = [], onRemove, actions = [] } = props;
  return (
    <Page
      title={props.title}
      {...(home ? { home } : {})}
      top={
        <View className="list-top">
          {props.search && <View className="list-top__search">{props.search}</View>}
          {scope && <View className="list-top__scope">{scope}</View>}
          <View className="list-top__chips">
            <ChipRow>{props.chips}</ChipRow>
          </View>
        </View>
      }
      tabBar={tab && <AppTabs current={tab} />}
      floating={create && <FloatingButton {...create} />}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify(props.asked)}
      aside={props.aside}
    >
      <View className="list-body">
        <View className="list-body__head">
          <View className="list-body__line">
            <Text className="list-body__count">
              {[props.heading, countWords(list, props.unit), list.rows.length > 0 && props.order]
                .filter(Boolean)
                .join(' · ')}
            </Text>
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
                <Chip key={key} on removable onPress={() => onRemove?.(without)}>
                  {label}
                </Chip>
              ))}
            </View>
          )}
        </View>
        <InfiniteList list={list} rowKey={({ id }) => id} empty={props.empty} render={props.render} />
      </View>
      {props.children}
    </Page>
  );
}

/** `128 条`, `1000+ 条` where nobody counted on; empty for an empty list, which says so itself. */
function countWords(list: ListResult<unknown>, unit: string): string {
  if (!list.total) return list.loading ? '正在加载' : '';
  return `${formatCount(list.total)}${list.capped ? '+' : ''} ${unit}`;
}

interface ChoiceChipProps<T extends string> {
  title: string;
  /** What is chosen, in words; null: nothing. */
  words: string | null;
  options: readonly ChipOption<T>[];
  /** The one that is chosen, where it is one. */
  value: T | null;
  onChange: (value: T | null) => void;
}

/** A chip that is set to one of many. */
export function ChoiceChip<T extends string>({ title, words, options, value, onChange }: ChoiceChipProps<T>) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Chip on={words !== null} opens onPress={() => setOpen(true)}>
        {words ?? title}
      </Chip>
      <OptionSheet
        open={open}
        title={title}
        options={options}
        value={value}
        clearable
        onChange={onChange}
        onClose={() => setOpen(false)}
      />
    </>
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

interface NothingFoundProps {
  keyword: string;
  /** What was looked for: `客户`. */
  what: string;
  /** How else the words may find it. */
  hint?: string | undefined;
  icon?: IconName;
  action: string;
  onAction: () => void;
}

/** What the list is narrowed by leaves nothing, and the way out of that. */
export function NothingFound({ keyword, what, hint, icon = 'search', action, onAction }: NothingFoundProps) {
  return (
    <EmptyState
      icon={icon}
      title={keyword ? `没有找到“${keyword}”` : `没有符合条件的${what}`}
      hint={(keyword && hint) || '换个条件试试'}
      action={action}
      onAction={onAction}
    />
  );
}

interface NothingYetProps {
  icon?: IconName;
  title: string;
  hint: string;
  /** How to begin, for who may. */
  create?: Labelled | false;
}

/** There is nothing yet, and how it begins. */
export function NothingYet({ create, ...words }: NothingYetProps) {
  return <EmptyState {...words} {...(create ? { action: create.label, onAction: create.onPress } : {})} />;
}
