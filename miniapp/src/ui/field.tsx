import { Input, Text, Textarea, View } from '@tarojs/components';
import { type ReactNode, useState } from 'react';
import type { ChipOption } from './chips';
import { cx } from './class-names';
import { DateTimeSheet } from './date-time-sheet';
import { Icon } from './icon';
import { OptionSheet } from './option-sheet';
import { Press } from './press';
import { useInSheet } from './sheet';
import './field.scss';
import { useFocus } from './use-focus';

const isH5 = process.env.TARO_ENV === 'h5';

/** What every field has in common. */
export interface FieldProps {
  /** The name in the contract: errors and scrolling find the field by it. */
  name: string;
  label: string;
  required?: boolean;
  error?: string | undefined;
  /** Under the field while there is no error. */
  hint?: string;
  disabled?: boolean;
}

/** The id to scroll to. */
export const fieldId = (name: string): string => `field-${name.replace(/[^\w-]/g, '-')}`;

/** Label, input, error. The other fields are made of it; use it for an input of your own. */
export function Field({
  name,
  label,
  required,
  error,
  hint,
  children,
  stacked,
}: FieldProps & { children: ReactNode; stacked?: boolean }) {
  return (
    <View
      id={fieldId(name)}
      className={cx('field', stacked && 'field--stacked', Boolean(error) && 'field--error')}
    >
      <View className="field__line">
        <Text className="field__label">
          {label}
          {required && (
            <Text className="field__required" {...{ 'aria-label': '必填' }}>
              {' *'}
            </Text>
          )}
        </Text>
        <View className="field__input">{children}</View>
      </View>
      {error ? (
        <View className="field__error" {...{ role: 'alert' }}>
          <Icon name="circle-alert" size="s" />
          <Text>{error}</Text>
        </View>
      ) : (
        hint && <Text className="field__hint">{hint}</Text>
      )}
    </View>
  );
}

/** Fields that belong together, in one white block. */
export function FieldGroup({ children }: { children: ReactNode }) {
  return <View className="field-group">{children}</View>;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  /** Which keyboard. `tel` also takes pasted numbers with spaces. */
  kind?: 'text' | 'tel' | 'number' | 'decimal' | 'password' | 'email';
  maxLength?: number;
  focus?: boolean;
  onBlur?: () => void;
  onDone?: () => void;
  /** Inside the line at the right: a button to paste, to scan. */
  trailing?: ReactNode;
}

const H5_TYPES = {
  text: 'text',
  tel: 'tel',
  number: 'number',
  decimal: 'digit',
  password: 'text',
  email: 'email',
} as const;
const MINI_TYPES = {
  text: 'text',
  tel: 'number',
  number: 'number',
  decimal: 'digit',
  password: 'text',
  email: 'text',
} as const;

/** One line of text, a telephone number, a number. Values are text: a half-typed number is not a number yet. */
export function TextField(props: TextFieldProps) {
  const {
    value,
    onChange,
    placeholder,
    kind = 'text',
    maxLength = 200,
    focus,
    onBlur,
    onDone,
    trailing,
    ...field
  } = props;
  const inSheet = useInSheet();
  const type = (isH5 ? H5_TYPES[kind] : MINI_TYPES[kind]) as 'text';
  return (
    <Field {...field}>
      <Input
        className="field__text"
        value={value}
        type={type}
        password={kind === 'password'}
        placeholder={placeholder ?? (field.required ? '必填' : '选填')}
        placeholderClass="placeholder"
        maxlength={maxLength}
        {...useFocus(focus)}
        disabled={Boolean(field.disabled)}
        adjustPosition={!inSheet}
        cursorSpacing={80}
        confirmType="done"
        onInput={(event) => onChange(event.detail.value)}
        {...(onBlur ? { onBlur } : {})}
        {...(onDone ? { onConfirm: onDone } : {})}
        {...{ 'aria-label': field.label }}
      />
      {trailing}
    </Field>
  );
}

interface TextareaFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  placeholder?: string;
  maxLength?: number;
  focus?: boolean;
  /** Lines in sight before it grows. */
  rows?: number;
  /** Under the words: templates, a microphone. */
  below?: ReactNode;
}

/** Several lines; grows with the words. */
export function TextareaField(props: TextareaFieldProps) {
  const { value, onChange, placeholder, maxLength = 2000, focus, rows = 3, below, ...field } = props;
  return (
    <Field {...field} stacked>
      <TextareaInput
        label={field.label}
        value={value}
        onChange={onChange}
        placeholder={placeholder ?? (field.required ? '必填' : '选填')}
        maxLength={maxLength}
        rows={rows}
        focus={Boolean(focus)}
      />
      {below}
    </Field>
  );
}

interface TextareaInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  placeholder: string;
  maxLength?: number;
  rows?: number;
  focus?: boolean;
}

