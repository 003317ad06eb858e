import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type DuplicateGroup, leads } from '#shared/leads/contract.ts';
import { formatRelative, type Instant } from '#shared/values/time.ts';
import { useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { statusLabel } from '../../domain/labels';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { Button, Card, EmptyState, InfiniteList, Page, Row } from '../../ui';
import './index.scss';

const TITLE = '疑似重复';
const SHARED: Readonly<Record<DuplicateGroup['by'], string>> = { phone: '电话相同', wechat: '微信相同' };

export default function DuplicatesPage() {
  return (
    <Guarded title={TITLE} permission="leads.merge">
      {() => <Duplicates />}
    </Guarded>
  );
}

/** Open leads that share a telephone number or WeChat, to be made one. */
function Duplicates() {
  const now = useNow();
  const list = useList(leads.duplicateGroups, {});
  useShownAgain(() => void list.refresh());
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
    >
      <View className="duplicate-groups">
        <InfiniteList
          list={list}
          rowKey={(group) => group.key}
          empty={
            <EmptyState
              icon="circle-check"
              title="没有重复的线索"
              hint="在跟的线索里，没有电话或微信相同的"
            />
          }
          render={(group) => <Group group={group} now={now} />}
        />
      </View>
    </Page>
  );
}

/** The lead with the longest history comes first and stays; the two can be swapped on the next page. */
const survivorFirst = ({ leads: found }: DuplicateGroup) =>
  [...found].sort(
    (a, b) => b.followUpCount - a.followUpCount || Date.parse(a.createdAt) - Date.parse(b.createdAt),
  );

function Group({ group, now }: { group: DuplicateGroup; now: Instant }) {
  const found = survivorFirst(group);
  const [survivor] = found;
  return (
    <Card>
      <View className="duplicate-group__head">
        <Text className="duplicate-group__words">{`${SHARED[group.by]} · ${group.leads.length}条`}</Text>
      </View>
      {found.map((lead) => (
        <Row
          key={lead.id}
          title={lead.customerName}
          detail={[
            statusLabel(lead.status),
            lead.owner ? `${lead.owner.name}跟进` : '在公海',
            lead.followUpCount > 0 ? `${lead.followUpCount}次跟进` : '没有跟进',
            `${formatRelative(lead.createdAt, now)}登记`,
          ].join(' · ')}
          onPress={() => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${lead.id}` })}
          {...(lead.id !== survivor?.id
            ? {
                trailing: (
                  <Button
                    size="s"
                    label={`合并${lead.customerName}`}
                    onPress={() =>
                      void Taro.navigateTo({
                        url: `/sales/merge/index?id=${survivor?.id}&otherId=${lead.id}`,
                      })
                    }
                  >
                    合并
                  </Button>
                ),
              }
            : { value: '保留' })}
        />
      ))}
    </Card>
  );
}
