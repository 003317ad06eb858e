import { useRouter } from '@tarojs/taro';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { CreateProduct } from './create-product';
import { EditProduct } from './edit-product';

/** `?id=` edits a product; without, a new one. */
export default function ProductFormPage() {
  const { id } = useRouter().params;
  return (
    <Guarded title="产品" permission="products.manage">
      {(user) =>
        id ? (
          <EditProduct id={id} seesCost={may(user, 'products.cost')} />
        ) : (
          <CreateProduct seesCost={may(user, 'products.cost')} />
        )
      }
    </Guarded>
  );
}
