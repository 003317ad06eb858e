import { type RefObject, useEffect, useRef } from 'react';

const isH5 = process.env.TARO_ENV === 'h5';

/**
 * Puts the cursor into a field when it appears: props of Taro's inputs. In a browser their own `focus` does nothing then,
 * and takes the cursor at each of their changes instead, even from the next field that somebody types in by that time (`ref`
 * in `taro-input-core` and `taro-textarea-core`).
 */
export function useFocus(wanted = false): { focus: boolean } | { ref: RefObject<never> } {
  const field = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!isH5 || !wanted) return undefined;
    let frame = 0;
    // What one types into is drawn a moment after the element around it.
    const look = () => {
      const input = field.current?.querySelector<HTMLElement>('input, textarea');
      if (input) input.focus({ preventScroll: true });
      else frame = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [wanted]);
  return isH5 ? { ref: field as RefObject<never> } : { focus: wanted };
}
