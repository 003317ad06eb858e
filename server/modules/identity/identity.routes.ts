import { auth, authErrors } from '#shared/auth/contract.ts';
import { users } from '#shared/users/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { accountRoutes } from './account.routes.ts';
import {
  bindWechat,
  changePassword,
  type IdentityDependencies,
  login,
  loginByWechat,
  logout,
  refresh,
} from './identity.commands.ts';
import { listColleagues, profileOf } from './identity.queries.ts';
import { roleRoutes } from './roles.routes.ts';

export const identityRoutes = (deps: IdentityDependencies): Route[] => [
  write(auth.login, (work, { body }) => login(deps, work, body)),
  write(auth.refresh, (work, { body }) => refresh(deps, work, body)),
  write(auth.logout, (work) => logout(work)),
  read(auth.profile, async ({ db, actor }) => {
    const profile = await profileOf(db, actor.userId);
    if (!profile) throw authErrors.SESSION_ENDED();
    return profile;
  }),
  write(auth.changePassword, (work, { body }) => changePassword(deps, work, body)),
  write(auth.wechat, (work, { body }) => loginByWechat(deps, work, body)),
  write(auth.bindWechat, (work, { body }) => bindWechat(deps, work, body)),
  ...accountRoutes(deps),
  read(users.list, (context, { query }) => listColleagues(context, query)),
  ...roleRoutes,
];
