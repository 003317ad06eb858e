import { View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { users } from '#shared/users/contract.ts';
import { useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { NoPermission } from '../../domain/no-permission';
import { DetailSkeleton, EmptyState, ErrorState, Page } from '../../ui';
import { CreateUser } from './create-user';
import { EditUser } from './edit-user';
import { PendingUser } from './pending-user';
import './index.scss';

/** `?id=` shows and edits somebody; without, a new account. */
export default function UserPage() {
  const { id } = useRouter().params;
  const user = useSession()?.user;
  if (user && !may(user, 'users.manage')) return <NoPermission title="员工" />;
  return id ? <LoadUser id={id} /> : <CreateUser />;
}

function LoadUser({ id }: { id: string }) {
  const { data, error, refresh, refreshing } = useDetail(users.get, { params: { id } });
  if (data?.status === 'pending') return <PendingUser user={data} offline={error?.offline} />;
  if (data) return <EditUser user={data} offline={error?.offline} />;
  return (
    <Page title="员工" home="/pages/me/index">
      {!error ? (
        <View className="user">
          <DetailSkeleton />
        </View>
      ) : error.status === 404 ? (
        <EmptyState
          icon="users"
          title="没有这位员工"
          action="返回"
          onAction={() => void Taro.redirectTo({ url: '/team/users/index' })}
        />
      ) : (
        <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
      )}
    </Page>
  );
}
