import type { ReactNode } from 'react';

interface TicketPaneProps {
  id: string | null;
  onGone: () => void;
}

/** The ticket beside the list, on a desk; see the pane of the leads. */
export function TicketPane({ id, onGone }: TicketPaneProps): ReactNode {
  if (process.env.TARO_ENV === 'h5') {
    const { TicketPaneContent } =
      require('./ticket-pane-content.h5') as typeof import('./ticket-pane-content.h5');
    return <TicketPaneContent id={id} onGone={onGone} />;
  }
  return null;
}
