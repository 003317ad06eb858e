import { View } from '@tarojs/components';
import { useState } from 'react';
import { dateOf, formatDay } from '#shared/values/time.ts';
import { canScan, scanCode } from '../../api/scan';
import { CustomerPicker } from '../../domain/customer-picker';
import type { FieldsOf } from '../../domain/edit-page';
import { ProductPicker } from '../../domain/product-picker';
import { useNow } from '../../domain/use-now';
import { Button, DateField, FieldGroup, IconButton, PickField, TextareaField, TextField } from '../../ui';
import { type EquipmentField, type EquipmentFormValue, equipmentForm, withProduct } from './equipment-form';

const MORE: readonly EquipmentField[] = ['model', 'warrantyMonths', 'shippedOn', 'description'];

/** The fields of a unit: what is known on site in sight, the others behind 更多. */
export function EquipmentFields({ value, errors, wrong, onChange }: FieldsOf<EquipmentFormValue>) {
  const today = dateOf(useNow());
  const [asking, setAsking] = useState<'customer' | 'product' | null>(null);
  const [opened, setOpened] = useState(false);
  const more = opened || wrong.some((name) => (MORE as readonly string[]).includes(name));
  const close = () => setAsking(null);
  const common = (name: EquipmentField) => ({ name, label: equipmentForm.labels[name], error: errors[name] });
  const text = (name: Exclude<EquipmentField, 'customerId' | 'productId'>) => ({
    ...common(name),
    value: value[name],
    onChange: (next: string) => onChange({ [name]: next }),
  });
  const date = (name: 'installedOn' | 'shippedOn') => ({
    ...common(name),
    value: value[name] || null,
    text: value[name] ? formatDay(value[name], today) : null,
    today,
    placeholder: '选填',
    clearable: true,
    onChange: (next: string | null) => onChange({ [name]: next ?? '' }),
  });
  const scan = async () => {
    const code = await scanCode();
    if (code !== null) onChange({ serialNo: code });
  };
  return (
    <>
      <FieldGroup>
        <PickField
          {...common('customerId')}
          required
          text={value.customerId?.name ?? null}
          placeholder="在谁那里"
          onPress={() => setAsking('customer')}
        />
        <PickField
          {...common('productId')}
          text={value.productId?.name ?? null}
          placeholder="选填，带出名称和质保"
          onPress={() => setAsking('product')}
        />
      </FieldGroup>
      <FieldGroup>
        <TextField {...text('equipmentName')} required placeholder="如 大堂门锁" maxLength={100} />
        <TextField
          {...text('serialNo')}
          required
          placeholder="机身上的序列号"
          maxLength={60}
          {...(canScan()
            ? {
                trailing: <IconButton icon="scan-line" label="扫序列号" onPress={() => void scan()} />,
              }
            : {})}
        />
        <TextField {...text('location')} placeholder="如 3楼 302" maxLength={100} />
        <DateField {...date('installedOn')} hint="质保从这天算起；没有就从发货算" />
      </FieldGroup>
      {more ? (
        <>
          <FieldGroup>
            <TextField {...text('model')} maxLength={60} />
            <TextField {...text('warrantyMonths')} kind="number" placeholder="个月，0 为没有" maxLength={3} />
            <DateField {...date('shippedOn')} />
          </FieldGroup>
          <FieldGroup>
            <TextareaField {...text('description')} placeholder="配置、安装时的情况" maxLength={1000} />
          </FieldGroup>
        </>
      ) : (
        <View className="form-page__more">
          <Button kind="plain" block icon="chevron-down" onPress={() => setOpened(true)}>
            更多：型号、质保期、发货日期
          </Button>
        </View>
      )}
      <CustomerPicker
        open={asking === 'customer'}
        title="在谁那里"
        value={value.customerId?.id ?? null}
        onPick={({ id, customerName }) => {
          onChange({ customerId: { id, name: customerName } });
          close();
        }}
        onClose={close}
      />
      <ProductPicker
        open={asking === 'product'}
        title="产品"
        value={value.productId?.id ?? null}
        none={{
          label: '不指定',
          onPick: () => {
            onChange({ productId: null });
            close();
          },
        }}
        onPick={(product) => {
          onChange(withProduct(value, product));
          close();
        }}
        onClose={close}
      />
    </>
  );
}
