import { View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import {
  PAYMENT_STATUS_LABELS,
  TICKET_TYPE_LABELS,
  type TicketPaymentStatus,
  type TicketType,
} from '#shared/service-tickets/contract.ts';
import { SLA_HOURS, TICKET_PRIORITY_LABELS, type TicketPriority } from '#shared/service-tickets/sla.ts';
import { PROVINCES } from '#shared/values/provinces.ts';
import { dateOf } from '#shared/values/time.ts';
import type { FormFields } from '../../domain/edit-page';
import { optionsOf } from '../../domain/labels';
import { useNow } from '../../domain/use-now';
import { Button, Chips, DateField, Field, FieldGroup, SelectField, TextareaField, TextField } from '../../ui';
import { MORE_FIELDS, type TicketField, ticketForm } from './ticket-form';

const TYPES = optionsOf(TICKET_TYPE_LABELS);
const PRIORITIES = optionsOf(TICKET_PRIORITY_LABELS);
const PAYMENTS = optionsOf(PAYMENT_STATUS_LABELS);
const REGIONS = PROVINCES.map((name) => ({ value: name as string, label: name as string }));

interface TicketFieldsProps extends FormFields<TicketField> {
  /** On a new ticket only: whose and what, photos, and whom to send. */
  start?: { about: ReactNode; photos: ReactNode; more: ReactNode };
  /** What may still be changed about one that has ended: whether it is paid. */
  ended?: boolean;
}

/** The fields of a ticket: the fault in sight, the site behind 更多 while it is the customer's own. */
export function TicketFields({ value, errors, wrong, onChange, start, ended }: TicketFieldsProps) {
  const now = useNow();
  const [opened, setOpened] = useState(!start);
  const more = opened || wrong.some((name) => (MORE_FIELDS as readonly string[]).includes(name));
  const common = (name: TicketField) => ({ name, label: ticketForm.labels[name], error: errors[name] });
  const text = (name: TicketField) => ({
    ...common(name),
    value: value[name],
    onChange: (next: string) => onChange({ [name]: next }),
  });
  const payment = value.paymentStatus !== '' && (
    <FieldGroup>
      <Field {...common('paymentStatus')}>
        <Chips
          options={PAYMENTS}
          value={value.paymentStatus as TicketPaymentStatus}
          onChange={(next) => next && onChange({ paymentStatus: next })}
        />
      </Field>
    </FieldGroup>
  );
  if (ended) return <>{payment}</>;
  const { response, resolve } = SLA_HOURS[(value.priority || 'medium') as TicketPriority];
  return (
    <>
      {start?.about}
      <FieldGroup>
        <TextField
          {...text('ticketTitle')}
          required
          placeholder="一句话说清问题，例如：302房灯不亮"
          maxLength={100}
        />
        <SelectField
          {...common('ticketType')}
          options={TYPES}
          value={(value.ticketType || null) as TicketType | null}
          onChange={(next) => next && onChange({ ticketType: next })}
        />
        <Field {...common('priority')} hint={`工作时间${response}小时内接单，${resolve}小时内完工`}>
          <Chips
            options={PRIORITIES}
            value={(value.priority || null) as TicketPriority | null}
            onChange={(next) => next && onChange({ priority: next })}
          />
        </Field>
        <TextareaField
          {...text('problemDescription')}
          placeholder="现象、房号、影响了谁、试过什么"
          maxLength={2000}
        />
      </FieldGroup>
      {start?.photos}
      {payment}
      {more ? (
        <>
          <FieldGroup>
            <TextField {...text('contactName')} placeholder="不填用客户的主要联系人" maxLength={50} />
            <TextField {...text('contactPhone')} kind="tel" placeholder="到现场找谁" maxLength={40} />
          </FieldGroup>
          <FieldGroup>
            <SelectField
              {...common('province')}
              options={
                value.province && !REGIONS.some((region) => region.value === value.province)
                  ? [{ value: value.province, label: value.province }, ...REGIONS]
                  : REGIONS
              }
              value={value.province || null}
              onChange={(next) => onChange({ province: next ?? '' })}
              placeholder="不填用客户的地址"
              clearable
            />
            <TextField {...text('city')} maxLength={20} />
            <TextField {...text('address')} maxLength={200} />
          </FieldGroup>
          <FieldGroup>
            <DateField
              {...common('expectedResolveDate')}
              value={value.expectedResolveDate || null}
              today={dateOf(now)}
              min={dateOf(now)}
              placeholder="客户希望哪天前好"
              clearable
              onChange={(next) => onChange({ expectedResolveDate: next ?? '' })}
            />
            {start?.more}
          </FieldGroup>
        </>
      ) : (
        <View className="form-page__more">
          <Button kind="plain" block icon="chevron-down" onPress={() => setOpened(true)}>
            更多：联系人、地址、派给谁
          </Button>
        </View>
      )}
    </>
  );
}
