import { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import { outboxItems } from '../../api/outbox';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { CreateProduct } from './create-product';
import { EditProduct } from './edit-product';

/** `?id=` edits a product, with `?outbox=` an edit that was refused after it had been queued; without, a new one. */
export default function ProductFormPage() {
  const { id, outbox } = useRouter().params;
  const [item] = useState(() => outboxItems().find(({ key }) => key === outbox));
  return (
    <Guarded title="产品" permission="products.manage">
      {(user) =>
        id ? (
          <EditProduct id={id} item={item} seesCost={may(user, 'products.cost')} />
        ) : (
          <CreateProduct seesCost={may(user, 'products.cost')} />
        )
      }
    </Guarded>
  );
}
