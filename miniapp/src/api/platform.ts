/** The edge to Taro: requests, storage, time and page changes. Nothing below `core/` knows a platform. */
import Taro from '@tarojs/taro';
import { type Transport, TransportFailure } from './core/call';
import type { Timers } from './core/drafts';
import { createStorage, type TextStore } from './core/storage';

const isH5 = process.env.TARO_ENV === 'h5';

const textStore: TextStore = {
  get(key) {
    const value: unknown = Taro.getStorageSync(key);
    return typeof value === 'string' && value !== '' ? value : null;
  },
  set: (key, text) => Taro.setStorageSync(key, text),
  remove: (key) => Taro.removeStorageSync(key),
  keys: () => Taro.getStorageInfoSync().keys,
};

/** Everything the app keeps on the device. */
export const storage = createStorage(textStore);

export const timers: Timers = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** WeChat names its failures in `errMsg`: `request:fail timeout`, `request:fail interrupted`, `request:fail abort`. */
export function failureKindOf(error: unknown): 'network' | 'timeout' | 'aborted' {
  const text = String((error as { errMsg?: string } | null)?.errMsg ?? error);
  if (text.includes('timeout')) return 'timeout';
  return text.includes('fail abort') ? 'aborted' : 'network';
}

export const transport: Transport = ({ url, method, header, body, timeout, signal }) =>
  new Promise((resolve, reject) => {
    let task: { abort?: () => void } | null = null;
    const settle = (end: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      end();
    };
    const fail = (kind: 'network' | 'timeout' | 'aborted') =>
      settle(() => reject(new TransportFailure(kind)));
    const stop = (kind: 'timeout' | 'aborted') => {
      fail(kind);
      task?.abort?.();
    };
    // Ours too: a browser stops its own clock at the header, and a slow body would wait for ever.
    const timer = setTimeout(() => stop('timeout'), timeout + 500);
    const onAbort = () => stop('aborted');
    if (signal?.aborted) return fail('aborted');
    signal?.addEventListener('abort', onAbort);
    const request = Taro.request<string, string>({
      url,
      method: method as keyof Taro.request.Method,
      header,
      data: body,
      timeout,
      // As text: a proxy's error page is not JSON.
      dataType: 'text',
      responseType: 'text',
      success: ({ statusCode, data }) =>
        settle(() =>
          resolve({ status: statusCode, text: typeof data === 'string' ? data : JSON.stringify(data) }),
        ),
      fail: (error: unknown) => fail(failureKindOf(error)),
    });
    task = request as { abort?: () => void };
    // Both a callback and a promise report the failure; this one has been heard.
    Promise.resolve(request).catch(() => {});
  });

/**
 * Calls back when another tab of the browser changes what is stored. A mini-program has one window.
 * @returns how to stop listening
 */
export function onStoredElsewhere(listener: () => void): () => void {
  if (!isH5) return () => {};
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
}

/** Calls back when the app comes to the front, or the network returns. */
export function onWake(listener: () => void): void {
  Taro.onAppShow(listener);
  if (isH5) window.addEventListener('online', listener);
  else Taro.onNetworkStatusChange(({ isConnected }) => isConnected && listener());
}

/** Calls back when the app may be killed without another word. */
export function onHide(listener: () => void): () => void {
  Taro.onAppHide(listener);
  if (isH5) window.addEventListener('pagehide', listener);
  return () => {
    Taro.offAppHide(listener);
    if (isH5) window.removeEventListener('pagehide', listener);
  };
}

/**
 * Asks whether messages of these templates may be sent, once each. WeChat answers only when it is called directly in a
 * tap handler, for three templates at most.
 * @returns the templates that were accepted
 */
export async function requestSubscribeMessage(templateIds: readonly string[]): Promise<string[]> {
  try {
    // Taro's type asks for Alipay's option besides.
    const options = { tmplIds: [...templateIds] } as unknown as Parameters<
      typeof Taro.requestSubscribeMessage
    >[0];
    const answer = (await Taro.requestSubscribeMessage(options)) as unknown as Record<string, string>;
    return templateIds.filter((id) => answer[id] === 'accept');
  } catch {
    return [];
  }
}
