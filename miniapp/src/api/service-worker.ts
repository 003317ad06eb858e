const isH5 = process.env.TARO_ENV === 'h5';
const isProduction = process.env.NODE_ENV === 'production';

/**
 * Lets a browser start the app without a network (scripts/build-client.ts writes the worker). A version that was
 * fetched meanwhile is taken at the start, before anybody does anything, and never under somebody's hands.
 */
export function registerServiceWorker(): void {
  // Browsers without one, and pages that came over plain http, do without.
  if (!isH5 || !isProduction || !('serviceWorker' in navigator)) return;
  const { serviceWorker } = navigator;
  const register = async () => {
    const { waiting } = await serviceWorker.register('/sw.js');
    if (!waiting || !serviceWorker.controller) return;
    serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true });
    waiting.postMessage({ type: 'SKIP_WAITING' });
  };
  // Its absence costs nothing but the start without a network.
  register().catch(() => {});
}
