import { Text, View } from '@tarojs/components';
import { useState } from 'react';
import { ProductPicker } from '../../domain/product-picker';
import type { FormErrors } from '../../domain/use-form-errors';
import { FieldGroup, IconButton, Row, TextField } from '../../ui';
import './parts-field.scss';
import { type WorkPart, withPart, withQuantity } from './work-form';

interface PartsFieldProps {
  parts: readonly WorkPart[];
  errors: FormErrors;
  onChange: (parts: WorkPart[]) => void;
}

/** What the catalogue does not have, or could not be asked for. */
const UNLISTED: WorkPart = { productId: null, partName: '', partCode: null, quantity: 1, unitCost: '' };

/** What was built in: picked from the products, counted by taps, priced as it is charged. */
export function PartsField({ parts, errors, onChange }: PartsFieldProps) {
  const [picking, setPicking] = useState(false);
  const change = (index: number, changes: Partial<WorkPart>) =>
    onChange(parts.map((one, i) => (i === index ? { ...one, ...changes } : one)));
  return (
    <>
      {parts.map((part, i) => (
        <FieldGroup key={part.productId ?? `unlisted-${i}`}>
          {part.productId === null && (
            <TextField
              name={`replacedParts.${i}.partName`}
              label="名称"
              required
              value={part.partName}
              error={errors[`replacedParts.${i}.partName`]}
              placeholder="配件名称、规格"
              maxLength={100}
              onChange={(partName) => change(i, { partName })}
            />
          )}
          <View className="part">
            <View className="part__words">
              <Text className="part__name">{part.productId === null ? '数量' : part.partName}</Text>
              {part.partCode && <Text className="part__code">{part.partCode}</Text>}
            </View>
            <View className="part__count">
              <IconButton
                icon={part.quantity === 1 ? 'trash-2' : 'minus'}
                label={part.quantity === 1 ? `去掉${part.partName}` : `${part.partName}减一`}
                onPress={() => onChange(withQuantity(parts, i, part.quantity - 1))}
              />
              <Text className="part__quantity">{part.quantity}</Text>
              <IconButton
                icon="plus"
                label={`${part.partName}加一`}
                onPress={() => onChange(withQuantity(parts, i, part.quantity + 1))}
              />
            </View>
          </View>
          <TextField
            name={`replacedParts.${i}.unitCost`}
            label="单价"
            kind="decimal"
            value={part.unitCost}
            error={errors[`replacedParts.${i}.unitCost`] ?? errors[`replacedParts.${i}.quantity`]}
            placeholder="0.00"
            maxLength={12}
            onChange={(unitCost) => change(i, { unitCost })}
          />
        </FieldGroup>
      ))}
      <FieldGroup>
        <Row
          icon="plus"
          acts
          title={parts.length > 0 ? '再加一种配件' : '添加更换的配件'}
          onPress={() => setPicking(true)}
        />
        <Row icon="pencil" acts title="手填一种配件" onPress={() => onChange([...parts, UNLISTED])} />
      </FieldGroup>
      <ProductPicker
        open={picking}
        title="更换的配件"
        value={null}
        onPick={(product) => {
          onChange(withPart(parts, product));
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </>
  );
}
