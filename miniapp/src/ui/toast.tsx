import { Text, View } from '@tarojs/components';
import { useEffect } from 'react';
import { Icon } from './icon';
import { Press } from './press';
import { createStore, useStore } from './store';
import './toast.scss';

interface Notice {
  id: number;
  text: string;
  kind: 'done' | 'failed' | 'plain';
  action?: string;
  onAction?: () => void;
}

const store = createStore<Notice | null>(null);
const SHORT = 2200;
const LONG = 5000;
let counter = 0;

/** One line of feedback, with 撤销 or another way on where there is one. A new one replaces the old. */
export function toast(
  text: string,
  options: Omit<Notice, 'id' | 'text' | 'kind'> & { kind?: Notice['kind'] } = {},
): void {
  counter += 1;
  store.set({ kind: 'done', ...options, id: counter, text });
}

/** Drawn by every `Page`, so that a toast survives going back. */
export function ToastHost() {
  const notice = useStore(store);
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(
      () => store.set(null),
      notice.onAction || notice.kind === 'failed' ? LONG : SHORT,
    );
    return () => clearTimeout(timer);
  }, [notice]);
  if (!notice) return null;
  return (
    <View className="toast" {...{ role: 'status', 'aria-live': 'polite' }}>
      <View className="toast__box">
        {notice.kind !== 'plain' && (
          <Icon name={notice.kind === 'done' ? 'check' : 'circle-alert'} size="s" />
        )}
        <Text className="toast__text">{notice.text}</Text>
        {notice.action && (
          <Press
            className="toast__action"
            label={notice.action}
            onPress={() => {
              store.set(null);
              notice.onAction?.();
            }}
          >
            {notice.action}
          </Press>
        )}
      </View>
    </View>
  );
}
