import type { Work } from '../../kernel/context.ts';
import { lockVisible, type Row } from '../../kernel/transition.ts';
import { getEquipment } from './equipment.queries.ts';

/** A unit as it is stored. */
export type Equipment = Row<'equipment'>;

/** A unit within the command's scope, locked. Throws NOT_FOUND or STALE. */
export const lockEquipment = (work: Work, id: string, version?: number): Promise<Equipment> =>
  lockVisible(work, 'equipment', id, { version, current: () => getEquipment(work, id) });
