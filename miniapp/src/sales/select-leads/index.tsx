import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { type LeadItem, leads } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import { type OwnershipResults, pool } from '#shared/pool/contract.ts';
import { workbench } from '#shared/workbench/contract.ts';
import type { ApiError } from '../../api/call';
import { goBack } from '../../api/navigation';
import { useAction, useList } from '../../api/query';
import { may } from '../../api/session';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { INTENTION_TONES, intentionLabel, statusLabel } from '../../domain/labels';
import { placeFacts } from '../../domain/lead-words';
import { useLeadListView } from '../../domain/list-views';
import { ReasonSheet } from '../../domain/reason-sheet';
import {
  ActionBar,
  BarButton,
  Button,
  cx,
  EmptyState,
  Icon,
  InfiniteList,
  Page,
  Press,
  StatusTag,
  toast,
} from '../../ui';
import { type Receiver, ReceiverSheet } from './receiver-sheet';
import { ResultSheet } from './result-sheet';
import './index.scss';

const TITLE = '选择线索';
const MOST = 100;
const CHANGED = [leads.list, leads.get, leads.timeline, pool.clock, workbench.get];
const REASONS = {
  assign: ['新线索分派', '区域调整', '工作量调配', '离职交接'],
  release: ['长期无进展', '跟不过来', '不在我的区域', '离职交接'],
} as const;

export default function SelectLeadsPage() {
  const { id } = useRouter().params;
  return (
    <Guarded title={TITLE} permission={(user) => may(user, 'leads.assign') || may(user, 'leads.release')}>
      {(user) => <SelectLeads user={user} first={id} />}
    </Guarded>
  );
}

const leave = () => goBack('/pages/leads/index');

