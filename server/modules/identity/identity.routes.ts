import { auth, authErrors } from '#shared/auth/contract.ts';
import { users } from '#shared/users/contract.ts';
import { type Route, read, write, writePrepared } from '../../kernel/route.ts';
import { accountRoutes } from './account.routes.ts';
import {
  bindWechat,
  changePassword,
  type IdentityDependencies,
  login,
  loginByWechat,
  logout,
  refresh,
  verifyBinding,
  verifyCredentials,
} from './identity.commands.ts';
import { listColleagues, profileOf } from './identity.queries.ts';
import { roleRoutes } from './roles.routes.ts';

export const identityRoutes = (deps: IdentityDependencies): Route[] => [
  writePrepared(
    auth.login,
    (context, { body }) => verifyCredentials(deps, context, body),
    (work, { prepared, body }) => login(deps, work, prepared, body),
  ),
  write(auth.refresh, (work, { body }) => refresh(deps, work, body)),
  write(auth.logout, (work) => logout(work)),
  read(auth.profile, async ({ db, actor }) => {
    const profile = await profileOf(db, actor.userId);
    if (!profile) throw authErrors.SESSION_ENDED();
    return profile;
  }),
  write(auth.changePassword, (work, { body }) => changePassword(deps, work, body)),
  write(auth.wechat, (work, { body }) => loginByWechat(deps, work, body)),
  writePrepared(
    auth.bindWechat,
    (context, { body }) => verifyBinding(deps, context, body),
    (work, { prepared, body }) => bindWechat(deps, work, prepared, body),
  ),
  ...accountRoutes(deps),
  read(users.list, (context, { query }) => listColleagues(context, query)),
  ...roleRoutes,
];
