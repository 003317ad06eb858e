import { useMemo } from 'react';
import { products } from '#shared/products/contract.ts';
import { showDetail, useDetail } from '../../api/query';
import { type EditedRecord, EditLoader, EditPage } from '../../domain/edit-page';
import { explainProduct } from './explain-product';
import { ProductFields, useCategories } from './product-fields';
import { productFormOf } from './product-form';

const TITLE = '编辑产品';

export function EditProduct({ id, item, seesCost }: EditedRecord & { seesCost: boolean }) {
  const detail = useDetail(products.get, { params: { id } });
  const categories = useCategories();
  const form = useMemo(() => productFormOf(categories), [categories]);
  return (
    <EditLoader title={TITLE} detail={detail}>
      {(product) => (
        <EditPage
          title={TITLE}
          item={item}
          what="这个产品"
          name={`product:${id}`}
          record={product}
          recordId={id}
          form={form}
          fill={(data) => form.fill({ ...data, categoryId: data.category?.id })}
          explain={explainProduct}
          offline={detail.error?.offline}
          endpoint={products.update}
          refresh={[products.list, products.get]}
          onSaved={(data) => showDetail(products.get, { params: { id } }, data)}
          home={`/service/product/index?id=${id}`}
        >
          {(fields) => <ProductFields {...fields} categories={categories} seesCost={seesCost} />}
        </EditPage>
      )}
    </EditLoader>
  );
}
