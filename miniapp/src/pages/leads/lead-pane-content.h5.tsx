import { LeadDetailView, useLead } from '../../domain/lead-detail';
import { LeadPoolClock } from '../../domain/lead-pool';
import { LeadReminders } from '../../domain/lead-reminders';
import { EmptyPane, RecordPane } from '../../domain/record-pane';

function OpenLead({ id, onGone }: { id: string; onGone: () => void }) {
  const record = useLead(id);
  return (
    <LeadDetailView
      record={record}
      onGone={onGone}
      reminders={(lead) => (
        <>
          <LeadReminders lead={lead} />
          <LeadPoolClock lead={lead} />
        </>
      )}
    >
      {(parts) => <RecordPane parts={parts} onReachEnd={record.timeline.loadMore} />}
    </LeadDetailView>
  );
}

export function LeadPaneContent({ id, onGone }: { id: string | null; onGone: () => void }) {
  if (id === null) return <EmptyPane icon="contact" title="选一条线索" />;
  return <OpenLead key={id} id={id} onGone={onGone} />;
}
