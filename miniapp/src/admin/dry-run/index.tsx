import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { CHANNEL_LABELS, type PlannedDelivery, reminders } from '#shared/reminders/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { Avatar, Card, EmptyState, Icon, Row } from '../../ui';
import { ReadPage } from '../read-page';
import './index.scss';

const TITLE = '试算';

export default function DryRunPage() {
  return (
    <Guarded title={TITLE} permission="reminders.check">
      {() => <DryRun />}
    </Guarded>
  );
}

/** Who would be told what if it were checked now, and why. */
function DryRun() {
  const now = useNow();
  const read = useDetail(reminders.dryRun, {});
  return (
    <ReadPage title={TITLE} read={read}>
      {(data) =>
        data.list.length === 0 ? (
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
        )
      }
    </ReadPage>
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
