import { equipment } from '#shared/equipment/contract.ts';
import { showDetail, useDetail } from '../../api/query';
import { type EditedRecord, EditLoader, EditPage } from '../../domain/edit-page';
import { EQUIPMENT_PAGE } from '../../domain/equipment-words';
import { EquipmentFields } from './equipment-fields';
import { equipmentForm, fillEquipment } from './equipment-form';
import { explainEquipment } from './explain-equipment';

const TITLE = '编辑设备';

export function EditEquipment({ id, item }: EditedRecord) {
  const detail = useDetail(equipment.get, { params: { id } });
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(unit) => (
        <EditPage
          title={TITLE}
          item={item}
          what="这台设备"
          name={`equipment:${id}`}
          record={unit}
          recordId={id}
          form={equipmentForm}
          fill={fillEquipment}
          explain={explainEquipment}
          offline={detail.error?.offline}
          endpoint={equipment.update}
          refresh={[equipment.list, equipment.get]}
          onSaved={(data) => showDetail(equipment.get, { params: { id } }, data)}
          home={`${EQUIPMENT_PAGE}?id=${id}`}
        >
          {(fields) => <EquipmentFields {...fields} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
