import type { ApiError } from '../../api/call';
import type { FieldErrors } from '../../domain/use-form-errors';

const FIELDS: Readonly<Record<string, string>> = {
  PRODUCT_CODE_TAKEN: 'productCode',
  PRODUCT_CATEGORY_INACTIVE: 'categoryId',
};

/** Under which field a refusal stands; undefined: under none of them. */
export function explainProduct({ code, message }: ApiError): FieldErrors | undefined {
  const field = FIELDS[code];
  return field ? [{ field, message }] : undefined;
}
