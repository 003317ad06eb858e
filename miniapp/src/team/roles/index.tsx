import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useRef } from 'react';
import { roles } from '#shared/roles/contract.ts';
import { useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { NoPermission } from '../../domain/no-permission';
import { Button, Card, ErrorState, ListSkeleton, Page, Row } from '../../ui';
import './index.scss';

const TITLE = '角色与权限';
const open = (id?: string) => void Taro.navigateTo({ url: `/team/role/index${id ? `?id=${id}` : ''}` });

/** The roles of the company with how many people have each. */
export default function RolesPage() {
  const user = useSession()?.user;
  const allowed = may(user, 'roles.manage');
  const { data, error, refreshing, refresh, updatedAt } = useDetail(roles.list, {}, { enabled: allowed });
  const shown = useRef(false);
  useDidShow(() => {
    if (shown.current && allowed) void refresh();
    shown.current = true;
  });
  if (user && !allowed) return <NoPermission title={TITLE} />;
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
