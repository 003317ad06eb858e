import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { INTAKE_KIND_LABELS, type IntakeSource, intake } from '#shared/intake/contract.ts';
import { formatRelative, type Instant } from '#shared/values/time.ts';
import { openLogin } from '../../api/navigation';
import { useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { copy } from '../../domain/contact';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useNow } from '../../domain/use-now';
import {
  Button,
  Card,
  EmptyState,
  ErrorState,
  FloatingButton,
  ListSkeleton,
  Page,
  Row,
  StatusTag,
} from '../../ui';
import { assignmentWords } from '../intake-source/source-form';
import { TestSheet } from './test-sheet';
import './index.scss';

const TITLE = '线索接入';
const openSource = (id?: string) =>
  void Taro.navigateTo({ url: id ? `/admin/intake-source/index?id=${id}` : '/admin/intake-source/index' });

export default function IntakePage() {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'intake.manage')) return <NoPermission title={TITLE} />;
  return <Sources />;
}

/** Where leads come in by themselves, and whether they do. */
function Sources() {
  const now = useNow();
  const { data, error, refresh, refreshing, updatedAt } = useDetail(intake.sources, {});
  const [testing, setTesting] = useState<IntakeSource | null>(null);
  const shown = useRef(false);
  useDidShow(() => {
    if (shown.current) void refresh();
    shown.current = true;
  });
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      floating={
        data && data.list.length > 0 && <FloatingButton label="新建来源" onPress={() => openSource()} />
      }
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      <View className="intake">
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
          ) : (
            <ListSkeleton />
          )
        ) : data.list.length === 0 ? (
          <EmptyState
            icon="inbox"
            title="还没有接入来源"
            hint="接好抖音、巨量引擎、飞鱼、腾讯广告或自己的官网，客户留资自动变成线索，不用手工登记"
            action="新建来源"
            onAction={() => openSource()}
          />
        ) : (
          <>
            <Card>
              <Row
                icon="history"
                title="接入记录"
                detail="收到了什么、成了哪条线索，失败的重放"
                onPress={() => void Taro.navigateTo({ url: '/admin/intake-events/index' })}
              />
            </Card>
            {data.list.map((source) => (
              <SourceCard key={source.id} source={source} now={now} onTest={() => setTesting(source)} />
            ))}
          </>
        )}
      </View>
      {testing && <TestSheet key={testing.id} source={testing} onClose={() => setTesting(null)} />}
    </Page>
  );
}

/** What stops it from working, worst first. */
function troubleOf(source: IntakeSource, now: Instant): string | null {
  if (!source.enabled) return null;
  if (source.secretSetAt === null) return '还没有设置密钥，现在什么也收不到';
  if (!source.secretReadable) return '服务器换过主密钥，这里的密钥读不出来了，请重新设置';
  const { refusedAt, lastReceivedAt } = source;
  if (refusedAt !== null && (lastReceivedAt === null || refusedAt > lastReceivedAt)) {
    return `${formatRelative(refusedAt, now)}有推送验签没通过，请核对密钥`;
  }
  return null;
}

interface SourceCardProps {
  source: IntakeSource;
  now: Instant;
  onTest: () => void;
}

function SourceCard({ source, now, onTest }: SourceCardProps) {
  const { id, name, kind, enabled, received, failed, lastReceivedAt, address } = source;
  const trouble = troubleOf(source, now);
  return (
    <Card>
      <Row
        title={<Text className="intake__name">{name}</Text>}
        detail={
          <>
            <Text className="intake__line">{`${INTAKE_KIND_LABELS[kind]} · ${assignmentWords(source)}`}</Text>
            <Text className="intake__line">
              {lastReceivedAt === null
                ? '还没有收到过数据'
                : `近7天${received}条${failed > 0 ? `，失败${failed}条` : ''} · 最近 ${formatRelative(lastReceivedAt, now)}`}
            </Text>
            {trouble && <Text className="intake__trouble">{trouble}</Text>}
          </>
        }
        trailing={<StatusTag tone={enabled ? 'success' : 'neutral'}>{enabled ? '启用' : '停用'}</StatusTag>}
        onPress={() => openSource(id)}
      />
      <View className="intake__buttons">
        <Button
          size="s"
          icon="copy"
          label={`复制${name}的地址`}
          onPress={() => void copy(address, '地址已复制')}
        >
          复制地址
        </Button>
        <Button size="s" icon="circle-check" label={`测试${name}`} onPress={onTest}>
          测试
        </Button>
      </View>
    </Card>
  );
}
