import { View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type EquipmentFilters, type EquipmentItem, equipment } from '#shared/equipment/contract.ts';
import { dateOf } from '#shared/values/time.ts';
import { decoded } from '../../api/navigation';
import { useList } from '../../api/query';
import { canScan, scanCode } from '../../api/scan';
import { may } from '../../api/session';
import { mergeFilters } from '../../domain/active-filters';
import { ConnectionBanner } from '../../domain/connection-banner';
import { CustomerPicker } from '../../domain/customer-picker';
import { EquipmentCard } from '../../domain/equipment-card';
import { EQUIPMENT_PAGE, otherEquipmentFilters, WARRANTY_LABELS } from '../../domain/equipment-words';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { countWords, ListBody, ListTop } from '../../domain/list-parts';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import {
  Chip,
  EmptyState,
  FloatingButton,
  IconButton,
  InfiniteList,
  OptionSheet,
  Page,
  SearchBar,
} from '../../ui';
import './index.scss';

const TITLE = '设备';
const WARRANTIES = optionsOf(WARRANTY_LABELS);

const open = ({ id }: EquipmentItem) => void Taro.navigateTo({ url: `${EQUIPMENT_PAGE}?id=${id}` });
const report = ({ id }: EquipmentItem) =>
  void Taro.navigateTo({ url: `/service/ticket-form/index?equipmentId=${id}` });
async function scan(): Promise<void> {
  const code = await scanCode();
  if (code !== null) void Taro.navigateTo({ url: `${EQUIPMENT_PAGE}?code=${encodeURIComponent(code)}` });
}

/** `?customerId=` or `?productId=` with its `name` shows the units of one. */
export default function EquipmentListPage() {
  const { params } = useRouter();
  return (
    <Guarded title={TITLE} permission="equipment.read">
      {(user) => <Units user={user} params={params} />}
    </Guarded>
  );
}

interface UnitsProps {
  user: CurrentUser;
  params: Partial<Record<string, string>>;
}

function Units({ user, params }: UnitsProps) {
  const name = decoded(params.name ?? '') || null;
  const [filters, setFilters] = useState<EquipmentFilters>(() => ({
    ...(params.customerId ? { customerId: params.customerId } : {}),
    ...(params.productId ? { productId: params.productId } : {}),
  }));
  const [customer, setCustomer] = useState(params.customerId ? name : null);
  const [keyword, setKeyword] = useState('');
  const [asking, setAsking] = useState<'customer' | 'warranty' | null>(null);
  const now = useNow();
  const list = useList(equipment.list, { ...filters, keyword });
  useShownAgain(() => void list.refresh());

  const change = (changes: { [K in keyof EquipmentFilters]?: EquipmentFilters[K] | undefined }) =>
    setFilters((before) => mergeFilters(before, changes));
  const everything = () => {
    setKeyword('');
    setFilters({});
    setCustomer(null);
  };
  const registers = may(user, 'equipment.manage');
  const reports = may(user, 'serviceTickets.create');
  const register = () =>
    void Taro.navigateTo({
      url: `/service/equipment-form/index${
        filters.customerId
          ? `?customerId=${filters.customerId}&name=${encodeURIComponent(customer ?? '')}`
          : ''
      }`,
    });
  const active = otherEquipmentFilters(filters, { productId: params.productId ? name : null });
  const narrowed = keyword !== '' || Object.keys(filters).length > 0;
  const today = dateOf(now);

  const top = (
    <ListTop
      search={
        <View className="equipment-search">
          <View className="equipment-search__words">
            <SearchBar value={keyword} placeholder="搜索设备、序列号、客户" onSearch={setKeyword} />
          </View>
          {canScan() && <IconButton icon="scan-line" label="扫标签或条码" onPress={() => void scan()} />}
        </View>
      }
    >
      {may(user, 'customers.read') && (
        <Chip on={filters.customerId !== undefined} opens onPress={() => setAsking('customer')}>
          {filters.customerId ? (customer ?? '一位客户') : '客户'}
        </Chip>
      )}
      <Chip on={filters.warranty !== undefined} opens onPress={() => setAsking('warranty')}>
        {filters.warranty ? WARRANTY_LABELS[filters.warranty] : '质保'}
      </Chip>
      <Chip
        on={filters.status !== undefined}
        onPress={() => change({ status: filters.status ? undefined : ['in_use'] })}
      >
        使用中
      </Chip>
    </ListTop>
  );

  return (
    <Page
      title={TITLE}
      home="/pages/me/index"
      top={top}
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      floating={registers && <FloatingButton label="登记设备" onPress={register} />}
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
      resetKey={JSON.stringify([filters, keyword])}
    >
      <ListBody words={[countWords(list, '台设备')]} active={active} onRemove={setFilters}>
        <InfiniteList
          list={list}
          rowKey={({ id }) => id}
          empty={
            narrowed ? (
              <EmptyState
                icon="search"
                title={keyword ? `没有找到“${keyword}”` : '没有符合条件的设备'}
                hint={keyword ? '试试序列号或客户名称' : '换个条件试试'}
                action="看全部设备"
                onAction={everything}
              />
            ) : (
              <EmptyState
                icon="package"
                title="还没有登记设备"
                hint={
                  registers
                    ? '装好一台登记一台，贴上标签，以后扫码就能报修'
                    : '你的客户名下的设备会出现在这里'
                }
                {...(registers ? { action: '登记设备', onAction: register } : {})}
              />
            )
          }
          render={(unit) => (
            <EquipmentCard
              equipment={unit}
              today={today}
              onOpen={open}
              {...(reports ? { onReport: report } : {})}
            />
          )}
        />
      </ListBody>
      <OptionSheet
        open={asking === 'warranty'}
        title="质保"
        options={WARRANTIES}
        value={filters.warranty ?? null}
        clearable
        onClose={() => setAsking(null)}
        onChange={(warranty) => change({ warranty: warranty ?? undefined })}
      />
      <CustomerPicker
        open={asking === 'customer'}
        title="客户"
        value={filters.customerId ?? null}
        none={{
          label: '全部客户',
          onPick: () => {
            change({ customerId: undefined });
            setAsking(null);
          },
        }}
        onPick={({ id, customerName }) => {
          change({ customerId: id });
          setCustomer(customerName);
          setAsking(null);
        }}
        onClose={() => setAsking(null)}
      />
    </Page>
  );
}
