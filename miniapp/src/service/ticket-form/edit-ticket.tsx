import { serviceTickets } from '#shared/service-tickets/contract.ts';
import { isOpenTicket } from '#shared/service-tickets/machine.ts';
import { useDetail } from '../../api/query';
import { type EditedRecord, EditLoader, EditPage } from '../../domain/edit-page';
import { showTicket } from '../../domain/ticket-steps';
import { TicketFields } from './ticket-fields';
import { ticketForm } from './ticket-form';

const TITLE = '编辑工单';

export function EditTicket({ id, item }: EditedRecord) {
  const detail = useDetail(serviceTickets.get, { params: { id } });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(ticket) => (
        <EditPage
          title={TITLE}
          item={item}
          what="这张工单"
          name={`ticket:${id}`}
          record={ticket}
          recordId={id}
          form={ticketForm}
          fill={ticketForm.fill}
          offline={detail.error?.offline}
          endpoint={serviceTickets.update}
          refresh={[serviceTickets.list, serviceTickets.get, serviceTickets.logs]}
          onSaved={showTicket}
          home={`/service/ticket/index?id=${id}`}
        >
          {(fields) => <TicketFields {...fields} ended={!isOpenTicket(ticket.status)} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
