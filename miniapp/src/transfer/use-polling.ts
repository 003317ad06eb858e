import { useDidHide, useDidShow } from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';

const EVERY_MS = 2_000;
const isH5 = process.env.TARO_ENV === 'h5';

/** Reads again every two seconds while something runs and somebody looks, and once when they come back. */
export function usePolling(active: boolean, refresh: () => Promise<void>): void {
  const [visible, setVisible] = useState(true);
  const latest = useRef(refresh);
  latest.current = refresh;
  const shown = useRef(false);
  useDidShow(() => {
    setVisible(true);
    if (shown.current) void latest.current();
    shown.current = true;
  });
  useDidHide(() => setVisible(false));
  useEffect(() => {
    if (!active || !visible) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    let over = false;
    const wait = () => {
      timer = setTimeout(async () => {
        if (!isH5 || !document.hidden) await latest.current();
        if (!over) wait();
      }, EVERY_MS);
    };
    wait();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [active, visible]);
}
