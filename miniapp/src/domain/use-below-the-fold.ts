import { useEffect, useState } from 'react';

/** Long enough for what is on the first screen to be painted, which nothing tells us of on WeChat. */
const PAINTED_MS = 60;

/**
 * Whether it is time for what the first screen does not show: shortly after there is something to show at all. On a slow
 * phone the page is there earlier for it.
 */
export function useBelowTheFold(ready: boolean): boolean {
  const [below, setBelow] = useState(false);
  useEffect(() => {
    if (!ready) return;
    const timer = setTimeout(() => setBelow(true), PAINTED_MS);
    return () => clearTimeout(timer);
  }, [ready]);
  return below;
}
