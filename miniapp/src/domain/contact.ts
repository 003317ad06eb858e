import Taro from '@tarojs/taro';
import { useEffect, useRef } from 'react';
import type { LeadItem } from '#shared/leads/contract.ts';
import { storage } from '../api/platform';
import { currentUser } from '../api/session';
import { toast } from '../ui';

export type Callable = Pick<LeadItem, 'id' | 'customerName' | 'phone' | 'wechat'>;

interface RememberedCall {
  userId: string;
  lead: Callable;
  at: number;
}

const KEY = 'last-call';
/** Coming back sooner is the dialler being dismissed or still opening. */
const SHORTEST_MS = 1_500;
const FORGET_MS = 60 * 60_000;

/** Calls, and remembers whom: the telephone tells nothing afterwards, so the app asks on return. */
export function callLead(lead: Callable): void {
  if (!lead.phone) return;
  const userId = currentUser()?.id;
  if (userId) storage.write(KEY, { userId, lead, at: Date.now() } satisfies RememberedCall);
  Taro.makePhoneCall({
    phoneNumber: lead.phone,
    // Dismissed in WeChat's own dialog: nobody was called.
    fail: () => storage.remove(KEY),
  })?.catch?.(() => {});
}

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

function takeCall(): Callable | null {
  const call = storage.read<RememberedCall>(KEY);
  if (!call) return null;
  const age = Date.now() - call.at;
  if (call.userId !== currentUser()?.id || age > FORGET_MS) {
    storage.remove(KEY);
    return null;
  }
  if (age < SHORTEST_MS) return null;
  storage.remove(KEY);
  return call.lead;
}

/** Hands over the lead that was called, once, as soon as the person is back in the app. */
export function useCallReturn(onReturn: (lead: Callable) => void, active: () => boolean): void {
  const latest = useRef({ onReturn, active });
  latest.current = { onReturn, active };
  useEffect(() => {
    const back = () => {
      if (!latest.current.active()) return;
      const lead = takeCall();
      if (lead) latest.current.onReturn(lead);
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
