import { View } from '@tarojs/components';
import { useState } from 'react';
import { type Department, departments } from '#shared/departments/contract.ts';
import { useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { NoPermission } from '../../domain/no-permission';
import { Card, EmptyState, ErrorState, FloatingButton, ListSkeleton, Page, Row } from '../../ui';
import { inTreeOrder } from '../department-tree';
import { DepartmentSheet } from './department-sheet';
import './index.scss';

const TITLE = '部门';

export default function DepartmentsPage() {
  const user = useSession()?.user;
  if (user && !may(user, 'users.manage')) return <NoPermission title={TITLE} />;
  return <Departments />;
}

function Departments() {
  const { data, error, refresh, refreshing, updatedAt } = useDetail(departments.list, {});
  /** Which one the sheet is about; `new` for another one. */
  const [editing, setEditing] = useState<Department | 'new' | null>(null);
  const branches = inTreeOrder(data?.list ?? []);
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner offline={error?.offline} updatedAt={updatedAt} />}
      floating={<FloatingButton label="新建部门" onPress={() => setEditing('new')} />}
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      <View className="departments">
        {!data ? (
          error ? (
            <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
          ) : (
            <ListSkeleton />
          )
        ) : branches.length === 0 ? (
          <EmptyState
            icon="building"
            title="还没有部门"
            hint="负责人能看到本部门和下级部门的线索"
            action="新建部门"
            onAction={() => setEditing('new')}
          />
        ) : (
          <Card>
            {branches.map(({ department, depth }) => (
              <Row
                key={department.id}
                leading={depth > 0 && <View className={`departments__indent--${Math.min(depth, 5)}`} />}
                title={department.name}
                detail={department.manager ? `负责人 ${department.manager.name}` : '还没有负责人'}
                value={`${department.members}人`}
                onPress={() => setEditing(department)}
              />
            ))}
          </Card>
        )}
      </View>
      {editing && (
        <DepartmentSheet
          key={editing === 'new' ? 'new' : editing.id}
          department={editing === 'new' ? null : editing}
          all={data?.list ?? []}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  );
}
