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

/** What was built in: picked from the products, counted by taps, priced as it is charged. */
export function PartsField({ parts, errors, onChange }: PartsFieldProps) {
  const [picking, setPicking] = useState(false);
  return (
    <>
      {parts.map((part, i) => (
        <FieldGroup key={part.productId ?? `${part.partName}-${i}`}>
          <View className="part">
            <View className="part__words">
              <Text className="part__name">{part.partName}</Text>
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
            onChange={(unitCost) => onChange(parts.map((one, j) => (j === i ? { ...one, unitCost } : one)))}
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
