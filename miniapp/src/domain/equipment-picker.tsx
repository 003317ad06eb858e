import { useState } from 'react';
import { type EquipmentItem, equipment } from '#shared/equipment/contract.ts';
import { dateOf } from '#shared/values/time.ts';
import { ApiError, call } from '../api/call';
import { useList } from '../api/query';
import { canScan, scanCode } from '../api/scan';
import { Button, EmptyState, toast } from '../ui';
import { warrantyWords } from './equipment-words';
import { type PickerProps, PickerSheet, usePickerWords } from './picker-sheet';
import { useNow } from './use-now';

interface EquipmentPickerProps extends PickerProps<EquipmentItem> {
  /** Of this customer only. */
  customerId?: string | undefined;
}

/** A unit at a customer's: by its label, its serial number, or from the list. */
export function EquipmentPicker({ customerId, ...picker }: EquipmentPickerProps) {
  const today = dateOf(useNow());
  const [words, setWords] = usePickerWords(picker.open);
  const list = useList(
    equipment.list,
    { keyword: words, status: ['in_use'], ...(customerId ? { customerId } : {}) },
    { enabled: picker.open },
  );
  return (
    <PickerSheet
      {...picker}
      list={list}
      words={words}
      onWords={setWords}
      placeholder="搜索名称、序列号、位置"
      what="设备"
      row={(unit) => ({
        title: [unit.equipmentName, unit.location].filter(Boolean).join(' · '),
        detail: [
          customerId ? null : unit.customer.customerName,
          unit.serialNo,
          warrantyWords(unit, today).label,
        ],
      })}
      empty={
        <EmptyState
          icon="package"
          title={words ? `没有找到“${words}”` : '还没有登记设备'}
          hint="没有登记的设备，在描述里写明就行"
        />
      }
      footer={canScan() && <ScanButton onFound={picker.onPick} />}
    />
  );
}

function ScanButton({ onFound }: { onFound: (unit: EquipmentItem) => void }) {
  const [pending, setPending] = useState(false);
  const scan = async () => {
    const code = await scanCode();
    if (code === null) return;
    setPending(true);
    try {
      onFound(await call(equipment.byCode, { params: { code } }));
    } catch (thrown) {
      const unknown = thrown instanceof ApiError && thrown.status === 404;
      toast(unknown ? '没有这台设备，请核对标签或序列号' : (thrown as Error).message, { kind: 'failed' });
    } finally {
      setPending(false);
    }
  };
  return (
    <Button block icon="scan-line" pending={pending} onPress={() => void scan()}>
      扫设备标签
    </Button>
  );
}
