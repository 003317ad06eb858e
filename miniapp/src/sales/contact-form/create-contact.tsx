import { useState } from 'react';
import { type ContactDraft, type ContactField, contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { type OutboxItem, submit } from '../../api/outbox';
import { refreshAll } from '../../api/query';
import { FormPage, wrongIn } from '../../domain/edit-page';
import { RECORD_PAGES } from '../../domain/follow-ups';
import type { TextValue } from '../../domain/text-form';
import { useFormErrors } from '../../domain/use-form-errors';
import { SwitchField, toast } from '../../ui';
import { ContactFields } from './contact-fields';
import { contactForm } from './contact-form';

interface NewContact {
  readonly value: TextValue<ContactField>;
  readonly primary: boolean;
}

function initialOf(item: OutboxItem | undefined): NewContact {
  const body = item?.input.body as Partial<ContactDraft> | undefined;
  return { value: contactForm.fill(body ?? {}), primary: body?.primary ?? false };
}

interface CreateContactProps {
  customerId: string;
  /** One that was refused after it had been queued: the form corrects it. */
  item?: OutboxItem | undefined;
}

/** One more person at a customer. */
export function CreateContact({ customerId, item }: CreateContactProps) {
  const [initial] = useState(() => initialOf(item));
  const draft = useDraft<NewContact>(
    item ? `contact-outbox:${item.key}` : `contact-of:${customerId}`,
    initial,
  );
  const { value, primary } = draft.value;
  const [pending, setPending] = useState(false);
  const form = useFormErrors(contactForm.names, item?.error?.fields ?? []);

  const save = async () => {
    if (pending) return;
    const judged = customers.addContact.body.safeParse({
      ...contactForm.draft(value),
      ...(primary ? { primary } : {}),
    });
    if (!judged.success) return form.show(fieldErrorsOf(judged.error.issues));
    form.show([]);
    setPending(true);
    try {
      const result = await submit(
        customers.addContact,
        { params: { id: customerId }, body: judged.data },
        {
          label: `加联系人 ${judged.data.name}`,
          recordId: customerId,
          idempotencyKey: item ? item.key : draft.idempotencyKey,
        },
      );
      draft.clear();
      goBack(`${RECORD_PAGES.customers}?id=${customerId}`);
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动同步');
        return;
      }
      void refreshAll(customers.list, customers.get, customers.timeline, contacts.list);
      toast('已添加');
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) form.fail('没有保存成功，请重试');
      else if (thrown.fields) form.show(thrown.fields);
      // The login is on its way; the form waits under it.
      else if (thrown.status !== 401) form.fail(thrown.message);
    } finally {
      setPending(false);
    }
  };

  return (
    <FormPage
      item={item}
      title="加联系人"
      form={form}
      draft={draft}
      pending={pending}
      onSave={() => void save()}
    >
      <ContactFields
        value={value}
        errors={form.errors}
        wrong={wrongIn(form.errors)}
        onChange={(changes) => {
          form.clear(Object.keys(changes));
          draft.setValue((before) => ({ ...before, value: { ...before.value, ...changes } }));
        }}
        primary={
          <SwitchField
            name="primary"
            label="主要联系人"
            value={primary}
            onChange={(next) => draft.setValue((before) => ({ ...before, primary: next }))}
          />
        }
      />
    </FormPage>
  );
}
