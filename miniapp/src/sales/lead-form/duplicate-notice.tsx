import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import type { Duplicate } from '#shared/leads/contract.ts';
import { leadMachine } from '#shared/leads/machine.ts';
import { formatRelative, type Instant } from '#shared/values/time.ts';
import { Card, Icon, Row } from '../../ui';

const MATCHES: Readonly<Record<Duplicate['matchedOn'][number], string>> = {
  phone: '电话相同',
  wechat: '微信相同',
  customerName: '名称相同',
};
const SHOWN = 3;

/** Who has this customer already, and how far they are. A warning, never a barrier. */
export function DuplicateNotice({ list, now }: { list: readonly Duplicate[]; now: Instant }) {
  if (list.length === 0) return null;
  const certain = list.some(({ matchedOn }) => matchedOn.some((match) => match !== 'customerName'));
  return (
    <Card className={certain ? 'duplicates duplicates--certain' : 'duplicates'}>
      <View className="duplicates__head" {...{ role: 'status' }}>
        <Icon name="copy" size="s" />
        <Text>{certain ? '这位客户已经登记过' : '有名称相同的客户，确认一下'}</Text>
      </View>
      {list.slice(0, SHOWN).map(({ id, no, customerName, matchedOn, status, ownerName, createdAt }) => (
        <Row
          key={no}
          title={customerName}
          detail={[
            matchedOn.map((match) => MATCHES[match]).join('、'),
            leadMachine.states[status],
            ownerName ? `${ownerName}跟进` : '在公海',
            `${formatRelative(createdAt, now)}登记`,
          ].join(' · ')}
          onPress={id ? () => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${id}` }) : undefined}
        />
      ))}
      {list.length > SHOWN && <Text className="duplicates__more">{`另有${list.length - SHOWN}条`}</Text>}
    </Card>
  );
}
