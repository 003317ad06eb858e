import Taro from '@tarojs/taro';
import { useMemo, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import {
  INTENTION_LABELS,
  type Intention,
  LEAD_SORT_LABELS,
  type LeadFilters,
  type LeadItem,
  leads,
} from '#shared/leads/contract.ts';
import { type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import { useOutbox } from '../../api/outbox';
import { useList } from '../../api/query';
import { may } from '../../api/session';
import { listOf, mergeFilters } from '../../domain/active-filters';
import { usePeopleNames } from '../../domain/filter-parts';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { LeadCard } from '../../domain/lead-card';
import {
  activeFilters,
  homeFilters,
  intentionWords,
  OPEN_LABEL,
  SCOPES,
  scopeOf,
  scopesOf,
  seesOthers,
  statusWords,
  withScope,
} from '../../domain/lead-filters';
import { ChoiceChip, FilterChip, ListPage, NothingFound, NothingYet } from '../../domain/list-page';
import { type LeadListView, setLeadListView, useLeadListView } from '../../domain/list-views';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useRecordBeside } from '../../domain/use-record-beside';
import { useTakeLead } from '../../domain/use-take-lead';
import { SearchBar, Segmented } from '../../ui';
import { FilterSheet } from './filter-sheet';
import { LeadPane } from './lead-pane';

const STATUS_OPTIONS = [{ value: 'open' as const, label: OPEN_LABEL }, ...optionsOf(leadMachine.states)];
const INTENTION_OPTIONS = optionsOf(INTENTION_LABELS).map(({ value, label }) => ({
  value,
  label: `${label}意向`,
}));

const CREATE = {
  label: '登记线索',
  onPress: () => void Taro.navigateTo({ url: '/sales/lead-form/index' }),
};
const EXPORT = {
  label: '导出',
  onPress: () => void Taro.navigateTo({ url: '/transfer/new-export/index?entity=leads' }),
};
const STATISTICS = {
  label: '统计',
  onPress: () => void Taro.navigateTo({ url: '/work/overview/index' }),
};
/** @param lead already chosen */
const select = (lead?: LeadItem) =>
  void Taro.navigateTo({ url: `/sales/select-leads/index${lead ? `?id=${lead.id}` : ''}` });
const SELECT = { label: '选择', onPress: () => select() };

export default function LeadsPage() {
  return (
    <Guarded title="线索" tab="leads" permission="leads.read">
      {(user) => <Leads user={user} />}
    </Guarded>
  );
}

const isPristine = ({ filters, keyword, title }: LeadListView) =>
  title === null && keyword === '' && Object.keys(filters).length === 0;

let greeted: string | null = null;
/** The first visit of a person starts with their own work; later the list is as they left it. */
function useView(user: CurrentUser): LeadListView {
  const view = useLeadListView();
  const start = useMemo(
    () => (isPristine(view) && greeted !== user.id ? homeFilters(user) : null),
    [view, user],
  );
  if (start) {
    greeted = user.id;
    setTimeout(() => setLeadListView({ filters: start }), 0);
    return { ...view, filters: start };
  }
  return view;
}

function Leads({ user }: { user: CurrentUser }) {
  const view = useView(user);
  const { filters, keyword, sort } = view;
  const now = useNow();
  const beside = useRecordBeside('/sales/lead-detail/index');
  const [filtering, setFiltering] = useState(false);
  const people = usePeopleNames();
  const followUp = useFollowUp();
  const waiting = useOutbox();
  const list = useList(leads.list, { ...filters, keyword, ...(sort ? { sort } : {}) });

  const creates = may(user, 'leads.create');
  const writes = may(user, 'followups.create') ? followUp.openLead : undefined;
  const take = useTakeLead((id) => beside.open({ id }), writes);
  const maySelect = may(user, 'leads.assign') || may(user, 'leads.release');

  /** A change by hand: the title that came along from 今日 no longer fits. */
  const show = (next: LeadFilters) => setLeadListView({ filters: next, title: null });
  const clear = () => setLeadListView({ filters: {}, keyword: '', sort: undefined, title: null });

  const scopes = scopesOf(user);
  const scope = scopeOf(filters, user);
  const status = statusWords(filters);
  const intention = intentionWords(filters);
  const active = activeFilters(filters, user, people.names);
  const hasFilters = Object.keys(filters).length > 0;
  const narrowed =
    active.length > 0 || intention !== null || keyword !== '' || (status !== null && status !== OPEN_LABEL);
  const statuses = listOf<LeadStatus>(filters.status);

  return (
    <ListPage
      title="线索"
      tab="leads"
      list={list}
      asked={[filters, keyword, sort]}
      search={
        <SearchBar
          value={keyword}
          placeholder="搜索名称、电话、微信"
          onSearch={(next) => setLeadListView({ keyword: next })}
        />
      }
      scope={
        scopes.length > 1 && (
          <Segmented
            options={scopes.map((value) => ({ value, label: SCOPES[value] }))}
            value={scopes.includes(scope) ? scope : 'all'}
            onChange={(next) => show(withScope(filters, next, user))}
          />
        )
      }
      chips={
        <>
          <ChoiceChip
            title="状态"
            words={status}
            options={STATUS_OPTIONS}
            value={statuses.length === 1 ? (statuses[0] ?? null) : status === OPEN_LABEL ? 'open' : null}
            onChange={(value) =>
              show(
                mergeFilters(filters, {
                  open: value === 'open' ? true : undefined,
                  status: value === null || value === 'open' ? undefined : [value],
                }),
              )
            }
          />
          <ChoiceChip
            title="意向"
            words={intention}
            options={INTENTION_OPTIONS}
            value={listOf<Intention>(filters.intention)[0] ?? null}
            onChange={(value) => show(mergeFilters(filters, { intention: value ? [value] : undefined }))}
          />
          <FilterChip count={active.length} sorted={sort !== undefined} onPress={() => setFiltering(true)} />
        </>
      }
      heading={active.length > 0 ? view.title : null}
      unit="条"
      order={sort && LEAD_SORT_LABELS[sort]}
      active={active}
      onRemove={show}
      actions={[
        ...(list.rows.length > 0 ? [maySelect && SELECT, may(user, 'leads.export') && EXPORT] : []),
        seesOthers(user) && STATISTICS,
      ]}
      create={creates && CREATE}
      empty={
        narrowed ? (
          <NothingFound
            keyword={keyword}
            what="线索"
            hint={status ? `只找了“${status}”的线索` : undefined}
            action={!keyword ? '清除筛选' : hasFilters ? '在全部线索里找' : '清除搜索'}
            onAction={keyword && hasFilters ? () => show({}) : clear}
          />
        ) : scope === 'pool' ? (
          <NothingYet title="公海是空的" hint="退回的和没人跟进的线索会出现在这里" />
        ) : (
          <NothingYet
            title={status === OPEN_LABEL ? '没有进行中的线索' : '还没有线索'}
            hint={creates ? '把聊天内容粘进来，十几秒登记一条' : '分派给你的线索会出现在这里'}
            create={creates && CREATE}
          />
        )
      }
      render={(lead) => (
        <LeadCard
          lead={lead}
          now={now}
          onOpen={beside.open}
          onFollowUp={writes}
          onClaim={may(user, 'leads.claim') ? take.claim : undefined}
          onAccept={lead.owner?.id === user.id ? take.accept : undefined}
          onHold={maySelect ? select : undefined}
          claiming={take.taking === lead.id}
          showOwner={seesOthers(user) && scope !== 'mine'}
          soonRecycled={filters.recycle !== undefined}
          unsent={waiting.some((item) => item.recordId === lead.id)}
          selected={lead.id === beside.selected}
        />
      )}
      aside={beside.wide && <LeadPane id={beside.selected} onGone={beside.close} />}
    >
      {followUp.sheet}
      <FilterSheet
        open={filtering}
        view={view}
        {...people}
        onApply={(next) => setLeadListView({ ...next, title: null })}
        onClose={() => setFiltering(false)}
      />
    </ListPage>
  );
}
