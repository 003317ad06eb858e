import type { EquipmentDetail, EquipmentDraft } from '#shared/equipment/contract.ts';
import type { ProductItem } from '#shared/products/contract.ts';
import type { Instant } from '#shared/values/time.ts';
import { defineTextForm, type EditForm, mergeEdits, type TextValue } from '../../domain/text-form';

export type Named = { readonly id: string; readonly name: string };

type TextField =
  | 'equipmentName'
  | 'serialNo'
  | 'model'
  | 'location'
  | 'shippedOn'
  | 'installedOn'
  | 'warrantyMonths'
  | 'description';
type ChosenField = 'customerId' | 'productId';
export type EquipmentField = TextField | ChosenField;

/** The form as it is typed, with what was chosen by name. */
export type EquipmentFormValue = TextValue<TextField> & Readonly<Record<ChosenField, Named | null>>;

const texts = defineTextForm<TextField>({
  labels: {
    equipmentName: '名称',
    serialNo: '序列号',
    model: '型号',
    location: '位置',
    shippedOn: '发货日期',
    installedOn: '安装日期',
    warrantyMonths: '质保',
    description: '备注',
  },
  numbers: ['warrantyMonths'],
  required: ['equipmentName', 'serialNo', 'warrantyMonths'],
});
const CHOSEN: readonly ChosenField[] = ['customerId', 'productId'];

const labels: Readonly<Record<EquipmentField, string>> = {
  customerId: '客户',
  productId: '产品',
  ...texts.labels,
};

/** In the order of the form. */
const names: readonly EquipmentField[] = [
  'customerId',
  'productId',
  'equipmentName',
  'serialNo',
  'location',
  'installedOn',
  'model',
  'warrantyMonths',
  'shippedOn',
  'description',
];

const chosenOf = (value: EquipmentFormValue, of: readonly ChosenField[]) =>
  Object.fromEntries(of.map((name) => [name, value[name]?.id ?? null]));

const changed = (base: EquipmentFormValue, value: EquipmentFormValue): EquipmentField[] => [
  ...CHOSEN.filter((name) => base[name]?.id !== value[name]?.id),
  ...texts.changed(base, value),
];

const isChosen = (name: EquipmentField): name is ChosenField => CHOSEN.includes(name as ChosenField);

/** How what is typed into the form compares, what it sends and how it reads. */
export const equipmentForm: EditForm<EquipmentFormValue> = {
  names,
  labels,
  changes: (base, value) => ({
    ...texts.changes(base, value),
    ...chosenOf(value, changed(base, value).filter(isChosen)),
  }),
  merge: (base, mine, theirs) => mergeEdits(changed, base, mine, theirs),
  read: (value, name, _now: Instant) =>
    isChosen(name) ? (value[name]?.name ?? '（空）') : texts.read(value, name),
};

/** A new unit: only what was filled in. */
export const equipmentDraftOf = (value: EquipmentFormValue): Readonly<Record<string, unknown>> => ({
  ...texts.draft(value),
  ...chosenOf(
    value,
    CHOSEN.filter((name) => value[name] !== null),
  ),
});

export const emptyEquipment = (known: { customer: Named | null; serialNo: string }): EquipmentFormValue => ({
  ...texts.fill({ serialNo: known.serialNo, warrantyMonths: 12 } as Parameters<typeof texts.fill>[0]),
  customerId: known.customer,
  productId: null,
});

export const fillEquipment = (unit: EquipmentDetail): EquipmentFormValue => ({
  ...texts.fill(unit),
  customerId: { id: unit.customer.id, name: unit.customer.customerName },
  productId: unit.product && { id: unit.product.id, name: unit.product.productName },
});

/** A new one that was sent: it names what was chosen by number only. */
export const fillDraft = (draft: EquipmentDraft): EquipmentFormValue => ({
  ...texts.fill({ warrantyMonths: 12, ...draft } as Parameters<typeof texts.fill>[0]),
  customerId: { id: draft.customerId, name: '已选的客户' },
  productId: draft.productId ? { id: draft.productId, name: '已选的产品' } : null,
});

/** What a product says about a unit of it. What was typed stays. */
export const withProduct = (
  value: EquipmentFormValue,
  product: Pick<ProductItem, 'id' | 'productName' | 'productCode' | 'warrantyMonths'>,
): Partial<EquipmentFormValue> => ({
  productId: { id: product.id, name: product.productName },
  ...(value.equipmentName.trim() === '' || value.equipmentName === value.productId?.name
    ? { equipmentName: product.productName }
    : {}),
  ...(value.model.trim() === '' ? { model: product.productCode } : {}),
  warrantyMonths: String(product.warrantyMonths),
});
