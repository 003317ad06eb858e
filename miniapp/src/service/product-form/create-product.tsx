import Taro from '@tarojs/taro';
import { useState } from 'react';
import { fieldErrorsOf } from '#shared/http/messages.ts';
import { productDraft, products } from '#shared/products/contract.ts';
import { useDraft } from '../../api/drafts';
import { showDetail, useAction } from '../../api/query';
import { FormPage, wrongIn } from '../../domain/edit-page';
import type { TextValue } from '../../domain/text-form';
import { useFormErrors } from '../../domain/use-form-errors';
import { FieldGroup, SwitchField, toast } from '../../ui';
import { explainProduct } from './explain-product';
import { ProductFields, useCategories } from './product-fields';
import { type ProductField, productFormOf } from './product-form';

interface NewProduct {
  readonly value: TextValue<ProductField>;
  /** On offer at once, otherwise a draft. */
  readonly offered: boolean;
}

const form = productFormOf([]);
const blank = (): NewProduct => ({
  value: form.fill({ unit: '台', warrantyMonths: 12 } as Parameters<typeof form.fill>[0]),
  offered: true,
});

export function CreateProduct({ seesCost }: { seesCost: boolean }) {
  const [initial] = useState(blank);
  const draft = useDraft<NewProduct>('product', initial);
  const { value, offered } = draft.value;
  const categories = useCategories();
  const errors = useFormErrors(form.names);
  const create = useAction(products.create, {
    refresh: [products.list, products.categories],
    onDone(data) {
      draft.clear();
      showDetail(products.get, { params: { id: data.id } }, data);
      toast('已新建');
      void Taro.redirectTo({ url: `/service/product/index?id=${data.id}` });
    },
    onError(error) {
      const said = explainProduct(error) ?? error.fields ?? error.message;
      if (error.status === 401) return;
      if (typeof said === 'string') errors.fail(said);
      else errors.show(said);
    },
  });
  const save = () => {
    const judged = productDraft.safeParse({ ...form.draft(value), status: offered ? 'active' : 'draft' });
    if (!judged.success) return errors.show(fieldErrorsOf(judged.error.issues));
    errors.show([]);
    void create.run({ body: judged.data });
  };
  return (
    <FormPage title="新建产品" form={errors} draft={draft} pending={create.pending} onSave={save}>
      <ProductFields
        value={value}
        errors={errors.errors}
        wrong={wrongIn(errors.errors)}
        categories={categories}
        seesCost={seesCost}
        onChange={(changes) => {
          errors.clear(Object.keys(changes));
          draft.setValue((before) => ({ ...before, value: { ...before.value, ...changes } }));
        }}
      />
      <FieldGroup>
        <SwitchField
          name="offered"
          label="立即上架"
          hint="关着先存为草稿，选产品时还看不到"
          value={offered}
          onChange={(next) => draft.setValue((before) => ({ ...before, offered: next }))}
        />
      </FieldGroup>
    </FormPage>
  );
}
