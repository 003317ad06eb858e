import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type ProductItem, products } from '#shared/products/contract.ts';
import { type ProductStatus, productMachine } from '#shared/products/machine.ts';
import { formatYuan } from '#shared/values/money.ts';
import { useList } from '../../api/query';
import { may } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { countWords, ListBody, ListTop } from '../../domain/list-parts';
import { PRODUCT_STATUS_TONES, priceWords } from '../../domain/product-words';
import { useShownAgain } from '../../domain/use-shown-again';
import {
  Card,
  Chip,
  EmptyState,
  FloatingButton,
  InfiniteList,
  OptionSheet,
  Page,
  Row,
  SearchBar,
  StatusTag,
} from '../../ui';
import './index.scss';

const TITLE = '产品';
const STATUSES = optionsOf(productMachine.states);
const open = ({ id }: ProductItem) => void Taro.navigateTo({ url: `/service/product/index?id=${id}` });
const create = () => void Taro.navigateTo({ url: '/service/product-form/index' });
const openCategories = () => void Taro.navigateTo({ url: '/service/product-categories/index' });

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
  const [asking, setAsking] = useState<'category' | 'status' | null>(null);
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
  const top = (
    <ListTop search={<SearchBar value={keyword} placeholder="搜索名称、编码、品牌" onSearch={setKeyword} />}>
      <Chip on={categoryId !== null} opens onPress={() => setAsking('category')}>
        {categories.rows.find(({ id }) => id === categoryId)?.categoryName ?? '分类'}
      </Chip>
      <Chip on={status !== null} opens onPress={() => setAsking('status')}>
        {status ? productMachine.states[status] : '状态'}
      </Chip>
    </ListTop>
  );
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={top}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      floating={manages && <FloatingButton label="新建产品" onPress={create} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify([keyword, categoryId, status])}
    >
      <ListBody
        words={[countWords(list, '个产品')]}
        active={[]}
        onRemove={() => {}}
        actions={[manages && { label: '分类', onPress: openCategories }]}
      >
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={
            narrowed ? (
              <EmptyState
                icon="search"
                title={keyword ? `没有找到“${keyword}”` : '没有符合条件的产品'}
                hint="换个条件试试"
                action="看全部产品"
                onAction={everything}
              />
            ) : (
              <EmptyState
                icon="package"
                title="还没有产品"
                hint={manages ? '录入设备和配件，登记设备、报配件时直接选' : '管理员录入之后会出现在这里'}
                {...(manages ? { action: '新建产品', onAction: create } : {})}
              />
            )
          }
          render={(product) => <ProductCard product={product} />}
        />
      </ListBody>
      <OptionSheet
        open={asking === 'category'}
        title="分类"
        options={categories.rows.map(({ id, categoryName }) => ({ value: id, label: categoryName }))}
        value={categoryId}
        clearable
        onClose={() => setAsking(null)}
        onChange={setCategoryId}
      />
      <OptionSheet
        open={asking === 'status'}
        title="状态"
        options={STATUSES}
        value={status}
        clearable
        onClose={() => setAsking(null)}
        onChange={setStatus}
      />
    </Page>
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
