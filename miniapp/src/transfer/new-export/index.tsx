import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import {
  exports,
  MAX_EXPORT_ROWS,
  TRANSFER_ENTITIES,
  type TransferEntity,
} from '#shared/transfers/contract.ts';
import type { ApiError } from '../../api/call';
import { type ListResult, useAction, useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { activeCustomerFilters, levelWords, stageWords } from '../../domain/customer-words';
import { Guarded } from '../../domain/guarded';
import { activeFilters, intentionWords, SCOPES, scopeOf, statusWords } from '../../domain/lead-filters';
import { useCustomerListView, useLeadListView } from '../../domain/list-views';
import { Button, Card, ErrorState, KeyValues, ListSkeleton, Page } from '../../ui';
import { Question, Refusal } from '../parts';
import { countOf, exportable, UNITS } from '../words';

const TITLE = '导出';

export default function NewExportPage() {
  const entity: TransferEntity = useRouter().params.entity === 'customers' ? 'customers' : 'leads';
  return (
    <Guarded title={TITLE} permission={(user) => exportable(user).includes(entity)}>
      {(user) => (entity === 'leads' ? <LeadExport user={user} /> : <CustomerExport user={user} />)}
    </Guarded>
  );
}

function useExport(endpoint: typeof exports.leads | typeof exports.customers) {
  const [failure, setFailure] = useState<ApiError | null>(null);
  const action = useAction(endpoint as typeof exports.leads, {
    refresh: [exports.list],
    onDone: () => {
      void Taro.redirectTo({ url: '/transfer/records/index?tab=exports' });
    },
    onError: (error) => {
      if (error.status !== 401) setFailure(error);
    },
  });
  return { ...action, failure };
}

function LeadExport({ user }: { user: CurrentUser }) {
  const { filters, keyword, sort } = useLeadListView();
  const list = useList(leads.list, { ...filters, keyword, ...(sort ? { sort } : {}) });
  const action = useExport(exports.leads);
  const scope = scopeOf(filters, user);
  return (
    <Ask
      entity="leads"
      list={list}
      conditions={[
        keyword ? `搜索“${keyword}”` : null,
        scope === 'all' ? null : (SCOPES[scope as keyof typeof SCOPES] ?? null),
        statusWords(filters),
        intentionWords(filters),
        ...activeFilters(filters, user, {}).map(({ label }) => label),
      ]}
      action={action}
      onStart={() => void action.run({ body: { ...filters, ...(keyword ? { keyword } : {}) } })}
    />
  );
}

function CustomerExport({ user }: { user: CurrentUser }) {
  const { filters, keyword, sort } = useCustomerListView();
  const list = useList(customers.list, { ...filters, keyword, ...(sort ? { sort } : {}) });
  const action = useExport(exports.customers);
  return (
    <Ask
      entity="customers"
      list={list}
      conditions={[
        keyword ? `搜索“${keyword}”` : null,
        filters.ownerId === user.id ? '我的' : null,
        stageWords(filters),
        levelWords(filters),
        ...activeCustomerFilters(filters, user.id, {}).map(({ label }) => label),
      ]}
      action={action}
      // Both endpoints are called alike; the filters are the ones of the list.
      onStart={() => void action.run({ body: { ...filters, ...(keyword ? { keyword } : {}) } as never })}
    />
  );
}

interface AskProps {
  entity: TransferEntity;
  list: Pick<ListResult<unknown>, 'total' | 'error' | 'refresh' | 'refreshing' | 'updatedAt' | 'loading'>;
  conditions: readonly (string | null | undefined)[];
  action: { pending: boolean; failure: ApiError | null };
  onStart: () => void;
}

/** How many rows, and by which filters. */
function Ask({ entity, list, conditions, action, onStart }: AskProps) {
  const { total, error, loading, refresh, refreshing, updatedAt } = list;
  const noun = TRANSFER_ENTITIES[entity];
  const unit = UNITS[entity];
  const set = conditions.filter(Boolean);
  const tooMany = total !== null && total > MAX_EXPORT_ROWS;
  const words =
    total === 0
      ? `没有可以导出的${noun}`
      : total === null
        ? `导出${noun}`
        : `导出 ${countOf(total)} ${unit}${noun}？`;
  return (
    <Page
      title={TITLE}
      home={`/pages/${entity}/index`}
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      footer={
        <View className="transfer-footer">
          <Button
            block
            kind="primary"
            pending={action.pending}
            disabled={loading || total === 0 || tooMany}
            onPress={onStart}
          >
            开始导出
          </Button>
        </View>
      }
    >
      <View className="transfer">
        {loading ? (
          <ListSkeleton rows={2} />
        ) : error && total === null ? (
          <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
        ) : (
          <>
            <Question title={words}>
              {tooMany
                ? `一次最多导出 ${countOf(MAX_EXPORT_ROWS)} ${unit}，请回到列表加上日期等条件，分几次导出。`
                : '和列表里现在看到的一样，只包含你有权导出的。'}
            </Question>
            <Card>
              <KeyValues
                items={[
                  { label: '筛选', value: set.length > 0 ? set.join(' · ') : '没有筛选，全部' },
                  { label: '格式', value: 'Excel（.xlsx）' },
                  { label: '保留', value: '24 小时内可以下载，只限本人' },
                ]}
              />
            </Card>
            <Refusal error={action.failure} />
            <Text className="transfer__note">
              里面有客户的联系方式，请妥善保管。导出和下载都会记入操作日志。
            </Text>
          </>
        )}
      </View>
    </Page>
  );
}
