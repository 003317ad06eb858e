import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { customers } from '#shared/customers/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { formatRelative, type Instant, toInstant } from '#shared/values/time.ts';
import { useOnline } from '../../api/online';
import {
  discardFromOutbox,
  isOutboxItemEditable,
  type OutboxItem,
  retryOutbox,
  useOutbox,
} from '../../api/outbox';
import { useNow } from '../../domain/use-now';
import { Banner, Button, Card, confirm, EmptyState, Page, StatusTag, type Tone, toast } from '../../ui';
import { FollowUpEditor, isFollowUp } from './follow-up-editor';
import './index.scss';

const STATES: Readonly<Record<OutboxItem['state'], { text: string; tone: Tone }>> = {
  waiting: { text: '等待网络', tone: 'warning' },
  sending: { text: '正在提交', tone: 'accent' },
  failed: { text: '需要处理', tone: 'danger' },
};

/** What was typed, in a line or two. */
function wordsOf({ input }: OutboxItem): string | null {
  const body = input.body as
    | {
        content?: string;
        phone?: string | null;
        description?: string | null;
        contact?: { name?: string; phone?: string | null };
      }
    | undefined;
  const { content, phone, contact, description } = body ?? {};
  return content ?? ([phone, contact?.name, contact?.phone, description].filter(Boolean).join(' · ') || null);
}

const FORMS = [
  { creates: leads.create, page: '/sales/lead-form/index' },
  { creates: customers.create, page: '/sales/customer-form/index' },
  { creates: customers.addContact, page: '/sales/contact-form/index' },
  { creates: tasks.create, page: '/work/task-form/index' },
] as const;

/** The form that wrote it, for those that have one. */
function formOf({ endpoint, key }: OutboxItem): string | null {
  const form = FORMS.find(
    ({ creates }) => endpoint.method === creates.method && endpoint.path === creates.path,
  );
  return form ? `${form.page}?outbox=${encodeURIComponent(key)}` : null;
}

async function discard(item: OutboxItem): Promise<void> {
  const unknown = item.state !== 'failed' && item.attempts > 0;
  const sure = await confirm({
    title: '删除这条内容？',
    message: unknown
      ? `“${item.label}”提交过但没有收到结果，可能已经成功。删除后不再提交，写的内容找不回来。`
      : `“${item.label}”还没有提交，删除后写的内容找不回来。`,
    confirm: '删除',
    danger: true,
  });
  if (!sure) return;
  discardFromOutbox(item.key);
  toast('已删除');
}

export default function OutboxPage() {
  const items = useOutbox();
  const online = useOnline();
  const now = useNow();
  const [editing, setEditing] = useState<string | null>(null);
  const edited = items.find(({ key }) => key === editing);
  const waits = items.some(({ state }) => state === 'waiting');
  return (
    <Page
      title="待同步"
      banner={!online && <Banner icon="wifi-off">没有网络，恢复后会自动提交</Banner>}
      footer={
        waits && (
          <View className="outbox__footer">
            <Button block icon="refresh-cw" onPress={() => retryOutbox()}>
              立即重试
            </Button>
          </View>
        )
      }
    >
      {items.length === 0 ? (
        <EmptyState
          icon="circle-check"
          title="全部已同步"
          hint="没有网络时写的跟进、线索、客户和待办会先存在这里，恢复后自动提交"
        />
      ) : (
        <View className="outbox">
          {items.map((item) => (
            <OutboxCard
              key={item.key}
              item={item}
              now={now}
              onEdit={() => setEditing(item.key)}
              behind={items.some(
                (other) =>
                  other !== item &&
                  other.recordId !== null &&
                  other.recordId === item.recordId &&
                  items.indexOf(other) < items.indexOf(item),
              )}
            />
          ))}
          <Text className="outbox__note">内容保存在这台手机上，每条只会提交一次</Text>
        </View>
      )}
      {edited && <FollowUpEditor key={edited.key} item={edited} now={now} onClose={() => setEditing(null)} />}
    </Page>
  );
}

interface OutboxCardProps {
  item: OutboxItem;
  now: Instant;
  /** An earlier write of the same record goes first. */
  behind: boolean;
  onEdit: () => void;
}

function OutboxCard({ item, now, behind, onEdit }: OutboxCardProps) {
  const { label, state, error, createdAt, attempts } = item;
  const words = wordsOf(item);
  const editable = isOutboxItemEditable(item);
  const form = editable ? formOf(item) : null;
  const edit = form
    ? () => void Taro.navigateTo({ url: form })
    : editable && isFollowUp(item)
      ? onEdit
      : null;
  const refusals = state === 'failed' ? (error?.fields ?? []).map(({ message }) => message) : [];
  return (
    <Card inset>
      <View className="outbox__head">
        <Text className="outbox__label">{label}</Text>
        <StatusTag tone={STATES[state].tone}>
          {behind && state === 'waiting' ? '等前一条' : STATES[state].text}
        </StatusTag>
      </View>
      {words && <Text className="outbox__words">{words}</Text>}
      <Text className="outbox__meta">
        {[
          `${formatRelative(toInstant(createdAt), now)}填写`,
          state === 'waiting' && attempts > 0 ? `已试${attempts}次` : null,
        ]
          .filter(Boolean)
          .join(' · ')}
      </Text>
      {error && state !== 'sending' && (
        <Text className={state === 'failed' ? 'outbox__error' : 'outbox__meta'}>
          {refusals.length > 0 ? refusals.join('；') : error.message}
        </Text>
      )}
      {state !== 'sending' && (
        <View className="outbox__actions">
          <Button size="s" kind="plain" onPress={() => void discard(item)} label={`删除${label}`}>
            删除
          </Button>
          {edit && (
            <Button size="s" onPress={edit} label={`修改${label}`}>
              修改
            </Button>
          )}
          {state === 'failed' && (
            <Button size="s" onPress={() => retryOutbox(item.key)} label={`重试${label}`}>
              重试
            </Button>
          )}
        </View>
      )}
    </Card>
  );
}
