import { CUSTOMER_SORTS } from '#shared/customers/contract.ts';
import { CUSTOMER_TYPE_LABELS, type CustomerType, type LeadSource } from '#shared/customers/draft.ts';
import { type CustomerStatus, customerMachine } from '#shared/customers/machine.ts';
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
import { optionsOf } from '../../domain/labels';
import type { CustomerListView } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import { Chips, ChipsMany, TextField } from '../../ui';

export const CUSTOMER_SORT_LABELS: Readonly<Record<(typeof CUSTOMER_SORTS)[number], string>> = {
  '-createdAt': '最新建档',
  createdAt: '最早建档',
  '-lastContactAt': '最近联系',
  lastContactAt: '最久未联系',
};

type View = Pick<CustomerListView, 'filters' | 'sort'>;
export function CustomerFilterSheet(props: FilterSheetProps<View>) {
  const { names, onName } = props;
  const user = useSession()?.user;
  const today = dateOf(useNow());
  const { filters, sort, setSort, change, frame } = useFilterChoice(props);

  return (
    <FilterSheetFrame {...frame}>
      <OrderFilter labels={CUSTOMER_SORT_LABELS} usual={CUSTOMER_SORTS[0]} sort={sort} onChange={setSort} />
      <FilterGroup title="状态">
        <Chips
          clearable
          options={optionsOf(customerMachine.states)}
          value={listOf<CustomerStatus>(filters.status)[0] ?? null}
          onChange={(status) => change({ status: status ? [status] : undefined })}
        />
      </FilterGroup>
      <FilterGroup title="客户类型">
        <ChipsMany
          options={optionsOf(CUSTOMER_TYPE_LABELS)}
          value={listOf<CustomerType>(filters.customerType)}
          onChange={(customerType) => change({ customerType })}
        />
      </FilterGroup>
      <SourceFilter value={listOf<LeadSource>(filters.source)} onChange={change} />
      <FilterGroup title="建档时间">
        <PeriodChips from={filters.from} to={filters.to} today={today} onChange={change} />
      </FilterGroup>
      <FilterFields>
        <PeriodFields from={filters.from} to={filters.to} today={today} onChange={change} />
        <RegionFields province={filters.province} city={filters.city} onChange={change} />
        <TextField
          name="industry"
          label="行业"
          value={filters.industry ?? ''}
          placeholder="不限"
          maxLength={50}
          onChange={(industry) => change({ industry })}
        />
        {reachOf(user, 'customers.read') !== 'own' && may(user, 'users.lookup') && (
          <PersonFilter
            name="ownerId"
            label="负责人"
            id={filters.ownerId}
            names={names}
            onName={onName}
            onChange={(ownerId) => change({ ownerId })}
          />
        )}
      </FilterFields>
      {may(user, 'customers.restore') && <DeletedFilter on={isOn(filters.deleted)} onChange={change} />}
    </FilterSheetFrame>
  );
}
