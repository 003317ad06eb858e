import Taro from '@tarojs/taro';
import { useState } from 'react';
import { type EquipmentDraft, equipment, equipmentDraft } from '#shared/equipment/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { ApiError } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { type OutboxItem, submit } from '../../api/outbox';
import { refreshAll, showDetail } from '../../api/query';
import { FormPage, wrongIn } from '../../domain/edit-page';
import { EQUIPMENT_PAGE } from '../../domain/equipment-words';
import { useFormErrors } from '../../domain/use-form-errors';
import { toast } from '../../ui';
import { EquipmentFields } from './equipment-fields';
import {
  type EquipmentFormValue,
  emptyEquipment,
  equipmentDraftOf,
  equipmentForm,
  fillDraft,
  type Named,
} from './equipment-form';
import { explainEquipment } from './explain-equipment';

interface CreateEquipmentProps {
  /** At whose place it stands, when that is known. */
  customer: Named | null;
  /** What was scanned and not found. */
  serialNo: string;
  /** One that was refused after it had been queued: the form corrects it. */
  item: OutboxItem | undefined;
}

export function CreateEquipment({ customer, serialNo, item }: CreateEquipmentProps) {
  const [initial] = useState(() =>
    item ? fillDraft(item.input.body as EquipmentDraft) : emptyEquipment({ customer, serialNo }),
  );
  const draft = useDraft<EquipmentFormValue>(
    item ? `equipment-outbox:${item.key}` : ['equipment', customer?.id, serialNo].filter(Boolean).join(':'),
    initial,
  );
  const value = draft.value;
  const [pending, setPending] = useState(false);
  const form = useFormErrors(equipmentForm.names, item?.error?.fields ?? []);

  const save = async () => {
    if (pending) return;
    const judged = equipmentDraft.safeParse(equipmentDraftOf(value));
    if (!judged.success) {
      return form.show(
        fieldErrorsOf(judged.error.issues).map(({ field, message }) => ({
          field,
          message: field === 'customerId' ? '选择它在哪位客户那里' : message,
        })),
      );
    }
    form.show([]);
    setPending(true);
    try {
      const result = await submit(
        equipment.create,
        { body: judged.data },
        {
          label: `登记设备 ${judged.data.equipmentName}`,
          idempotencyKey: item ? item.key : draft.idempotencyKey,
        },
      );
      draft.clear();
      if (result.state === 'queued') {
        toast('已保存在手机，有网络时自动登记');
        goBack('/service/equipment-list/index');
        return;
      }
      const { data } = result;
      showDetail(equipment.get, { params: { id: data.id } }, data);
      void refreshAll(equipment.list);
      toast('已登记');
      void Taro.redirectTo({ url: `${EQUIPMENT_PAGE}?id=${data.id}` });
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) form.fail('没有保存成功，请重试');
      // The login is on its way; the form waits under it.
      else if (thrown.status !== 401) {
        const said = explainEquipment(thrown) ?? thrown.fields ?? thrown.message;
        if (typeof said === 'string') form.fail(said);
        else form.show(said);
      }
    } finally {
      setPending(false);
    }
  };

  return (
    <FormPage
      item={item}
      title="登记设备"
      form={form}
      draft={draft}
      pending={pending}
      onSave={() => void save()}
    >
      <EquipmentFields
        value={value}
        errors={form.errors}
        wrong={wrongIn(form.errors)}
        onChange={(changes) => {
          form.clear(Object.keys(changes));
          draft.setValue((before) => ({ ...before, ...changes }));
        }}
      />
    </FormPage>
  );
}
