import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { USER_STATUS_LABELS, type UserStatus, users } from '#shared/users/contract.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { useDetail, useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import {
  Avatar,
  Card,
  EmptyState,
  FloatingButton,
  InfiniteList,
  Page,
  Row,
  SearchBar,
  Segmented,
  StatusTag,
} from '../../ui';
import './index.scss';

const STATUSES = optionsOf({ ...USER_STATUS_LABELS, all: '全部' });
const openUser = (id?: string) =>
  void Taro.navigateTo({ url: id ? `/team/user/index?id=${id}` : '/team/user/index' });

export default function UsersPage() {
  return (
    <Guarded title="员工" permission="users.manage">
      {() => <Users />}
    </Guarded>
  );
}

function Users() {
  const [keyword, setKeyword] = useState('');
  const [status, setStatus] = useState<UserStatus | 'all'>('active');
  const list = useList(users.list, { keyword, status });
  const waiting = useDetail(users.list, { query: { status: 'pending', pageSize: 1 } });
  const count = waiting.data?.pagination.total ?? 0;
  const statuses = STATUSES.map((option) =>
    option.value === 'pending' && count > 0 ? { ...option, label: `${option.label} ${count}` } : option,
  );
  const rows = (
    <InfiniteList
      list={list}
      lines
      rowKey={(user) => user.id}
      empty={
        keyword ? (
          <EmptyState icon="search" title={`没有找到“${keyword}”`} hint="可以搜姓名、用户名、手机号" />
        ) : status === 'disabled' ? (
          <EmptyState icon="users" title="没有停用的账号" />
        ) : status === 'pending' ? (
          <EmptyState icon="user-check" title="没有等待开通的申请" />
        ) : (
          <EmptyState icon="users" title="还没有员工" action="新建员工" onAction={() => openUser()} />
        )
      }
      render={(user) => (
        <Row
          leading={<Avatar name={user.name} />}
          title={user.name}
          detail={[
            user.departmentName,
            user.roles.join('、') || '还没有角色',
            user.mobile ? formatPhone(user.mobile) : user.username,
          ]
            .filter(Boolean)
            .join(' · ')}
          {...(user.status === null || user.status === 'active'
            ? {}
            : {
                trailing: (
                  <StatusTag tone={user.status === 'pending' ? 'warning' : 'neutral'}>
                    {USER_STATUS_LABELS[user.status]}
                  </StatusTag>
                ),
              })}
          onPress={() => openUser(user.id)}
        />
      )}
    />
  );
  return (
    <Page
      title="员工"
      home="/pages/me/index"
      top={
        <View className="users-top">
          <SearchBar value={keyword} onSearch={setKeyword} placeholder="搜索姓名、用户名、手机号" />
          <Segmented options={statuses} value={status} onChange={setStatus} />
        </View>
      }
      floating={<FloatingButton icon="user-plus" label="新建员工" onPress={() => openUser()} />}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      onRefresh={() => {
        void list.refresh();
        void waiting.refresh();
      }}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={`${status}:${keyword}`}
    >
      <View className="users-list">
        <Card>
          <Row
            icon="building"
            title="部门"
            detail="上下级、负责人"
            onPress={() => void Taro.navigateTo({ url: '/team/departments/index' })}
          />
        </Card>
        {list.rows.length > 0 ? <Card>{rows}</Card> : rows}
      </View>
    </Page>
  );
}
