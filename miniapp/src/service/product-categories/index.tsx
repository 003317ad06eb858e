import { View } from '@tarojs/components';
import { useState } from 'react';
import { type ProductCategory, products } from '#shared/products/contract.ts';
import { useList } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { Card, EmptyState, FloatingButton, InfiniteList, Page, Row, StatusTag } from '../../ui';
import { CategorySheet } from './category-sheet';
import './index.scss';

const TITLE = '产品分类';

export default function ProductCategoriesPage() {
  return (
    <Guarded title={TITLE} permission="products.manage">
      {() => <Categories />}
    </Guarded>
  );
}

function Categories() {
  const list = useList(products.categories, { pageSize: 100 });
  const [edited, setEdited] = useState<ProductCategory | 'new' | null>(null);
  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      floating={<FloatingButton label="新建分类" onPress={() => setEdited('new')} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
    >
      <View className="categories">
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={
            <EmptyState
              icon="tag"
              title="还没有分类"
              hint="分好类，选配件时一点就到"
              action="新建分类"
              onAction={() => setEdited('new')}
            />
          }
          render={(category) => (
            <Card>
              <Row
                icon="tag"
                title={category.categoryName}
                detail={[category.categoryCode, `${category.productCount}个产品`, category.description]
                  .filter(Boolean)
                  .join(' · ')}
                trailing={category.isActive ? undefined : <StatusTag>已停用</StatusTag>}
                onPress={() => setEdited(category)}
              />
            </Card>
          )}
        />
      </View>
      {edited && (
        <CategorySheet category={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />
      )}
    </Page>
  );
}
