import { speakChinese } from '#shared/http/messages.ts';
import { dropExpiredDrafts } from './drafts';
import { keptPhotos } from './kept-photos';
import { startOutbox } from './outbox';
import { startDetail, startQueryCache } from './query';
import { registerServiceWorker } from './service-worker';
import { currentUser } from './session';

/** Asks for 今日 while a browser still makes its page out of the scripts: both take as long. */
function startFirstPage(): void {
  // webpack leaves out only what stands inside a condition that is false.
  if (process.env.TARO_ENV === 'h5') {
    if (currentUser() === null || !/^(#\/?|#\/pages\/today\/index)?$/.test(location.hash)) return;
    // The build preloads it by this name (scripts/build-client.ts).
    import(/* webpackChunkName: "workbench" */ '#shared/workbench/contract.ts').then(
      ({ workbench }) => startDetail(workbench.get, {}),
      // The page asks again, and says what is wrong.
      () => {},
    );
  }
}

/**
 * Once, when the app launches.
 * @param announce says in one line what happened in the background
 */
export function startApi(announce: (text: string) => void): void {
  speakChinese();
  dropExpiredDrafts();
  void keptPhotos.sweep();
  startQueryCache();
  startFirstPage();
  registerServiceWorker();
  startOutbox(({ label }) => announce(`已同步：${label}`));
}
