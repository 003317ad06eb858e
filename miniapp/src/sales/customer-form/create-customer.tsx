import Taro from '@tarojs/taro';
import { useState } from 'react';
import { type CustomerDraft, customerDraft, customers } from '#shared/customers/contract.ts';
import type { CustomerField } from '#shared/customers/draft.ts';
import { type CustomerStage, customerStageMachine } from '#shared/customers/machine.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { workbench } from '#shared/workbench/contract.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { type OutboxItem, submit } from '../../api/outbox';
import { refreshAll, showDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { FormPage, wrongIn } from '../../domain/edit-page';
import { RECORD_PAGES } from '../../domain/follow-ups';
import { optionsOf } from '../../domain/labels';
import type { TextValue } from '../../domain/text-form';
import { useFormErrors } from '../../domain/use-form-errors';
import { useNow } from '../../domain/use-now';
import { UserPicker } from '../../domain/user-picker';
import { FieldGroup, PickField, SelectField, TextField, toast } from '../../ui';
import { DuplicateNotice } from '../lead-form/duplicate-notice';
import { useDuplicates } from '../lead-form/use-duplicates';
import { CustomerFields } from './customer-fields';
import { customerForm } from './customer-form';

const STAGES = optionsOf(customerStageMachine.states);
const CONTACT_FIELDS = ['name', 'phone', 'wechat', 'position'] as const;
type FirstContact = Readonly<Record<(typeof CONTACT_FIELDS)[number], string>>;

interface NewCustomer {
  readonly value: TextValue<CustomerField>;
  readonly contact: FirstContact;
  readonly stage: CustomerStage;
  /** Null: the author. */
  readonly owner: { readonly id: string; readonly name: string } | null;
}

function initialOf(item: OutboxItem | undefined): NewCustomer {
  const body = item?.input.body as CustomerDraft | undefined;
  const { contact, stage, ownerId, ...fields } = body ?? { customerName: '', source: 'other' as const };
  return {
    value: customerForm.fill(fields),
    contact: {
      name: contact?.name ?? '',
      phone: contact?.phone ?? '',
      wechat: contact?.wechat ?? '',
      position: contact?.position ?? '',
    },
    stage: stage ?? customerStageMachine.initial,
    owner: ownerId ? { id: ownerId, name: '已选的同事' } : null,
  };
}

function contactDraftOf(contact: FirstContact) {
  const filled = CONTACT_FIELDS.filter((name) => contact[name].trim() !== '');
  return filled.length === 0
    ? {}
    : { contact: Object.fromEntries(filled.map((name) => [name, contact[name]])) };
}

/**
 * A new customer with whom to talk to there.
 * @param item one that was refused after it had been queued: the form corrects it
 */
export function CreateCustomer({ item }: { item?: OutboxItem | undefined }) {
  const user = useSession()?.user;
  const now = useNow();
  const [initial] = useState(() => initialOf(item));
  const draft = useDraft<NewCustomer>(item ? `customer-outbox:${item.key}` : 'customer', initial);
  const { value, contact, stage, owner } = draft.value;
  const [picking, setPicking] = useState(false);
  const [pending, setPending] = useState(false);
  const form = useFormErrors(
    [
      'customerName',
      ...CONTACT_FIELDS.map((name) => `contact.${name}`),
      'stage',
      'ownerId',
      ...customerForm.names,
    ],
    item?.error?.fields ?? [],
  );
  const known = useDuplicates(
    {
      customerName: value.customerName,
      phone: contact.phone.trim() || value.phone,
      wechat: contact.wechat,
    },
    undefined,
    customers.duplicates,
  );
  const change = (changes: Partial<NewCustomer>, names: readonly string[]) => {
    form.clear(names);
    draft.setValue((before) => ({ ...before, ...changes }));
  };

  const refused = (error: ApiError) => {
    // The login is on its way; the form waits under it.
    if (error.status === 401) return;
    if (error.code.startsWith('CUSTOMER_OWNER_')) {
      form.show([{ field: 'ownerId', message: error.message }]);
    } else if (error.fields) form.show(error.fields);
    else form.fail(error.message);
  };

  const save = async () => {
    if (pending) return;
    const judged = customerDraft.safeParse({
      ...customerForm.draft(value),
      ...contactDraftOf(contact),
      stage,
      ...(owner ? { ownerId: owner.id } : {}),
    });
    if (!judged.success) {
      // Who is reached there cannot stay without a name.
      return form.show(
        fieldErrorsOf(judged.error.issues).map(({ field, message }) => ({
          field,
          message: field === 'contact.name' ? '填写联系人的姓名' : message,
        })),
      );
    }
    form.show([]);
    setPending(true);
    try {
      const result = await submit(
        customers.create,
        { body: judged.data },
        {
          label: `新建客户 ${judged.data.customerName}`,
          idempotencyKey: item ? item.key : draft.idempotencyKey,
        },
      );
      draft.clear();
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动新建');
        goBack('/pages/customers/index');
        return;
      }
      const { data } = result;
      showDetail(customers.get, { params: { id: data.id } }, data);
      void refreshAll(customers.list, workbench.get);
      toast('已新建');
      void Taro.redirectTo({ url: `${RECORD_PAGES.customers}?id=${data.id}` });
    } catch (thrown) {
      if (thrown instanceof ApiError) refused(thrown);
      else form.fail('没有保存成功，请重试');
    } finally {
      setPending(false);
    }
  };

  const person = (name: keyof FirstContact, label: string) => ({
    name: `contact.${name}`,
    label,
    error: form.errors[`contact.${name}`],
    value: contact[name],
    onChange: (next: string) =>
      change({ contact: { ...contact, [name]: next } }, [`contact.${name}`, 'contact.name']),
  });
  const gives = may(user, 'customers.transfer') && may(user, 'users.lookup');
  return (
    <FormPage
      item={item}
      title="新建客户"
      form={form}
      draft={draft}
      pending={pending}
      onSave={() => void save()}
      sheets={
        gives && (
          <UserPicker
            open={picking}
            title="负责人"
            assignable
            value={owner?.id ?? null}
            none={{
              label: '我自己',
              onPick: () => {
                change({ owner: null }, ['ownerId']);
                setPicking(false);
              },
            }}
            onPick={({ id, name }) => {
              change({ owner: id === user?.id ? null : { id, name } }, ['ownerId']);
              setPicking(false);
            }}
            onClose={() => setPicking(false)}
          />
        )
      }
    >
      <CustomerFields
        value={value}
        errors={form.errors}
        wrong={wrongIn(form.errors)}
        onChange={(changes) => change({ value: { ...value, ...changes } }, Object.keys(changes))}
        notice={<DuplicateNotice list={known} now={now} />}
        start={{
          contact: (
            <FieldGroup>
              <TextField {...person('name', '联系人')} placeholder="姓名" maxLength={50} />
              <TextField {...person('phone', '手机')} kind="tel" placeholder="联系人的手机" maxLength={40} />
              <TextField {...person('wechat', '微信')} placeholder="微信号" maxLength={50} />
            </FieldGroup>
          ),
          stage: (
            <SelectField
              name="stage"
              label="阶段"
              options={STAGES}
              value={stage}
              onChange={(next) => next && change({ stage: next }, ['stage'])}
            />
          ),
          more: (
            <>
              <TextField {...person('position', '职位')} placeholder="联系人的职位" maxLength={50} />
              {gives && (
                <PickField
                  name="ownerId"
                  label="负责人"
                  error={form.errors.ownerId}
                  text={owner?.name ?? '我自己'}
                  onPress={() => setPicking(true)}
                />
              )}
            </>
          ),
          wrong: Boolean(form.errors.ownerId ?? form.errors['contact.position']),
        }}
      />
    </FormPage>
  );
}
