import { auth } from '#shared/auth/contract.ts';
import { type Route, read, write, writePrepared } from '../../kernel/route.ts';
import {
  attachWechat,
  detachWechat,
  endOtherSessions,
  endSession,
  forgotPassword,
  resetPassword,
  updateProfile,
} from './account.commands.ts';
import { listSessions } from './account.queries.ts';
import type { IdentityDependencies } from './identity.commands.ts';
import { registerAccount } from './register.commands.ts';

/** What people do with their own account. */
export const accountRoutes = (deps: IdentityDependencies): Route[] => [
  write(auth.updateProfile, (work, { body }) => updateProfile(work, body)),
  read(auth.sessions, (context) => listSessions(context)),
  write(auth.endSession, (work, { params }) => endSession(work, params.id)),
  write(auth.endOtherSessions, (work) => endOtherSessions(work)),
  write(auth.attachWechat, (work, { body }) => attachWechat(deps, work, body)),
  write(auth.detachWechat, (work, { body }) => detachWechat(deps, work, body)),
  writePrepared(
    auth.register,
    (_context, { body }) => deps.passwords.hash(body.password),
    (work, { prepared, body }) => registerAccount(work, prepared, body),
  ),
  write(auth.forgotPassword, (work, { body }) => forgotPassword(work, body)),
  write(auth.resetPassword, (work, { body }) => resetPassword(deps, work, body)),
];
