import { speakChinese } from '#shared/http/messages.ts';
import { dropExpiredDrafts } from './drafts';
import { keptPhotos } from './kept-photos';
import { startOutbox } from './outbox';
import { startQueryCache } from './query';
import { registerServiceWorker } from './service-worker';

/**
 * Once, when the app launches.
 * @param announce says in one line what happened in the background
 */
export function startApi(announce: (text: string) => void): void {
  speakChinese();
  dropExpiredDrafts();
  void keptPhotos.sweep();
  startQueryCache();
  registerServiceWorker();
  startOutbox(({ label }) => announce(`已同步：${label}`));
}
