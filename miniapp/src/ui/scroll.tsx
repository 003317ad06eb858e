import { ScrollView, View } from '@tarojs/components';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import './scroll.scss';

const isH5 = process.env.TARO_ENV === 'h5';
const PULL_DISTANCE = 64;

interface ScrollProps {
  children: ReactNode;
  /** Pull to refresh; without it the page cannot be pulled. */
  onRefresh?: (() => void) | undefined;
  refreshing?: boolean;
  onReachEnd?: (() => void) | undefined;
  /** Id of the element to bring into sight, e.g. the first field with an error. */
  scrollTo?: string | undefined;
  /** Back to the top when it changes, e.g. with the filters. */
  resetKey?: string | undefined;
}

type Touch = { touches: { pageY?: number }[] };
const touchY = (event: unknown): number => (event as Touch).touches[0]?.pageY ?? 0;

/** The scrolling part of a page. WeChat refreshes by itself; a browser needs the gesture made here. */
export function Scroll({
  children,
  onRefresh,
  refreshing = false,
  onReachEnd,
  scrollTo,
  resetKey,
}: ScrollProps) {
  const [pull, setPull] = useState(0);
  const [pulled, setPulled] = useState(false);
  const top = useRef(0);
  const start = useRef<number | null>(null);

  const shown = useRef(resetKey);
  // The attribute counts only when it changes, so the top has two names.
  const [scrollTop, setScrollTop] = useState<number>();
  useEffect(() => {
    if (shown.current === resetKey) return;
    shown.current = resetKey;
    setScrollTop((now) => (now === 0 ? 0.01 : 0));
  }, [resetKey]);

  const refresh = () => {
    setPulled(true);
    onRefresh?.();
  };
  // Refreshing in the background must not open the spinner; only a pull does.
  const showing = pulled && refreshing;
  useEffect(() => {
    if (!pulled || refreshing) return undefined;
    // The refresh may not have begun yet.
    const timer = setTimeout(() => setPulled(false), 300);
    return () => clearTimeout(timer);
  }, [pulled, refreshing]);

  const gesture =
    isH5 && onRefresh
      ? {
          onTouchStart: (event: unknown) => {
            start.current = top.current <= 0 ? touchY(event) : null;
          },
          onTouchMove: (event: unknown) => {
            if (start.current === null) return;
            const distance = touchY(event) - start.current;
            setPull(top.current <= 0 && distance > 0 ? Math.min(PULL_DISTANCE * 1.4, distance * 0.45) : 0);
          },
          onTouchEnd: () => {
            if (pull >= PULL_DISTANCE * 0.8) refresh();
            setPull(0);
            start.current = null;
          },
          onTouchCancel: () => {
            setPull(0);
            start.current = null;
          },
        }
      : {};
  const native =
    !isH5 && onRefresh
      ? {
          refresherEnabled: true,
          refresherTriggered: showing,
          refresherBackground: 'transparent',
          onRefresherRefresh: refresh,
        }
      : {};
  const height = showing ? 48 : pull;
  return (
    <ScrollView
      scrollY
      enhanced
      enableBackToTop
      showScrollbar={false}
      className="scroll"
      lowerThreshold={300}
      {...(onReachEnd ? { onScrollToLower: onReachEnd } : {})}
      {...(scrollTop === undefined ? {} : { scrollTop })}
      {...(scrollTo ? { scrollIntoView: scrollTo, scrollWithAnimation: true } : {})}
      {...(isH5 ? { onScroll: (event) => (top.current = event.detail.scrollTop) } : {})}
      {...gesture}
      {...native}
    >
      {isH5 && onRefresh && (
        <View
          className="scroll__pull"
          style={{ height: `${height}px`, transition: pull > 0 ? 'none' : 'height 0.2s' }}
        >
          <View
            className={showing ? 'scroll__spinner scroll__spinner--on' : 'scroll__spinner'}
            style={
              showing
                ? {}
                : { opacity: Math.min(1, pull / PULL_DISTANCE), transform: `rotate(${pull * 4}deg)` }
            }
          />
        </View>
      )}
      {children}
    </ScrollView>
  );
}
