import { View } from '@tarojs/components';
import type { ReactNode } from 'react';
import { CUSTOMER_TYPE_LABELS, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { INTENTION_LABELS, LEAD_FIELD_LABELS } from '#shared/leads/contract.ts';
import { PROVINCES } from '#shared/values/provinces.ts';
import { dateOf, formatAbsolute, type Instant } from '#shared/values/time.ts';
import { optionsOf } from '../../domain/labels';
import type { FormErrors } from '../../domain/use-form-errors';
import {
  Button,
  Chips,
  DateField,
  Field,
  FieldGroup,
  SelectField,
  SwitchField,
  TextareaField,
  TextField,
} from '../../ui';
import { type LeadFieldName, type LeadFormValue, toDraft } from './form-value';

const INTENTIONS = optionsOf(INTENTION_LABELS);
const SOURCES = optionsOf(SOURCE_LABELS);
const CUSTOMER_TYPES = optionsOf(CUSTOMER_TYPE_LABELS);
const REGIONS = PROVINCES.map((name) => ({ value: name as string, label: name as string }));

interface LeadFieldsProps {
  value: LeadFormValue;
  errors: FormErrors;
  now: Instant;
  onChange: (changes: Partial<LeadFormValue>) => void;
  /** Under the ways of contact: who has this customer already. */
  notice: ReactNode;
  /** Who follows it; on a new lead only. */
  owner?: ReactNode;
  more: boolean;
  onMore: () => void;
}

/** The fields of a lead: seven in sight, the others behind 更多. */
export function LeadFields({ value, errors, now, onChange, notice, owner, more, onMore }: LeadFieldsProps) {
  const common = (name: LeadFieldName) => ({ name, label: LEAD_FIELD_LABELS[name], error: errors[name] });
  const text = (
    name: Exclude<LeadFieldName, 'source' | 'intention' | 'customerType' | 'leadTime' | 'isContacted'>,
  ) => ({
    ...common(name),
    value: value[name],
    onChange: (next: string) => onChange({ [name]: next }),
  });
  const leadTime = toDraft(value).leadTime;
  return (
    <>
      <FieldGroup>
        <TextField {...text('customerName')} required placeholder="酒店、公司或昵称" maxLength={100} />
        <TextField {...text('phone')} kind="tel" placeholder="电话、微信至少填一项" maxLength={40} />
        <TextField {...text('wechat')} placeholder="微信号" maxLength={50} />
      </FieldGroup>
      {notice}
      <FieldGroup>
        <Field {...common('intention')}>
          <Chips
            options={INTENTIONS}
            value={value.intention}
            onChange={(intention) => intention && onChange({ intention })}
          />
        </Field>
        <SelectField
          {...common('source')}
          options={SOURCES}
          value={value.source}
          onChange={(source) => source && onChange({ source })}
        />
        {owner}
      </FieldGroup>
      <FieldGroup>
        <TextareaField
          {...text('description')}
          placeholder="客户说了什么、要什么"
          maxLength={2000}
          rows={3}
        />
      </FieldGroup>
      {more ? (
        <>
          <FieldGroup>
            <TextField {...text('contactPerson')} maxLength={50} />
            <TextField {...text('company')} maxLength={100} />
            <SelectField
              {...common('customerType')}
              options={CUSTOMER_TYPES}
              value={value.customerType}
              onChange={(customerType) => onChange({ customerType })}
              placeholder="选填"
              clearable
            />
            <TextField {...text('hotelRooms')} kind="number" placeholder="间" maxLength={6} />
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
              onChange={(province) => onChange({ province: province ?? '' })}
              placeholder="选填"
              clearable
            />
            <TextField {...text('city')} maxLength={20} />
            <TextField {...text('address')} maxLength={200} />
          </FieldGroup>
          <FieldGroup>
            <TextField {...text('sourceAccount')} placeholder="从哪个账号、哪场活动来" maxLength={100} />
            <TextField {...text('otherHandle')} placeholder="抖音号、QQ 等" maxLength={100} />
            <TextField {...text('email')} kind="email" maxLength={100} />
            <DateField
              {...common('leadTime')}
              value={value.leadTime}
              text={typeof leadTime === 'string' ? formatAbsolute(leadTime, now) : null}
              today={dateOf(now)}
              max={dateOf(now)}
              time
              placeholder="不填为现在"
              onChange={(chosen) => onChange({ leadTime: chosen })}
            />
            <SwitchField
              {...common('isContacted')}
              value={value.isContacted}
              onChange={(isContacted) => onChange({ isContacted })}
            />
          </FieldGroup>
        </>
      ) : (
        <View className="form-page__more">
          <Button kind="plain" block icon="chevron-down" onPress={onMore}>
            更多：联系人、地区等
          </Button>
        </View>
      )}
    </>
  );
}
