import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { EmptyState } from '../../ui';

interface LeadPaneProps {
  id: string | null;
  onGone: () => void;
}

/** The lead beside the list, on a desk. Mini-programs are never that wide, so they do not carry the code. */
export function LeadPane({ id, onGone }: LeadPaneProps): ReactNode {
  // webpack leaves out what stands inside a condition that is false; what follows a return it bundles all the same.
  if (process.env.TARO_ENV === 'h5') {
    if (id === null) {
      return (
        <View className="leads-none">
          <EmptyState icon="contact" title="选一条线索" hint="在左边点开，详情显示在这里" />
        </View>
      );
    }
    const { LeadPaneContent } = require('./lead-pane-content.h5') as typeof import('./lead-pane-content.h5');
    return <LeadPaneContent key={id} id={id} onGone={onGone} />;
  }
  return null;
}
