import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { INTAKE_KIND_LABELS, type IntakeSource, intake } from '#shared/intake/contract.ts';
import { formatRelative, type Instant } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { copy } from '../../domain/contact';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { Button, Card, EmptyState, FloatingButton, Row, StatusTag } from '../../ui';
import { assignmentWords } from '../intake-source/source-form';
import { ReadPage } from '../read-page';
import { TestSheet } from './test-sheet';
import './index.scss';

const TITLE = '线索接入';
const openSource = (id?: string) =>
  void Taro.navigateTo({ url: id ? `/admin/intake-source/index?id=${id}` : '/admin/intake-source/index' });

export default function IntakePage() {
  return (
    <Guarded title={TITLE} permission="intake.manage">
      {() => <Sources />}
    </Guarded>
  );
}

/** Where leads come in by themselves, and whether they do. */
function Sources() {
  const now = useNow();
  const read = useDetail(intake.sources, {});
  const [testing, setTesting] = useState<IntakeSource | null>(null);
  return (
    <ReadPage
      title={TITLE}
      read={read}
      floating={
        read.data &&
        read.data.list.length > 0 && <FloatingButton label="新建来源" onPress={() => openSource()} />
      }
      sheets={testing && <TestSheet key={testing.id} source={testing} onClose={() => setTesting(null)} />}
    >
      {(data) =>
        data.list.length === 0 ? (
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
        )
      }
    </ReadPage>
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
