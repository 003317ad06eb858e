import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';
import {
  type LeadDetail,
  leads,
  MERGE_FIELD_LABELS,
  MERGE_FIELDS,
  type MergeField,
} from '#shared/leads/contract.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import type { ApiError } from '../../api/call';
import { refreshAll, showDetail, useAction, useDetail } from '../../api/query';
import { ConnectionBanner } from '../../domain/connection-banner';
import { Guarded } from '../../domain/guarded';
import { CHANGED_BY_MERGE, undoMerge } from '../../domain/merge-undo';
import { ReasonSheet } from '../../domain/reason-sheet';
import { useNow } from '../../domain/use-now';
import { Button, Card, cx, DetailSkeleton, ErrorState, Icon, Page, Press, toast } from '../../ui';
import { readable, toForm } from '../lead-form/form-value';
import { PickOther } from './pick-other';
import './index.scss';

const TITLE = '合并重复';
const REASONS = ['重复登记', '同一家客户', '换了号码再登记', '渠道重复推送'];

export default function MergePage() {
  const { id = '', otherId } = useRouter().params;
  return (
    <Guarded title={TITLE} permission="leads.merge">
      {() => <Merge first={id} second={otherId ?? null} />}
    </Guarded>
  );
}

/** First which other one, then field by field. */
function Merge({ first, second }: { first: string; second: string | null }) {
  const [pair, setPair] = useState<{ mine: string; theirs: string | null }>({
    mine: first,
    theirs: second === first ? null : second,
  });
  const mine = useDetail(leads.get, { params: { id: pair.mine } });
  const theirs = useDetail(
    leads.get,
    { params: { id: pair.theirs ?? '' } },
    { enabled: pair.theirs !== null },
  );
  const failed = mine.error ?? theirs.error;
  const refresh = () => {
    void mine.refresh();
    if (pair.theirs !== null) void theirs.refresh();
  };
  if (!mine.data || (pair.theirs !== null && !theirs.data)) {
    return (
      <Page title={TITLE}>
        {failed ? <ErrorState error={failed} onRetry={refresh} /> : <DetailSkeleton />}
      </Page>
    );
  }
  if (!theirs.data) {
    return <PickOther lead={mine.data} title={TITLE} onPick={(id) => setPair({ ...pair, theirs: id })} />;
  }
  return (
    <Compare
      key={pair.mine}
      mine={mine.data}
      theirs={theirs.data}
      offline={failed?.offline}
      onSwap={() => setPair({ mine: theirs.data?.id ?? '', theirs: mine.data?.id ?? '' })}
      onStale={refresh}
    />
  );
}

/** A browser's page keeps its parameters elsewhere than a mini-program's. */
const idOf = (page: Taro.Page): unknown => (page.$taroParams ?? page.options)?.id;

/**
 * Back to where it began. The page of the lead that is gone shows what it became; its form has nothing left to save, and
 * is left with it.
 */
function goOn(kept: string, gone: string): void {
  const [page, under] = Taro.getCurrentPages().slice(0, -1).reverse();
  const endedForm = page?.route?.includes('lead-form') && idOf(page) === gone;
  const began = page && (page.route?.includes('duplicates') || [kept, gone].includes(String(idOf(page))));
  if (began && !endedForm) void Taro.navigateBack();
  else if (under && endedForm) void Taro.navigateBack({ delta: 2 });
  else void Taro.redirectTo({ url: `/sales/lead-detail/index?id=${kept}` });
}

const EMPTY = '（空）';

/** A field as people read it; `EMPTY` for nothing. */
function wordsOf(lead: LeadDetail, field: MergeField, now: Instant): string {
  if (field === 'ownerId') return lead.owner?.name ?? EMPTY;
  if (field === 'score') return lead.score === null ? EMPTY : String(lead.score);
  if (field === 'leadTime') return formatAbsolute(lead.leadTime, now);
  return readable(toForm(lead), field, now);
}

interface Pair {
  readonly field: MergeField;
  readonly mine: string;
  readonly theirs: string;
}

function pairsOf(mine: LeadDetail, theirs: LeadDetail, now: Instant): Pair[] {
  return MERGE_FIELDS.map((field) => ({
    field,
    mine: wordsOf(mine, field, now),
    theirs: wordsOf(theirs, field, now),
  })).filter(
    (pair) =>
      pair.theirs !== EMPTY &&
      pair.mine !== pair.theirs &&
      // By its source a platform's lead is known when it comes again.
      !(pair.field === 'source' && mine.externalClueId !== null),
  );
}

interface CompareProps {
  mine: LeadDetail;
  theirs: LeadDetail;
  offline: boolean | undefined;
  onSwap: () => void;
  onStale: () => void;
}

