import { createCaller } from './core/call';
import { openLogin, openPasswordChange } from './navigation';
import { transport } from './platform';
import { sessionStore } from './session';

export { ApiError } from './core/call';

const caller = createCaller({
  transport,
  session: sessionStore,
  base: API_BASE,
  onSessionLost: openLogin,
  onPasswordChangeRequired: openPasswordChange,
});

/**
 * Calls an endpoint and answers its `data`.
 * @throws ApiError with a Chinese message, whatever went wrong
 */
export const { call, send } = caller;
