import { equipment } from '#shared/equipment/contract.ts';
import { download, type Route, read, write } from '../../kernel/route.ts';
import { changeEquipmentStatus, createEquipment, editEquipment } from './equipment.commands.ts';
import { equipmentByCode, getEquipment, listEquipment } from './equipment.queries.ts';
import { equipmentLabel } from './equipment-label.ts';

/** Units at customers. */
export const equipmentRoutes = ({ publicUrl }: { publicUrl: string }): Route[] => [
  read(equipment.list, (context, { query }) => listEquipment(context, query)),
  write(equipment.create, (work, { body }) => createEquipment(work, body)),
  read(equipment.get, (context, { params }) => getEquipment(context, params.id)),
  read(equipment.byCode, (context, { params }) => equipmentByCode(context, params.code)),
  download(equipment.label, (context, { params }) => equipmentLabel(context, publicUrl, params.id)),
  write(equipment.update, (work, { params, body }) => editEquipment(work, params.id, body)),
  write(equipment.changeStatus, (work, { params, body }) => changeEquipmentStatus(work, params.id, body)),
];
