import Taro from '@tarojs/taro';
import { createStore, useStore } from './store';

/** `system` follows WeChat's own font setting. */
export type FontSize = 'system' | 'normal' | 'large' | 'huge';
export const FONT_SIZE_LABELS: Readonly<Record<FontSize, string>> = {
  system: '跟随系统',
  normal: '标准',
  large: '大',
  huge: '特大',
};

const KEY = 'genjin:font-size';
const CLASSES: Readonly<Record<Exclude<FontSize, 'system'>, string>> = {
  normal: '',
  large: 'font-scale-1',
  huge: 'font-scale-2',
};

/** WeChat reports the size of its body text: 17 is its standard, 关怀模式 goes beyond 20. */
function systemSize(): Exclude<FontSize, 'system'> {
  if (process.env.TARO_ENV === 'h5') return 'normal';
  try {
    // Taro's types do not know this field of WeChat.
    const info = Taro.getAppBaseInfo() as { fontSizeSetting?: number };
    const size = info.fontSizeSetting ?? 17;
    if (size > 20) return 'huge';
    return size > 17 ? 'large' : 'normal';
  } catch {
    return 'normal';
  }
}

function read(): FontSize {
  try {
    const kept: unknown = Taro.getStorageSync(KEY);
    return typeof kept === 'string' && kept in FONT_SIZE_LABELS ? (kept as FontSize) : 'system';
  } catch {
    return 'system';
  }
}

const store = createStore<FontSize | null>(null);

/** The chosen font size of this device, and how to change it. */
export function useFontSize(): [FontSize, (size: FontSize) => void] {
  const size = useStore(store) ?? read();
  return [
    size,
    (next) => {
      store.set(next);
      try {
        Taro.setStorageSync(KEY, next);
      } catch {
        // It still holds until the app is closed.
      }
    },
  ];
}

/** The class that a page carries so that everything inside grows. */
export function useFontScaleClass(): string {
  const [size] = useFontSize();
  return CLASSES[size === 'system' ? systemSize() : size];
}
