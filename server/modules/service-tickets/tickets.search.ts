import { gramsOf, searchTextOf } from '../../kernel/search.ts';
import type { Ticket } from './ticket-record.ts';

type Searched = Pick<
  Ticket,
  'no' | 'ticketTitle' | 'contactName' | 'contactPhone' | 'province' | 'city' | 'address'
> & {
  readonly customerName: string;
  readonly equipment: { readonly equipmentName: string; readonly serialNo: string } | null;
};

/** What a keyword looks at in a ticket. */
export function ticketSearch(ticket: Searched) {
  const { no, ticketTitle, customerName, contactName, contactPhone, province, city, address } = ticket;
  const { equipmentName, serialNo } = ticket.equipment ?? {};
  const texts = [
    ...[no, ticketTitle, customerName, contactName, contactPhone],
    ...[province, city, address, equipmentName, serialNo],
  ];
  return { searchText: searchTextOf(texts), searchGrams: gramsOf(texts) };
}
