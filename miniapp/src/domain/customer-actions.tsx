import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useRef, useState } from 'react';
import { type CustomerDetail, customers } from '#shared/customers/contract.ts';
import { type CustomerStage, customerStageMachine } from '#shared/customers/machine.ts';
import type { Answer, EndpointDefinition } from '#shared/http/endpoint.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../api/call';
import { refreshAll, showDetail, useAction } from '../api/query';
import { Button, Chips, confirm, toast } from '../ui';
import type { ActionLayout } from './arrange-actions';
import { CreditSheet } from './credit-sheet';
import { optionsOf, stageLabel } from './labels';
import { ReasonSheet } from './reason-sheet';
import { UserPicker } from './user-picker';

const REASONS = {
  transfer: ['区域调整', '工作量调配', '客户要求', '离职交接'],
  deactivate: ['停业', '不再合作', '重复建档', '选了同行'],
  forward: ['需求明确', '已报价', '谈合同', '已签约'],
  back: ['项目延期', '预算取消', '换了负责人', '阶段填错'],
} as const;

export const CUSTOMER_LAYOUT: ActionLayout = {
  icons: {
    followUp: 'pencil-line',
    moveStage: 'flag',
    edit: 'pencil',
    addContact: 'user-plus',
    transfer: 'arrow-right-left',
    collaborate: 'users',
    assess: 'user-check',
    deactivate: 'ban',
    activate: 'rotate-ccw',
    delete: 'trash-2',
    restore: 'rotate-ccw',
  },
  primary: ['restore', 'followUp', 'activate'],
  order: ['moveStage', 'activate', 'edit', 'transfer', 'collaborate', 'assess', 'deactivate', 'delete'],
  placed: ['followUp', 'addContact'],
};

const STAGES = Object.keys(customerStageMachine.states) as CustomerStage[];
const MOST_COLLABORATORS = 10;
const CHANGED = [customers.list, customers.timeline, workbench.get] as const;

const useWrite = <E extends EndpointDefinition>(
  endpoint: E,
  onDone: (data: Answer<E>) => void,
  onError: (error: ApiError) => void,
) => useAction(endpoint, { refresh: CHANGED, onDone, onError });

interface Options {
  onFollowUp: () => void;
  /** The customer is gone from this page. */
  onGone: () => void;
  /** Somebody else changed it meanwhile: what the server has now, and what was tried. */
  onStale: (theirs: CustomerDetail | null, tried: string) => void;
}

interface CustomerActions {
  /** Starts an action: at once, or by a sheet that asks what is missing. */
  run: (action: string) => void;
  pending: boolean;
  sheets: ReactNode;
}

type Asking = 'moveStage' | 'transfer' | 'collaborate' | 'assess' | 'deactivate';

