import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useRef, useState } from 'react';
import { customers } from '#shared/customers/contract.ts';
import type { Answer, EndpointDefinition } from '#shared/http/endpoint.ts';
import {
  type LeadContact,
  type LeadDetail,
  type LeadOutcome,
  leads,
  OUTCOME_LABELS,
} from '#shared/leads/contract.ts';
import { pool } from '#shared/pool/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../api/call';
import { refreshAll, showDetail, useAction } from '../api/query';
import { Chips, confirm, toast } from '../ui';
import type { ActionLayout } from './arrange-actions';
import { ConvertSheet } from './convert-sheet';
import { optionsOf } from './labels';
import { ReasonSheet } from './reason-sheet';
import { UserPicker } from './user-picker';

const REASONS = {
  lost: ['价格太高', '选了同行', '项目取消', '暂无预算', '联系不上'],
  invalid: ['空号错号', '同行打探', '重复登记', '无采购需求'],
  ended: ['客户要求不再联系', '业务停业', '长期无回应'],
  reopen: ['客户重新联系', '误操作关闭', '有新预算'],
  release: ['跟不过来', '不在我的区域', '长期无进展', '客户要求换人'],
  reveal: ['核对是否重复', '客户来电核实', '分派前了解', '投诉处理'],
  assign: ['区域调整', '工作量调配', '客户要求', '离职交接'],
} as const;

export const LEAD_LAYOUT: ActionLayout = {
  icons: {
    followUp: 'pencil-line',
    edit: 'pencil',
    accept: 'user-check',
    claim: 'hand',
    assign: 'arrow-right-left',
    release: 'undo-2',
    merge: 'copy',
    delete: 'trash-2',
    restore: 'rotate-ccw',
    contact: 'check',
    qualify: 'flame',
    convert: 'trophy',
    close: 'ban',
    reopen: 'rotate-ccw',
  },
  primary: ['accept', 'followUp', 'claim', 'restore', 'reopen', 'convert'],
  order: [
    'contact',
    'qualify',
    'convert',
    'reopen',
    'restore',
    'edit',
    'claim',
    'assign',
    'release',
    'merge',
    'close',
    'delete',
  ],
  placed: ['followUp', 'reveal'],
};

const CHANGED = [leads.list, leads.timeline, pool.clock, workbench.get] as const;
type Asking = 'assign' | 'release' | 'close' | 'reopen' | 'convert' | 'reveal';

interface LeadActions {
  /** Starts an action: at once, or by a sheet that asks what is missing. */
  run: (action: string) => void;
  pending: boolean;
  sheets: ReactNode;
}

interface Options {
  onFollowUp: () => void;
  /** The lead is gone from this page. */
  onGone: () => void;
  /** What was masked, for as long as the page shows it: nothing keeps it. */
  onRevealed: (contact: LeadContact) => void;
  /** Somebody else changed it meanwhile: what the server has now, and what was tried. */
  onStale: (theirs: LeadDetail | null, tried: string) => void;
}

const useWrite = <E extends EndpointDefinition>(
  endpoint: E,
  onDone: (data: Answer<E>) => void,
  onError: (error: ApiError) => void,
) => useAction(endpoint, { refresh: CHANGED, onDone, onError });

