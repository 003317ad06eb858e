import { View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useRef, useState } from 'react';
import { type ProductDetail, products } from '#shared/products/contract.ts';
import { productMachine } from '#shared/products/machine.ts';
import { formatYuan } from '#shared/values/money.ts';
import { formatAbsolute } from '#shared/values/time.ts';
import type { ApiError } from '../../api/call';
import { goBack } from '../../api/navigation';
import { type DetailResult, refreshAll, showDetail, useAction, useDetail } from '../../api/query';
import { may, useSession } from '../../api/session';
import { Guarded } from '../../domain/guarded';
import { PRODUCT_STATUS_TONES, priceWords, warrantyMonthsWords } from '../../domain/product-words';
import { RecordHeader } from '../../domain/record-header';
import { IncompleteLink, RecordBanner, RecordPlaceholder, staleWords } from '../../domain/record-view';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { ActionBar, BarButton, Button, Card, KeyValues, Page, Row, StatusTag, toast } from '../../ui';

const TITLE = '产品';
const HOME = '/pages/me/index';

const leave = () => goBack('/service/products/index');

export default function ProductPage() {
  const { id = '' } = useRouter().params;
  return (
    <Guarded title={TITLE} permission="products.read">
      {() => <Product id={id} />}
    </Guarded>
  );
}

function Product({ id }: { id: string }) {
  const detail = useDetail(products.get, { params: { id } }, { enabled: id !== '' });
  useShownAgain(() => void detail.refresh());
  if (detail.data) return <Loaded product={detail.data} detail={detail} />;
  return (
    <Page title={TITLE} home={HOME}>
      {id === '' ? (
        <IncompleteLink what="这个产品" onGone={leave} />
      ) : (
        <RecordPlaceholder
          detail={detail}
          onRetry={() => void detail.refresh()}
          onGone={leave}
          hint="从产品列表里重新打开"
        />
      )}
    </Page>
  );
}

const STATUS_OF = { activate: 'active', deactivate: 'inactive' } as const;
type StatusAction = keyof typeof STATUS_OF;
const isStatusAction = (action: string): action is StatusAction => action in STATUS_OF;

function Loaded({ product, detail }: { product: ProductDetail; detail: DetailResult<ProductDetail> }) {
  const now = useNow();
  const user = useSession()?.user;
  const [conflict, setConflict] = useState<string | null>(null);
  const tried = useRef('');
  const { id, version, status } = product;
  const change = useAction(products.changeStatus, {
    refresh: [products.list],
    onDone(data) {
      showDetail(products.get, { params: { id } }, data);
      toast(data.status === 'active' ? '已上架' : '已停售');
    },
    onError(error: ApiError) {
      if (error.code !== 'STALE') return toast(error.message, { kind: 'failed' });
      const theirs = (error.details as { current?: ProductDetail } | null)?.current ?? null;
      setConflict(conflictWords(product, theirs, tried.current));
      void refreshAll(products.get);
    },
  });
  const edits = product.actions.some(({ action }) => action === 'edit');
  const moves = product.actions.flatMap(({ action, label, disabledReason }) =>
    isStatusAction(action) && !disabledReason ? [{ status: STATUS_OF[action], label }] : [],
  );
  return (
    <Page
      title={TITLE}
      home={HOME}
      banner={<RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={detail} />}
      onRefresh={() => void detail.refresh()}
      refreshing={detail.refreshing}
      footer={
        (edits || moves.length > 0) && (
          <ActionBar
            primary={
              edits && (
                <Button
                  block
                  kind="primary"
                  icon="pencil"
                  onPress={() => void Taro.navigateTo({ url: `/service/product-form/index?id=${id}` })}
                >
                  编辑
                </Button>
              )
            }
          >
            {moves.map((move) => (
              <BarButton
                key={move.status}
                icon={move.status === 'active' ? 'circle-check' : 'ban'}
                label={move.label}
                onPress={() => {
                  tried.current = move.label;
                  void change.run({ params: { id }, body: { version, status: move.status } });
                }}
              />
            ))}
          </ActionBar>
        )
      }
    >
      <View className="record-detail">
        <RecordHeader
          name={product.productName}
          tags={<StatusTag tone={PRODUCT_STATUS_TONES[status]}>{productMachine.states[status]}</StatusTag>}
          facts={[product.brand, product.category?.categoryName].filter(Boolean).join(' · ')}
        />
        <Card>
          <KeyValues
            items={[
              { label: '售价', value: priceWords(product) },
              { label: '成本', value: product.costPrice !== null && formatYuan(product.costPrice) },
              { label: '编码', value: product.productCode },
              { label: '质保', value: warrantyMonthsWords(product.warrantyMonths) },
              { label: '供应商', value: product.supplier },
              { label: '说明', value: product.description },
              { label: '更新', value: formatAbsolute(product.updatedAt, now) },
            ].map(({ label, value }) => ({ label, value: value || null }))}
          />
        </Card>
        {may(user, 'equipment.read') && (
          <Card>
            <Row
              icon="package"
              title="在客户那里的设备"
              onPress={() =>
                void Taro.navigateTo({
                  url: `/service/equipment-list/index?productId=${id}&name=${encodeURIComponent(product.productName)}`,
                })
              }
            />
          </Card>
        )}
      </View>
    </Page>
  );
}

function conflictWords(mine: ProductDetail, theirs: ProductDetail | null, tried: string): string {
  return staleWords('这个产品', tried, [
    ['状态', productMachine.states[mine.status], theirs && productMachine.states[theirs.status]],
    ['名称', mine.productName, theirs?.productName ?? null],
    ['售价', formatYuan(mine.salePrice), theirs && formatYuan(theirs.salePrice)],
  ]);
}
