import { View } from '@tarojs/components';
import { memo } from 'react';
import { TICKET_TYPE_LABELS, type TicketItem } from '#shared/service-tickets/contract.ts';
import { TICKET_PRIORITY_LABELS } from '#shared/service-tickets/sla.ts';
import type { Instant } from '#shared/values/time.ts';
import { IconButton, StatusTag } from '../ui';
import { dial } from './contact';
import { TICKET_PRIORITY_TONES, TICKET_STATUS_TONES } from './labels';
import { ago } from './next-step';
import { RecordCard } from './record-card';
import { afterWords, siteWords, ticketDeadline, ticketStatusLabel } from './ticket-words';

interface TicketCardProps {
  ticket: TicketItem;
  now: Instant;
  onOpen: (ticket: TicketItem) => void;
  /** For those who see the tickets of others. */
  showAssignee?: boolean;
  unsent?: boolean;
  selected?: boolean;
}

/** What, at whose place, how far, who is on it and until when; call one tap away. */
export const TicketCard = memo(function TicketCard(props: TicketCardProps) {
  const { ticket, now, onOpen, showAssignee, unsent, selected } = props;
  const { ticketTitle, priority, status, customer, assignee, no, contactPhone } = ticket;
  const ended = status === 'closed' || status === 'cancelled';
  const pressing = !ended && (priority === 'urgent' || priority === 'high');
  const deadline = ticketDeadline(ticket, now);
  const where = ticket.equipment?.location ?? (siteWords(ticket) || TICKET_TYPE_LABELS[ticket.ticketType]);
  return (
    <RecordCard
      name={ticketTitle}
      label={[
        ticketTitle,
        customer.customerName,
        ticketStatusLabel(status),
        `${TICKET_PRIORITY_LABELS[priority]}优先`,
        deadline?.text,
      ]
        .filter(Boolean)
        .join('，')}
      onPress={() => onOpen(ticket)}
      past={ended}
      tags={
        <>
          {pressing && (
            <StatusTag tone={TICKET_PRIORITY_TONES[priority]}>{TICKET_PRIORITY_LABELS[priority]}</StatusTag>
          )}
          <StatusTag tone={TICKET_STATUS_TONES[status]}>{ticketStatusLabel(status)}</StatusTag>
        </>
      }
      facts={`${no} · ${customer.customerName}`}
      last={{
        when: showAssignee ? (assignee?.name ?? '未派工') : ago(ticket.reportedAt, now),
        what: where,
      }}
      next={deadline ?? afterWords(ticket)}
      unsent={unsent}
      unsentWords="有步骤待同步"
      selected={selected}
      actions={
        <View className="record-card__actions">
          {contactPhone && (
            <IconButton
              icon="phone"
              label={`打电话给${ticket.contactName ?? customer.customerName}`}
              onPress={() => dial(contactPhone)}
            />
          )}
        </View>
      }
    />
  );
});
