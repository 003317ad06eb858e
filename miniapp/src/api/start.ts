import { dropExpiredDrafts } from './drafts';
import { startOutbox } from './outbox';
import { startQueryCache } from './query';

/** Once, when the app launches. */
export function startApi(): void {
  dropExpiredDrafts();
  startQueryCache();
  startOutbox();
}
