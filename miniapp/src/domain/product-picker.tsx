import { useEffect, useState } from 'react';
import { type ProductItem, products } from '#shared/products/contract.ts';
import { prefetchList, useList } from '../api/query';
import { Chip, ChipRow, EmptyState } from '../ui';
import { type PickerProps, PickerSheet, usePickerWords } from './picker-sheet';
import { priceWords } from './product-words';

const ON_OFFER = { status: ['active' as const] };

/** Before somebody goes where there is no signal: the parts that can be picked there. */
export const readProductsAhead = () => prefetchList(products.list, ON_OFFER);

/** A product on offer, found by name, code or brand. What was listed before shows without a network. */
export function ProductPicker(picker: PickerProps<ProductItem>) {
  const { open } = picker;
  const [words, setWords] = usePickerWords(open);
  const [categoryId, setCategoryId] = useState<string | null>(null);
  useEffect(() => {
    if (open) setCategoryId(null);
  }, [open]);
  const categories = useList(products.categories, { isActive: true, pageSize: 100 }, { enabled: open });
  const list = useList(
    products.list,
    { ...ON_OFFER, keyword: words, ...(categoryId ? { categoryId } : {}) },
    { enabled: open },
  );
  const everything = () => {
    setWords('');
    setCategoryId(null);
  };
  const narrowed = words !== '' || categoryId !== null;
  return (
    <PickerSheet
      {...picker}
      list={list}
      words={words}
      onWords={setWords}
      placeholder="搜索名称、编码、品牌"
      chips={
        categories.rows.length > 0 && (
          <ChipRow>
            {categories.rows.map(({ id, categoryName }) => (
              <Chip
                key={id}
                on={id === categoryId}
                onPress={() => setCategoryId(id === categoryId ? null : id)}
              >
                {categoryName}
              </Chip>
            ))}
          </ChipRow>
        )
      }
      narrowed={narrowed}
      what="产品"
      row={(product) => ({
        title: product.productName,
        detail: [product.productCode, product.brand, priceWords(product)],
      })}
      empty={
        <EmptyState
          icon="package"
          title={words ? `没有找到“${words}”` : narrowed ? '这个分类还没有产品' : '还没有在售的产品'}
          {...(narrowed ? { action: '看全部产品', onAction: everything } : {})}
        />
      }
    />
  );
}