function Compare({ mine, theirs, offline, onSwap, onStale }: CompareProps) {
  const now = useNow();
  const [taken, setTaken] = useState<readonly MergeField[]>([]);
  const [asking, setAsking] = useState(false);
  const pairs = pairsOf(mine, theirs, now);
  const filled = pairs.filter((pair) => pair.mine === EMPTY);
  const different = pairs.filter((pair) => pair.mine !== EMPTY);
  const merge = useAction(leads.merge, {
    refresh: CHANGED_BY_MERGE,
    onDone(data) {
      // As the server answers from now on: a page of the lead that is gone must not ask for what belongs to it any more.
      for (const id of [data.id, theirs.id]) showDetail(leads.get, { params: { id } }, data);
      const [made] = data.merges;
      toast(
        `已合并到“${data.customerName}”`,
        made ? { action: '撤销', onAction: () => void undoMerge(made.id) } : {},
      );
      goOn(data.id, theirs.id);
    },
    onError(error: ApiError) {
      if (error.code !== 'STALE') return;
      setAsking(false);
      toast('有人刚改过其中一条，请再确认一遍', { kind: 'failed' });
      void refreshAll(leads.list);
      onStale();
    },
  });
  const send = (reason: string) => {
    const fields = Object.fromEntries(taken.map((field) => [field, 'theirs' as const]));
    const { version, id } = mine;
    void merge.run({
      params: { id },
      body: { version, otherId: theirs.id, otherVersion: theirs.version, fields, reason },
    });
  };
  return (
    <Page
      title={TITLE}
      banner={<ConnectionBanner offline={offline} />}
      footer={
        <View className="merge__save">
          <Button kind="primary" block onPress={() => setAsking(true)}>
            合并成一条
          </Button>
        </View>
      }
    >
      <View className="merge">
        <Card>
          <View className="merge__heads">
            <Head lead={mine} words="保留这条" />
            <Head lead={theirs} words="并入后消失" />
          </View>
          <Press className="merge__swap" label="对调，保留另一条" onPress={onSwap}>
            <Icon name="arrow-right-left" size="s" />
            <Text>对调</Text>
          </Press>
        </Card>
        <Card>
          {different.length === 0 && <Text className="merge__note">两条线索的资料没有冲突。</Text>}
          {different.map((pair) => (
            <Choice
              key={pair.field}
              pair={pair}
              theirs={taken.includes(pair.field)}
              onChoose={(side) =>
                setTaken((before) => [
                  ...before.filter((field) => field !== pair.field),
                  ...(side === 'theirs' ? [pair.field] : []),
                ])
              }
            />
          ))}
        </Card>
        {filled.length > 0 && (
          <Card>
            <Text className="merge__note">保留的一条没填，会从另一条补上：</Text>
            {filled.map(({ field, theirs: text }) => (
              <View key={field} className="merge__filled">
                <Text className="merge__label">{MERGE_FIELD_LABELS[field]}</Text>
                <Text className="merge__text">{text}</Text>
              </View>
            ))}
          </Card>
        )}
        <Text className="merge__foot">两条线索的跟进、待办和动态会合在一起，7天内可以撤销。</Text>
      </View>
      <ReasonSheet
        open={asking}
        title="合并成一条"
        subtitle={`${theirs.no} 并入 ${mine.no}`}
        suggestions={REASONS}
        confirm="合并"
        pending={merge.pending}
        error={merge.error && merge.error.code !== 'STALE' ? merge.error.message : null}
        onSubmit={send}
        onClose={() => setAsking(false)}
      />
    </Page>
  );
}

function Head({ lead, words }: { lead: LeadDetail; words: string }) {
  return (
    <View className="merge__head">
      <Text className="merge__role">{words}</Text>
      <Text className="merge__name">{lead.customerName}</Text>
      <Text className="merge__no">{lead.no}</Text>
      <Text className="merge__no">{lead.followUpCount > 0 ? `${lead.followUpCount}次跟进` : '没有跟进'}</Text>
    </View>
  );
}

interface ChoiceProps {
  pair: Pair;
  theirs: boolean;
  onChoose: (side: 'mine' | 'theirs') => void;
}

/** Two values side by side; one wins. */
function Choice({ pair, theirs, onChoose }: ChoiceProps) {
  return (
    <View className="merge__field">
      <Text className="merge__label">{MERGE_FIELD_LABELS[pair.field]}</Text>
      <View className="merge__sides" {...{ role: 'radiogroup' }}>
        {(['mine', 'theirs'] as const).map((side) => {
          const on = (side === 'theirs') === theirs;
          return (
            <Press
              key={side}
              role="radio"
              selected={on}
              label={`${MERGE_FIELD_LABELS[pair.field]}，${pair[side]}`}
              className={cx('merge__side', on && 'merge__side--on')}
              onPress={() => onChoose(side)}
            >
              <Text className="merge__text">{pair[side]}</Text>
              {on && (
                <View className="merge__tick">
                  <Icon name="check" size="s" />
                </View>
              )}
            </Press>
          );
        })}
      </View>
    </View>
  );
}
