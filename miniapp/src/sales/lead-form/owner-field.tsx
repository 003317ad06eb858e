import { View } from '@tarojs/components';
import { useState } from 'react';
import { UserPicker } from '../../domain/user-picker';
import { Chip, Field } from '../../ui';
import type { Suggestion } from './suggested-owner';

/** Who follows the new lead; undefined leaves it to the suggestion, and without one to the rule. */
export type Owner = { readonly id: string | null; readonly name: string } | undefined;

interface OwnerFieldProps {
  value: Owner;
  suggestion: Suggestion;
  /** The reader follows leads too: without a suggestion it is theirs. */
  me: { readonly id: string; readonly name: string } | null;
  error: string | undefined;
  onChange: (owner: NonNullable<Owner>) => void;
}

/** Who follows it: the suggestion is chosen already, and another choice is one tap away. */
export function OwnerField({ value, suggestion, me, error, onChange }: OwnerFieldProps) {
  const [picking, setPicking] = useState(false);
  const suggested = suggestion.owner;
  const on = value === undefined ? (suggested?.id ?? me?.id ?? null) : value.id;
  const offered = [
    ...(suggested ? [{ id: suggested.id, name: suggested.name, label: `建议：${suggested.name}` }] : []),
    ...(me && me.id !== suggested?.id ? [{ ...me, label: '我自己' }] : []),
    { id: null, name: '公海', label: '公海' },
  ];
  const other = value && !offered.some(({ id }) => id === value.id) ? value : null;
  const hint = suggestion.offline
    ? `没有网络，给不出建议：不选的话，有网络后${me ? '归你自己' : '进公海'}`
    : undefined;
  return (
    <>
      <Field name="ownerId" label="跟进人" error={error} {...(hint ? { hint } : {})} stacked>
        <View className="chips">
          {offered.map(({ id, name, label }) => (
            <Chip key={label} role="radio" on={id === on} onPress={() => onChange({ id, name })}>
              {label}
            </Chip>
          ))}
          {other && (
            <Chip role="radio" on onPress={() => setPicking(true)}>
              {other.name}
            </Chip>
          )}
          <Chip opens onPress={() => setPicking(true)}>
            {other ? '换人' : '选同事'}
          </Chip>
        </View>
      </Field>
      <UserPicker
        open={picking}
        title="跟进人"
        assignable
        value={on}
        onPick={({ id, name }) => {
          onChange({ id, name });
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
