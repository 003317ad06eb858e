import { EmptyPane, RecordPane } from '../../domain/record-pane';
import { TicketDetailView, useTicket } from '../../domain/ticket-detail';

function OpenTicket({ id, onGone }: { id: string; onGone: () => void }) {
  const record = useTicket(id);
  return (
    <TicketDetailView record={record} onGone={onGone}>
      {(parts) => <RecordPane parts={parts} onReachEnd={record.timeline.loadMore} />}
    </TicketDetailView>
  );
}

export function TicketPaneContent({ id, onGone }: { id: string | null; onGone: () => void }) {
  if (id === null) return <EmptyPane icon="wrench" title="选一张工单" />;
  return <OpenTicket key={id} id={id} onGone={onGone} />;
}
