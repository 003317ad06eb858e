import { useState } from 'react';
import { fieldId } from '../ui';

/** The message under each field. */
export type FormErrors = Readonly<Record<string, string | undefined>>;
export type FieldErrors = readonly { readonly field: string; readonly message: string }[];
const byField = (errors: FieldErrors): FormErrors =>
  Object.fromEntries(errors.map(({ field, message }) => [field, message]));

/**
 * The messages under the fields of a form, and the one above it for what belongs to no field.
 * @param names in the order of the form: the first one with an error is scrolled to
 */
export function useFormErrors(names: readonly string[], initial: FieldErrors = []) {
  const [errors, setErrors] = useState<FormErrors>(() => byField(initial));
  const [failure, setFailure] = useState<string | null>(null);
  const [scrollTo, setScrollTo] = useState<string>();
  return {
    errors,
    failure,
    scrollTo,
    show(next: FieldErrors) {
      const found = byField(next);
      const first = names.find((name) => found[name]);
      const strange = next.find(({ field }) => !names.includes(field));
      setErrors(found);
      setFailure(strange && !first ? `${strange.field}：${strange.message}` : null);
      // Emptied first, so that the same field is scrolled to again; later, because 更多 may only just have opened.
      setScrollTo(undefined);
      if (first) setTimeout(() => setScrollTo(fieldId(first)), 50);
    },
    fail(message: string) {
      setFailure(message);
    },
    clear(fields: readonly string[]) {
      setFailure(null);
      setErrors((before) => ({
        ...before,
        ...Object.fromEntries(fields.map((field) => [field, undefined])),
      }));
    },
  };
}
