import { View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import {
  CUSTOMER_LEVEL_LABELS,
  CUSTOMER_TYPE_LABELS,
  type CustomerField,
  type CustomerLevel,
  type CustomerType,
  LOYALTY_LABELS,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import { PROVINCES } from '#shared/values/provinces.ts';
import type { FormFields } from '../../domain/edit-page';
import { optionsOf } from '../../domain/labels';
import { Button, Chips, Field, FieldGroup, SelectField, TextareaField, TextField } from '../../ui';
import { customerForm, MORE_FIELDS } from './customer-form';

const TYPES = optionsOf(CUSTOMER_TYPE_LABELS);
const LEVELS = optionsOf(CUSTOMER_LEVEL_LABELS);
const SOURCES = optionsOf(SOURCE_LABELS);
const LOYALTIES = optionsOf(LOYALTY_LABELS);
const REGIONS = PROVINCES.map((name) => ({ value: name as string, label: name as string }));

interface CustomerFieldsProps extends FormFields<CustomerField> {
  /** Under the name and the first contact: who has this customer already. */
  notice?: ReactNode;
  /** On a new customer only: the first contact, the stage, and what else is asked once. */
  start?: { contact: ReactNode; stage: ReactNode; more: ReactNode; wrong: boolean };
}

/** The fields of a customer: what is known at first in sight, the others behind 更多. */
export function CustomerFields({ value, errors, wrong, onChange, notice, start }: CustomerFieldsProps) {
  const [opened, setOpened] = useState(
    () => !start && MORE_FIELDS.some((name) => name !== 'source' && value[name] !== ''),
  );
  const more =
    opened ||
    Boolean(start?.wrong) ||
    wrong.some((name) => (MORE_FIELDS as readonly string[]).includes(name));
  const common = (name: CustomerField) => ({ name, label: customerForm.labels[name], error: errors[name] });
  const text = (name: CustomerField) => ({
    ...common(name),
    value: value[name],
    onChange: (next: string) => onChange({ [name]: next }),
  });
  return (
    <>
      <FieldGroup>
        <TextField {...text('customerName')} required placeholder="酒店或公司全名" maxLength={100} />
      </FieldGroup>
      {start?.contact}
      {notice}
      <FieldGroup>
        {start?.stage}
        <Field {...common('level')}>
          <Chips
            clearable
            options={LEVELS}
            value={(value.level || null) as CustomerLevel | null}
            onChange={(next) => onChange({ level: next ?? '' })}
          />
        </Field>
        <TextField {...text('city')} maxLength={20} />
      </FieldGroup>
      {more ? (
        <>
          <FieldGroup>
            {start?.more}
            <SelectField
              {...common('customerType')}
              options={TYPES}
              value={(value.customerType || null) as CustomerType | null}
              onChange={(next) => onChange({ customerType: next ?? '' })}
              placeholder="选填"
              clearable
            />
            <TextField {...text('hotelRooms')} kind="number" placeholder="间" maxLength={6} />
            <TextField {...text('phone')} kind="tel" placeholder="前台、总机" maxLength={40} />
            <SelectField
              {...common('province')}
              options={
                value.province && !REGIONS.some((region) => region.value === value.province)
                  ? [{ value: value.province, label: value.province }, ...REGIONS]
                  : REGIONS
              }
              value={value.province || null}
              onChange={(next) => onChange({ province: next ?? '' })}
              placeholder="选填"
              clearable
            />
            <TextField {...text('address')} maxLength={200} />
          </FieldGroup>
          <FieldGroup>
            <TextField {...text('hotelStar')} placeholder="五星、准四星" maxLength={20} />
            <TextField {...text('industry')} maxLength={50} />
            <SelectField
              {...common('source')}
              options={SOURCES}
              value={(value.source || null) as keyof typeof SOURCE_LABELS | null}
              onChange={(next) => next && onChange({ source: next })}
            />
            <SelectField
              {...common('loyaltyLevel')}
              options={LOYALTIES}
              value={(value.loyaltyLevel || null) as keyof typeof LOYALTY_LABELS | null}
              onChange={(next) => onChange({ loyaltyLevel: next ?? '' })}
              placeholder="选填"
              clearable
            />
          </FieldGroup>
          <FieldGroup>
            <TextField {...text('email')} kind="email" maxLength={100} />
            <TextField {...text('website')} maxLength={200} />
            <TextField {...text('taxNo')} maxLength={30} />
          </FieldGroup>
          <FieldGroup>
            <TextareaField {...text('description')} placeholder="房型、档口、决策链" maxLength={2000} />
          </FieldGroup>
        </>
      ) : (
        <View className="form-page__more">
          <Button kind="plain" block icon="chevron-down" onPress={() => setOpened(true)}>
            更多：地址、星级、税号等
          </Button>
        </View>
      )}
    </>
  );
}
