import { ScrollView, Text, View } from '@tarojs/components';
import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from 'react';
import { cx } from './class-names';
import { IconButton } from './icon-button';
import { useKeyboardHeight } from './keyboard';
import { Overlay } from './overlay';
import './sheet.scss';

const isH5 = process.env.TARO_ENV === 'h5';
const CLOSE_MS = 180;
const CLOSE_DISTANCE = 96;

const SheetContext = createContext(false);

/** Inside a sheet WeChat must not push the page up for the keyboard: the sheet does it itself. */
export const useInSheet = (): boolean => useContext(SheetContext);

interface SheetProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** Under the title, smaller. */
  subtitle?: string;
  children: ReactNode;
  /** Stays in sight under the scrolling part: the button. */
  footer?: ReactNode;
  /** Stays in sight above it: a search. */
  top?: ReactNode;
  /** Takes most of the height at once: for long lists that are filtered, so that nothing jumps. */
  tall?: boolean;
}

type Touch = { touches: { clientY?: number; pageY?: number }[] };
const touchY = (event: unknown): number => {
  const touch = (event as Touch).touches[0];
  return touch?.clientY ?? touch?.pageY ?? 0;
};

/** A page's question from below: drag the handle down, press outside or × to leave it. */
export function Sheet({ open, onClose, title, subtitle, children, footer, top, tall }: SheetProps) {
  const [drawn, setDrawn] = useState(open);
  const [drag, setDrag] = useState(0);
  const start = useRef(0);
  const box = useRef<HTMLElement | null>(null);
  const keyboard = useKeyboardHeight(open);
  // The handler may change with each render; the focus must move once.
  const close = useRef(onClose);
  close.current = onClose;

  useEffect(() => {
    if (open) {
      setDrawn(true);
      setDrag(0);
      return undefined;
    }
    const timer = setTimeout(() => setDrawn(false), CLOSE_MS);
    return () => clearTimeout(timer);
  }, [open]);

  useEffect(() => {
    if (!isH5 || !open) return undefined;
    const before = document.activeElement as HTMLElement | null;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') close.current();
    };
    document.addEventListener('keydown', onKey);
    const timer = setTimeout(() => {
      if (box.current && !box.current.contains(document.activeElement)) box.current.focus?.();
    }, 50);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKey);
      before?.focus?.();
    };
  }, [open]);

  if (!open && !drawn) return null;
  const handle = {
    onTouchStart: (event: unknown) => {
      start.current = touchY(event);
    },
    onTouchMove: (event: unknown) => setDrag(Math.max(0, touchY(event) - start.current)),
    onTouchEnd: () => {
      if (drag > CLOSE_DISTANCE) onClose();
      setDrag(0);
    },
    onTouchCancel: () => setDrag(0),
  };
  return (
    <Overlay>
      <SheetContext.Provider value={true}>
        <View className={cx('sheet', !open && 'sheet--closing')}>
          <View className="sheet__scrim" catchMove onClick={onClose} />
          <View
            className={cx('sheet__box', tall && 'sheet__box--tall', drag > 0 && 'sheet__box--dragged')}
            style={{
              ...(drag > 0 ? { transform: `translateY(${drag}px)` } : {}),
              ...(keyboard > 0 ? { paddingBottom: `${keyboard}px` } : {}),
            }}
            ref={box as never}
            {...{ role: 'dialog', 'aria-modal': 'true', 'aria-label': title, tabIndex: -1 }}
          >
            <View className="sheet__head" catchMove {...handle}>
              <View className="sheet__grip" />
              <View className="sheet__line">
                <View className="sheet__titles">
                  <Text className="sheet__title">{title}</Text>
                  {subtitle && <Text className="sheet__subtitle">{subtitle}</Text>}
                </View>
                <IconButton icon="x" label="关闭" onPress={onClose} />
              </View>
            </View>
            {top && <View className="sheet__top">{top}</View>}
            <ScrollView scrollY className="sheet__body" enhanced showScrollbar={false}>
              <View className="sheet__content">{children}</View>
            </ScrollView>
            {footer && (
              <View className={cx('sheet__footer', keyboard > 0 && 'sheet__footer--keyboard')}>{footer}</View>
            )}
          </View>
        </View>
      </SheetContext.Provider>
    </Overlay>
  );
}
