import type { ReactNode } from 'react';
import { openLogin } from '../api/navigation';
import { EmptyState, Page } from '../ui';

/** A page that shows nothing to a stranger. */
export function SignInFirst({ title, tabBar }: { title: string; tabBar?: ReactNode }) {
  return (
    <Page title={title} tabBar={tabBar}>
      <EmptyState icon="user" title="还没有登录" action="去登录" onAction={openLogin} />
    </Page>
  );
}
