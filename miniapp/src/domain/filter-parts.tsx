import { Text, View } from '@tarojs/components';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { type LeadSource, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { PROVINCES } from '#shared/values/provinces.ts';
import { addDays, type CalendarDate, startOfMonth, startOfWeek } from '#shared/values/time.ts';
import { useSession } from '../api/session';
import { Button, Chips, ChipsMany, DateField, PickField, SelectField, Sheet, TextField } from '../ui';
import { mergeFilters } from './active-filters';
import { optionsOf } from './labels';
import { UserPicker } from './user-picker';
import './filter-parts.scss';

/** What narrows a list, and its order. */
interface FilteredView<F, S> {
  readonly filters: F;
  readonly sort: S | undefined;
}

interface PeopleNames {
  /** Of people who are chosen, by their id. */
  names: Readonly<Record<string, string>>;
  onName: (id: string, name: string) => void;
}

/** What the people are called whom somebody chose in a filter, which itself holds only their ids. */
export function usePeopleNames(): PeopleNames {
  const [names, setNames] = useState<PeopleNames['names']>({});
  const onName = useCallback(
    (id: string, name: string) => setNames((known) => ({ ...known, [id]: name })),
    [],
  );
  return { names, onName };
}

export interface FilterSheetProps<V> extends PeopleNames {
  open: boolean;
  view: V;
  onApply: (view: V) => void;
  onClose: () => void;
}

/** What is being chosen in a filter sheet, beginning anew each time it opens. `frame` is for its FilterSheetFrame. */
export function useFilterChoice<F extends object, S extends string>({
  open,
  view,
  onApply,
  onClose,
}: Omit<FilterSheetProps<FilteredView<F, S>>, 'names' | 'onName'>) {
  const [filters, setFilters] = useState(view.filters);
  const [sort, setSort] = useState(view.sort);
  useEffect(() => {
    if (!open) return;
    setFilters(view.filters);
    setSort(view.sort);
  }, [open, view]);
  return {
    filters,
    sort,
    setSort,
    change: (changes: { readonly [K in keyof F]?: F[K] | undefined }) =>
      setFilters((now) => mergeFilters(now, changes)),
    frame: {
      open,
      onReset: () => {
        setFilters({} as F);
        setSort(undefined);
      },
      onApply: () => onApply({ filters, sort }),
      onClose,
    },
  };
}

interface FilterSheetFrameProps {
  open: boolean;
  onReset: () => void;
  onApply: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Everything else a list can be narrowed by. Nothing changes before 查看结果. */
export function FilterSheetFrame({ open, onReset, onApply, onClose, children }: FilterSheetFrameProps) {
  return (
    <Sheet
      open={open}
      title="筛选"
      tall
      onClose={onClose}
      footer={
        <View className="filters__buttons">
          <Button onPress={onReset}>重置</Button>
          <View className="filters__apply">
            <Button
              block
              kind="primary"
              onPress={() => {
                onApply();
                onClose();
              }}
            >
              查看结果
            </Button>
          </View>
        </View>
      }
    >
      <View className="filters">{children}</View>
    </Sheet>
  );
}

export function FilterGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <View className="filters__group">
      <Text className="filters__title">{title}</Text>
      {children}
    </View>
  );
}

/** Fields between the groups of chips. */
export function FilterFields({ children }: { children: ReactNode }) {
  return <View className="filters__fields">{children}</View>;
}

interface Period {
  from?: CalendarDate | undefined;
  to?: CalendarDate | undefined;
}
interface PeriodProps extends Period {
  today: CalendarDate;
  onChange: (period: Period) => void;
}

/** The periods people mean. */
export function PeriodChips({ from, to, today, onChange }: PeriodProps) {
  const periods = [
    { value: 'today', label: '今天', from: today },
    { value: 'week', label: '本周', from: startOfWeek(today) },
    { value: 'month', label: '本月', from: startOfMonth(today) },
    { value: '30', label: '近30天', from: addDays(today, -29) },
  ];
  return (
    <Chips
      clearable
      options={periods}
      value={periods.find((period) => period.from === from && to === undefined)?.value ?? null}
      onChange={(value) =>
        onChange({ from: periods.find((period) => period.value === value)?.from, to: undefined })
      }
    />
  );
}

