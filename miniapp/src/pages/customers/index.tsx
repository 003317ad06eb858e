import Taro from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type CustomerFilters, customers } from '#shared/customers/contract.ts';
import { CUSTOMER_LEVEL_LABELS, type CustomerLevel } from '#shared/customers/draft.ts';
import { type CustomerStage, customerStageMachine } from '#shared/customers/machine.ts';
import { useOutbox } from '../../api/outbox';
import { useList } from '../../api/query';
import { may, reachOf } from '../../api/session';
import { listOf, mergeFilters } from '../../domain/active-filters';
import { CustomerCard } from '../../domain/customer-card';
import { activeCustomerFilters, levelWords, stageWords } from '../../domain/customer-words';
import { usePeopleNames } from '../../domain/filter-parts';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { ChoiceChip, FilterChip, ListPage, NothingFound, NothingYet } from '../../domain/list-page';
import { setCustomerListView, showCustomers, useCustomerListView } from '../../domain/list-views';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useRecordBeside } from '../../domain/use-record-beside';
import { SearchBar, Segmented } from '../../ui';
import { CustomerPane } from './customer-pane';
import { CUSTOMER_SORT_LABELS, CustomerFilterSheet } from './filter-sheet';

const PAGE = '/sales/customer-detail/index';
const STAGE_OPTIONS = optionsOf(customerStageMachine.states);
const LEVEL_OPTIONS = optionsOf(CUSTOMER_LEVEL_LABELS);
const SCOPES = [
  { value: 'all' as const, label: '全部' },
  { value: 'mine' as const, label: '我的' },
];
const CREATE = {
  label: '新建客户',
  onPress: () => void Taro.navigateTo({ url: '/sales/customer-form/index' }),
};
const EXPORT = {
  label: '导出',
  onPress: () => void Taro.navigateTo({ url: '/transfer/new-export/index?entity=customers' }),
};

export default function CustomersPage() {
  return (
    <Guarded title="客户" tab="customers" permission="customers.read">
      {(user) => <Customers user={user} />}
    </Guarded>
  );
}

function Customers({ user }: { user: CurrentUser }) {
  const view = useCustomerListView();
  const { filters, keyword, sort } = view;
  const now = useNow();
  const beside = useRecordBeside(PAGE);
  const [filtering, setFiltering] = useState(false);
  const people = usePeopleNames();
  const followUp = useFollowUp();
  const waiting = useOutbox();
  const list = useList(customers.list, { ...filters, keyword, ...(sort ? { sort } : {}) });
  const show = (next: CustomerFilters) => setCustomerListView({ filters: next });

  const creates = may(user, 'customers.create');
  const owns = may(user, 'customers.update');
  const mine = filters.ownerId === user.id;
  const stage = stageWords(filters);
  const level = levelWords(filters);
  const active = activeCustomerFilters(filters, user.id, people.names);
  const narrowed = active.length > 0 || stage !== null || level !== null || keyword !== '';

  return (
    <ListPage
      title="客户"
      tab="customers"
      list={list}
      asked={[filters, keyword, sort]}
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
      chips={
        <>
          <ChoiceChip
            title="阶段"
            words={stage}
            options={STAGE_OPTIONS}
            value={listOf<CustomerStage>(filters.stage)[0] ?? null}
            onChange={(value) => show(mergeFilters(filters, { stage: value ? [value] : undefined }))}
          />
          <ChoiceChip
            title="等级"
            words={level}
            options={LEVEL_OPTIONS}
            value={listOf<CustomerLevel>(filters.level)[0] ?? null}
            onChange={(value) => show(mergeFilters(filters, { level: value ? [value] : undefined }))}
          />
          <FilterChip count={active.length} sorted={sort !== undefined} onPress={() => setFiltering(true)} />
        </>
      }
      unit="个客户"
      order={sort && CUSTOMER_SORT_LABELS[sort]}
      active={active}
      onRemove={show}
      actions={[list.rows.length > 0 && may(user, 'customers.export') && EXPORT]}
      create={creates && CREATE}
      empty={
        narrowed ? (
          <NothingFound
            keyword={keyword}
            what="客户"
            hint="试试联系人的名字或电话"
            action={keyword ? '清除搜索' : '清除筛选'}
            onAction={() => showCustomers(keyword ? filters : {})}
          />
        ) : (
          <NothingYet
            icon="building"
            title={mine ? '还没有你负责的客户' : '还没有客户'}
            hint={creates ? '线索谈成了转为客户，或在这里新建一位' : '由你负责或协作的客户会出现在这里'}
            create={creates && CREATE}
          />
        )
      }
      render={(customer) => (
        <CustomerCard
          customer={customer}
          now={now}
          onOpen={beside.open}
          {...(may(user, 'followups.create') ? { onFollowUp: followUp.openCustomer } : {})}
          showOwner={customer.owner.id !== user.id}
          unsent={waiting.some((item) => item.recordId === customer.id)}
          selected={customer.id === beside.selected}
        />
      )}
      aside={beside.wide && <CustomerPane id={beside.selected} onGone={beside.close} />}
    >
      {followUp.sheet}
      <CustomerFilterSheet
        open={filtering}
        view={view}
        {...people}
        onApply={setCustomerListView}
        onClose={() => setFiltering(false)}
      />
    </ListPage>
  );
}
