import { useDidShow } from '@tarojs/taro';
import type { ReactNode } from 'react';
import type { Permission } from '#shared/access/permissions.ts';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { openLogin } from '../api/navigation';
import { may, useSession } from '../api/session';
import { AppTabs, type TabName } from './app-tabs';
import { NoPermission } from './no-permission';
import { SignInFirst } from './sign-in-first';

interface GuardedProps {
  title: string;
  /** Where it is one of the tabs: the others stay in reach, and the login is not opened by itself. */
  tab?: TabName;
  /** Who may use it; without it, everybody. */
  permission?: Permission | ((user: CurrentUser) => boolean);
  children: (user: CurrentUser) => ReactNode;
}

const mayUse = (user: CurrentUser, permission: GuardedProps['permission']): boolean =>
  typeof permission === 'function' ? permission(user) : permission === undefined || may(user, permission);

/**
 * A page for who is signed in and may use it. None where something is written: it stays in sight when the session ends.
 */
export function Guarded({ title, tab, permission, children }: GuardedProps) {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user && !tab) openLogin();
  });
  const tabBar = tab && <AppTabs current={tab} />;
  if (!user) return <SignInFirst title={title} tabBar={tabBar} />;
  if (!mayUse(user, permission)) return <NoPermission title={title} tabBar={tabBar} />;
  return <>{children(user)}</>;
}
