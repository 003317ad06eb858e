import { FILE_KIND_LABELS, type UPLOADED_KINDS } from '#shared/files/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { addPhotos } from './add-photos';

export type TicketPhotoKind = (typeof UPLOADED_KINDS)[number];

/** Takes pictures of a ticket, with its number on them. */
export const addTicketPhotos = (
  { id, no }: Pick<TicketDetail, 'id' | 'no'>,
  kind: TicketPhotoKind,
): Promise<void> =>
  addPhotos({
    entity: 'serviceTickets',
    id,
    kind,
    label: `${FILE_KIND_LABELS[kind]} ${no}`,
    stamp: [no],
    views: [serviceTickets.get],
  });
