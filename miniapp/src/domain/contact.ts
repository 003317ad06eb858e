import Taro from '@tarojs/taro';
import { useEffect, useRef } from 'react';
import type { LeadItem } from '#shared/leads/contract.ts';
import { storage } from '../api/platform';
import { currentUser } from '../api/session';
import { toast } from '../ui';
import { leadTarget, type Target } from './follow-ups';

interface RememberedCall {
  userId: string;
  target: Target;
  at: number;
}

const KEY = 'last-call';
/** Coming back sooner is the dialler being dismissed or still opening. */
const SHORTEST_MS = 1_500;
const FORGET_MS = 60 * 60_000;

/** Calls, and remembers whom: the telephone tells nothing afterwards, so the app asks on return. */
export function callAbout(target: Target, phoneNumber: string | null): void {
  if (!phoneNumber) return;
  const userId = currentUser()?.id;
  if (userId) storage.write(KEY, { userId, target, at: Date.now() } satisfies RememberedCall);
  Taro.makePhoneCall({
    phoneNumber,
    // Dismissed in WeChat's own dialog: nobody was called.
    fail: () => storage.remove(KEY),
  })?.catch?.(() => {});
}

export const callLead = (lead: Pick<LeadItem, 'id' | 'customerName' | 'phone'>): void =>
  callAbout(leadTarget(lead), lead.phone);

/** Calls without remembering whom: for a number that must not stay on the device. */
export function dial(phoneNumber: string): void {
  Taro.makePhoneCall({ phoneNumber })?.catch?.(() => {});
}

/** Copies, so that the person can be found in WeChat: mini-programs cannot open a chat. */
export function copyWechat(wechat: string): void {
  void copy(wechat, '微信号已复制，去微信添加');
}

export async function copy(text: string, done = '已复制'): Promise<void> {
  try {
    await Taro.setClipboardData({ data: text });
    if (process.env.TARO_ENV === 'h5') Taro.hideToast();
    toast(done);
  } catch {
    toast(`复制失败：${text}`, { kind: 'failed' });
  }
}

function takeCall(): Target | null {
  const call = storage.read<RememberedCall>(KEY);
  if (!call) return null;
  const age = Date.now() - call.at;
  if (call.userId !== currentUser()?.id || age > FORGET_MS) {
    storage.remove(KEY);
    return null;
  }
  if (age < SHORTEST_MS) return null;
  storage.remove(KEY);
  // What an older version of the app remembered has none.
  return call.target ?? null;
}

/** Hands over whom was called about, once, as soon as the person is back in the app. */
export function useCallReturn(onReturn: (target: Target) => void, active: () => boolean): void {
  const latest = useRef({ onReturn, active });
  latest.current = { onReturn, active };
  useEffect(() => {
    const back = () => {
      if (!latest.current.active()) return;
      const target = takeCall();
      if (target) latest.current.onReturn(target);
    };
    // After the app was killed during the call.
    back();
    if (process.env.TARO_ENV === 'h5') {
      const visible = () => {
        if (document.visibilityState === 'visible') back();
      };
      document.addEventListener('visibilitychange', visible);
      window.addEventListener('focus', back);
      return () => {
        document.removeEventListener('visibilitychange', visible);
        window.removeEventListener('focus', back);
      };
    }
    Taro.onAppShow(back);
    return () => Taro.offAppShow(back);
  }, []);
}
