import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import type { Answer } from '#shared/http/endpoint.ts';
import { pool } from '#shared/pool/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useDetail } from '../../api/query';
import { Guarded } from '../../domain/guarded';
import { useNow } from '../../domain/use-now';
import { Avatar, Card, EmptyState, Row } from '../../ui';
import { ReadPage } from '../read-page';
import './index.scss';

const TITLE = '今晚回收';
const SHOWN = 100;

type Taken = Answer<typeof pool.dryRun>['list'][number];

export default function PoolDryRunPage() {
  return (
    <Guarded title={TITLE} permission="pool.check">
      {() => <PoolDryRun />}
    </Guarded>
  );
}

/** What goes back to the pool today, whose it is, and by which rule. */
function PoolDryRun() {
  const now = useNow();
  const read = useDetail(pool.dryRun, {
    query: { pageSize: SHOWN },
  });
  const owners = new Map<string, Taken[]>();
  for (const taken of read.data?.list ?? []) {
    owners.set(taken.owner.id, [...(owners.get(taken.owner.id) ?? []), taken]);
  }
  const total = read.data?.pagination.total ?? 0;
  const listed = read.data?.list.length ?? 0;
  return (
    <ReadPage title={TITLE} read={read}>
      {() =>
        listed === 0 ? (
          <EmptyState
            icon="circle-check"
            title="今天没有要回收的线索"
            hint="都在规则的天数内跟进过，或者规则不回收"
          />
        ) : (
          <>
            <Text className="pool-dry-run__head">
              {`到今天结束，会回收${formatCount(total)}条线索。只是看看，什么也没有动；写一条跟进就能留下。`}
            </Text>
            {[...owners.values()].map((list) => (
              <OwnerCard key={list[0]?.owner.id} list={list} now={now} />
            ))}
            {total > listed && <Text className="pool-dry-run__rest">{`只列出最久没跟进的${listed}条`}</Text>}
          </>
        )
      }
    </ReadPage>
  );
}

function OwnerCard({ list, now }: { list: readonly Taken[]; now: Instant }) {
  const name = list[0]?.owner.name ?? '';
  return (
    <Card>
      <View className="taken">
        <Avatar name={name} size="s" />
        <Text className="taken__name">{name}</Text>
        <Text className="taken__count">{`${list.length}条`}</Text>
      </View>
      {list.map(({ id, customerName, reason, lastContactAt, recycleAt }) => (
        <Row
          key={id}
          title={customerName}
          detail={
            <>
              <Text className="taken__reason">{reason}</Text>
              <Text className="taken__reason">
                {`上次联系 ${formatAbsolute(lastContactAt, now)} · ${
                  recycleAt <= now ? '马上回收' : `${formatAbsolute(recycleAt, now)}回收`
                }`}
              </Text>
            </>
          }
          onPress={() => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${id}` })}
        />
      ))}
    </Card>
  );
}
