import { useDidShow } from '@tarojs/taro';
import type { ReactNode } from 'react';
import type { Permission } from '#shared/access/permissions.ts';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { openLogin } from '../api/navigation';
import { may, useSession } from '../api/session';
import { NoPermission } from './no-permission';
import { SignInFirst } from './sign-in-first';

interface GuardedProps {
  title: string;
  permission: Permission;
  children: (user: CurrentUser) => ReactNode;
}

/** A page for who is signed in and may use it. */
export function Guarded({ title, permission, children }: GuardedProps) {
  const user = useSession()?.user;
  useDidShow(() => {
    if (!user) openLogin();
  });
  if (!user) return <SignInFirst title={title} />;
  if (!may(user, permission)) return <NoPermission title={title} />;
  return <>{children(user)}</>;
}
