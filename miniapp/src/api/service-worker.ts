import { queryClient } from './query-client';

const isH5 = process.env.TARO_ENV === 'h5';
const isProduction = process.env.NODE_ENV === 'production';

const LOOK_AGAIN_MS = 2000;

/** The worker fetches every page of the app, over the same line as the first page and what is on it. */
const firstPageShown = () =>
  new Promise<void>((resolve) => {
    const look = () => {
      if (document.readyState === 'complete' && queryClient.isFetching() === 0) resolve();
      else setTimeout(look, LOOK_AGAIN_MS);
    };
    setTimeout(look, LOOK_AGAIN_MS);
  });

/**
 * Lets a browser start the app without a network (scripts/build-client.ts writes the worker). A version that was
 * fetched meanwhile is taken at the start, before anybody does anything, and never under somebody's hands.
 */
export function registerServiceWorker(): void {
  // Browsers without one, and pages that came over plain http, do without.
  if (!isH5 || !isProduction || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const register = async () => {
    const waiting = (await serviceWorker.getRegistration('/sw.js'))?.waiting;
    if (waiting && serviceWorker.controller) {
      serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true });
      waiting.postMessage({ type: 'SKIP_WAITING' });
      return;
    }
    await firstPageShown();
    await serviceWorker.register('/sw.js');
  };
  // Its absence costs nothing but the start without a network.
  register().catch(() => {});
}
