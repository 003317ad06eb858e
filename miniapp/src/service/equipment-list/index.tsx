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
import { CustomerPicker } from '../../domain/customer-picker';
import { EquipmentCard } from '../../domain/equipment-card';
import { EQUIPMENT_PAGE, otherEquipmentFilters, WARRANTY_LABELS } from '../../domain/equipment-words';
import { Guarded } from '../../domain/guarded';
import { optionsOf } from '../../domain/labels';
import { ChoiceChip, ListPage, NothingFound, NothingYet } from '../../domain/list-page';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { Chip, IconButton, SearchBar } from '../../ui';
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
  const [picking, setPicking] = useState(false);
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
  const narrowed = keyword !== '' || Object.keys(filters).length > 0;
  const today = dateOf(now);
  const registration = registers && { label: '登记设备', onPress: register };

  return (
    <ListPage
      title={TITLE}
      home="/pages/me/index"
      list={list}
      asked={[filters, keyword]}
      search={
        <View className="equipment-search">
          <View className="equipment-search__words">
            <SearchBar value={keyword} placeholder="搜索设备、序列号、客户" onSearch={setKeyword} />
          </View>
          {canScan() && <IconButton icon="scan-line" label="扫标签或条码" onPress={() => void scan()} />}
        </View>
      }
      chips={
        <>
          {may(user, 'customers.read') && (
            <Chip on={filters.customerId !== undefined} opens onPress={() => setPicking(true)}>
              {filters.customerId ? (customer ?? '一位客户') : '客户'}
            </Chip>
          )}
          <ChoiceChip
            title="质保"
            words={filters.warranty ? WARRANTY_LABELS[filters.warranty] : null}
            options={WARRANTIES}
            value={filters.warranty ?? null}
            onChange={(warranty) => change({ warranty: warranty ?? undefined })}
          />
          <Chip
            on={filters.status !== undefined}
            onPress={() => change({ status: filters.status ? undefined : ['in_use'] })}
          >
            使用中
          </Chip>
        </>
      }
      unit="台设备"
      active={otherEquipmentFilters(filters, { productId: params.productId ? name : null })}
      onRemove={setFilters}
      create={registration}
      empty={
        narrowed ? (
          <NothingFound
            keyword={keyword}
            what="设备"
            hint="试试序列号或客户名称"
            action="看全部设备"
            onAction={everything}
          />
        ) : (
          <NothingYet
            icon="package"
            title="还没有登记设备"
            hint={
              registers ? '装好一台登记一台，贴上标签，以后扫码就能报修' : '你的客户名下的设备会出现在这里'
            }
            create={registration}
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
    >
      <CustomerPicker
        open={picking}
        title="客户"
        value={filters.customerId ?? null}
        none={{
          label: '全部客户',
          onPick: () => {
            change({ customerId: undefined });
            setPicking(false);
          },
        }}
        onPick={({ id, customerName }) => {
          change({ customerId: id });
          setCustomer(customerName);
          setPicking(false);
        }}
        onClose={() => setPicking(false)}
      />
    </ListPage>
  );
}
