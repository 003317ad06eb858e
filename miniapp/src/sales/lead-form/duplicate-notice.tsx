import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { DUPLICATE_ENTITY_LABELS, type Duplicate, MATCH_LABELS } from '#shared/duplicates/contract.ts';
import { formatRelative, type Instant } from '#shared/values/time.ts';
import { may, useSession } from '../../api/session';
import { stageLabel, statusLabel } from '../../domain/labels';
import { Button, Card, Icon, Row } from '../../ui';
import './duplicate-notice.scss';

const SHOWN = 3;

const go = (url: string) => () => void Taro.navigateTo({ url });

/** Where the record opens, as far as the person may open it. */
function opens({ entity, id, customerId }: Duplicate): (() => void) | undefined {
  if (entity === 'lead') return id ? go(`/sales/lead-detail/index?id=${id}`) : undefined;
  return customerId ? go(`/sales/customer-detail/index?id=${customerId}`) : undefined;
}

const headOf = (list: readonly Duplicate[]): string => {
  const matches = list.flatMap(({ matchedOn }) => matchedOn);
  if (matches.includes('phone') || matches.includes('wechat')) return '这位客户已经登记过';
  return matches.includes('customerName') ? '有名称相同的客户，确认一下' : '有名称相近的客户，确认一下';
};

interface DuplicateNoticeProps {
  list: readonly Duplicate[];
  now: Instant;
  /** The lead that is being edited: others can be made part of it. */
  into?: string;
}

/** Who has this customer already, and how far they are. A warning, never a barrier. */
export function DuplicateNotice({ list, now, into }: DuplicateNoticeProps) {
  const merges = may(useSession()?.user, 'leads.merge') && into !== undefined;
  if (list.length === 0) return null;
  const certain = list.some(({ matchedOn }) =>
    matchedOn.some((match) => match === 'phone' || match === 'wechat'),
  );
  return (
    <Card className={certain ? 'duplicates duplicates--certain' : 'duplicates'}>
      <View className="duplicates__head" {...{ role: 'status' }}>
        <Icon name="copy" size="s" />
        <Text>{headOf(list)}</Text>
      </View>
      {list.slice(0, SHOWN).map((each) => (
        <Row
          key={`${each.entity} ${each.no} ${each.contactName ?? ''}`}
          title={each.contactName ? `${each.contactName}（${each.customerName}）` : each.customerName}
          detail={[
            DUPLICATE_ENTITY_LABELS[each.entity],
            each.matchedOn.map((match) => MATCH_LABELS[match]).join('、'),
            each.status ? statusLabel(each.status) : each.stage && stageLabel(each.stage),
            each.ownerName ? `${each.ownerName}跟进` : '在公海',
            `${formatRelative(each.createdAt, now)}登记`,
          ]
            .filter(Boolean)
            .join(' · ')}
          onPress={opens(each)}
          {...(merges && each.entity === 'lead' && each.id
            ? {
                trailing: (
                  <Button size="s" onPress={go(`/sales/merge/index?id=${into}&otherId=${each.id}`)}>
                    并入
                  </Button>
                ),
              }
            : {})}
        />
      ))}
      {list.length > SHOWN && <Text className="duplicates__more">{`另有${list.length - SHOWN}条`}</Text>}
    </Card>
  );
}
