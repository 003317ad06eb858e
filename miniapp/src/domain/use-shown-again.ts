import { useDidShow } from '@tarojs/taro';
import { useRef } from 'react';

/** Calls whenever the page is shown again, not the first time. */
export function useShownAgain(call: () => void): void {
  const shown = useRef(false);
  useDidShow(() => {
    if (shown.current) call();
    shown.current = true;
  });
}
