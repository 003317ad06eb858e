import Taro from '@tarojs/taro';
import { useCallback, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type CustomerFilters, type CustomerItem, customers } from '#shared/customers/contract.ts';
import { CUSTOMER_LEVEL_LABELS, type CustomerLevel } from '#shared/customers/draft.ts';
import { type CustomerStage, customerStageMachine } from '#shared/customers/machine.ts';
import { useOutbox } from '../../api/outbox';
import { useList } from '../../api/query';
import { may, reachOf, useSession } from '../../api/session';
import { listOf, mergeFilters } from '../../domain/active-filters';
import { AppTabs } from '../../domain/app-tabs';
import { ConnectionBanner } from '../../domain/connection-banner';
import { CustomerCard } from '../../domain/customer-card';
import { activeCustomerFilters, levelWords, stageWords } from '../../domain/customer-words';
import { optionsOf } from '../../domain/labels';
import { countWords, FilterChip, ListBody, ListTop } from '../../domain/list-parts';
import { setCustomerListView, showCustomers, useCustomerListView } from '../../domain/list-views';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useWide } from '../../domain/use-wide';
import {
  Chip,
  EmptyState,
  FloatingButton,
  InfiniteList,
  OptionSheet,
  Page,
  SearchBar,
  Segmented,
} from '../../ui';
import { CustomerPane } from './customer-pane';
import { CUSTOMER_SORT_LABELS, CustomerFilterSheet } from './filter-sheet';

const TITLE = '客户';
const STAGE_OPTIONS = optionsOf(customerStageMachine.states);
const LEVEL_OPTIONS = optionsOf(CUSTOMER_LEVEL_LABELS);
const SCOPES = [
  { value: 'all' as const, label: '全部' },
  { value: 'mine' as const, label: '我的' },
];
const exportList = () => void Taro.navigateTo({ url: '/transfer/new-export/index?entity=customers' });
const create = () => void Taro.navigateTo({ url: '/sales/customer-form/index' });

export default function CustomersPage() {
  const user = useSession()?.user;
  const tabBar = <AppTabs current="customers" />;
  if (!user) return <SignInFirst title={TITLE} tabBar={tabBar} />;
  if (!may(user, 'customers.read')) return <NoPermission title={TITLE} tabBar={tabBar} />;
  return <Customers user={user} />;
}

function Customers({ user }: { user: CurrentUser }) {
  const view = useCustomerListView();
  const { filters, keyword, sort } = view;
  const now = useNow();
  const wide = useWide();
  const [asking, setAsking] = useState<'stage' | 'level' | 'more' | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const followUp = useFollowUp();
  const waiting = useOutbox();
  const list = useList(customers.list, { ...filters, keyword, ...(sort ? { sort } : {}) });

  const onOpen = useCallback(
    ({ id }: CustomerItem) => {
      if (wide) setSelected(id);
      else void Taro.navigateTo({ url: `/sales/customer-detail/index?id=${id}` });
    },
    [wide],
  );
  const show = (next: CustomerFilters) => setCustomerListView({ filters: next });

  const creates = may(user, 'customers.create');
  const owns = may(user, 'customers.update');
  const mine = filters.ownerId === user.id;
  const stage = stageWords(filters);
  const level = levelWords(filters);
  const active = activeCustomerFilters(filters, user.id, names);
  const narrowed = active.length > 0 || stage !== null || level !== null || keyword !== '';

  const top = (
    <ListTop
      search={
        <SearchBar
          value={keyword}
          placeholder="搜索客户、联系人、电话"
          onSearch={(next) => setCustomerListView({ keyword: next })}
        />
      }
      scope={
        owns &&
        reachOf(user, 'customers.read') !== 'own' && (
          <Segmented
            options={SCOPES}
            value={mine ? 'mine' : 'all'}
            onChange={(next) =>
              show(mergeFilters(filters, { ownerId: next === 'mine' ? user.id : undefined }))
            }
          />
        )
      }
    >
      <Chip on={stage !== null} opens onPress={() => setAsking('stage')}>
        {stage ?? '阶段'}
      </Chip>
      <Chip on={level !== null} opens onPress={() => setAsking('level')}>
        {level ?? '等级'}
      </Chip>
      <FilterChip count={active.length} sorted={sort !== undefined} onPress={() => setAsking('more')} />
    </ListTop>
  );

  return (
    <Page
      title={TITLE}
      top={top}
      tabBar={<AppTabs current="customers" />}
      floating={creates && <FloatingButton label="新建客户" onPress={create} />}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify([filters, keyword, sort])}
      aside={wide && <CustomerPane id={selected} onGone={() => setSelected(null)} />}
    >
      <ListBody
        words={[countWords(list, '个客户'), sort && CUSTOMER_SORT_LABELS[sort]]}
        active={active}
        onRemove={show}
        actions={[
          list.rows.length > 0 && may(user, 'customers.export') && { label: '导出', onPress: exportList },
        ]}
      >
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={
            narrowed ? (
              <EmptyState
                icon="search"
                title={keyword ? `没有找到“${keyword}”` : '没有符合条件的客户'}
                hint={keyword ? '试试联系人的名字或电话' : '换个条件试试'}
                action={keyword ? '清除搜索' : '清除筛选'}
                onAction={() => showCustomers(keyword ? filters : {})}
              />
            ) : (
              <EmptyState
                icon="building"
                title={mine ? '还没有你负责的客户' : '还没有客户'}
                hint={creates ? '线索谈成了转为客户，或在这里新建一位' : '由你负责或协作的客户会出现在这里'}
                {...(creates ? { action: '新建客户', onAction: create } : {})}
              />
            )
          }
          render={(customer) => (
            <CustomerCard
              customer={customer}
              now={now}
              onOpen={onOpen}
              {...(may(user, 'followups.create') ? { onFollowUp: followUp.openCustomer } : {})}
              showOwner={customer.owner.id !== user.id}
              unsent={waiting.some((item) => item.recordId === customer.id)}
              selected={wide && customer.id === selected}
            />
          )}
        />
      </ListBody>
      {followUp.sheet}
      <OptionSheet
        open={asking === 'stage'}
        title="阶段"
        options={STAGE_OPTIONS}
        value={listOf<CustomerStage>(filters.stage)[0] ?? null}
        clearable
        onClose={() => setAsking(null)}
        onChange={(value) => show(mergeFilters(filters, { stage: value === null ? undefined : [value] }))}
      />
      <OptionSheet
        open={asking === 'level'}
        title="等级"
        options={LEVEL_OPTIONS}
        value={listOf<CustomerLevel>(filters.level)[0] ?? null}
        clearable
        onClose={() => setAsking(null)}
        onChange={(value) => show(mergeFilters(filters, { level: value === null ? undefined : [value] }))}
      />
      <CustomerFilterSheet
        open={asking === 'more'}
        view={view}
        names={names}
        onName={(id, name) => setNames((known) => ({ ...known, [id]: name }))}
        onApply={setCustomerListView}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}
