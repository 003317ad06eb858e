import type { ReactNode } from 'react';

interface CustomerPaneProps {
  id: string | null;
  onGone: () => void;
}

/** The customer beside the list, on a desk; see the pane of the leads. */
export function CustomerPane({ id, onGone }: CustomerPaneProps): ReactNode {
  if (process.env.TARO_ENV === 'h5') {
    const { CustomerPaneContent } =
      require('./customer-pane-content.h5') as typeof import('./customer-pane-content.h5');
    return <CustomerPaneContent id={id} onGone={onGone} />;
  }
  return null;
}
