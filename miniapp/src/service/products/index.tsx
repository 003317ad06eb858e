import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type ProductItem, products } from '#shared/products/contract.ts';
import { type ProductStatus, productMachine } from '#shared/products/machine.ts';
import { formatYuan } from '#shared/values/money.ts';
import { useList } from '../../api/query';
import { may } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { ChoiceChip, ListPage, NothingFound, NothingYet } from '../../domain/list-page';
import { PRODUCT_STATUS_TONES, priceWords } from '../../domain/product-words';
import { useShownAgain } from '../../domain/use-shown-again';
import { Card, Row, SearchBar, StatusTag } from '../../ui';
import './index.scss';

const TITLE = '产品';
const STATUSES = optionsOf(productMachine.states);
const open = ({ id }: ProductItem) => void Taro.navigateTo({ url: `/service/product/index?id=${id}` });
const CREATE = {
  label: '新建产品',
  onPress: () => void Taro.navigateTo({ url: '/service/product-form/index' }),
};
const CATEGORIES = {
  label: '分类',
  onPress: () => void Taro.navigateTo({ url: '/service/product-categories/index' }),
};

export default function ProductsPage() {
  return (
    <Guarded title={TITLE} permission="products.read">
      {(user) => <Products user={user} />}
    </Guarded>
  );
}

function Products({ user }: { user: CurrentUser }) {
  const [keyword, setKeyword] = useState('');
  const [categoryId, setCategoryId] = useState<string | null>(null);
  const [status, setStatus] = useState<ProductStatus | null>(null);
  const categories = useList(products.categories, { pageSize: 100 });
  const list = useList(products.list, {
    keyword,
    ...(categoryId ? { categoryId } : {}),
    ...(status ? { status: [status] } : {}),
  });
  useShownAgain(() => {
    void list.refresh();
    void categories.refresh();
  });
  const manages = may(user, 'products.manage');
  const narrowed = keyword !== '' || categoryId !== null || status !== null;
  const everything = () => {
    setKeyword('');
    setCategoryId(null);
    setStatus(null);
  };
  const creation = manages && CREATE;
  return (
    <ListPage
      title={TITLE}
      home="/pages/me/index"
      list={list}
      asked={[keyword, categoryId, status]}
      search={<SearchBar value={keyword} placeholder="搜索名称、编码、品牌" onSearch={setKeyword} />}
      chips={
        <>
          <ChoiceChip
            title="分类"
            words={
              categoryId && (categories.rows.find(({ id }) => id === categoryId)?.categoryName ?? '一个分类')
            }
            options={categories.rows.map(({ id, categoryName }) => ({ value: id, label: categoryName }))}
            value={categoryId}
            onChange={setCategoryId}
          />
          <ChoiceChip
            title="状态"
            words={status && productMachine.states[status]}
            options={STATUSES}
            value={status}
            onChange={setStatus}
          />
        </>
      }
      unit="个产品"
      actions={[manages && CATEGORIES]}
      create={creation}
      empty={
        narrowed ? (
          <NothingFound keyword={keyword} what="产品" action="看全部产品" onAction={everything} />
        ) : (
          <NothingYet
            icon="package"
            title="还没有产品"
            hint={manages ? '录入设备和配件，登记设备、报配件时直接选' : '管理员录入之后会出现在这里'}
            create={creation}
          />
        )
      }
      render={(product) => <ProductCard product={product} />}
    />
  );
}

function ProductCard({ product }: { product: ProductItem }) {
  const { productName, productCode, brand, category, status, costPrice } = product;
  return (
    <Card>
      <Row
        title={<Text className="product-row__name">{productName}</Text>}
        detail={
          <>
            <Text className="product-row__line">
              {[productCode, brand, category?.categoryName].filter(Boolean).join(' · ')}
            </Text>
            <Text className="product-row__price">
              {[priceWords(product), costPrice !== null && `成本 ${formatYuan(costPrice)}`]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </>
        }
        trailing={
          status === 'active' ? undefined : (
            <StatusTag tone={PRODUCT_STATUS_TONES[status]}>{productMachine.states[status]}</StatusTag>
          )
        }
        onPress={() => open(product)}
      />
    </Card>
  );
}