/** The bare box for words, where a label would only repeat the title. */
export function TextareaInput({
  label,
  value,
  onChange,
  placeholder,
  maxLength = 2000,
  rows = 3,
  focus,
}: TextareaInputProps) {
  const inSheet = useInSheet();
  return (
    <Textarea
      className={cx('field__textarea', `field__textarea--${Math.min(6, Math.max(2, rows))}`)}
      value={value}
      placeholder={placeholder}
      placeholderClass="placeholder"
      maxlength={maxLength}
      {...useFocus(focus)}
      autoHeight
      disableDefaultPadding
      showConfirmBar={false}
      adjustPosition={!inSheet}
      cursorSpacing={80}
      onInput={(event) => onChange(event.detail.value)}
      {...{ 'aria-label': label }}
    />
  );
}

interface SelectFieldProps<T extends string> extends FieldProps {
  options: readonly ChipOption<T>[];
  value: T | null;
  onChange: (value: T | null) => void;
  placeholder?: string;
  clearable?: boolean;
}

/** One of many, chosen from a sheet. For a few, put `Chips` into a `Field`. */
export function SelectField<T extends string>({
  options,
  value,
  onChange,
  placeholder = '请选择',
  clearable,
  ...field
}: SelectFieldProps<T>) {
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  return (
    <Field {...field}>
      <PickButton
        label={field.label}
        text={chosen?.label ?? null}
        placeholder={placeholder}
        onPress={() => setOpen(true)}
        disabled={Boolean(field.disabled)}
      />
      <OptionSheet
        open={open}
        title={field.label}
        options={options}
        value={value}
        clearable={Boolean(clearable)}
        onChange={onChange}
        onClose={() => setOpen(false)}
      />
    </Field>
  );
}

interface PickFieldProps extends FieldProps {
  /** What is chosen, as text. */
  text: string | null;
  placeholder?: string;
  onPress: () => void;
}

/** A field whose choice is made elsewhere: in a sheet of your own. */
export function PickField({ text, placeholder = '请选择', onPress, ...field }: PickFieldProps) {
  return (
    <Field {...field}>
      <PickButton
        label={field.label}
        text={text}
        placeholder={placeholder}
        onPress={onPress}
        disabled={Boolean(field.disabled)}
      />
    </Field>
  );
}

function PickButton(props: {
  label: string;
  text: string | null;
  placeholder: string;
  onPress: () => void;
  disabled: boolean;
}) {
  return (
    <Press
      className="field__pick"
      label={`${props.label}，${props.text ?? props.placeholder}`}
      onPress={props.onPress}
      disabled={props.disabled}
    >
      <Text className={props.text ? 'field__picked' : 'field__picked field__picked--none'}>
        {props.text ?? props.placeholder}
      </Text>
      <Icon name="chevron-right" size="s" className="field__arrow" />
    </Press>
  );
}

interface DateFieldProps extends FieldProps {
  /** `YYYY-MM-DD`, or `YYYY-MM-DD HH:mm` with `time`. */
  value: string | null;
  onChange: (value: string | null) => void;
  /** Today, `YYYY-MM-DD`. */
  today: string;
  time?: boolean;
  min?: string;
  max?: string;
  /** How the value reads: `明天 09:30`. */
  text?: string | null;
  placeholder?: string;
  clearable?: boolean;
}

/** A date, with `time` also the hour. */
export function DateField({
  value,
  onChange,
  today,
  time,
  min,
  max,
  text,
  placeholder,
  clearable,
  ...field
}: DateFieldProps) {
  const [open, setOpen] = useState(false);
  return (
    <Field {...field}>
      <PickButton
        label={field.label}
        text={text ?? value}
        placeholder={placeholder ?? '请选择'}
        onPress={() => setOpen(true)}
        disabled={Boolean(field.disabled)}
      />
      <DateTimeSheet
        open={open}
        title={field.label}
        value={value}
        today={today}
        time={Boolean(time)}
        clearable={Boolean(clearable)}
        {...(min ? { min } : {})}
        {...(max ? { max } : {})}
        onChange={onChange}
        onClose={() => setOpen(false)}
      />
    </Field>
  );
}

interface SwitchFieldProps extends FieldProps {
  value: boolean;
  onChange: (value: boolean) => void;
}

/** Yes or no. */
export function SwitchField({ value, onChange, ...field }: SwitchFieldProps) {
  return (
    <Field {...field}>
      <View className="field__switch">
        <Press
          role="switch"
          selected={value}
          label={field.label}
          disabled={Boolean(field.disabled)}
          onPress={() => onChange(!value)}
          className="switch-touch"
        >
          <View className={cx('switch', value && 'switch--on')}>
            <View className="switch__knob" />
          </View>
        </Press>
      </View>
    </Field>
  );
}
