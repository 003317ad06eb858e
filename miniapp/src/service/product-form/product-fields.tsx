import { products } from '#shared/products/contract.ts';
import { useList } from '../../api/query';
import type { FormFields } from '../../domain/edit-page';
import { FieldGroup, SelectField, TextareaField, TextField } from '../../ui';
import { type ProductField, productFormOf } from './product-form';

const { labels } = productFormOf([]);

/** The categories to choose from, and the one that is chosen even when it is out of use. */
export const useCategories = () => useList(products.categories, { pageSize: 100 }).rows;

interface ProductFieldsProps extends FormFields<ProductField> {
  categories: ReturnType<typeof useCategories>;
  seesCost: boolean;
}

export function ProductFields({ value, errors, onChange, categories, seesCost }: ProductFieldsProps) {
  const common = (name: ProductField) => ({ name, label: labels[name], error: errors[name] });
  const text = (name: ProductField) => ({
    ...common(name),
    value: value[name],
    onChange: (next: string) => onChange({ [name]: next }),
  });
  return (
    <>
      <FieldGroup>
        <TextField {...text('productName')} required maxLength={100} />
        <TextField {...text('productCode')} required placeholder="型号或货号，不重复" maxLength={50} />
        <SelectField
          {...common('categoryId')}
          options={categories
            .filter(({ id, isActive }) => isActive || id === value.categoryId)
            .map(({ id, categoryName }) => ({ value: id, label: categoryName }))}
          value={value.categoryId || null}
          placeholder="选填"
          clearable
          onChange={(next) => onChange({ categoryId: next ?? '' })}
        />
        <TextField {...text('brand')} maxLength={50} />
      </FieldGroup>
      <FieldGroup>
        <TextField {...text('salePrice')} required kind="decimal" placeholder="元" maxLength={15} />
        <TextField {...text('unit')} required placeholder="台、套、米" maxLength={10} />
        <TextField {...text('warrantyMonths')} kind="number" placeholder="个月，0 为没有" maxLength={3} />
        {seesCost && (
          <TextField {...text('costPrice')} kind="decimal" placeholder="元，选填" maxLength={15} />
        )}
      </FieldGroup>
      <FieldGroup>
        <TextField {...text('supplier')} maxLength={100} />
        <TextareaField {...text('description')} placeholder="规格、适用的场景" maxLength={2000} />
      </FieldGroup>
    </>
  );
}
