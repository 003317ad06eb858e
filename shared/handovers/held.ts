import type { HandoverPreview } from './contract.ts';

type Held = Pick<HandoverPreview, 'total' | 'customers' | 'tickets'>;

/** What somebody would leave behind, without which nobody can disable them: `12条线索、3家客户、2张工单`; empty: nothing. */
export const heldWords = ({ total, customers, tickets }: Held): string =>
  [
    ...(total > 0 ? [`${total}条线索`] : []),
    ...(customers > 0 ? [`${customers}家客户`] : []),
    ...(tickets > 0 ? [`${tickets}张工单`] : []),
  ].join('、');
