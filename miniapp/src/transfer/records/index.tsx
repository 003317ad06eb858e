import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import {
  IMPORT_STATES,
  type ImportItem,
  imports,
  isImportRunning,
  TRANSFER_ENTITIES,
} from '#shared/transfers/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { Button, EmptyState, InfiniteList, Page, PressCard, Segmented, StatusTag } from '../../ui';
import { ProgressBar } from '../parts';
import { usePolling } from '../use-polling';
import { exportable, IMPORT_TONES, importable, outcomeWords, RUNNING } from '../words';
import { Exports } from './exports';
import './index.scss';

const TITLE = '导入与导出';
type Tab = 'imports' | 'exports';
const TABS = [
  { value: 'imports' as const, label: '导入记录' },
  { value: 'exports' as const, label: '导出记录' },
];
const begin = () => void Taro.navigateTo({ url: '/transfer/new-import/index' });

export default function RecordsPage() {
  const { tab } = useRouter().params;
  // Whoever may no longer export still finds what a notification tells them about.
  const told = tab === 'exports';
  return (
    <Guarded
      title={TITLE}
      permission={(user) => told || importable(user).length > 0 || exportable(user).length > 0}
    >
      {(user) => <Records user={user} told={told} />}
    </Guarded>
  );
}

/** @param told a notification tells of an export */
function Records({ user, told }: { user: CurrentUser; told: boolean }) {
  const [chosen, setChosen] = useState<Tab>(told ? 'exports' : 'imports');
  const imports = importable(user).length > 0;
  const both = imports && (told || exportable(user).length > 0);
  const shown: Tab = both ? chosen : imports ? 'imports' : 'exports';
  const top = both && (
    <View className="records-top">
      <Segmented options={TABS} value={chosen} onChange={setChosen} />
    </View>
  );
  return shown === 'imports' ? <Imports top={top} /> : <Exports top={top} entities={exportable(user)} />;
}

/** What this person brought, newest first. */
function Imports({ top }: { top: React.ReactNode }) {
  const now = useNow();
  const list = useList(imports.list, {});
  usePolling(
    list.rows.some(({ state }) => isImportRunning(state)),
    list.refresh,
  );
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={top}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      onReachEnd={list.loadMore}
      footer={
        <View className="transfer-footer">
          <Button block kind="primary" icon="plus" onPress={begin}>
            导入表格
          </Button>
        </View>
      }
    >
      <View className="records">
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={<EmptyState icon="inbox" title="还没有导入过" hint="从模板开始，或者直接用自己的表格" />}
          render={(item) => <ImportCard item={item} now={now} />}
        />
      </View>
    </Page>
  );
}

function ImportCard({ item, now }: { item: ImportItem; now: Instant }) {
  const { id, entity, fileName, state, progress, message, createdAt } = item;
  const words = outcomeWords(item);
  return (
    <PressCard
      label={`${fileName}，${IMPORT_STATES[state]}`}
      onPress={() => void Taro.navigateTo({ url: `/transfer/import/index?id=${id}` })}
    >
      <View className="card--inset">
        <View className="record__head">
          <Text className="record__name">{fileName}</Text>
          <StatusTag tone={IMPORT_TONES[state]}>{IMPORT_STATES[state]}</StatusTag>
        </View>
        {RUNNING[state] && (
          <View className="record__bar">
            <ProgressBar done={progress.done} total={progress.total} label={IMPORT_STATES[state]} />
          </View>
        )}
        <Text className={state === 'failed' ? 'record__line record__line--failed' : 'record__line'}>
          {(state === 'failed' && message) || words}
        </Text>
        <Text className="record__meta">{`${TRANSFER_ENTITIES[entity]} · ${formatAbsolute(createdAt, now)}`}</Text>
      </View>
    </PressCard>
  );
}
