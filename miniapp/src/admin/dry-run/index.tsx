import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useRef } from 'react';
import { CHANNEL_LABELS, type PlannedDelivery, reminders } from '#shared/reminders/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import { openLogin } from '../../api/navigation';
import { useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { NoPermission } from '../../domain/no-permission';
import { SignInFirst } from '../../domain/sign-in-first';
import { useNow } from '../../domain/use-now';
import { Avatar, Card, EmptyState, ErrorState, Icon, ListSkeleton, Page, Row } from '../../ui';
import './index.scss';

const TITLE = '试算';

export default function DryRunPage() {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={TITLE} />;
  if (!may(user, 'reminders.check')) return <NoPermission title={TITLE} />;
  return <DryRun />;
}

/** Who would be told what if it were checked now, and why. */
function DryRun() {
  const now = useNow();
  const { data, error, refresh, refreshing, updatedAt } = useDetail(reminders.dryRun, {});
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
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      <View className="dry-run">
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
          ) : (
            <ListSkeleton />
          )
        ) : data.list.length === 0 ? (
          <EmptyState
            icon="circle-check"
            title="现在没有要发的提醒"
            hint="超期的线索都提醒过了，或者还没有线索超期"
          />
        ) : (
          <>
            <Text className="dry-run__head">
              {`如果现在检查，会发出${formatCount(data.reminders)}条提醒给${data.list.length}人。只是看看，什么也没有发。`}
            </Text>
            {data.list.map((planned) => (
              <Recipient key={planned.recipient?.id ?? planned.address} {...planned} />
            ))}
            <Text className="dry-run__at">{`按${formatAbsolute(data.at, now)}的情况计算`}</Text>
          </>
        )}
      </View>
    </Page>
  );
}

function Recipient({ recipient, address, channel, leads, lines }: PlannedDelivery) {
  const name = recipient?.name ?? address ?? '';
  return (
    <Card>
      <View className="planned">
        {recipient ? <Avatar name={name} size="s" /> : <Icon name="mail" />}
        <Text className="planned__name">{name}</Text>
        <Text className="planned__how">{`${CHANNEL_LABELS[channel]} · ${leads}条`}</Text>
      </View>
      {lines.map(({ leadId, customerName, tier, reason }) => (
        <Row
          key={`${leadId}-${tier}`}
          title={customerName}
          detail={reason}
          onPress={() => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${leadId}` })}
        />
      ))}
      {leads > lines.length && <Text className="planned__rest">{`还有${leads - lines.length}条`}</Text>}
    </Card>
  );
}
