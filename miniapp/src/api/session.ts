import { useSyncExternalStore } from 'react';
import type { Permission, Reach } from '#shared/access/permissions.ts';
import type { CurrentUser, Session } from '#shared/auth/contract.ts';
import { createSessionStore } from './core/session';
import { onStoredElsewhere, storage } from './platform';

export const sessionStore = createSessionStore(storage);
onStoredElsewhere(sessionStore.reload);

/** Who is signed in; null: nobody. */
export function useSession(): { readonly user: CurrentUser } | null {
  return useSyncExternalStore(sessionStore.subscribe, sessionStore.get);
}

/** The same outside of a component. */
export const currentUser = (): CurrentUser | null => sessionStore.get()?.user ?? null;

/** Keeps the answer of a login, a WeChat login or a password change. */
export const signIn = (session: Session): void => sessionStore.keep(session);

/** Keeps what the server says now about the person who is signed in. */
export function keepUser(user: CurrentUser | undefined): void {
  if (user && user.id === currentUser()?.id) sessionStore.keepUser(user);
}

/** Forgets the tokens. Drafts and queued writes stay for when the same person is back. */
export const signOut = (): void => sessionStore.end();

/** How far a person's permission reaches; null when it is not granted. Buttons of a record come from its `actions`. */
export const reachOf = (user: CurrentUser | null | undefined, permission: Permission): Reach | null =>
  user?.permissions[permission] ?? null;

export const may = (user: CurrentUser | null | undefined, permission: Permission): boolean =>
  reachOf(user, permission) !== null;
