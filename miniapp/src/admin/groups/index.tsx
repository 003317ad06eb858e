import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type AssignmentGroup, assignment } from '#shared/assignment/contract.ts';
import { useDetail } from '../../api/query';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { Avatar, Card, EmptyState, FloatingButton, Row } from '../../ui';
import { acceptWords } from '../group/group-form';
import { ReadPage } from '../read-page';
import './index.scss';

const TITLE = '分配组';
const openGroup = (id?: string) =>
  void Taro.navigateTo({ url: id ? `/admin/group/index?id=${id}` : '/admin/group/index' });

export default function GroupsPage() {
  return (
    <Guarded title={TITLE} permission="pool.check">
      {(user) => <Groups manages={may(user, 'pool.manage')} />}
    </Guarded>
  );
}

/** Who new leads go to in turn. */
function Groups({ manages }: { manages: boolean }) {
  const read = useDetail(assignment.list, {});
  return (
    <ReadPage
      title={TITLE}
      read={read}
      floating={manages && <FloatingButton label="新建分配组" onPress={() => openGroup()} />}
    >
      {(data) =>
        data.list.length === 0 ? (
          <EmptyState
            icon="user-plus"
            title="还没有分配组"
            hint="把销售放进一组，新线索按权重和地区轮流分给他们"
            {...(manages ? { action: '新建分配组', onAction: () => openGroup() } : {})}
          />
        ) : (
          <>
            {data.list.map((group) => (
              <GroupCard
                key={group.id}
                group={group}
                onPress={manages ? () => openGroup(group.id) : undefined}
              />
            ))}
            <Text className="groups__hint">登记时的建议和没有指定组的自动分派，用第一个组</Text>
          </>
        )
      }
    </ReadPage>
  );
}

function GroupCard({ group, onPress }: { group: AssignmentGroup; onPress: (() => void) | undefined }) {
  const { name, members, acceptMinutes } = group;
  const ready = members.filter(({ passedOver }) => passedOver === null).length;
  return (
    <Card>
      <Row
        icon="users"
        title={<Text className="groups__name">{name}</Text>}
        detail={[
          members.length === 0 ? '还没有成员' : `${members.length}人，现在${ready}人能接`,
          acceptWords(acceptMinutes),
        ].join(' · ')}
        onPress={onPress}
      />
      {members.map(({ user, weight, regions, openLeads, passedOver }) => (
        <Row
          key={user.id}
          leading={<Avatar name={user.name} size="s" />}
          title={user.name}
          detail={[
            `权重 ${weight}`,
            regions.length > 0 ? regions.join('、') : '不分地区',
            `在跟 ${openLeads} 条`,
          ].join(' · ')}
          {...(passedOver ? { trailing: <Text className="groups__why">{passedOver}</Text> } : {})}
        />
      ))}
    </Card>
  );
}
