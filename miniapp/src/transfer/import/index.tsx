import { View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { customers } from '#shared/customers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { imports, isImportRunning } from '#shared/transfers/contract.ts';
import { refreshAll, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { EmptyState, ErrorState, ListSkeleton, Page } from '../../ui';
import { usePolling } from '../use-polling';
import { Checked } from './checked';
import { Finished } from './finished';
import { Mapping } from './mapping';
import { Running } from './running';

const TITLE = '导入';

export default function ImportPage() {
  const { id = '' } = useRouter().params;
  return <Guarded title={TITLE}>{() => <Import key={id} id={id} />}</Guarded>;
}

/** One import, at the question that is open, or at work, or done. */
function Import({ id }: { id: string }) {
  const read = useDetail(imports.get, { params: { id } });
  const { data, error, refresh, refreshing, updatedAt } = read;
  const [remapping, setRemapping] = useState(false);
  const state = data?.state;
  const running = state !== undefined && isImportRunning(state);
  usePolling(running, refresh);
  const ran = useRef(false);
  useEffect(() => {
    if (ran.current && !running) void refreshAll(imports.list, imports.errors, leads.list, customers.list);
    ran.current = running;
  }, [running]);

  const banner = <ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />;
  if (!data) {
    return (
      <Page title={TITLE} home="/pages/me/index" banner={banner}>
        <View className="transfer">
          {error?.status === 404 ? (
            <EmptyState icon="search" title="找不到这次导入" hint="导入记录保留 30 天，只有导入的人能看" />
          ) : error ? (
            <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
          ) : (
            <ListSkeleton />
          )}
        </View>
      </Page>
    );
  }
  const page = { data, banner, refresh };
  if (running) return <Running {...page} />;
  if (data.can.map && (state === 'uploaded' || remapping))
    return <Mapping {...page} onDone={() => setRemapping(false)} />;
  if (state === 'checked') return <Checked {...page} onRemap={() => setRemapping(true)} />;
  return <Finished {...page} />;
}
