import Taro from '@tarojs/taro';
import { type ReactNode, useRef, useState } from 'react';
import { type EquipmentDetail, equipment } from '#shared/equipment/contract.ts';
import type { ApiError } from '../../api/call';
import { useDownload } from '../../api/files';
import { refreshAll, showDetail, useAction } from '../../api/query';
import type { ActionLayout } from '../../domain/arrange-actions';
import { ReasonSheet } from '../../domain/reason-sheet';
import { toast } from '../../ui';

export const EQUIPMENT_LAYOUT: ActionLayout = {
  icons: { report: 'wrench', label: 'printer', edit: 'pencil', retire: 'ban', reuse: 'rotate-ccw' },
  primary: ['reuse', 'report'],
  order: ['report', 'retire'],
  placed: ['label', 'edit'],
};

const REASONS = ['报废', '已拆除', '退回厂家', '登记错了'];

/** Everything that can be done to a unit. The server decides what is offered. */
export function useEquipmentActions(
  unit: EquipmentDetail,
  /** Somebody else changed it meanwhile: what the server has now, and what was tried. */
  onStale: (theirs: EquipmentDetail | null, tried: string) => void,
): { run: (action: string) => void; pending: boolean; sheets: ReactNode } {
  const [retiring, setRetiring] = useState(false);
  const tried = useRef('');
  const label = useDownload(({ status, message }) => {
    if (status !== 401) toast(message, { kind: 'failed' });
  });
  const failed = (error: ApiError) => {
    if (error.code === 'STALE') {
      setRetiring(false);
      onStale((error.details as { current?: EquipmentDetail } | null)?.current ?? null, tried.current);
      void refreshAll(equipment.get);
    } else if (!retiring) toast(error.message, { kind: 'failed' });
  };
  const change = useAction(equipment.changeStatus, {
    refresh: [equipment.list],
    onError: failed,
    onDone(data) {
      showDetail(equipment.get, { params: { id: data.id } }, data);
      setRetiring(false);
      toast(data.status === 'retired' ? '已停用' : '已恢复使用');
    },
  });
  const { id, no, version } = unit;
  const params = { id };
  const starters: Readonly<Record<string, () => void>> = {
    report: () => void Taro.navigateTo({ url: `/service/ticket-form/index?equipmentId=${id}` }),
    label: () => void label.run(equipment.label, { params }, `设备标签 ${no}.pdf`),
    edit: () => void Taro.navigateTo({ url: `/service/equipment-form/index?id=${id}` }),
    retire: () => {
      change.reset();
      setRetiring(true);
    },
    reuse: () => void change.run({ params, body: { status: 'in_use', version } }),
  };
  return {
    run: (action) => {
      tried.current = unit.actions.find((offered) => offered.action === action)?.label ?? '';
      starters[action]?.();
    },
    pending: change.pending,
    sheets: (
      <ReasonSheet
        open={retiring}
        title="停用设备"
        subtitle="停用后不能再报修，记录保留，可以恢复"
        suggestions={REASONS}
        confirm="停用"
        pending={change.pending}
        error={change.error && change.error.code !== 'STALE' ? change.error.message : null}
        onSubmit={(reason) => void change.run({ params, body: { status: 'retired', version, reason } })}
        onClose={() => setRetiring(false)}
      />
    ),
  };
}
