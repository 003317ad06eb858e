import type { LeadSource } from '#shared/customers/draft.ts';
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
  OrderFilter,
  PeriodChips,
  PeriodFields,
  PersonFilter,
  RegionFields,
  SourceFilter,
  useFilterChoice,
} from '../../domain/filter-parts';
import type { LeadListView } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import { Chips } from '../../ui';

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
      <SourceFilter value={listOf<LeadSource>(filters.source)} onChange={change} />
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
      <OrderFilter labels={LEAD_SORT_LABELS} usual={LEAD_SORTS[0]} sort={sort} onChange={setSort} />
      {may(user, 'leads.restore') && <DeletedFilter on={isOn(filters.deleted)} onChange={change} />}
    </FilterSheetFrame>
  );
}
