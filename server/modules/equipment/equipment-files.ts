import { withPermission } from '../../kernel/transition.ts';
import type { FileHolder } from '../files/file-holder.ts';
import { lockEquipment } from './equipment-record.ts';

/** Units as something that files hang on: put there by whoever may change them. */
export const equipmentFileHolder: FileHolder = {
  lock: async (work, id) => void (await lockEquipment(withPermission(work, 'equipment.manage'), id)),
  names: async () => false,
};
