import { contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { showDetail, useDetail } from '../../api/query';
import { type EditedRecord, EditLoader, EditPage } from '../../domain/edit-page';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { ContactFields } from './contact-fields';
import { contactForm } from './contact-form';

const TITLE = '编辑联系人';

export function EditContact({ id, item }: EditedRecord) {
  const detail = useDetail(contacts.get, { params: { id } });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(contact) => (
        <EditPage
          title={TITLE}
          item={item}
          what="这位联系人"
          name={`contact:${id}`}
          record={contact}
          recordId={contact.customerId}
          form={contactForm}
          fill={contactForm.fill}
          offline={detail.error?.offline}
          endpoint={contacts.update}
          refresh={[customers.list, customers.get, customers.timeline, contacts.list]}
          onSaved={(data) => showDetail(contacts.get, { params: { id } }, data)}
          home={`${RECORD_PAGES.customers}?id=${contact.customerId}`}
        >
          {(fields) => <ContactFields {...fields} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
