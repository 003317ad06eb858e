import Taro from '@tarojs/taro';
import { browserName } from './core/browser-name';

const isH5 = process.env.TARO_ENV === 'h5';
const MAX_LENGTH = 100;

/** What a session is called in the list of devices. */
export function deviceName(): string {
  if (isH5) return browserName(navigator.userAgent);
  try {
    const { brand, model } = Taro.getDeviceInfo();
    return `微信 · ${brand} ${model}`.slice(0, MAX_LENGTH);
  } catch {
    return '微信';
  }
}
