import { View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import { useQueued } from '../api/outbox';
import { useDetail, useList } from '../api/query';
import { useSession } from '../api/session';
import { ActionBar, ActionSheet, BarButton, Button } from '../ui';
import { arrangeActions, iconOf } from './arrange-actions';
import { dial } from './contact';
import { withQueued } from './queued-ticket';
import { type Opened, RecordBanner, type RecordParts, RecordView, staleWords } from './record-view';
import { TICKET_LAYOUT, ticketActions, useTicketActions } from './ticket-actions';
import { TicketHeader } from './ticket-header';
import { TicketHistory } from './ticket-history';
import { TicketProblem } from './ticket-problem';
import { TicketSiteCard } from './ticket-site-card';
import { ticketStatusLabel } from './ticket-words';
import { TicketWork } from './ticket-work';
import { useNow } from './use-now';

const TITLE = '工单详情';

/** A ticket; its older log rows when they are asked for. */
export function useTicket(id: string): Opened<TicketDetail, unknown> {
  const detail = useDetail(serviceTickets.get, { params: { id } }, { enabled: id !== '' });
  const timeline = useList(serviceTickets.logs, {}, { params: { id }, enabled: false });
  return { detail, timeline, refresh: () => void detail.refresh() };
}

interface TicketDetailViewProps {
  record: Opened<TicketDetail, unknown>;
  onGone: () => void;
  /** The page puts banner and action bar where they stay in sight. */
  children: (parts: RecordParts) => ReactNode;
}

/** A ticket in parts that a page, or the pane beside the list, arranges. */
export function TicketDetailView({ record, onGone, children }: TicketDetailViewProps) {
  return (
    <RecordView record={record} title={TITLE} onGone={onGone} parts={children}>
      {(ticket) => (
        <Loaded base={ticket} record={record} onGone={onGone}>
          {children}
        </Loaded>
      )}
    </RecordView>
  );
}

function Loaded({ base, record, onGone, children }: TicketDetailViewProps & { base: TicketDetail }) {
  const now = useNow();
  const user = useSession()?.user;
  const items = useQueued(base.id);
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const queued = withQueued(base, items, { id: user?.id ?? '', name: user?.name ?? '' });
  const { ticket, photos } = queued;
  const actions = useTicketActions(ticket, {
    now,
    photos,
    onGone,
    onStale: (theirs, tried) => setConflict(conflictWords(base, theirs, tried)),
  });
  const { primary, more: others } = arrangeActions(ticketActions(ticket), TICKET_LAYOUT);
  const phone = ticket.contactPhone ?? ticket.customerPhone;
  const adds = ticket.actions.some(({ action, disabledReason }) => action === 'addPhoto' && !disabledReason);

  const footer = (
    <ActionBar
      primary={
        primary && (
          <Button
            block
            kind="primary"
            icon={iconOf(TICKET_LAYOUT, primary.action)}
            pending={actions.pending}
            onPress={() => actions.run(primary.action)}
          >
            {primary.label}
          </Button>
        )
      }
    >
      {phone && <BarButton icon="phone" label="打电话" onPress={() => dial(phone)} />}
      {others.length > 0 && <BarButton icon="ellipsis" label="更多" onPress={() => setMore(true)} />}
    </ActionBar>
  );
  const body = (
    <View className="record-detail">
      <TicketHeader ticket={ticket} now={now} waiting={items.length > 0} refused={queued.refused} />
      <TicketSiteCard ticket={ticket} now={now} />
      <TicketProblem
        ticket={ticket}
        photos={photos}
        now={now}
        onAdd={adds ? () => actions.addPhotos('problem') : undefined}
      />
      <TicketWork ticket={ticket} photos={photos} now={now} onAdd={adds ? actions.addPhotos : undefined} />
      <TicketHistory base={base} queued={queued} now={now} />
      {actions.sheets}
      <ActionSheet
        open={more}
        title="更多操作"
        actions={others}
        onAction={actions.run}
        onClose={() => setMore(false)}
      />
    </View>
  );
  return (
    <>
      {children({
        title: TITLE,
        banner: <RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={record.detail} />,
        body,
        footer: primary || others.length > 0 || phone ? footer : null,
      })}
    </>
  );
}

function conflictWords(mine: TicketDetail, theirs: TicketDetail | null, tried: string): string {
  const nobody = '没有人';
  return staleWords('这张工单', tried, [
    ['状态', ticketStatusLabel(mine.status), theirs && ticketStatusLabel(theirs.status)],
    ['处理人', mine.assignee?.name ?? nobody, theirs && (theirs.assignee?.name ?? nobody)],
    ['优先级', TICKET_PRIORITY_LABELS[mine.priority], theirs && TICKET_PRIORITY_LABELS[theirs.priority]],
    ['标题', mine.ticketTitle, theirs?.ticketTitle ?? null],
  ]);
}
