import { useEffect, useState } from 'react';

const QUERY = '(min-width: 900px)';

/** Whether list and detail fit side by side. Never in a mini-program. */
export function useWide(): boolean {
  const isH5 = process.env.TARO_ENV === 'h5';
  const [wide, setWide] = useState(() => isH5 && window.matchMedia(QUERY).matches);
  useEffect(() => {
    if (!isH5) return undefined;
    const media = window.matchMedia(QUERY);
    const update = () => setWide(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, [isH5]);
  return wide;
}