/** Everything that can be done to a lead beside writing about it. The server decides what is offered. */
export function useLeadActions(
  lead: LeadDetail,
  { onFollowUp, onGone, onRevealed, onStale }: Options,
): LeadActions {
  const [asking, setAsking] = useState<Asking | null>(null);
  const [owner, setOwner] = useState<{ id: string; name: string } | null>(null);
  const [outcome, setOutcome] = useState<LeadOutcome>('lost');

  const tried = useRef('');

  const failed = (error: ApiError) => {
    if (error.code === 'STALE') {
      setAsking(null);
      onStale((error.details as { current?: LeadDetail } | null)?.current ?? null, tried.current);
      void refreshAll(leads.get, leads.timeline);
    } else if (error.code === 'LEAD_ALREADY_CLAIMED') {
      toast(error.message, { kind: 'failed' });
      void refreshAll(leads.get, leads.list);
    } else if (asking === null) {
      toast(error.message, { kind: 'failed' });
      // A rule of the pool may stand against it that was not there when the page was read.
      if (error.status === 409) void refreshAll(pool.clock);
    }
  };
  const changed = (words: string, next?: { action: string; onAction: () => void }) => (data: LeadDetail) => {
    showDetail(leads.get, { params: { id: data.id } }, data);
    setAsking(null);
    toast(words, next);
  };
  const writeNext = { action: '写跟进', onAction: onFollowUp };
  const claim = useWrite(leads.claim, changed('已领取，可以联系了', writeNext), failed);
  const accept = useWrite(pool.accept, changed('已接收，尽快联系客户', writeNext), failed);
  const assign = useWrite(
    leads.assign,
    (data) => changed(`已分派给${data.owner?.name ?? '同事'}`)(data),
    failed,
  );
  const release = useWrite(leads.release, changed('已退回公海'), failed);
  const status = useWrite(leads.changeStatus, (data) => changed('已更新状态')(data), failed);
  const convert = useWrite(
    leads.convert,
    (data) => {
      changed(data.customer ? '已转为客户' : '成交了，已登记')(data);
      void refreshAll(customers.list, customers.get, customers.timeline);
    },
    failed,
  );
  const reveal = useAction(leads.reveal, {
    onDone: (contact) => {
      onRevealed(contact);
      setAsking(null);
    },
    onError: failed,
  });
  const restore = useWrite(leads.restore, changed('已恢复'), failed);
  const remove = useWrite(
    leads.remove,
    () => {
      onGone();
      toast('已删除');
    },
    failed,
  );

  const params = { id: lead.id };
  const { version } = lead;
  const pending = [claim, accept, assign, release, status, convert, restore, remove].some(
    (action) => action.pending,
  );
  const messageOf = (error: ApiError | null) =>
    error && error.code !== 'STALE' ? (error.fields?.[0]?.message ?? error.message) : null;

  const ask = (what: Asking) => {
    for (const action of [assign, release, status, convert, reveal]) action.reset();
    setOwner(null);
    setOutcome('lost');
    setAsking(what);
  };
  const askToDelete = async () => {
    const yes = await confirm({
      title: `删除“${lead.customerName}”？`,
      message: '删除后从列表消失，跟进记录保留，管理员可以恢复。',
      confirm: '删除',
      danger: true,
    });
    if (yes) void remove.run({ params, body: { version } });
  };
  const starters: Readonly<Record<string, () => void>> = {
    followUp: onFollowUp,
    edit: () => void Taro.navigateTo({ url: `/sales/lead-form/index?id=${lead.id}` }),
    accept: () => void accept.run({ params }),
    claim: () => void claim.run({ params }),
    restore: () => void restore.run({ params, body: { version } }),
    contact: () => void status.run({ params, body: { action: 'contact', version } }),
    qualify: () => void status.run({ params, body: { action: 'qualify', version } }),
    assign: () => ask('assign'),
    release: () => ask('release'),
    merge: () => void Taro.navigateTo({ url: `/sales/merge/index?id=${lead.id}` }),
    close: () => ask('close'),
    reopen: () => ask('reopen'),
    convert: () => ask('convert'),
    reveal: () => ask('reveal'),
    delete: () => void askToDelete(),
  };

  const close = () => setAsking(null);
  return {
    run: (action) => {
      tried.current = lead.actions.find((offered) => offered.action === action)?.label ?? '';
      starters[action]?.();
    },
    pending,
    sheets: (
      <>
        <UserPicker
          open={asking === 'assign' && owner === null}
          title="分派给"
          assignable
          value={lead.owner?.id ?? ''}
          onPick={setOwner}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'assign' && owner !== null}
          title={`分派给${owner?.name ?? ''}`}
          subtitle={lead.customerName}
          suggestions={REASONS.assign}
          confirm="分派"
          pending={assign.pending}
          error={messageOf(assign.error)}
          onSubmit={(reason) =>
            owner && void assign.run({ params, body: { version, ownerId: owner.id, reason } })
          }
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'release'}
          title="退回公海"
          subtitle={lead.customerName}
          suggestions={REASONS.release}
          confirm="退回公海"
          pending={release.pending}
          error={messageOf(release.error)}
          onSubmit={(reason) => void release.run({ params, body: { version, reason } })}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'reveal'}
          title="查看号码"
          subtitle="会记入操作日志"
          suggestions={REASONS.reveal}
          confirm="查看号码"
          pending={reveal.pending}
          error={messageOf(reveal.error)}
          onSubmit={(reason) => void reveal.run({ params, body: { reason } })}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'reopen'}
          title="重新打开"
          subtitle={lead.customerName}
          suggestions={REASONS.reopen}
          confirm="重新打开"
          pending={status.pending}
          error={messageOf(status.error)}
          onSubmit={(reason) => void status.run({ params, body: { action: 'reopen', version, reason } })}
          onClose={close}
        />
        <ReasonSheet
          open={asking === 'close'}
          title="关闭线索"
          subtitle={lead.customerName}
          suggestions={REASONS[outcome]}
          confirm="关闭线索"
          pending={status.pending}
          error={messageOf(status.error)}
          onSubmit={(reason) =>
            void status.run({ params, body: { action: 'close', version, outcome, reason } })
          }
          onClose={close}
        >
          <View className="reason__group">
            <Text className="reason__label">结果</Text>
            <Chips
              options={optionsOf(OUTCOME_LABELS)}
              value={outcome}
              onChange={(next) => next && setOutcome(next)}
            />
          </View>
          <Text className="reason__label">原因</Text>
        </ReasonSheet>
        <ConvertSheet
          open={asking === 'convert'}
          lead={lead}
          pending={convert.pending}
          error={convert.error && convert.error.code !== 'STALE' ? convert.error : null}
          onSubmit={(conversion) => void convert.run({ params, body: { version, ...conversion } })}
          onClose={close}
        />
      </>
    ),
  };
}
