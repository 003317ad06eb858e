import type { ApiError } from '../../api/call';
import type { FieldErrors } from '../../domain/use-form-errors';

/** Under which field a refusal stands; undefined: under none of them. */
export const explainEquipment = ({ code, message }: ApiError): FieldErrors | undefined =>
  code === 'EQUIPMENT_SERIAL_TAKEN' ? [{ field: 'serialNo', message }] : undefined;
