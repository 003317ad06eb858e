import { useDidHide, useDidShow } from '@tarojs/taro';
import { type ReactNode, useCallback, useRef, useState } from 'react';
import { useCallReturn } from './contact';
import { type FollowUpRequest, FollowUpSheet } from './follow-up-sheet';
import { customerTarget, leadTarget, type Target } from './follow-ups';

type Named = Pick<Target, 'id' | 'customerName'>;

/**
 * The follow-up sheet of a page: opened by a button, or by itself when the person comes back from a call. Put `sheet`
 * into the page.
 */
export function useFollowUp(onSaved?: (targetId: string) => void): {
  open: (target: Target) => void;
  openLead: (lead: Named) => void;
  openCustomer: (customer: Named) => void;
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
    (target) => setRequest({ target, afterCall: true }),
    () => visible.current,
  );
  const open = useCallback((target: Target) => setRequest({ target }), []);
  const openLead = useCallback((lead: Named) => open(leadTarget(lead)), [open]);
  const openCustomer = useCallback((customer: Named) => open(customerTarget(customer)), [open]);
  const sheet = (
    <FollowUpSheet request={request} onClose={() => setRequest(null)} {...(onSaved ? { onSaved } : {})} />
  );
  return { open, openLead, openCustomer, sheet };
}
