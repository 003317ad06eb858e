import type { ReactNode } from 'react';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { useQueued } from '../api/outbox';
import { type DetailResult, useDetail } from '../api/query';
import { useSession } from '../api/session';
import { EditLoader } from './edit-page';
import { type QueuedTicket, withQueued } from './queued-ticket';

interface OpenedTicketProps {
  id: string;
  title: string;
  children: (opened: QueuedTicket & { detail: DetailResult<QueuedTicket['ticket']> }) => ReactNode;
}

/** A ticket under a form of its own page, with the steps that wait on this phone. */
export function OpenedTicket({ id, title, children }: OpenedTicketProps) {
  const user = useSession()?.user;
  const detail = useDetail(serviceTickets.get, { params: { id } }, { enabled: id !== '' });
  const items = useQueued(id);
  return (
    <EditLoader title={title} detail={detail}>
      {(base) =>
        children({ ...withQueued(base, items, { id: user?.id ?? '', name: user?.name ?? '' }), detail })
      }
    </EditLoader>
  );
}
