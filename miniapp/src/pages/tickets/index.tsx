import Taro from '@tarojs/taro';
import { useCallback, useEffect, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { serviceTickets, type TicketFilters, type TicketItem } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import { useOutbox } from '../../api/outbox';
import { prefetchDetails, useList } from '../../api/query';
import { may, reachOf, useSession } from '../../api/session';
import { mergeFilters } from '../../domain/active-filters';
import { AppTabs } from '../../domain/app-tabs';
import { ConnectionBanner } from '../../domain/connection-banner';
import { countWords, FilterChip, ListBody, ListTop } from '../../domain/list-parts';
import { setTicketListView, showTickets, useTicketListView } from '../../domain/list-views';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
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
import { useShownAgain } from '../../domain/use-shown-again';
import { useWide } from '../../domain/use-wide';
import { Chip, EmptyState, FloatingButton, InfiniteList, Page, SearchBar, Segmented } from '../../ui';
import { TICKET_SORT_LABELS, TicketFilterSheet } from './filter-sheet';
import { TicketPane } from './ticket-pane';

const TITLE = '工单';
const SCOPES = [
  { value: 'open' as const, label: '未完成' },
  { value: 'all' as const, label: '全部' },
];
const create = () => void Taro.navigateTo({ url: '/service/ticket-form/index' });
const openStatistics = () => void Taro.navigateTo({ url: '/service/statistics/index' });

export default function TicketsPage() {
  const user = useSession()?.user;
  const tabBar = <AppTabs current="tickets" />;
  if (!user) return <SignInFirst title={TITLE} tabBar={tabBar} />;
  if (!may(user, 'serviceTickets.read')) return <NoPermission title={TITLE} tabBar={tabBar} />;
  return <Tickets user={user} />;
}

function Tickets({ user }: { user: CurrentUser }) {
  const view = useTicketListView();
  const { filters, keyword, sort } = view;
  const now = useNow();
  const wide = useWide();
  const [selected, setSelected] = useState<string | null>(null);
  const [filtering, setFiltering] = useState(false);
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const waiting = useOutbox();
  // What is to be done: what is due first comes first. Otherwise what is new.
  const usualSort = isUnfinished(filters) ? 'resolveDueAt' : '-createdAt';
  const list = useList(serviceTickets.list, { ...filters, keyword, sort: sort ?? usualSort });
  useShownAgain(() => void list.refresh());

  const { rows } = list;
  useEffect(() => {
    // What an engineer may need in a basement.
    const own = rows.filter(
      ({ assignee, status }) =>
        assignee?.id === user.id && (UNFINISHED as readonly string[]).includes(status),
    );
    const versions = new Map(own.map(({ id, version }) => [id, version]));
    void prefetchDetails(
      serviceTickets.get,
      own.map(({ id }) => ({ params: { id } })),
      ({ id, version }) => versions.get(id) === version,
    );
  }, [rows, user.id]);

  const onOpen = useCallback(
    ({ id }: TicketItem) => {
      if (wide) setSelected(id);
      else void Taro.navigateTo({ url: `/service/ticket/index?id=${id}` });
    },
    [wide],
  );
  const show = (next: TicketFilters) => setTicketListView({ filters: next });

  const works = may(user, 'serviceTickets.work');
  const dispatches = may(user, 'serviceTickets.dispatch');
  const creates = may(user, 'serviceTickets.create');
  const seesOthers = reachOf(user, 'serviceTickets.read') !== 'own';
  const mine = filters.assignedTo === user.id;
  const active = activeTicketFilters(filters, user.id, names);
  const narrowed =
    active.length > 0 ||
    keyword !== '' ||
    mine ||
    filters.overdue === 'any' ||
    !(shows(filters, UNFINISHED) || filters.status === undefined);

  const statusChip = (statuses: readonly ServiceTicketStatus[], label: string) => {
    const on = shows(filters, statuses);
    return (
      <Chip
        key={label}
        on={on}
        onPress={() => show(mergeFilters(filters, { status: on ? [...UNFINISHED] : [...statuses] }))}
      >
        {label}
      </Chip>
    );
  };

  const top = (
    <ListTop
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
    >
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
      <Chip
        on={filters.overdue === 'any'}
        onPress={() =>
          show(mergeFilters(filters, { overdue: filters.overdue === 'any' ? undefined : 'any' }))
        }
      >
        超时
      </Chip>
      <FilterChip count={active.length} sorted={sort !== undefined} onPress={() => setFiltering(true)} />
    </ListTop>
  );

  return (
    <Page
      title={TITLE}
      top={top}
      tabBar={<AppTabs current="tickets" />}
      floating={creates && <FloatingButton label="新建工单" onPress={create} />}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify([filters, keyword, sort])}
      aside={wide && <TicketPane id={selected} onGone={() => setSelected(null)} />}
    >
      <ListBody
        words={[countWords(list, '张工单'), TICKET_SORT_LABELS[sort ?? usualSort]]}
        active={active}
        onRemove={show}
        actions={[seesOthers && { label: '统计', onPress: openStatistics }]}
      >
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={
            narrowed ? (
              <EmptyState
                icon="search"
                title={keyword ? `没有找到“${keyword}”` : '没有符合条件的工单'}
                hint={keyword ? '试试客户名称或设备序列号' : '换个条件试试'}
                action={keyword ? '清除搜索' : '清除筛选'}
                onAction={() => showTickets(keyword ? filters : { status: [...UNFINISHED] })}
              />
            ) : (
              <EmptyState
                icon="wrench"
                title={isUnfinished(filters) ? '没有未完成的工单' : '还没有工单'}
                hint={creates ? '客户报修时在这里新建，或扫设备上的码' : '派给你的工单会出现在这里'}
                {...(creates ? { action: '新建工单', onAction: create } : {})}
              />
            )
          }
          render={(ticket) => (
            <TicketCard
              ticket={ticket}
              now={now}
              onOpen={onOpen}
              showAssignee={ticket.assignee?.id !== user.id}
              unsent={waiting.some((item) => item.recordId === ticket.id)}
              selected={wide && ticket.id === selected}
            />
          )}
        />
      </ListBody>
      <TicketFilterSheet
        open={filtering}
        view={view}
        usualSort={usualSort}
        names={names}
        onName={(id, name) => setNames((known) => ({ ...known, [id]: name }))}
        onApply={setTicketListView}
        onClose={() => setFiltering(false)}
      />
    </Page>
  );
}
