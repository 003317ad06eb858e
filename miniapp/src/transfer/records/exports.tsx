import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import {
  EXPORT_STATES,
  type ExportItem,
  exports,
  TRANSFER_ENTITIES,
  type TransferEntity,
} from '#shared/transfers/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useDownload } from '../../api/files';
import { useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { useNow } from '../../domain/use-now';
import { Button, Card, EmptyState, InfiniteList, Page, StatusTag, toast } from '../../ui';
import { ProgressBar } from '../parts';
import { usePolling } from '../use-polling';
import { countOf, EXPORT_TONES, UNITS } from '../words';

const TITLE = '导入与导出';

interface ExportsProps {
  top: React.ReactNode;
  entities: readonly TransferEntity[];
}

/** What this person took along, newest first. */
export function Exports({ top, entities }: ExportsProps) {
  const now = useNow();
  const list = useList(exports.list, {});
  usePolling(
    list.rows.some(({ state }) => state === 'waiting'),
    list.refresh,
  );
  const source = entities.includes('leads') ? 'leads' : 'customers';
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={top}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      onReachEnd={list.loadMore}
    >
      <View className="records">
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              icon="download"
              title="还没有导出过"
              hint="在线索或客户列表里筛选好，再点右上方的“导出”"
              {...(entities.length > 0
                ? {
                    action: `去${TRANSFER_ENTITIES[source]}列表`,
                    onAction: () => void Taro.switchTab({ url: `/pages/${source}/index` }),
                  }
                : {})}
            />
          }
          render={(item) => <ExportCard item={item} now={now} onChange={() => void list.refresh()} />}
        />
        {list.rows.length > 0 && <Text className="transfer__note">文件保留 24 小时，只有你自己能下载。</Text>}
      </View>
    </Page>
  );
}

function ExportCard({ item, now, onChange }: { item: ExportItem; now: Instant; onChange: () => void }) {
  const { id, entity, state, fileName, total, done, message, createdAt, expiresAt } = item;
  const download = useDownload(({ status, message: why }) => {
    if (status === 401) return;
    toast(why, { kind: 'failed' });
    if (status === 410 || status === 409) onChange();
  });
  // The server says so the next time it is asked.
  const expired = state === 'expired' || (state === 'ready' && expiresAt !== null && expiresAt <= now);
  const shown = expired ? 'expired' : state;
  return (
    <Card inset>
      <View className="record__head">
        <Text className="record__name">{fileName}</Text>
        <StatusTag tone={EXPORT_TONES[shown]}>{EXPORT_STATES[shown]}</StatusTag>
      </View>
      {state === 'waiting' && (
        <View className="record__bar">
          <ProgressBar done={done} total={total} label={EXPORT_STATES[state]} />
        </View>
      )}
      <Text className={state === 'failed' ? 'record__line record__line--failed' : 'record__line'}>
        {state === 'failed'
          ? (message ?? '没有导出成功，请再试一次')
          : state === 'waiting'
            ? `${countOf(done)} / ${countOf(total)} ${UNITS[entity]}，准备好会通知你`
            : `${countOf(total)} ${UNITS[entity]}${TRANSFER_ENTITIES[entity]}`}
      </Text>
      <View className="record__foot">
        <Text className="record__meta">
          {shown === 'ready' && expiresAt
            ? `${formatAbsolute(expiresAt, now)} 前可下载`
            : `${formatAbsolute(createdAt, now)} 导出`}
        </Text>
        {shown === 'ready' && (
          <Button
            size="s"
            icon="download"
            pending={download.pending}
            label={`下载 ${fileName}`}
            onPress={() => void download.run(exports.file, { params: { id } }, fileName)}
          >
            下载
          </Button>
        )}
      </View>
    </Card>
  );
}
