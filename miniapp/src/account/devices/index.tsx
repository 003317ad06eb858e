import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { auth, type DeviceSession } from '#shared/auth/contract.ts';
import { formatAbsolute, formatRelative, type Instant } from '#shared/values/time.ts';
import { useAction, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { useNow } from '../../domain/use-now';
import {
  Button,
  Card,
  confirm,
  ErrorState,
  ListSkeleton,
  Page,
  Row,
  SectionHeader,
  StatusTag,
  toast,
} from '../../ui';
import './index.scss';

const nameOf = ({ device }: DeviceSession) => device ?? '未知设备';

export default function DevicesPage() {
  const now = useNow();
  const sessions = useDetail(auth.sessions, {});
  const { data, error } = sessions;
  const [ending, setEnding] = useState<string | null>(null);
  const options = { refresh: [auth.sessions], onError: (failed: Error) => toast(failed.message) };
  const end = useAction(auth.endSession, { ...options, onDone: () => toast('已退出这台设备') });
  const endOthers = useAction(auth.endOtherSessions, {
    ...options,
    onDone: () => toast('其他设备已全部退出'),
  });

  const endOne = async (session: DeviceSession) => {
    const sure = await confirm({
      title: '退出这台设备？',
      message: `“${nameOf(session)}”需要重新登录才能继续使用。`,
      confirm: '退出此设备',
      danger: true,
    });
    if (!sure) return;
    setEnding(session.id);
    await end.run({ params: { id: session.id } });
    setEnding(null);
  };

  const endAllOthers = async (count: number) => {
    const sure = await confirm({
      title: '退出其他设备？',
      message: `除了这台，其他${count}台设备都需要重新登录。`,
      confirm: '退出其他设备',
      danger: true,
    });
    if (sure) await endOthers.run({});
  };

  const list = data?.list ?? [];
  const others = list.filter(({ current }) => !current);
  return (
    <Page
      title="设备与安全"
      banner={<ConnectionBanner offline={error?.offline} />}
      onRefresh={() => void sessions.refresh()}
      refreshing={sessions.refreshing}
    >
      {!data && error && (
        <ErrorState error={error} onRetry={() => void sessions.refresh()} pending={sessions.refreshing} />
      )}
      {!data && !error && (
        <View className="devices">
          <ListSkeleton rows={3} />
        </View>
      )}
      {data && (
        <View className="devices">
          <SectionHeader title="登录着的设备" count={`${list.length}`} />
          <Card>
            {list.map((session) => (
              <DeviceRow
                key={session.id}
                session={session}
                now={now}
                pending={ending === session.id}
                onEnd={() => void endOne(session)}
              />
            ))}
          </Card>
          {others.length > 0 && (
            <View className="devices__buttons">
              <Button
                block
                kind="danger"
                pending={endOthers.pending}
                onPress={() => void endAllOthers(others.length)}
              >
                退出其他设备
              </Button>
            </View>
          )}
          <Text className="devices__note">
            {others.length > 0
              ? '有不认识的设备？先退出它，再修改密码。30天没有使用的设备会自动退出。'
              : '只有这台设备登录着你的账号。'}
          </Text>
          <Card>
            <Row
              icon="key-round"
              title="修改密码"
              detail="修改后其他设备全部退出"
              onPress={() => void Taro.navigateTo({ url: '/account/password/index' })}
            />
          </Card>
        </View>
      )}
    </Page>
  );
}

function DeviceRow(props: { session: DeviceSession; now: Instant; pending: boolean; onEnd: () => void }) {
  const { session, now, pending, onEnd } = props;
  const { current, ip, createdAt, lastUsedAt } = session;
  const used = current ? '正在使用' : `${formatRelative(lastUsedAt, now)}使用`;
  return (
    <Row
      title={
        <View className="devices__name">
          <Text>{nameOf(session)}</Text>
          {current && <StatusTag tone="accent">本机</StatusTag>}
        </View>
      }
      detail={
        <>
          <View>{[used, ip].filter(Boolean).join(' · ')}</View>
          <View>{`${formatAbsolute(createdAt, now)}登录`}</View>
        </>
      }
      {...(current
        ? {}
        : {
            trailing: (
              <Button size="s" pending={pending} onPress={onEnd} label={`退出${nameOf(session)}`}>
                退出此设备
              </Button>
            ),
          })}
    />
  );
}
