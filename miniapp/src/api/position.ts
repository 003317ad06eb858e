import Taro from '@tarojs/taro';
import type { Position } from '#shared/values/position.ts';
import { gcj02Of } from './core/gcj02';
import { browserReason, locate, positionOf, type WhereAmI, wechatReason } from './core/position';
import { timers } from './platform';

export type { WhereAmI } from './core/position';

const isH5 = process.env.TARO_ENV === 'h5';
/** One that is this old still says where somebody stands; in milliseconds. */
const RECENT_MS = 30_000;
const PRECISE_MS = 5_000;
const TIMEOUT_MS = 7_500;

/** Where the phone is, in GCJ-02, within eight seconds. Never throws: without a position it says why. */
export const currentPosition = (): Promise<WhereAmI> => locate(isH5 ? askBrowser : askWechat, timers);

function askBrowser(): Promise<Position> {
  return new Promise((resolve, reject) => {
    // Only where the page came over https, or from this machine.
    if (!navigator.geolocation) return reject('unavailable');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(positionOf(gcj02Of(coords), coords.accuracy)),
      (error) => reject(browserReason(error)),
      { enableHighAccuracy: true, maximumAge: RECENT_MS, timeout: TIMEOUT_MS },
    );
  });
}

async function askWechat(): Promise<Position> {
  try {
    const found = await Taro.getLocation({
      type: 'gcj02',
      isHighAccuracy: true,
      highAccuracyExpireTime: PRECISE_MS,
    });
    return positionOf(found, found.accuracy);
  } catch (error) {
    throw wechatReason(error);
  }
}

/** Where the phone is, if it may say so without asking the person; for what is nice to know. */
export async function knownPosition(): Promise<Position | null> {
  try {
    const allowed = isH5
      ? (await navigator.permissions.query({ name: 'geolocation' })).state === 'granted'
      : (await Taro.getSetting()).authSetting['scope.userLocation'] === true;
    return allowed ? (await currentPosition()).position : null;
  } catch {
    return null;
  }
}
