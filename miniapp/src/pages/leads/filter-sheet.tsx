import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';
import { type LeadSource, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { LEAD_SORT_LABELS, LEAD_SORTS, type LeadFilters } from '#shared/leads/contract.ts';
import { addDays, dateOf, startOfMonth, startOfWeek } from '#shared/values/time.ts';
import { may, reachOf, useSession } from '../../api/session';
import { optionsOf } from '../../domain/labels';
import type { LeadListView } from '../../domain/lead-filter-store';
import { isOn, listOf } from '../../domain/lead-filters';
import { PROVINCES } from '../../domain/regions';
import { useNow } from '../../domain/use-now';
import { UserPicker } from '../../domain/user-picker';
import { Button, Chips, ChipsMany, DateField, PickField, SelectField, Sheet, TextField } from '../../ui';
import './filter-sheet.scss';

interface FilterSheetProps {
  open: boolean;
  view: Pick<LeadListView, 'filters' | 'sort'>;
  names: Readonly<Record<string, string>>;
  onName: (id: string, name: string) => void;
  onApply: (view: Pick<LeadListView, 'filters' | 'sort'>) => void;
  onClose: () => void;
}

type Changes = { [K in keyof LeadFilters]?: LeadFilters[K] | undefined };
const PROVINCE_OPTIONS = PROVINCES.map((name) => ({ value: name, label: name }));

/** Without the keys that were set to nothing: they would stand in the address. */
function merge(filters: LeadFilters, changes: Changes): LeadFilters {
  const merged: Changes = { ...filters, ...changes };
  for (const key of Object.keys(merged) as (keyof LeadFilters)[]) {
    const value = merged[key];
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      delete merged[key];
  }
  return merged as LeadFilters;
}

/** Everything else a list can be narrowed by. Nothing changes before 查看结果. */
export function FilterSheet({ open, view, names, onName, onApply, onClose }: FilterSheetProps) {
  const user = useSession()?.user;
  const today = dateOf(useNow());
  const [filters, setFilters] = useState(view.filters);
  const [sort, setSort] = useState(view.sort);
  const [picking, setPicking] = useState<'ownerId' | 'registrantId' | null>(null);
  useEffect(() => {
    if (!open) return;
    setFilters(view.filters);
    setSort(view.sort);
  }, [open, view]);

  const change = (changes: Changes) => setFilters((now) => merge(now, changes));
  const periods = [
    { value: 'today', label: '今天', from: today },
    { value: 'week', label: '本周', from: startOfWeek(today) },
    { value: 'month', label: '本月', from: startOfMonth(today) },
    { value: '30', label: '近30天', from: addDays(today, -29) },
  ];
  const period = periods.find(({ from }) => from === filters.from && filters.to === undefined);
  const reach = reachOf(user, 'leads.read');
  const flag = (value: LeadFilters['contacted']) => (value === undefined ? null : isOn(value) ? 'yes' : 'no');

  return (
    <>
      <Sheet
        open={open}
        title="筛选"
        tall
        onClose={onClose}
        footer={
          <View className="filters__buttons">
            <Button
              onPress={() => {
                setFilters({});
                setSort(undefined);
              }}
            >
              重置
            </Button>
            <View className="filters__apply">
              <Button
                block
                kind="primary"
                onPress={() => {
                  onApply({ filters, sort });
                  onClose();
                }}
              >
                查看结果
              </Button>
            </View>
          </View>
        }
      >
        <View className="filters">
          <Group title="到期">
            <Chips
              clearable
              options={[
                { value: 'overdue', label: '已超期' },
                { value: 'today', label: '今天到期' },
              ]}
              value={filters.due ?? null}
              onChange={(due) => change({ due: due ?? undefined })}
            />
          </Group>
          <Group title="联系情况">
            <Chips
              clearable
              options={[
                { value: 'no', label: '没联系过' },
                { value: 'yes', label: '联系过' },
              ]}
              value={flag(filters.contacted)}
              onChange={(value) => change({ contacted: value === null ? undefined : value === 'yes' })}
            />
          </Group>
          <Group title="来源">
            <ChipsMany
              options={optionsOf(SOURCE_LABELS)}
              value={listOf<LeadSource>(filters.source)}
              onChange={(source) => change({ source })}
            />
          </Group>
          <Group title="登记时间">
            <Chips
              clearable
              options={periods}
              value={period?.value ?? null}
              onChange={(value) =>
                change({ from: periods.find((one) => one.value === value)?.from, to: undefined })
              }
            />
          </Group>
          <View className="filters__fields">
            <DateField
              name="from"
              label="从"
              value={filters.from ?? null}
              today={today}
              max={filters.to ?? today}
              placeholder="不限"
              clearable
              onChange={(from) => change({ from: from ?? undefined })}
            />
            <DateField
              name="to"
              label="到"
              value={filters.to ?? null}
              today={today}
              max={today}
              {...(filters.from ? { min: filters.from } : {})}
              placeholder="不限"
              clearable
              onChange={(to) => change({ to: to ?? undefined })}
            />
            <SelectField
              name="province"
              label="省份"
              options={PROVINCE_OPTIONS}
              value={PROVINCES.find((name) => name === filters.province) ?? null}
              placeholder="不限"
              clearable
              onChange={(province) => change({ province: province ?? undefined })}
            />
            <TextField
              name="city"
              label="城市"
              value={filters.city ?? ''}
              placeholder="不限"
              maxLength={20}
              onChange={(city) => change({ city })}
            />
            {reach !== 'own' && may(user, 'users.lookup') && (
              <PickField
                name="ownerId"
                label="跟进人"
                text={
                  filters.ownerId
                    ? filters.ownerId === user?.id
                      ? '我'
                      : (names[filters.ownerId] ?? '已指定')
                    : null
                }
                placeholder="不限"
                onPress={() => setPicking('ownerId')}
              />
            )}
            {may(user, 'leads.registered') && may(user, 'users.lookup') && (
              <PickField
                name="registrantId"
                label="登记人"
                text={
                  filters.registrantId
                    ? filters.registrantId === user?.id
                      ? '我'
                      : (names[filters.registrantId] ?? '已指定')
                    : null
                }
                placeholder="不限"
                onPress={() => setPicking('registrantId')}
              />
            )}
          </View>
          <Group title="排序">
            <Chips
              options={optionsOf(LEAD_SORT_LABELS)}
              value={sort ?? LEAD_SORTS[0]}
              onChange={(next) => setSort(next === LEAD_SORTS[0] ? undefined : (next ?? undefined))}
            />
          </Group>
          {may(user, 'leads.restore') && (
            <Group title="其他">
              <Chips
                clearable
                options={[{ value: 'deleted', label: '已删除的' }]}
                value={isOn(filters.deleted) ? 'deleted' : null}
                onChange={(value) => change({ deleted: value ? true : undefined })}
              />
            </Group>
          )}
        </View>
      </Sheet>
      <UserPicker
        open={picking !== null}
        title={picking === 'ownerId' ? '跟进人' : '登记人'}
        assignable={picking === 'ownerId'}
        value={(picking && filters[picking]) ?? null}
        none={{
          label: '不限',
          onPick: () => {
            if (picking) change({ [picking]: undefined });
            setPicking(null);
          },
        }}
        onPick={({ id, name }) => {
          onName(id, name);
          if (picking) change({ [picking]: id });
          setPicking(null);
        }}
        onClose={() => setPicking(null)}
      />
    </>
  );
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <View className="filters__group">
      <Text className="filters__title">{title}</Text>
      {children}
    </View>
  );
}
