import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';

/** Height in px of what the keyboard covers at the bottom of the screen, while `active`. */
export function useKeyboardHeight(active: boolean): number {
  const [height, setHeight] = useState(0);
  useEffect(() => {
    if (!active) return undefined;
    if (process.env.TARO_ENV === 'h5') {
      const viewport = window.visualViewport;
      if (!viewport) return undefined;
      // Zooming shrinks the visual viewport too; only a keyboard leaves the scale alone.
      const measure = () =>
        setHeight(
          viewport.scale === 1 ? Math.max(0, window.innerHeight - viewport.height - viewport.offsetTop) : 0,
        );
      viewport.addEventListener('resize', measure);
      return () => {
        viewport.removeEventListener('resize', measure);
        setHeight(0);
      };
    }
    const onChange = (result: { height: number }) => setHeight(result.height);
    Taro.onKeyboardHeightChange(onChange);
    return () => {
      Taro.offKeyboardHeightChange(onChange);
      setHeight(0);
    };
  }, [active]);
  return height;
}
