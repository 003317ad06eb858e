import Taro from '@tarojs/taro';
import { pickFiles } from './browser-files';
import { codeOf } from './core/label';

const isH5 = process.env.TARO_ENV === 'h5';

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}
type DetectorClass = new (options: { formats: string[] }) => Detector;

/** Chrome on Android and macOS has one (developer.mozilla.org/docs/Web/API/BarcodeDetector); others do not. */
const detectorClass = (): DetectorClass | undefined =>
  (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

/** Whether a code can be read by the camera; otherwise let it be typed. */
export const canScan = (): boolean => !isH5 || detectorClass() !== undefined;

/**
 * Reads a code by the camera: of a label the equipment's code, otherwise its text, e.g. a serial number.
 * @returns null when they changed their mind, or nothing could be read
 */
export async function scanCode(): Promise<string | null> {
  const text = await (isH5 ? scanInBrowser() : scanInWechat());
  return text === null ? null : codeOf(text);
}

async function scanInWechat(): Promise<string | null> {
  try {
    return (await Taro.scanCode({ scanType: ['qrCode', 'barCode'] })).result || null;
  } catch {
    return null;
  }
}

/** A browser takes a picture and looks for a code on it. */
async function scanInBrowser(): Promise<string | null> {
  const BarcodeDetector = detectorClass();
  if (!BarcodeDetector) return null;
  const [picture] = await pickFiles({ accept: 'image/*', camera: true });
  if (!picture) return null;
  try {
    const detector = new BarcodeDetector({ formats: ['qr_code', 'code_128', 'code_39', 'ean_13'] });
    const [found] = await detector.detect(await createImageBitmap(picture));
    return found?.rawValue || null;
  } catch {
    return null;
  }
}
