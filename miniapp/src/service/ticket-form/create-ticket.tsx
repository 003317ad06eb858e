import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useRef, useState } from 'react';
import { equipment as equipmentEndpoints } from '#shared/equipment/contract.ts';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { serviceTickets, type TicketDraft, ticketDraft } from '#shared/service-tickets/contract.ts';
import { ApiError, call } from '../../api/call';
import { useDraft } from '../../api/drafts';
import { goBack } from '../../api/navigation';
import { type OutboxItem, submit } from '../../api/outbox';
import { fileIdOf, forgetPhoto, type KeptPhoto, submitPhoto, takePhotos } from '../../api/photo';
import { useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { CustomerPicker } from '../../domain/customer-picker';
import { FormPage, wrongIn } from '../../domain/edit-page';
import { EquipmentPicker } from '../../domain/equipment-picker';
import { PhotoGrid } from '../../domain/photo-grid';
import { showTicket } from '../../domain/ticket-steps';
import { useFormErrors } from '../../domain/use-form-errors';
import { UserPicker } from '../../domain/user-picker';
import { Card, FieldGroup, PickField, toast } from '../../ui';
import './index.scss';
import { TicketFields } from './ticket-fields';
import { type TicketFormValue, ticketForm } from './ticket-form';

interface Named {
  readonly id: string;
  readonly name: string;
}
interface Unit extends Named {
  readonly customer: Named;
}
interface NewTicket {
  readonly value: TicketFormValue;
  readonly customer: Named | null;
  readonly equipment: Named | null;
  /** Null: the desk dispatches it later. */
  readonly engineer: Named | null;
  readonly photos: readonly KeptPhoto[];
}
const MOST_PHOTOS = 9;
const FILLED = () => {};

interface CreateTicketProps {
  /** One that was refused after it had been queued: the form corrects it. */
  item?: OutboxItem | undefined;
  customer?: Named | undefined;
  equipmentId?: string | undefined;
}

function initialOf({ item, customer }: CreateTicketProps): NewTicket {
  const body = item?.input.body as TicketDraft | undefined;
  const { customerId, equipmentId, assignedTo, ...fields } = body ?? {
    ticketTitle: '',
    ticketType: 'repair' as const,
  };
  return {
    value: ticketForm.fill({ priority: 'medium', ...fields }),
    customer: customerId ? { id: customerId, name: '已选的客户' } : (customer ?? null),
    equipment: equipmentId ? { id: equipmentId, name: '已选的设备' } : null,
    engineer: assignedTo ? { id: assignedTo, name: '已选的工程师' } : null,
    photos: [],
  };
}

/** A new ticket: for a customer, or for a unit, which says whose it is. */
export function CreateTicket(props: CreateTicketProps) {
  const { item, equipmentId } = props;
  const user = useSession()?.user;
  const [initial] = useState(() => initialOf(props));
  const about = equipmentId ?? props.customer?.id;
  const draft = useDraft<NewTicket>(
    item ? `ticket-outbox:${item.key}` : about ? `ticket-about:${about}` : 'ticket-new',
    initial,
  );
  const { value, customer, equipment, engineer, photos } = draft.value;
  const [picking, setPicking] = useState<'customer' | 'equipment' | 'engineer' | null>(null);
  const [pending, setPending] = useState(false);
  const form = useFormErrors(
    ['customerId', 'equipmentId', ...ticketForm.names, 'assignedTo'],
    item?.error?.fields ?? [],
  );
  const change = (changes: Partial<NewTicket>, names: readonly string[]) => {
    form.clear(names);
    draft.setValue((before) => ({ ...before, ...changes }));
  };
  const takeUnit = ({ id, name, customer: owner }: Unit) =>
    change({ equipment: { id, name }, customer: owner }, ['equipmentId', 'customerId']);

  const scanned = useDetail(
    equipmentEndpoints.get,
    { params: { id: equipmentId ?? '' } },
    { enabled: equipmentId !== undefined },
  );
  // Once: somebody may take it away again.
  const fill = useRef<((unit: Unit) => void) | null>(null);
  if (fill.current !== FILLED) fill.current = equipment === null ? takeUnit : FILLED;
  const unit = scanned.data;
  useEffect(() => {
    if (!unit) return;
    fill.current?.(unitOf(unit));
    fill.current = FILLED;
  }, [unit]);

  const refused = (error: ApiError) => {
    // The login is on its way; the form waits under it.
    if (error.status === 401) return;
    if (error.code === 'TICKET_ENGINEER_INVALID') {
      form.show([{ field: 'assignedTo', message: error.message }]);
    } else if (error.code === 'EQUIPMENT_RETIRED') {
      form.show([{ field: 'equipmentId', message: error.message }]);
    } else if (error.fields) form.show(error.fields);
    else form.fail(error.message);
  };

  const save = async () => {
    if (pending) return;
    const { paymentStatus: _, ...fields } = ticketForm.draft(value);
    const judged = ticketDraft.safeParse({
      ...fields,
      ...(customer ? { customerId: customer.id } : {}),
      ...(equipment ? { equipmentId: equipment.id } : {}),
      ...(engineer ? { assignedTo: engineer.id } : {}),
    });
    const found = judged.success ? [] : [...fieldErrorsOf(judged.error.issues)];
    if (!customer && !equipment)
      found.unshift({ field: 'customerId', message: '选一位客户，或扫设备的标签' });
    form.show(found);
    if (found.length > 0 || !judged.success) return;
    setPending(true);
    try {
      const key = item ? item.key : draft.idempotencyKey;
      const result =
        photos.length > 0
          ? // They hang on a ticket that only the server can number: the form waits for the network with them.
            {
              state: 'sent' as const,
              data: await call(serviceTickets.create, { body: judged.data }, { idempotencyKey: key }),
            }
          : await submit(
              serviceTickets.create,
              { body: judged.data },
              { label: `新建工单 ${judged.data.ticketTitle}`, idempotencyKey: key },
            );
      if (result.state === 'queued') {
        draft.clear();
        toast('已保存在手机，有网络时自动新建');
        goBack('/pages/tickets/index');
        return;
      }
      const { data } = result;
      const label = `故障照片 ${data.no}`;
      for (const photo of photos) {
        submitPhoto(photo, { entity: 'serviceTickets', entityId: data.id, kind: 'problem', label }).catch(
          (thrown: unknown) =>
            toast(thrown instanceof ApiError ? thrown.message : '照片没有上传成功', { kind: 'failed' }),
        );
      }
      draft.clear();
      showTicket(data);
      toast(data.assignee ? `已新建，派给${data.assignee.name}` : '已新建，等待派工');
      void Taro.redirectTo({ url: `/service/ticket/index?id=${data.id}` });
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) form.fail('没有保存成功，请重试');
      else if (thrown.offline) form.fail('没有网络：内容和照片都已保存在手机，有网络时再提交');
      else refused(thrown);
    } finally {
      setPending(false);
    }
  };

  const takeMore = async () => {
    const count = MOST_PHOTOS - photos.length;
    const taken = await takePhotos({ count, stamp: customer ? [customer.name] : [] });
    if (taken.problem) toast(taken.problem, { kind: 'failed' });
    draft.setValue((before) => ({ ...before, photos: [...before.photos, ...taken.photos] }));
  };
  const dropPhoto = (id: string) => {
    const photo = photos.find((one) => fileIdOf(one) === id);
    draft.setValue((before) => ({
      ...before,
      photos: before.photos.filter((one) => fileIdOf(one) !== id),
    }));
    if (photo) void forgetPhoto(photo);
  };

  const dispatches = may(user, 'serviceTickets.dispatch');
  const picks = may(user, 'equipment.read');
  const closePicker = () => setPicking(null);
  return (
    <FormPage
      item={item}
      title="新建工单"
      form={form}
      draft={draft}
      pending={pending}
      onSave={() => void save()}
      sheets={
        <>
          <CustomerPicker
            open={picking === 'customer'}
            title="哪位客户"
            value={customer?.id ?? null}
            onPick={({ id, customerName }) => {
              change(
                { customer: { id, name: customerName }, ...(id === customer?.id ? {} : { equipment: null }) },
                ['customerId'],
              );
              closePicker();
            }}
            onClose={closePicker}
          />
          <EquipmentPicker
            open={picking === 'equipment'}
            title="哪台设备"
            customerId={customer?.id}
            value={equipment?.id ?? null}
            none={{
              label: '不指定设备',
              onPick: () => {
                change({ equipment: null }, ['equipmentId']);
                closePicker();
              },
            }}
            onPick={(one) => {
              takeUnit(unitOf(one));
              closePicker();
            }}
            onClose={closePicker}
          />
          {dispatches && (
            <UserPicker
              open={picking === 'engineer'}
              title="派给"
              withRole="engineer"
              value={engineer?.id ?? null}
              none={{
                label: '稍后派工',
                onPick: () => {
                  change({ engineer: null }, ['assignedTo']);
                  closePicker();
                },
              }}
              onPick={({ id, name }) => {
                change({ engineer: { id, name } }, ['assignedTo']);
                closePicker();
              }}
              onClose={closePicker}
            />
          )}
        </>
      }
    >
      <TicketFields
        value={value}
        errors={form.errors}
        wrong={wrongIn(form.errors)}
        onChange={(changes) => change({ value: { ...value, ...changes } }, Object.keys(changes))}
        start={{
          about: (
            <FieldGroup>
              <PickField
                name="customerId"
                label="客户"
                required
                error={form.errors.customerId}
                text={customer?.name ?? null}
                placeholder="选择客户"
                onPress={() => setPicking('customer')}
              />
              {picks && (
                <PickField
                  name="equipmentId"
                  label="设备"
                  error={form.errors.equipmentId}
                  text={equipment?.name ?? null}
                  placeholder="选择或扫标签"
                  onPress={() => setPicking('equipment')}
                />
              )}
            </FieldGroup>
          ),
          photos: (
            <Card inset>
              <Text className="ticket-form__label">故障照片</Text>
              <PhotoGrid
                photos={[]}
                waiting={photos.map((photo) => ({
                  id: fileIdOf(photo),
                  kind: 'problem',
                  ref: photo.ref,
                  failed: false,
                }))}
                label="故障照片"
                onAdd={photos.length < MOST_PHOTOS ? () => void takeMore() : undefined}
                onRemove={dropPhoto}
              />
            </Card>
          ),
          more: dispatches && (
            <PickField
              name="assignedTo"
              label="派给"
              error={form.errors.assignedTo}
              text={engineer?.name ?? '稍后派工'}
              onPress={() => setPicking('engineer')}
            />
          ),
        }}
      />
    </FormPage>
  );
}

const unitOf = (unit: {
  readonly id: string;
  readonly equipmentName: string;
  readonly location: string | null;
  readonly customer: { readonly id: string; readonly customerName: string };
}): Unit => ({
  id: unit.id,
  name: [unit.equipmentName, unit.location].filter(Boolean).join(' · '),
  customer: { id: unit.customer.id, name: unit.customer.customerName },
});
