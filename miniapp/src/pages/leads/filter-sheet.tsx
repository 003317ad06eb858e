import { type LeadSource, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { LEAD_SORT_LABELS, LEAD_SORTS, type LeadFilters } from '#shared/leads/contract.ts';
import { dateOf } from '#shared/values/time.ts';
import { may, reachOf, useSession } from '../../api/session';
import { isOn, listOf } from '../../domain/active-filters';
import {
  DeletedFilter,
  FilterFields,
  FilterGroup,
  FilterSheetFrame,
  type FilterSheetProps,
  PeriodChips,
  PeriodFields,
  PersonFilter,
  RegionFields,
  useFilterChoice,
} from '../../domain/filter-parts';
import { optionsOf } from '../../domain/labels';
import type { LeadListView } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import { Chips, ChipsMany } from '../../ui';

/** Everything else a list can be narrowed by. Nothing changes before 查看结果. */
export function FilterSheet(props: FilterSheetProps<Pick<LeadListView, 'filters' | 'sort'>>) {
  const { names, onName } = props;
  const user = useSession()?.user;
  const today = dateOf(useNow());
  const { filters, sort, setSort, change, frame } = useFilterChoice(props);
  const reach = reachOf(user, 'leads.read');
  const flag = (value: LeadFilters['contacted']) => (value === undefined ? null : isOn(value) ? 'yes' : 'no');

  return (
    <FilterSheetFrame {...frame}>
      <FilterGroup title="到期">
        <Chips
          clearable
          options={[
            { value: 'overdue', label: '已超期' },
            { value: 'today', label: '今天到期' },
          ]}
          value={filters.due ?? null}
          onChange={(due) => change({ due: due ?? undefined })}
        />
      </FilterGroup>
      <FilterGroup title="联系情况">
        <Chips
          clearable
          options={[
            { value: 'no', label: '没联系过' },
            { value: 'yes', label: '联系过' },
          ]}
          value={flag(filters.contacted)}
          onChange={(value) => change({ contacted: value === null ? undefined : value === 'yes' })}
        />
      </FilterGroup>
      <FilterGroup title="来源">
        <ChipsMany
          options={optionsOf(SOURCE_LABELS)}
          value={listOf<LeadSource>(filters.source)}
          onChange={(source) => change({ source })}
        />
      </FilterGroup>
      <FilterGroup title="登记时间">
        <PeriodChips from={filters.from} to={filters.to} today={today} onChange={change} />
      </FilterGroup>
      <FilterFields>
        <PeriodFields from={filters.from} to={filters.to} today={today} onChange={change} />
        <RegionFields province={filters.province} city={filters.city} onChange={change} />
        {reach !== 'own' && may(user, 'users.lookup') && (
          <PersonFilter
            name="ownerId"
            label="跟进人"
            assignable
            id={filters.ownerId}
            names={names}
            onName={onName}
            onChange={(ownerId) => change({ ownerId })}
          />
        )}
        {may(user, 'leads.registered') && may(user, 'users.lookup') && (
          <PersonFilter
            name="registrantId"
            label="登记人"
            id={filters.registrantId}
            names={names}
            onName={onName}
            onChange={(registrantId) => change({ registrantId })}
          />
        )}
      </FilterFields>
      <FilterGroup title="排序">
        <Chips
          options={optionsOf(LEAD_SORT_LABELS)}
          value={sort ?? LEAD_SORTS[0]}
          onChange={(next) => setSort(next === LEAD_SORTS[0] ? undefined : (next ?? undefined))}
        />
      </FilterGroup>
      {may(user, 'leads.restore') && <DeletedFilter on={isOn(filters.deleted)} onChange={change} />}
    </FilterSheetFrame>
  );
}
