import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { departments } from '#shared/departments/contract.ts';
import { roles } from '#shared/roles/contract.ts';
import { USER_STATUS_LABELS, type UserDetail, users } from '#shared/users/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import type { ApiError } from '../../api/call';
import { goBack } from '../../api/navigation';
import { showDetail, useAction } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Avatar, Banner, Button, Card, confirm, KeyValues, Page, StatusTag, toast } from '../../ui';
import { useErrors } from './use-errors';
import { PlaceFields } from './user-fields';

const REFRESH = [users.list, departments.list, roles.list];

const leave = () => goBack('/team/users/index');

/** Somebody who applied for an account: let in with a department and roles, or turned down. */
export function PendingUser({ user, offline }: { user: UserDetail; offline: boolean | undefined }) {
  const [place, setPlace] = useState<{ departmentId: string; roleIds: readonly string[] }>({
    departmentId: user.department?.id ?? '',
    roleIds: user.roles.map(({ id }) => id),
  });
  const { errors, failure, scrollTo, show, clear, fail } = useErrors();
  const params = { id: user.id };
  const onError = (error: ApiError) => {
    const current = (error.details as { current?: UserDetail } | null | undefined)?.current;
    if (current) showDetail(users.get, { params }, current);
    if (error.fields) show(error.fields);
    else if (error.status !== 401) fail(error.message);
  };
  const approve = useAction(users.changeStatus, {
    refresh: REFRESH,
    onError,
    onDone(current) {
      showDetail(users.get, { params }, current);
      toast('已开通，可以登录了');
      leave();
    },
  });
  const reject = useAction(users.reject, {
    refresh: REFRESH,
    onError,
    onDone() {
      toast('已拒绝，申请已删除');
      leave();
    },
  });

  const open = () => {
    if (place.roleIds.length === 0) return show([{ field: 'roleIds', message: '至少选一个角色' }]);
    show([]);
    return void approve.run({
      params,
      body: {
        version: user.version,
        status: 'active',
        reason: '审核通过',
        roleIds: [...place.roleIds],
        departmentId: place.departmentId || null,
      },
    });
  };
  const turnDown = async () => {
    const sure = await confirm({
      title: `拒绝${user.name}的申请？`,
      message: '申请的资料会删除，用户名和手机号可以重新申请。',
      confirm: '拒绝',
      danger: true,
    });
    if (sure) void reject.run({ params, body: { version: user.version } });
  };

  return (
    <Page
      title="账号申请"
      home="/pages/me/index"
      scrollTo={scrollTo}
      banner={failure ? <Banner tone="danger">{failure}</Banner> : <ConnectionBanner offline={offline} />}
      footer={
        <View className="user__save user__decide">
          <Button pending={reject.pending} disabled={approve.pending} onPress={() => void turnDown()}>
            拒绝
          </Button>
          <View className="user__approve">
            <Button kind="primary" block pending={approve.pending} disabled={reject.pending} onPress={open}>
              开通
            </Button>
          </View>
        </View>
      }
    >
      <View className="user">
        <Card inset className="user__head">
          <Avatar name={user.name} size="l" />
          <View className="user__words">
            <Text className="user__name">{user.name}</Text>
            <Text className="user__line">先核对是不是本公司的人，再开通</Text>
          </View>
          <StatusTag tone="warning">{USER_STATUS_LABELS.pending}</StatusTag>
        </Card>
        <Card>
          <KeyValues
            items={[
              { label: '用户名', value: user.username },
              { label: '手机号', value: user.mobile && formatPhone(user.mobile) },
              { label: '邮箱', value: user.email },
            ]}
          />
        </Card>
        <PlaceFields
          value={place}
          errors={errors}
          hint="至少选一个，决定能看到什么、能做什么"
          onChange={(changes) => {
            clear(Object.keys(changes));
            setPlace((before) => ({ ...before, ...changes }));
          }}
        />
      </View>
    </Page>
  );
}
