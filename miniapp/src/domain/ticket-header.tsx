import { TICKET_TYPE_LABELS, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { StatusTag } from '../ui';
import { TICKET_PRIORITY_TONES, TICKET_STATUS_TONES } from './labels';
import { RecordHeader, RecordNote, RecordOwner } from './record-header';
import { ticketDeadline, ticketStatusLabel } from './ticket-words';

interface TicketHeaderProps {
  ticket: TicketDetail;
  now: Instant;
  /** Something about it waits on this phone. */
  waiting: boolean;
  refused: boolean;
}

/** What a ticket is about, how far it is, whose it is and by when. */
export function TicketHeader({ ticket, now, waiting, refused }: TicketHeaderProps) {
  const { status, priority, assignee, assignment, expectedResolveDate } = ticket;
  const deadline = ticketDeadline(ticket, now);
  return (
    <RecordHeader
      name={ticket.ticketTitle}
      deleted={ticket.deletedAt !== null}
      facts={`${TICKET_TYPE_LABELS[ticket.ticketType]} · ${ticket.no}`}
      tags={
        <>
          <StatusTag tone={TICKET_STATUS_TONES[status]}>{ticketStatusLabel(status)}</StatusTag>
          <StatusTag tone={TICKET_PRIORITY_TONES[priority]}>
            {`${TICKET_PRIORITY_LABELS[priority]}优先`}
          </StatusTag>
          {waiting && (
            <StatusTag tone={refused ? 'danger' : 'warning'} icon="cloud-upload">
              {refused ? '有步骤没有提交成功' : '待同步'}
            </StatusTag>
          )}
        </>
      }
    >
      <RecordOwner name={assignee?.name ?? null}>
        {assignee
          ? `${assignee.name} 处理${assignment ? ` · ${formatAbsolute(assignment.assignedAt, now)} 派工` : ''}`
          : '还没有派工'}
      </RecordOwner>
      {deadline && (
        <RecordNote
          icon={deadline.urgency === 'overdue' ? 'alarm-clock' : 'clock'}
          urgency={deadline.urgency}
        >
          {[
            `${formatAbsolute(deadline.at, now)}前${deadline.what}`,
            deadline.urgency !== 'later' && deadline.text.split(' · ')[0],
            expectedResolveDate && `客户希望 ${expectedResolveDate}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </RecordNote>
      )}
    </RecordHeader>
  );
}