/** Any other period. */
export function PeriodFields({ from, to, today, onChange }: PeriodProps) {
  return (
    <>
      <DateField
        name="from"
        label="从"
        value={from ?? null}
        today={today}
        max={to ?? today}
        placeholder="不限"
        clearable
        onChange={(next) => onChange({ from: next ?? undefined, to })}
      />
      <DateField
        name="to"
        label="到"
        value={to ?? null}
        today={today}
        max={today}
        {...(from ? { min: from } : {})}
        placeholder="不限"
        clearable
        onChange={(next) => onChange({ from, to: next ?? undefined })}
      />
    </>
  );
}

const PROVINCE_OPTIONS = PROVINCES.map((name) => ({ value: name, label: name }));

interface Region {
  province?: string | null | undefined;
  city?: string | null | undefined;
}

export function RegionFields({
  province,
  city,
  onChange,
}: Region & { onChange: (region: { province?: string | undefined; city?: string }) => void }) {
  return (
    <>
      <SelectField
        name="province"
        label="省份"
        options={PROVINCE_OPTIONS}
        value={PROVINCES.find((name) => name === province) ?? null}
        placeholder="不限"
        clearable
        onChange={(next) => onChange({ province: next ?? undefined })}
      />
      <TextField
        name="city"
        label="城市"
        value={city ?? ''}
        placeholder="不限"
        maxLength={20}
        onChange={(next) => onChange({ city: next })}
      />
    </>
  );
}

interface PersonFilterProps extends PeopleNames {
  name: string;
  label: string;
  /** Who is chosen. */
  id: string | undefined;
  /** Only those who can follow leads. */
  assignable?: boolean;
  onChange: (id: string | undefined) => void;
}

/** One person, or anybody. */
export function PersonFilter(props: PersonFilterProps) {
  const { name, label, id, names, onName, assignable = false, onChange } = props;
  const me = useSession()?.user.id;
  const [picking, setPicking] = useState(false);
  return (
    <>
      <PickField
        name={name}
        label={label}
        text={id ? (id === me ? '我' : (names[id] ?? '已指定')) : null}
        placeholder="不限"
        onPress={() => setPicking(true)}
      />
      <UserPicker
        open={picking}
        title={label}
        assignable={assignable}
        value={id ?? null}
        none={{
          label: '不限',
          onPick: () => {
            onChange(undefined);
            setPicking(false);
          },
        }}
        onPick={(picked) => {
          onName(picked.id, picked.name);
          onChange(picked.id);
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}

interface DeletedFilterProps {
  on: boolean;
  onChange: (changes: { deleted: true | undefined }) => void;
}

interface OrderFilterProps<S extends string> {
  labels: Readonly<Record<S, string>>;
  /** The order without a choice. */
  usual: S;
  /** Undefined: nobody has chosen. */
  sort: S | undefined;
  onChange: (sort: S | undefined) => void;
}

/** One of the orders; choosing the usual one is no choice. */
export function OrderFilter<S extends string>({ labels, usual, sort, onChange }: OrderFilterProps<S>) {
  return (
    <FilterGroup title="排序">
      <Chips
        options={optionsOf(labels)}
        value={sort ?? usual}
        onChange={(next) => onChange(next === usual ? undefined : (next ?? undefined))}
      />
    </FilterGroup>
  );
}

interface SourceFilterProps {
  value: readonly LeadSource[];
  onChange: (changes: { source: LeadSource[] }) => void;
}

/** Where they came from: any of these. */
export function SourceFilter({ value, onChange }: SourceFilterProps) {
  return (
    <FilterGroup title="来源">
      <ChipsMany
        options={optionsOf(SOURCE_LABELS)}
        value={value}
        onChange={(source) => onChange({ source })}
      />
    </FilterGroup>
  );
}

/** What was deleted, for whom may bring it back. */
export function DeletedFilter({ on, onChange }: DeletedFilterProps) {
  return (
    <FilterGroup title="其他">
      <Chips
        clearable
        options={[{ value: 'deleted', label: '已删除的' }]}
        value={on ? 'deleted' : null}
        onChange={(value) => onChange({ deleted: value ? true : undefined })}
      />
    </FilterGroup>
  );
}