/** The list as it was left, to do the same to many: give them to somebody, or give them back. */
function SelectLeads({ user, first }: { user: CurrentUser; first: string | undefined }) {
  const { filters, keyword, sort } = useLeadListView();
  const list = useList(leads.list, { ...filters, keyword, ...(sort ? { sort } : {}) });
  const [picked, setPicked] = useState<readonly string[]>(first ? [first] : []);
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const [asking, setAsking] = useState<'receiver' | 'assign' | 'release' | null>(null);
  const [receiver, setReceiver] = useState<Receiver | null>(null);
  const [result, setResult] = useState<{ verb: string; answer: OwnershipResults } | null>(null);
  // What left the list by being given away is still named in the result.
  const known = useRef(new Map<string, LeadItem>());
  useMemo(() => {
    for (const lead of list.rows) known.current.set(lead.id, lead);
  }, [list.rows]);
  const chosen = picked.filter((id) => known.current.has(id));

  // The finger that held a card in the list lets go over this page: in a browser that counts as a press here.
  const touched = useRef(first === undefined);
  const toggle = (id: string) => {
    if (!touched.current) return;
    if (picked.includes(id)) setPicked(picked.filter((one) => one !== id));
    else if (chosen.length >= MOST) toast(`一次最多选${MOST}条`, { kind: 'plain' });
    else setPicked([...picked, id]);
  };
  const all = list.rows.slice(0, MOST).map(({ id }) => id);
  const full = all.length > 0 && all.every((id) => picked.includes(id));

  const finish = (verb: string) => (answer: OwnershipResults) => {
    setAsking(null);
    const left = answer.list.filter(({ ok }) => !ok);
    setRefused(Object.fromEntries(left.map(({ id, message }) => [id, message ?? '没有成功'])));
    setPicked(left.map(({ id }) => id));
    if (left.length === 0 && receiver?.id !== 'auto') {
      toast(`${verb}${answer.done}条`);
      leave();
    } else setResult({ verb, answer });
  };
  const assign = useAction(pool.assignMany, { refresh: CHANGED, onDone: finish('已分派') });
  const release = useAction(pool.releaseMany, { refresh: CHANGED, onDone: finish('已退回') });
  const body = (reason: string) => ({
    leads: chosen.map((id) => ({ id, version: known.current.get(id)?.version ?? 0 })),
    reason,
  });
  const ask = (what: 'receiver' | 'release') => {
    if (chosen.length === 0) return toast('先点选线索', { kind: 'plain' });
    assign.reset();
    release.reset();
    setReceiver(null);
    setAsking(what);
  };

  // A lead that was held in the list may stand on a later page than the first.
  const { loadMore, ended, loadingMore, error } = list;
  const missing = first !== undefined && !known.current.has(first) && !ended && !error;
  useEffect(() => {
    if (missing && !loadingMore) loadMore();
  }, [missing, loadingMore, loadMore]);

  const mayAssign = may(user, 'leads.assign');
  const mayRelease = may(user, 'leads.release');
  const count = `${chosen.length}条线索`;
  return (
    <Page
      title={TITLE}
      home="/pages/leads/index"
      banner={<ConnectionBanner offline={list.error?.offline} updatedAt={list.updatedAt} />}
      top={
        <View className="select-top">
          <Text className="select-top__count" {...{ 'aria-live': 'polite' }}>
            {chosen.length > 0 ? `已选 ${chosen.length} 条` : `点选线索，最多${MOST}条`}
          </Text>
          {list.rows.length > 0 && (
            <Press className="select-top__all" onPress={() => setPicked(full ? [] : all)}>
              <Text>{full ? '全不选' : `全选这${all.length}条`}</Text>
            </Press>
          )}
        </View>
      }
      footer={
        <ActionBar
          primary={
            <Button
              block
              kind="primary"
              icon={mayAssign ? 'arrow-right-left' : 'undo-2'}
              onPress={() => ask(mayAssign ? 'receiver' : 'release')}
            >
              {mayAssign ? '批量分派' : '批量退回公海'}
            </Button>
          }
        >
          {mayAssign && mayRelease && (
            <BarButton icon="undo-2" label="批量退回" onPress={() => ask('release')} />
          )}
        </ActionBar>
      }
      onRefresh={() => void list.refresh()}
      refreshing={list.refreshing}
      onReachEnd={list.loadMore}
    >
      <View
        className="select-list"
        onTouchStart={() => {
          touched.current = true;
        }}
      >
        <InfiniteList
          list={list}
          lines
          rowKey={(lead) => lead.id}
          empty={
            <EmptyState
              icon="search"
              title="列表里没有线索"
              hint="回到列表换个筛选条件"
              action="返回"
              onAction={leave}
            />
          }
          render={(lead) => (
            <Choice
              lead={lead}
              on={picked.includes(lead.id)}
              refused={refused[lead.id]}
              onPress={() => toggle(lead.id)}
            />
          )}
        />
      </View>
      <ReceiverSheet
        open={asking === 'receiver'}
        user={user}
        count={count}
        onPick={(picked) => {
          setReceiver(picked);
          setAsking('assign');
        }}
        onClose={() => setAsking(null)}
      />
      <ReasonSheet
        open={asking === 'assign'}
        title={receiver?.id === 'auto' ? `自动分派：${receiver.name}` : `分派给${receiver?.name ?? ''}`}
        subtitle={count}
        suggestions={REASONS.assign}
        confirm={`分派${chosen.length}条`}
        pending={assign.pending}
        error={messageOf(assign.error)}
        onSubmit={(reason) =>
          receiver &&
          void assign.run({
            body: {
              ...body(reason),
              ownerId: receiver.id,
              ...(receiver.groupId ? { groupId: receiver.groupId } : {}),
            },
          })
        }
        onClose={() => setAsking(null)}
      />
      <ReasonSheet
        open={asking === 'release'}
        title="退回公海"
        subtitle={count}
        suggestions={REASONS.release}
        confirm={`退回${chosen.length}条`}
        pending={release.pending}
        error={messageOf(release.error)}
        onSubmit={(reason) => void release.run({ body: body(reason) })}
        onClose={() => setAsking(null)}
      />
      {result && (
        <ResultSheet
          verb={result.verb}
          answer={result.answer}
          nameOf={(id) => known.current.get(id)?.customerName ?? '线索'}
          onClose={() => {
            setResult(null);
            if (result.answer.refused === 0) leave();
          }}
        />
      )}
    </Page>
  );
}

const messageOf = (error: ApiError | null) => error && (error.fields?.[0]?.message ?? error.message);

interface ChoiceProps {
  lead: LeadItem;
  on: boolean;
  /** Why it was refused the last time. */
  refused: string | undefined;
  onPress: () => void;
}

function Choice({ lead, on, refused, onPress }: ChoiceProps) {
  const open = isOpenLead(lead.status);
  const owner = lead.owner?.name ?? (open ? '公海' : null);
  return (
    <Press
      role="checkbox"
      selected={on}
      label={[lead.customerName, owner, refused].filter(Boolean).join('，')}
      className={cx('choice', on && 'choice--on')}
      onPress={onPress}
    >
      <View className={cx('choice__box', on && 'choice__box--on')}>
        {on && <Icon name="check" size="s" />}
      </View>
      <View className="choice__words">
        <View className="choice__head">
          <Text className="choice__name">{lead.customerName}</Text>
          {open && (
            <StatusTag tone={INTENTION_TONES[lead.intention]}>{intentionLabel(lead.intention)}</StatusTag>
          )}
        </View>
        <Text className="choice__facts">
          {[owner, statusLabel(lead.status), placeFacts(lead)].filter(Boolean).join(' · ')}
        </Text>
        {refused && (
          <View className="choice__refused">
            <Icon name="circle-alert" size="s" />
            <Text className="choice__why">{refused}</Text>
          </View>
        )}
      </View>
    </Press>
  );
}
