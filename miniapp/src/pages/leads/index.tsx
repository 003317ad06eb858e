import Taro from '@tarojs/taro';
import { useCallback, useMemo, useState } from 'react';
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
import { may, useSession } from '../../api/session';
import { listOf } from '../../domain/active-filters';
import { AppTabs } from '../../domain/app-tabs';
import { ConnectionBanner } from '../../domain/connection-banner';
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
import { countWords, FilterChip, ListBody, ListTop } from '../../domain/list-parts';
import { type LeadListView, setLeadListView, useLeadListView } from '../../domain/list-views';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useTakeLead } from '../../domain/use-take-lead';
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
import { FilterSheet } from './filter-sheet';
import { LeadPane } from './lead-pane';

const STATUS_OPTIONS = [{ value: 'open' as const, label: OPEN_LABEL }, ...optionsOf(leadMachine.states)];
const INTENTION_OPTIONS = optionsOf(INTENTION_LABELS).map(({ value, label }) => ({
  value,
  label: `${label}意向`,
}));

const exportList = () => void Taro.navigateTo({ url: '/transfer/new-export/index?entity=leads' });

export default function LeadsPage() {
  const user = useSession()?.user;
  if (!user) return <SignInFirst title="线索" tabBar={<AppTabs current="leads" />} />;
  if (!may(user, 'leads.read')) return <NoPermission title="线索" tabBar={<AppTabs current="leads" />} />;
  return <Leads user={user} />;
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
  const wide = useWide();
  const [asking, setAsking] = useState<'status' | 'intention' | 'more' | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const [names, setNames] = useState<Readonly<Record<string, string>>>({});
  const followUp = useFollowUp();
  const waiting = useOutbox();
  const list = useList(leads.list, { ...filters, keyword, ...(sort ? { sort } : {}) });

  const openLead = useCallback(
    (id: string) => {
      if (wide) setSelected(id);
      else void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${id}` });
    },
    [wide],
  );
  const onOpen = useCallback((lead: LeadItem) => openLead(lead.id), [openLead]);
  const writes = may(user, 'followups.create') ? followUp.openLead : undefined;
  const take = useTakeLead(openLead, writes);
  const maySelect = may(user, 'leads.assign') || may(user, 'leads.release');
  const select = useCallback(
    (lead?: LeadItem) =>
      void Taro.navigateTo({ url: `/sales/select-leads/index${lead ? `?id=${lead.id}` : ''}` }),
    [],
  );

  /** A change by hand: the title that came along from 今日 no longer fits. */
  const show = (next: LeadFilters) => setLeadListView({ filters: next, title: null });
  const clear = () => setLeadListView({ filters: {}, keyword: '', sort: undefined, title: null });

  const scopes = scopesOf(user);
  const scope = scopeOf(filters, user);
  const status = statusWords(filters);
  const intention = intentionWords(filters);
  const active = activeFilters(filters, user, names);
  const { status: _status, open: _open, ...anyStatus } = filters;
  const { intention: _intention, ...anyIntention } = filters;
  const hasFilters = Object.keys(filters).length > 0;
  const narrowed =
    active.length > 0 || intention !== null || keyword !== '' || (status !== null && status !== OPEN_LABEL);
  const statuses = listOf<LeadStatus>(filters.status);

  const top = (
    <ListTop
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
    >
      <Chip on={status !== null} opens onPress={() => setAsking('status')}>
        {status ?? '状态'}
      </Chip>
      <Chip on={intention !== null} opens onPress={() => setAsking('intention')}>
        {intention ?? '意向'}
      </Chip>
      <FilterChip count={active.length} sorted={sort !== undefined} onPress={() => setAsking('more')} />
    </ListTop>
  );

  return (
    <Page
      title="线索"
      top={top}
      tabBar={<AppTabs current="leads" />}
      floating={
        may(user, 'leads.create') && (
          <FloatingButton
            label="登记线索"
            onPress={() => void Taro.navigateTo({ url: '/sales/lead-form/index' })}
          />
        )
      }
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify([filters, keyword, sort])}
      aside={wide && <LeadPane id={selected} onGone={() => setSelected(null)} />}
    >
      <ListBody
        words={[
          view.title && active.length > 0 ? view.title : null,
          countWords(list, '条'),
          sort && LEAD_SORT_LABELS[sort],
        ]}
        active={active}
        onRemove={show}
        actions={
          list.rows.length > 0
            ? [
                maySelect && { label: '选择', onPress: select },
                may(user, 'leads.export') && { label: '导出', onPress: exportList },
              ]
            : []
        }
      >
        <InfiniteList
          list={list}
          rowKey={(lead) => lead.id}
          empty={
            narrowed ? (
              <EmptyState
                icon="search"
                title={keyword ? `没有找到“${keyword}”` : '没有符合条件的线索'}
                hint={keyword && status ? `只找了“${status}”的线索` : '换个条件试试'}
                action={!keyword ? '清除筛选' : hasFilters ? '在全部线索里找' : '清除搜索'}
                onAction={keyword && hasFilters ? () => show({}) : clear}
              />
            ) : scope === 'pool' ? (
              <EmptyState title="公海是空的" hint="退回的和没人跟进的线索会出现在这里" />
            ) : (
              <EmptyState
                title={status === OPEN_LABEL ? '没有进行中的线索' : '还没有线索'}
                hint={
                  may(user, 'leads.create')
                    ? '把聊天内容粘进来，十几秒登记一条'
                    : '分派给你的线索会出现在这里'
                }
                {...(may(user, 'leads.create')
                  ? {
                      action: '登记线索',
                      onAction: () => void Taro.navigateTo({ url: '/sales/lead-form/index' }),
                    }
                  : {})}
              />
            )
          }
          render={(lead) => (
            <LeadCard
              lead={lead}
              now={now}
              onOpen={onOpen}
              onFollowUp={writes}
              onClaim={may(user, 'leads.claim') ? take.claim : undefined}
              onAccept={lead.owner?.id === user.id ? take.accept : undefined}
              onHold={maySelect ? select : undefined}
              claiming={take.taking === lead.id}
              showOwner={seesOthers(user) && scope !== 'mine'}
              soonRecycled={filters.recycle !== undefined}
              unsent={waiting.some((item) => item.recordId === lead.id)}
              selected={wide && lead.id === selected}
            />
          )}
        />
      </ListBody>
      {followUp.sheet}
      <OptionSheet
        open={asking === 'status'}
        title="状态"
        options={STATUS_OPTIONS}
        value={statuses.length === 1 ? (statuses[0] ?? null) : status === OPEN_LABEL ? 'open' : null}
        clearable
        onClose={() => setAsking(null)}
        onChange={(value) =>
          show(
            value === null
              ? anyStatus
              : value === 'open'
                ? { ...anyStatus, open: true }
                : { ...anyStatus, status: [value] },
          )
        }
      />
      <OptionSheet
        open={asking === 'intention'}
        title="意向"
        options={INTENTION_OPTIONS}
        value={listOf<Intention>(filters.intention)[0] ?? null}
        clearable
        onClose={() => setAsking(null)}
        onChange={(value) => show(value === null ? anyIntention : { ...anyIntention, intention: [value] })}
      />
      <FilterSheet
        open={asking === 'more'}
        view={view}
        names={names}
        onName={(id, name) => setNames((known) => ({ ...known, [id]: name }))}
        onApply={(next) => setLeadListView({ ...next, title: null })}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}
