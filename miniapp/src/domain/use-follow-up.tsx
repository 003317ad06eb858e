import { useDidHide, useDidShow } from '@tarojs/taro';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { type Callable, useCallReturn } from './contact';
import { type FollowUpRequest, FollowUpSheet } from './follow-up-sheet';

/**
 * The follow-up sheet of a page: opened by a button, or by itself when the person comes back from a call. Put `sheet`
 * into the page.
 */
export function useFollowUp(onSaved?: (leadId: string) => void): {
  open: (lead: Pick<Callable, 'id' | 'customerName'>) => void;
  sheet: ReactNode;
} {
  const [request, setRequest] = useState<FollowUpRequest | null>(null);
  // Pages below this one in the stack hear of the return too.
  const visible = useRef(true);
  useDidShow(() => {
    visible.current = true;
  });
  useDidHide(() => {
    visible.current = false;
  });
  useCallReturn(
    (lead) => setRequest({ lead, afterCall: true }),
    () => visible.current,
  );
  const open = useCallback((lead: Pick<Callable, 'id' | 'customerName'>) => setRequest({ lead }), []);
  const sheet = (
    <FollowUpSheet request={request} onClose={() => setRequest(null)} {...(onSaved ? { onSaved } : {})} />
  );
  return { open, sheet };
}
