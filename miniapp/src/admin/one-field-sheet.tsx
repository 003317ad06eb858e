import { View } from '@tarojs/components';
import { type ComponentProps, type ReactNode, useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { Button, FieldGroup, Sheet, TextField } from '../ui';
import './sheet-form.scss';

type Judged<B> =
  | { readonly success: true; readonly data: B }
  | { readonly success: false; readonly error: { readonly issues: Parameters<typeof fieldErrorsOf>[0] } };

interface OneFieldSheetProps<B> {
  title: string;
  subtitle: string;
  /** What the button says. */
  verb: string;
  field: Pick<ComponentProps<typeof TextField>, 'name' | 'label' | 'kind' | 'maxLength' | 'placeholder'>;
  error: string | undefined;
  onError: (error: string | undefined) => void;
  judge: (value: string) => Judged<B>;
  pending: boolean;
  onSave: (body: B) => void;
  onClose: () => void;
  /** Under the field. */
  children?: ReactNode;
}

/** Asks for one thing. */
export function OneFieldSheet<B>(props: OneFieldSheetProps<B>) {
  const { title, subtitle, verb, field, error, onError, judge, pending, onSave, onClose, children } = props;
  const [value, setValue] = useState('');
  const save = () => {
    const judged = judge(value);
    if (!judged.success) return onError(fieldErrorsOf(judged.error.issues)[0]?.message);
    onError(undefined);
    onSave(judged.data);
  };
  return (
    <Sheet
      open
      title={title}
      subtitle={subtitle}
      onClose={onClose}
      footer={
        <Button kind="primary" block pending={pending} onPress={save}>
          {verb}
        </Button>
      }
    >
      <View className="sheet-form">
        <FieldGroup>
          <TextField
            {...field}
            required
            focus
            value={value}
            error={error}
            onDone={save}
            onChange={(next) => {
              setValue(next);
              onError(undefined);
            }}
          />
        </FieldGroup>
        {children}
      </View>
    </Sheet>
  );
}
