import { useState } from 'react';
import { fieldId } from '../../ui';
import { FIELD_NAMES } from './user-form';

type FieldErrors = readonly { readonly field: string; readonly message: string }[];

/** The messages under the fields, and the one above the form for what belongs to none of them. */
export function useErrors() {
  const [errors, setErrors] = useState<Readonly<Record<string, string | undefined>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const [scrollTo, setScrollTo] = useState<string>();
  return {
    errors,
    failure,
    scrollTo,
    fail: setFailure,
    show(fields: FieldErrors) {
      const found = Object.fromEntries(fields.map(({ field, message }) => [field.split('.')[0], message]));
      const first = FIELD_NAMES.find((name) => found[name]);
      setErrors(found);
      setFailure(first ? null : (fields[0]?.message ?? null));
      // Emptied first, so that the same field is scrolled to again.
      setScrollTo(undefined);
      if (first) setTimeout(() => setScrollTo(fieldId(first)), 50);
    },
    clear(names: readonly string[]) {
      setFailure(null);
      setErrors((before) => ({ ...before, ...Object.fromEntries(names.map((name) => [name, undefined])) }));
    },
  };
}
