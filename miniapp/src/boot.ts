/** First import of the app: what has to be true before any schema is built or any query is made. */
import { environmentManager, focusManager, onlineManager } from '@tanstack/react-query';
import Taro from '@tarojs/taro';
import { config } from 'zod/v4/core';

// zod compiles validators with `new Function`, which in WeChat neither works nor throws.
config({ jitless: true });

// Without a `window` TanStack Query takes itself for a server and never retries or refetches.
environmentManager.setIsServer(() => false);

// A browser reports changes of both by itself; a mini-program has its own events for them.
if (process.env.TARO_ENV === 'h5') {
  // An app that starts without a network hears of no change.
  onlineManager.setOnline(navigator.onLine);
} else {
  focusManager.setEventListener((setFocused) => {
    const onShow = () => setFocused(true);
    const onHide = () => setFocused(false);
    Taro.onAppShow(onShow);
    Taro.onAppHide(onHide);
    return () => {
      Taro.offAppShow(onShow);
      Taro.offAppHide(onHide);
    };
  });
  onlineManager.setEventListener((setOnline) => {
    const onChange = (status: { isConnected: boolean }) => setOnline(status.isConnected);
    Taro.onNetworkStatusChange(onChange);
    Taro.getNetworkType({ success: ({ networkType }) => setOnline(networkType !== 'none') });
    return () => Taro.offNetworkStatusChange(onChange);
  });
}
