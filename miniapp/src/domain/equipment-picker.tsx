import { useEffect, useState } from 'react';
import { type EquipmentItem, equipment } from '#shared/equipment/contract.ts';
import { dateOf } from '#shared/values/time.ts';
import { ApiError, call } from '../api/call';
import { useList } from '../api/query';
import { canScan, scanCode } from '../api/scan';
import { Button, EmptyState, InfiniteList, Row, SearchBar, Sheet, toast } from '../ui';
import { warrantyWords } from './equipment-words';
import { useNow } from './use-now';

interface EquipmentPickerProps {
  open: boolean;
  title: string;
  /** Of this customer only. */
  customerId?: string | undefined;
  value: string | null;
  /** A choice above all: none. */
  none?: { label: string; onPick: () => void };
  onPick: (equipment: EquipmentItem) => void;
  onClose: () => void;
}

/** A unit at a customer's: by its label, its serial number, or from the list. */
export function EquipmentPicker(props: EquipmentPickerProps) {
  const { open, title, customerId, value, none, onPick, onClose } = props;
  const today = dateOf(useNow());
  const [words, setWords] = useState('');
  const [scanning, setScanning] = useState(false);
  useEffect(() => {
    if (open) setWords('');
  }, [open]);
  const list = useList(
    equipment.list,
    { keyword: words, status: ['in_use'], ...(customerId ? { customerId } : {}) },
    { enabled: open },
  );
  const scan = async () => {
    const code = await scanCode();
    if (code === null) return;
    setScanning(true);
    try {
      onPick(await call(equipment.byCode, { params: { code } }));
    } catch (thrown) {
      const unknown = thrown instanceof ApiError && thrown.status === 404;
      toast(unknown ? '没有这台设备，请核对标签或序列号' : (thrown as Error).message, { kind: 'failed' });
    } finally {
      setScanning(false);
    }
  };
  return (
    <Sheet
      open={open}
      title={title}
      tall
      onClose={onClose}
      top={<SearchBar value={words} onSearch={setWords} placeholder="搜索名称、序列号、位置" />}
      footer={
        canScan() && (
          <Button block icon="scan-line" pending={scanning} onPress={() => void scan()}>
            扫设备标签
          </Button>
        )
      }
    >
      {none && words === '' && <Row title={none.label} chosen={value === null} onPress={none.onPick} />}
      <InfiniteList
        list={list}
        lines
        quiet
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            icon="package"
            title={words ? `没有找到“${words}”` : '还没有登记设备'}
            hint="没有登记的设备，在描述里写明就行"
          />
        }
        render={(unit) => (
          <Row
            title={[unit.equipmentName, unit.location].filter(Boolean).join(' · ')}
            detail={[
              customerId ? null : unit.customer.customerName,
              unit.serialNo,
              warrantyWords(unit, today).label,
            ]
              .filter(Boolean)
              .join(' · ')}
            chosen={unit.id === value}
            onPress={() => onPick(unit)}
          />
        )}
      />
      {list.rows.length > 0 && !list.ended && !list.error && (
        <Button kind="plain" block pending={list.loadingMore} onPress={list.loadMore}>
          更多设备
        </Button>
      )}
    </Sheet>
  );
}
