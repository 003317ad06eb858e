import { Image, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';
import { contacts } from '#shared/contacts/contract.ts';
import { customers } from '#shared/customers/contract.ts';
import { equipment } from '#shared/equipment/contract.ts';
import { leads } from '#shared/leads/contract.ts';
import { products } from '#shared/products/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { formatRelative, type Instant, toInstant } from '#shared/values/time.ts';
import { usePhotoAddress } from '../../api/kept-photos';
import { useOnline } from '../../api/online';
import {
  discardFromOutbox,
  isOutboxItemEditable,
  type OutboxItem,
  retryOutbox,
  useOutbox,
} from '../../api/outbox';
import { useDetail } from '../../api/query';
import { goesWith, ticketConflictOf } from '../../domain/ticket-conflict';
import { TicketConflictSheet } from '../../domain/ticket-conflict-sheet';
import { useNow } from '../../domain/use-now';
import {
  Banner,
  Button,
  Card,
  confirm,
  EmptyState,
  Page,
  SectionHeader,
  StatusTag,
  type Tone,
  toast,
} from '../../ui';
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
        logContent?: string;
        solution?: string;
        reason?: string;
        phone?: string | null;
        description?: string | null;
        contact?: { name?: string; phone?: string | null };
      }
    | undefined;
  const { phone, contact, description } = body ?? {};
  return (
    body?.content ??
    body?.logContent ??
    body?.solution ??
    body?.reason ??
    ([phone, contact?.name, contact?.phone, description].filter(Boolean).join(' · ') || null)
  );
}

interface Group {
  /** Of the record; the item's own where it belongs to none yet. */
  readonly key: string;
  readonly recordId: string | null;
  readonly items: readonly OutboxItem[];
}

/** By record, in the order of the oldest write of each. */
function groupsOf(items: readonly OutboxItem[]): Group[] {
  const groups = new Map<string, OutboxItem[]>();
  for (const item of items) {
    const key = item.recordId ?? item.key;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return Array.from(groups, ([key, members]) => ({
    key,
    recordId: members[0]?.recordId ?? null,
    items: members,
  }));
}

const isAboutTicket = ({ endpoint, input }: OutboxItem) =>
  endpoint.path.startsWith(serviceTickets.list.path) ||
  (input.query as { entity?: string } | undefined)?.entity === 'serviceTickets';

const FORMS = [
  { writes: [leads.create], page: '/sales/lead-form/index' },
  { writes: [customers.create, customers.update], page: '/sales/customer-form/index' },
  { writes: [customers.addContact, contacts.update], page: '/sales/contact-form/index' },
  { writes: [tasks.create, tasks.update], page: '/work/task-form/index' },
  { writes: [equipment.create, equipment.update], page: '/service/equipment-form/index' },
  { writes: [products.update], page: '/service/product-form/index' },
  { writes: [serviceTickets.create, serviceTickets.update], page: '/service/ticket-form/index' },
] as const;

/** The form that wrote it, for those that have one. */
function formOf(item: OutboxItem): string | null {
  const { endpoint, key } = item;
  const form = FORMS.find(({ writes }) =>
    writes.some(({ method, path }) => endpoint.method === method && endpoint.path === path),
  );
  if (!form) return null;
  const address = `${form.page}?outbox=${encodeURIComponent(key)}`;
  if (endpoint.method === 'POST') return address;
  // An edit is taken up from what its form kept: without, there is nothing to compare with.
  return item.form ? `${address}&id=${(item.input.params as { id: string }).id}` : null;
}

async function discard(item: OutboxItem, group: readonly OutboxItem[]): Promise<void> {
  const unknown = item.state !== 'failed' && item.attempts > 0;
  const along = goesWith(item, group);
  const sure = await confirm({
    title: '删除这条内容？',
    message: [
      unknown
        ? `“${item.label}”提交过但没有收到结果，可能已经成功。删除后不再提交，写的内容找不回来。`
        : `“${item.label}”还没有提交，删除后${item.file ? '照片' : '写的内容'}找不回来。`,
      along.length > 0 && `后面的${along.map(({ label }) => `“${label}”`).join('')}要靠它，会一起删除。`,
    ]
      .filter(Boolean)
      .join(''),
    confirm: along.length > 0 ? `删除${along.length + 1}条` : '删除',
    danger: true,
  });
  if (!sure) return;
  discardFromOutbox(item.key, ...along.map(({ key }) => key));
  toast('已删除');
}

export default function OutboxPage() {
  const items = useOutbox();
  const online = useOnline();
  const now = useNow();
  const [editing, setEditing] = useState<string | null>(null);
  const [deciding, setDeciding] = useState<string | null>(null);
  const groups = groupsOf(items);
  const decided = groups.find(({ recordId }) => recordId !== null && recordId === deciding);
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
          hint="没有网络时写的跟进、线索、客户、待办，做的工单步骤和拍的照片会先存在这里，恢复后自动提交"
        />
      ) : (
        <View className="outbox">
          {groups.map((group) => (
            <OutboxGroup
              key={group.key}
              group={group}
              now={now}
              onEdit={setEditing}
              onDecide={() => setDeciding(group.recordId)}
            />
          ))}
          <Text className="outbox__note">内容保存在这台手机上，每条只会提交一次</Text>
        </View>
      )}
      {decided && deciding && (
        <TicketConflictSheet
          key={deciding}
          ticketId={deciding}
          items={decided.items}
          onClose={() => setDeciding(null)}
        />
      )}
      {edited && <FollowUpEditor key={edited.key} item={edited} now={now} onClose={() => setEditing(null)} />}
    </Page>
  );
}

