import { useEffect, useState } from 'react';
import { type Instant, toInstant } from '#shared/values/time.ts';

const MINUTE = 60_000;
const read = () => toInstant(Date.now());

/** The present, anew each minute, for "3分钟前". */
export function useNow(): Instant {
  const [now, setNow] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setNow(read()), MINUTE);
    return () => clearInterval(timer);
  }, []);
  return now;
}
