import { type TICKET_SORTS, TICKET_TYPE_LABELS, type TicketType } from '#shared/service-tickets/contract.ts';
import { type ServiceTicketStatus, serviceTicketMachine } from '#shared/service-tickets/machine.ts';
import { TICKET_PRIORITY_LABELS, type TicketPriority } from '#shared/service-tickets/sla.ts';
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
  useFilterChoice,
} from '../../domain/filter-parts';
import { optionsOf } from '../../domain/labels';
import type { TicketListView } from '../../domain/list-views';
import { useNow } from '../../domain/use-now';
import { Chips, ChipsMany } from '../../ui';

export const TICKET_SORT_LABELS: Readonly<Record<(typeof TICKET_SORTS)[number], string>> = {
  resolveDueAt: '最先到期',
  '-resolveDueAt': '最后到期',
  '-createdAt': '最新报修',
  createdAt: '最早报修',
};

type View = Pick<TicketListView, 'filters' | 'sort'>;
interface TicketFilterSheetProps extends FilterSheetProps<View> {
  /** The order without a choice. */
  usualSort: (typeof TICKET_SORTS)[number];
}

export function TicketFilterSheet(props: TicketFilterSheetProps) {
  const { usualSort, names, onName } = props;
  const user = useSession()?.user;
  const today = dateOf(useNow());
  const { filters, sort, setSort, change, frame } = useFilterChoice(props);

  return (
    <FilterSheetFrame {...frame}>
      <FilterGroup title="排序">
        <Chips
          options={optionsOf(TICKET_SORT_LABELS)}
          value={sort ?? usualSort}
          onChange={(next) => setSort(next ?? undefined)}
        />
      </FilterGroup>
      <FilterGroup title="状态">
        <ChipsMany
          options={optionsOf(serviceTicketMachine.states)}
          value={listOf<ServiceTicketStatus>(filters.status)}
          onChange={(status) => change({ status })}
        />
      </FilterGroup>
      <FilterGroup title="优先级">
        <ChipsMany
          options={optionsOf(TICKET_PRIORITY_LABELS)}
          value={listOf<TicketPriority>(filters.priority)}
          onChange={(priority) => change({ priority })}
        />
      </FilterGroup>
      <FilterGroup title="类型">
        <ChipsMany
          options={optionsOf(TICKET_TYPE_LABELS)}
          value={listOf<TicketType>(filters.ticketType)}
          onChange={(ticketType) => change({ ticketType })}
        />
      </FilterGroup>
      <FilterGroup title="质保">
        <Chips
          clearable
          options={[
            { value: 'true', label: '在保' },
            { value: 'false', label: '过保' },
          ]}
          value={filters.isUnderWarranty === undefined ? null : String(isOn(filters.isUnderWarranty))}
          onChange={(value) => change({ isUnderWarranty: value === null ? undefined : value === 'true' })}
        />
      </FilterGroup>
      <FilterGroup title="报修时间">
        <PeriodChips from={filters.from} to={filters.to} today={today} onChange={change} />
      </FilterGroup>
      <FilterFields>
        <PeriodFields from={filters.from} to={filters.to} today={today} onChange={change} />
        {reachOf(user, 'serviceTickets.read') !== 'own' && may(user, 'users.lookup') && (
          <PersonFilter
            name="assignedTo"
            label="处理人"
            id={filters.assignedTo}
            names={names}
            onName={onName}
            onChange={(assignedTo) => change({ assignedTo })}
          />
        )}
      </FilterFields>
      {may(user, 'serviceTickets.restore') && <DeletedFilter on={isOn(filters.deleted)} onChange={change} />}
    </FilterSheetFrame>
  );
}
