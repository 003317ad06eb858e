import type { ReactNode } from 'react';

interface LeadPaneProps {
  id: string | null;
  onGone: () => void;
}

/** The lead beside the list, on a desk. Mini-programs are never that wide, so they do not carry the code. */
export function LeadPane({ id, onGone }: LeadPaneProps): ReactNode {
  // webpack leaves out what stands inside a condition that is false; what follows a return it bundles all the same.
  if (process.env.TARO_ENV === 'h5') {
    const { LeadPaneContent } = require('./lead-pane-content.h5') as typeof import('./lead-pane-content.h5');
    return <LeadPaneContent id={id} onGone={onGone} />;
  }
  return null;
}