interface OutboxGroupProps {
  group: Group;
  now: Instant;
  onEdit: (key: string) => void;
  onDecide: () => void;
}

function OutboxGroup({ group, now, onEdit, onDecide }: OutboxGroupProps) {
  const { items, recordId } = group;
  const refused = ticketConflictOf(items, null)?.refused;
  const ticketId = items.some(isAboutTicket) ? recordId : null;
  // As far as this phone has read it.
  const { data: ticket } = useDetail(
    serviceTickets.get,
    { params: { id: ticketId ?? '' } },
    { enabled: false },
  );
  return (
    <>
      {ticketId !== null && <TicketHeader id={ticketId} ticket={ticket} />}
      {items.map((item, i) => (
        <OutboxCard
          key={item.key}
          item={item}
          now={now}
          heading={ticket?.no ?? null}
          behind={i > 0}
          onEdit={() => onEdit(item.key)}
          onDiscard={() => void discard(item, items)}
          onDecide={item.key === refused ? onDecide : null}
        />
      ))}
    </>
  );
}

function TicketHeader({ id, ticket }: { id: string; ticket: TicketDetail | undefined }) {
  return (
    <SectionHeader
      title={ticket ? `${ticket.no} ${ticket.ticketTitle}` : '工单'}
      action="查看"
      onAction={() => void Taro.navigateTo({ url: `/service/ticket/index?id=${id}` })}
    />
  );
}

interface OutboxCardProps {
  item: OutboxItem;
  now: Instant;
  /** The number above the group: it is not said again. */
  heading: string | null;
  /** An earlier write of the same record goes first. */
  behind: boolean;
  onEdit: () => void;
  onDiscard: () => void;
  /** Others changed the ticket: there is something to decide. */
  onDecide: (() => void) | null;
}

function OutboxCard({ item, now, heading, behind, onEdit, onDiscard, onDecide }: OutboxCardProps) {
  const { label, state, error, createdAt, attempts, file } = item;
  const words = wordsOf(item);
  const editable = isOutboxItemEditable(item);
  const form = editable ? formOf(item) : null;
  const edit = form
    ? () => void Taro.navigateTo({ url: form })
    : editable && isFollowUp(item)
      ? onEdit
      : null;
  // Sent again as it is, it would be refused again.
  const decide = onDecide ?? (error?.code === 'STALE' && state === 'failed' ? edit : null);
  const refusals = state === 'failed' ? (error?.fields ?? []).map(({ message }) => message) : [];
  return (
    <Card inset>
      <View className="outbox__head">
        {file && <Thumbnail fileRef={file.ref} label={label} />}
        <Text className="outbox__label">{heading === null ? label : label.replace(` ${heading}`, '')}</Text>
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
          <Button size="s" kind="plain" onPress={onDiscard} label={`删除${label}`}>
            删除
          </Button>
          {edit && !decide && (
            <Button size="s" onPress={edit} label={`修改${label}`}>
              修改
            </Button>
          )}
          {state === 'failed' && !decide && (
            <Button size="s" onPress={() => retryOutbox(item.key)} label={`重试${label}`}>
              重试
            </Button>
          )}
          {decide && (
            <Button size="s" kind="primary" onPress={decide} label={`看两边的情况：${label}`}>
              看两边的情况
            </Button>
          )}
        </View>
      )}
    </Card>
  );
}

/** A small view of a photo that is still on the phone. */
function Thumbnail({ fileRef, label }: { fileRef: string; label: string }) {
  const address = usePhotoAddress(fileRef);
  return (
    <View className="outbox__thumbnail">
      {address && (
        <Image className="outbox__picture" mode="aspectFill" src={address} {...{ 'aria-label': label }} />
      )}
    </View>
  );
}
