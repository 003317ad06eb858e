import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { roles } from '#shared/roles/contract.ts';
import { useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { useShownAgain } from '../../domain/use-shown-again';
import { Button, Card, ErrorState, ListSkeleton, Page, Row } from '../../ui';
import './index.scss';

const TITLE = '角色与权限';
const open = (id?: string) => void Taro.navigateTo({ url: `/team/role/index${id ? `?id=${id}` : ''}` });

export default function RolesPage() {
  return (
    <Guarded title={TITLE} permission="roles.manage">
      {() => <Roles />}
    </Guarded>
  );
}

/** The roles of the company with how many people have each. */
function Roles() {
  const { data, error, refreshing, refresh, updatedAt } = useDetail(roles.list, {});
  useShownAgain(() => void refresh());
  return (
    <Page
      title={TITLE}
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      <View className="roles">
        {data ? (
          <>
            <Card>
              {data.list.map((role) => (
                <Row
                  key={role.id}
                  title={role.name}
                  detail={role.description}
                  value={`${role.members}人`}
                  onPress={() => open(role.id)}
                />
              ))}
            </Card>
            <Button block icon="plus" onPress={() => open()}>
              新建角色
            </Button>
            <Text className="roles__note">一个人可以有几个角色，权限取其中范围最大的。修改立即生效。</Text>
          </>
        ) : error ? (
          <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
        ) : (
          <ListSkeleton />
        )}
      </View>
    </Page>
  );
}
