import type { ReactNode } from 'react';
import type { ContactField } from '#shared/contacts/contract.ts';
import { dateOf, toInstant } from '#shared/values/time.ts';
import type { FormFields } from '../../domain/edit-page';
import { DateField, FieldGroup, TextareaField, TextField } from '../../ui';
import { contactForm } from './contact-form';

interface ContactFieldsProps extends FormFields<ContactField> {
  /** Whether it is the one to call first; on a new contact only. */
  primary?: ReactNode;
}

/** The fields of a contact. */
export function ContactFields({ value, errors, onChange, primary }: ContactFieldsProps) {
  const common = (name: ContactField) => ({ name, label: contactForm.labels[name], error: errors[name] });
  const text = (name: ContactField) => ({
    ...common(name),
    value: value[name],
    onChange: (next: string) => onChange({ [name]: next }),
  });
  const today = dateOf(toInstant(Date.now()));
  return (
    <>
      <FieldGroup>
        <TextField {...text('name')} required placeholder="怎么称呼" maxLength={50} />
        <TextField {...text('position')} placeholder="总经理、工程部" maxLength={50} />
        <TextField {...text('phone')} kind="tel" maxLength={40} />
        <TextField {...text('wechat')} placeholder="微信号" maxLength={50} />
        {primary}
      </FieldGroup>
      <FieldGroup>
        <TextField {...text('email')} kind="email" maxLength={100} />
        <DateField
          {...common('birthday')}
          value={value.birthday || null}
          today={today}
          min="1930-01-01"
          max={today}
          placeholder="选填"
          clearable
          onChange={(next) => onChange({ birthday: next ?? '' })}
        />
        <TextField {...text('preferences')} placeholder="喝茶、钓鱼、忌口" maxLength={200} />
        <TextField {...text('address')} maxLength={200} />
        <TextareaField {...text('description')} maxLength={500} rows={2} />
      </FieldGroup>
    </>
  );
}
