import { useEffect, useState } from 'react';
import { type ProductItem, products } from '#shared/products/contract.ts';
import { prefetchList, useList } from '../api/query';
import { Button, Chip, ChipRow, EmptyState, InfiniteList, Row, SearchBar, Sheet } from '../ui';
import { priceWords } from './product-words';

const ON_OFFER = { status: ['active' as const] };

/** Before somebody goes where there is no signal: the parts that can be picked there. */
export const readProductsAhead = () => prefetchList(products.list, ON_OFFER);

interface ProductPickerProps {
  open: boolean;
  title: string;
  value: string | null;
  /** A choice above all: none. */
  none?: { label: string; onPick: () => void };
  onPick: (product: ProductItem) => void;
  onClose: () => void;
}

/** A product on offer, found by name, code or brand. What was listed before shows without a network. */
export function ProductPicker({ open, title, value, none, onPick, onClose }: ProductPickerProps) {
  const [words, setWords] = useState('');
  const [categoryId, setCategoryId] = useState<string | null>(null);
  useEffect(() => {
    if (!open) return;
    setWords('');
    setCategoryId(null);
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
    <Sheet
      open={open}
      title={title}
      tall
      onClose={onClose}
      top={
        <>
          <SearchBar value={words} onSearch={setWords} placeholder="搜索名称、编码、品牌" />
          {categories.rows.length > 0 && (
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
          )}
        </>
      }
    >
      {none && !narrowed && <Row title={none.label} chosen={value === null} onPress={none.onPick} />}
      <InfiniteList
        list={list}
        lines
        quiet
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon="package"
            title={words ? `没有找到“${words}”` : narrowed ? '这个分类还没有产品' : '还没有在售的产品'}
            {...(narrowed ? { action: '看全部产品', onAction: everything } : {})}
          />
        }
        render={(product) => (
          <Row
            title={product.productName}
            detail={[product.productCode, product.brand, priceWords(product)].filter(Boolean).join(' · ')}
            chosen={product.id === value}
            onPress={() => onPick(product)}
          />
        )}
      />
      {list.rows.length > 0 && !list.ended && !list.error && (
        <Button kind="plain" block pending={list.loadingMore} onPress={list.loadMore}>
          更多产品
        </Button>
      )}
    </Sheet>
  );
}