/** Everything that can be done to a customer beside writing about it. The server decides what is offered. */
export function useCustomerActions(
  customer: CustomerDetail,
  { onFollowUp, onGone, onStale }: Options,
): CustomerActions {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [owner, setOwner] = useState<{ id: string; name: string } | null>(null);
  const [stage, setStage] = useState<CustomerStage | null>(null);
  const [helpers, setHelpers] = useState<readonly string[]>([]);
  const tried = useRef('');

  const failed = (error: ApiError) => {
    if (error.code === 'STALE') {
      setAsking(null);
      onStale((error.details as { current?: CustomerDetail } | null)?.current ?? null, tried.current);
      void refreshAll(customers.get, customers.timeline);
    } else if (asking === null || asking === 'collaborate') {
      toast(error.fields?.[0]?.message ?? error.message, { kind: 'failed' });
    }
  };
  const changed = (words: string) => (data: CustomerDetail) => {
    showDetail(customers.get, { params: { id: data.id } }, data);
    setAsking(null);
    toast(words);
  };
  const move = useWrite(
    customers.moveStage,
    (data) => changed(`已到“${stageLabel(data.stage)}”`)(data),
    failed,
  );
  const transfer = useWrite(customers.transfer, (data) => changed(`已转给${data.owner.name}`)(data), failed);
  const collaborate = useWrite(customers.collaborate, changed('协作人已更新'), failed);
  const assess = useWrite(customers.assess, changed('已记录评估'), failed);
  const status = useWrite(
    customers.changeStatus,
    (data) => changed(data.status === 'active' ? '已恢复合作' : '已停用')(data),
    failed,
  );
  const restore = useWrite(customers.restore, changed('已恢复'), failed);
  const remove = useWrite(
    customers.remove,
    () => {
      onGone();
      toast('已删除');
    },
    failed,
  );

  const params = { id: customer.id };
  const { version } = customer;
  const messageOf = (error: ApiError | null) =>
    error && error.code !== 'STALE' ? (error.fields?.[0]?.message ?? error.message) : null;

  const ask = (what: Asking) => {
    for (const action of [move, transfer, collaborate, assess, status]) action.reset();
    setOwner(null);
    setStage(STAGES[STAGES.indexOf(customer.stage) + 1] ?? null);
    setHelpers(customer.collaborators.map(({ id }) => id));
    setAsking(what);
  };
  const askToDelete = async () => {
    const yes = await confirm({
      title: `删除“${customer.customerName}”？`,
      message: '删除后从列表消失，联系人与跟进记录保留，管理员可以恢复。',
      confirm: '删除',
      danger: true,
    });
    if (yes) void remove.run({ params, body: { version } });
  };
  const starters: Readonly<Record<string, () => void>> = {
    followUp: onFollowUp,
    edit: () => void Taro.navigateTo({ url: `/sales/customer-form/index?id=${customer.id}` }),
    addContact: () => void Taro.navigateTo({ url: `/sales/contact-form/index?customerId=${customer.id}` }),
    restore: () => void restore.run({ params, body: { version } }),
    activate: () => void status.run({ params, body: { status: 'active', version } }),
    moveStage: () => ask('moveStage'),
    transfer: () => ask('transfer'),
    collaborate: () => ask('collaborate'),
    assess: () => ask('assess'),
    deactivate: () => ask('deactivate'),
    delete: () => void askToDelete(),
  };

  const close = () => setAsking(null);
  const back = stage !== null && STAGES.indexOf(stage) < STAGES.indexOf(customer.stage);
  return {
    run: (action) => {
      tried.current = customer.actions.find((offered) => offered.action === action)?.label ?? '';
      starters[action]?.();
    },
    pending: [move, transfer, status, restore, remove].some((action) => action.pending),
    sheets: (
      <>
        <ReasonSheet
          open={asking === 'moveStage'}
          title="推进阶段"
          subtitle={`现在是“${stageLabel(customer.stage)}”`}
          suggestions={back ? REASONS.back : REASONS.forward}
          required={back}
          word={back ? '退回原因' : '说明'}
          confirm={stage ? `${back ? '退回到' : '推进到'}“${stageLabel(stage)}”` : '选一个阶段'}
          pending={move.pending}
          error={messageOf(move.error)}
          onSubmit={(reason) =>
            stage &&
            void move.run({
              params,
              body: { version, targetStage: stage, ...(reason ? { stageDesc: reason } : {}) },
            })
          }
          onClose={close}
        >
          <View className="reason__group">
            <Chips
              options={optionsOf(customerStageMachine.states).filter(({ value }) => value !== customer.stage)}
              value={stage}
              onChange={(next) => next && setStage(next)}
            />
          </View>
          <Text className="reason__label">{back ? '为什么退回' : '说明'}</Text>
        </ReasonSheet>
        <UserPicker
          open={asking === 'transfer' && owner === null}
          title="转移给"
          assignable
          value={customer.owner.id}
          onPick={setOwner}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'transfer' && owner !== null}
          title={`转移给${owner?.name ?? ''}`}
          subtitle={customer.customerName}
          suggestions={REASONS.transfer}
          confirm="转移"
          pending={transfer.pending}
          error={messageOf(transfer.error)}
          onSubmit={(transferReason) =>
            owner && void transfer.run({ params, body: { version, newOwnerId: owner.id, transferReason } })
          }
          onClose={close}
        />
        <UserPicker
          open={asking === 'collaborate'}
          title="协作人"
          chosen={helpers}
          except={customer.owner.id}
          onPick={({ id }) =>
            setHelpers((before) =>
              before.includes(id)
                ? before.filter((one) => one !== id)
                : [...before, id].slice(0, MOST_COLLABORATORS),
            )
          }
          footer={
            <Button
              block
              kind="primary"
              pending={collaborate.pending}
              onPress={() => void collaborate.run({ params, body: { version, userIds: [...helpers] } })}
            >
              {helpers.length > 0 ? `保存 ${helpers.length} 位协作人` : '保存，没有协作人'}
            </Button>
          }
          onClose={close}
        />
        <CreditSheet
          open={asking === 'assess'}
          customer={customer}
          pending={assess.pending}
          error={assess.error && assess.error.code !== 'STALE' ? assess.error : null}
          onSubmit={(assessment) => void assess.run({ params, body: { version, ...assessment } })}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'deactivate'}
          title="停用客户"
          subtitle={customer.nextFollowUpAt ? '约好的下次联系会取消' : customer.customerName}
          suggestions={REASONS.deactivate}
          confirm="停用"
          pending={status.pending}
          error={messageOf(status.error)}
          onSubmit={(reason) => void status.run({ params, body: { status: 'inactive', version, reason } })}
          onClose={close}
        />
      </>
    ),
  };
}
