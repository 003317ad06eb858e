import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { serviceTickets, type TicketFilters, type TicketItem } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import { useOutbox } from '../../api/outbox';
import { prefetchDetails, useList } from '../../api/query';
import { may, reachOf } from '../../api/session';
import { mergeFilters } from '../../domain/active-filters';
import { usePeopleNames } from '../../domain/filter-parts';
import { Guarded } from '../../domain/guarded';
import { FilterChip, ListPage, NothingFound, NothingYet } from '../../domain/list-page';
import { setTicketListView, showTickets, useTicketListView } from '../../domain/list-views';
import { TicketCard } from '../../domain/ticket-card';
import {
  AT_WORK,
  activeTicketFilters,
  isUnfinished,
  shows,
  ticketStatusLabel,
  UNFINISHED,
} from '../../domain/ticket-words';
import { useNow } from '../../domain/use-now';
import { useRecordBeside } from '../../domain/use-record-beside';
import { useShownAgain } from '../../domain/use-shown-again';
import { Chip, SearchBar, Segmented } from '../../ui';
import { TICKET_SORT_LABELS, TicketFilterSheet } from './filter-sheet';
import { TicketPane } from './ticket-pane';

const SCOPES = [
  { value: 'open' as const, label: '未完成' },
  { value: 'all' as const, label: '全部' },
];
const CREATE = {
  label: '新建工单',
  onPress: () => void Taro.navigateTo({ url: '/service/ticket-form/index' }),
};
const STATISTICS = {
  label: '统计',
  onPress: () => void Taro.navigateTo({ url: '/service/statistics/index' }),
};

export default function TicketsPage() {
  return (
    <Guarded title="工单" tab="tickets" permission="serviceTickets.read">
      {(user) => <Tickets user={user} />}
    </Guarded>
  );
}

/** Reads ahead what an engineer may need in a basement. */
function useOwnTicketsAhead(rows: readonly TicketItem[], me: string): void {
  useEffect(() => {
    const own = rows.filter(
      ({ assignee, status }) => assignee?.id === me && (UNFINISHED as readonly string[]).includes(status),
    );
    const versions = new Map(own.map(({ id, version }) => [id, version]));
    void prefetchDetails(
      serviceTickets.get,
      own.map(({ id }) => ({ params: { id } })),
      ({ id, version }) => versions.get(id) === version,
    );
  }, [rows, me]);
}

function Tickets({ user }: { user: CurrentUser }) {
  const view = useTicketListView();
  const { filters, keyword, sort } = view;
  const now = useNow();
  const beside = useRecordBeside('/service/ticket/index');
  const [filtering, setFiltering] = useState(false);
  const people = usePeopleNames();
  const waiting = useOutbox();
  // What is to be done: what is due first comes first. Otherwise what is new.
  const usualSort = isUnfinished(filters) ? 'resolveDueAt' : '-createdAt';
  const list = useList(serviceTickets.list, { ...filters, keyword, sort: sort ?? usualSort });
  useShownAgain(() => void list.refresh());
  useOwnTicketsAhead(list.rows, user.id);
  const show = (next: TicketFilters) => setTicketListView({ filters: next });

  const works = may(user, 'serviceTickets.work');
  const dispatches = may(user, 'serviceTickets.dispatch');
  const creates = may(user, 'serviceTickets.create');
  const seesOthers = reachOf(user, 'serviceTickets.read') !== 'own';
  const mine = filters.assignedTo === user.id;
  const late = filters.overdue === 'any';
  const active = activeTicketFilters(filters, user.id, people.names);
  const narrowed =
    active.length > 0 ||
    keyword !== '' ||
    mine ||
    late ||
    !(shows(filters, UNFINISHED) || filters.status === undefined);

  const statusChip = (statuses: readonly ServiceTicketStatus[], label: string) => {
    const on = shows(filters, statuses);
    return (
      <Chip
        on={on}
        onPress={() => show(mergeFilters(filters, { status: on ? [...UNFINISHED] : [...statuses] }))}
      >
        {label}
      </Chip>
    );
  };

  return (
    <ListPage
      title="工单"
      tab="tickets"
      list={list}
      asked={[filters, keyword, sort]}
      search={
        <SearchBar
          value={keyword}
          placeholder="搜索编号、客户、设备、地址"
          onSearch={(next) => setTicketListView({ keyword: next })}
        />
      }
      scope={
        <Segmented
          options={SCOPES}
          value={isUnfinished(filters) ? 'open' : 'all'}
          onChange={(next) =>
            show(mergeFilters(filters, { status: next === 'open' ? [...UNFINISHED] : undefined }))
          }
        />
      }
      chips={
        <>
          {works && seesOthers && (
            <Chip
              on={mine}
              onPress={() => show(mergeFilters(filters, { assignedTo: mine ? undefined : user.id }))}
            >
              我的
            </Chip>
          )}
          {dispatches
            ? statusChip(['pending'], ticketStatusLabel('pending'))
            : works && statusChip(['assigned'], ticketStatusLabel('assigned'))}
          {statusChip(AT_WORK, '处理中')}
          <Chip on={late} onPress={() => show(mergeFilters(filters, { overdue: late ? undefined : 'any' }))}>
            超时
          </Chip>
          <FilterChip count={active.length} sorted={sort !== undefined} onPress={() => setFiltering(true)} />
        </>
      }
      unit="张工单"
      order={TICKET_SORT_LABELS[sort ?? usualSort]}
      active={active}
      onRemove={show}
      actions={[seesOthers && STATISTICS]}
      create={creates && CREATE}
      empty={
        narrowed ? (
          <NothingFound
            keyword={keyword}
            what="工单"
            hint="试试客户名称或设备序列号"
            action={keyword ? '清除搜索' : '清除筛选'}
            onAction={() => showTickets(keyword ? filters : { status: [...UNFINISHED] })}
          />
        ) : (
          <NothingYet
            icon="wrench"
            title={isUnfinished(filters) ? '没有未完成的工单' : '还没有工单'}
            hint={creates ? '客户报修时在这里新建，或扫设备上的码' : '派给你的工单会出现在这里'}
            create={creates && CREATE}
          />
        )
      }
      render={(ticket) => (
        <TicketCard
          ticket={ticket}
          now={now}
          onOpen={beside.open}
          showAssignee={ticket.assignee?.id !== user.id}
          unsent={waiting.some((item) => item.recordId === ticket.id)}
          selected={ticket.id === beside.selected}
        />
      )}
      aside={beside.wide && <TicketPane id={beside.selected} onGone={beside.close} />}
    >
      <TicketFilterSheet
        open={filtering}
        view={view}
        usualSort={usualSort}
        {...people}
        onApply={setTicketListView}
        onClose={() => setFiltering(false)}
      />
    </ListPage>
  );
}
