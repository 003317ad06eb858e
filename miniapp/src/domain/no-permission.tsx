import type { ReactNode } from 'react';
import { EmptyState, Page } from '../ui';

/** A page that the person may not use, reached by an old link or after their rights changed. */
export function NoPermission({ title, tabBar }: { title: string; tabBar?: ReactNode }) {
  return (
    <Page title={title} tabBar={tabBar}>
      <EmptyState icon="key-round" title="没有权限使用这一页" hint="需要的话，请联系管理员开通" />
    </Page>
  );
}
