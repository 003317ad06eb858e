import { CustomerDetailView, useCustomer } from '../../domain/customer-detail';
import { EmptyPane, RecordPane } from '../../domain/record-pane';

function OpenCustomer({ id, onGone }: { id: string; onGone: () => void }) {
  const record = useCustomer(id);
  return (
    <CustomerDetailView record={record} onGone={onGone}>
      {(parts) => <RecordPane parts={parts} onReachEnd={record.timeline.loadMore} />}
    </CustomerDetailView>
  );
}

export function CustomerPaneContent({ id, onGone }: { id: string | null; onGone: () => void }) {
  if (id === null) return <EmptyPane icon="building" title="选一位客户" />;
  return <OpenCustomer key={id} id={id} onGone={onGone} />;
}
