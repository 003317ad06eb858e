import { useCallback, useRef } from 'react';
import { type LeadDetail, type LeadItem, leads } from '#shared/leads/contract.ts';
import { pool } from '#shared/pool/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../api/call';
import { refreshAll, useAction } from '../api/query';
import { toast } from '../ui';

const CHANGED = [leads.list, leads.get, leads.timeline, pool.clock, workbench.get];

/**
 * Takes a lead from a list with one tap: out of the pool, or what came by itself. What comes next is to write about it.
 * @param onFollowUp without it the lead can be looked at
 */
export function useTakeLead(
  onOpen: (id: string) => void,
  onFollowUp: ((lead: Pick<LeadItem, 'id' | 'customerName'>) => void) | undefined,
) {
  const taking = useRef<string | null>(null);
  const taken = (words: string) => (lead: LeadDetail) =>
    toast(
      `${words}${lead.customerName}`,
      onFollowUp
        ? { action: '写跟进', onAction: () => onFollowUp(lead) }
        : { action: '查看', onAction: () => onOpen(lead.id) },
    );
  const onError = (error: ApiError) => {
    toast(error.message, { kind: 'failed' });
    // Somebody else may have been faster.
    if (error.status === 409) void refreshAll(...CHANGED);
  };
  const claim = useAction(leads.claim, { refresh: CHANGED, onDone: taken('已领取'), onError });
  const accept = useAction(pool.accept, { refresh: CHANGED, onDone: taken('已接收'), onError });
  const [runClaim, runAccept] = [claim.run, accept.run];
  return {
    claim: useCallback(
      (lead: LeadItem) => {
        taking.current = lead.id;
        void runClaim({ params: { id: lead.id } });
      },
      [runClaim],
    ),
    accept: useCallback(
      (lead: LeadItem) => {
        taking.current = lead.id;
        void runAccept({ params: { id: lead.id } });
      },
      [runAccept],
    ),
    /** The lead that is being taken. */
    taking: claim.pending || accept.pending ? taking.current : null,
  };
}
