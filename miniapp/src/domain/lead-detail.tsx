import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useState } from 'react';
import type { CurrentUser } from '#shared/auth/contract.ts';
import { CUSTOMER_TYPE_LABELS, SOURCE_LABELS } from '#shared/customers/draft.ts';
import {
  type LeadContact,
  type LeadDetail,
  type LeadRecordAction,
  leads,
  OUTCOME_LABELS,
} from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import type { AvailableAction } from '#shared/machine.ts';
import type { TimelineEntry } from '#shared/timeline/contract.ts';
import { formatYuan } from '#shared/values/money.ts';
import { formatCount } from '#shared/values/number.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useOutbox } from '../api/outbox';
import { may, useSession } from '../api/session';
import {
  ActionBar,
  ActionSheet,
  BarButton,
  Button,
  Card,
  cx,
  Icon,
  type IconName,
  type KeyValue,
  Press,
  Row,
  SectionHeader,
  type SheetAction,
  StatusTag,
} from '../ui';
import { arrangeActions, iconOf } from './arrange-actions';
import { callLead, copy, copyWechat, dial } from './contact';
import { RECORD_PAGES } from './follow-ups';
import { INTENTION_TONES, intentionLabel, STATUS_TONES, statusLabel } from './labels';
import { LEAD_LAYOUT, useLeadActions } from './lead-actions';
import { ClaimRefusal, useClaimRefusal } from './lead-pool';
import { acceptLine, nextStep, placeFacts } from './lead-words';
import { askToUndoMerge } from './merge-undo';
import { overdueWords } from './next-step';
import { RecordHeader, RecordNote, RecordOwner } from './record-header';
import { RecordHistory } from './record-history';
import {
  RecordBanner,
  RecordFacts,
  type RecordParts,
  RecordView,
  staleWords,
  useRecord,
} from './record-view';
import { useFollowUp } from './use-follow-up';
import { useNow } from './use-now';

/** A lead with what happened to it. */
export const useLead = (id: string) => useRecord(leads, id);
type LeadRecord = ReturnType<typeof useLead>;

interface LeadDetailViewProps {
  record: LeadRecord;
  onGone: () => void;
  /** Under the facts, from outside the main package: who is reminded when. */
  reminders: (lead: LeadDetail) => ReactNode;
  /** The page puts banner and action bar where they stay in sight. */
  children: (parts: RecordParts) => ReactNode;
}

const TITLE = '线索详情';

/** A lead in parts that a page, or the pane beside the list, arranges. */
export function LeadDetailView({ record, onGone, reminders, children }: LeadDetailViewProps) {
  return (
    <RecordView record={record} title={TITLE} onGone={onGone} parts={children}>
      {(lead) => (
        <Loaded lead={lead} record={record} onGone={onGone} reminders={reminders}>
          {children}
        </Loaded>
      )}
    </RecordView>
  );
}

/** In the memory of the page alone: gone with it. */
interface Revealed {
  leadId: string;
  contact: LeadContact;
}

/** Belongs to the person, not to the lead: the server offers it with none. */
const NEW_TASK = 'newTask';
const FOLLOW_UP: LeadRecordAction = 'followUp';

const openTaskForm = ({ id, customerName }: LeadDetail) =>
  void Taro.navigateTo({
    url: `/work/task-form/index?sourceEntity=leads&sourceId=${id}&name=${encodeURIComponent(customerName)}`,
  });

/** Whoever sees customers turns a lead into one by what is a deal and no more for the others. */
const offeredTo = ({ actions }: LeadDetail, user: CurrentUser | undefined): AvailableAction[] =>
  actions.map((action) =>
    action.action === 'convert' && may(user, 'customers.read')
      ? { ...action, label: '转为客户 / 成交' }
      : action,
  );

type LoadedProps = LeadDetailViewProps & { lead: LeadDetail };

function Loaded({ lead, record, onGone, reminders, children }: LoadedProps) {
  const now = useNow();
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const user = useSession()?.user;
  const mayCreateTask = may(user, 'tasks.create');
  const followUp = useFollowUp();
  const actions = useLeadActions(lead, {
    onFollowUp: () => followUp.openLead(lead),
    onGone,
    onRevealed: (contact) => setRevealed({ leadId: lead.id, contact }),
    onStale: (theirs, tried) => setConflict(conflictWords(lead, theirs, tried)),
  });
  const unsent = useOutbox().filter((item) => item.recordId === lead.id);

  const banner = <RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={record.detail} />;

  const { primary, more: offered } = arrangeActions(offeredTo(lead, user), LEAD_LAYOUT);
  const refusal = useClaimRefusal(lead);
  const barred = primary?.action === 'claim' ? refusal : null;
  const mayWrite = lead.actions.some(({ action }) => action === FOLLOW_UP);
  const others: SheetAction[] = [
    // Where something else comes first, writing about it is still possible.
    ...(mayWrite && primary?.action !== FOLLOW_UP
      ? [{ key: FOLLOW_UP, label: '写跟进', icon: iconOf(LEAD_LAYOUT, FOLLOW_UP) }]
      : []),
    ...(mayCreateTask ? [{ key: NEW_TASK, label: '新建待办', icon: 'list-checks' as const }] : []),
    ...offered,
  ];
  const reachable = !lead.contactMasked;
  const bar = (
    <ActionBar
      primary={
        primary && (
          <Button
            block
            kind="primary"
            icon={iconOf(LEAD_LAYOUT, primary.action)}
            pending={actions.pending}
            disabled={barred !== null}
            onPress={() => actions.run(primary.action)}
          >
            {primary.label}
          </Button>
        )
      }
    >
      {reachable && lead.phone && <BarButton icon="phone" label="打电话" onPress={() => callLead(lead)} />}
      {reachable && lead.wechat && (
        <BarButton icon="message-circle" label="微信" onPress={() => copyWechat(lead.wechat ?? '')} />
      )}
      {others.length > 0 && <BarButton icon="ellipsis" label="更多" onPress={() => setMore(true)} />}
    </ActionBar>
  );
  const footer = barred ? (
    <>
      <ClaimRefusal>{barred}</ClaimRefusal>
      {bar}
    </>
  ) : (
    bar
  );

  const body = (
    <View className="record-detail">
      <Header lead={lead} now={now} />
      <Contact
        lead={lead}
        revealed={revealed?.leadId === lead.id && lead.contactMasked ? revealed.contact : null}
        onReveal={() => actions.run('reveal')}
      />
      {lead.customer && <Became customer={lead.customer} />}
      <Facts lead={lead} now={now} />
      {reminders(lead)}
      <SectionHeader
        title="动态"
        {...(lead.followUpCount > 0 ? { count: `${formatCount(lead.followUpCount)}次跟进` } : {})}
      />
      <Card>
        <RecordHistory entries={record.timeline} unsent={unsent} now={now} undo={undoOf(lead)} />
      </Card>
      {followUp.sheet}
      {actions.sheets}
      <ActionSheet
        open={more}
        title="更多操作"
        actions={others}
        onAction={(action) => (action === NEW_TASK ? openTaskForm(lead) : actions.run(action))}
        onClose={() => setMore(false)}
      />
    </View>
  );
  return (
    <>
      {children({
        title: TITLE,
        banner,
        body,
        footer: primary || others.length > 0 || reachable ? footer : null,
      })}
    </>
  );
}

/** A merge can be taken back where the lead's history tells of it. */
const undoOf = (lead: LeadDetail) => (entry: TimelineEntry) => {
  const merge = lead.merges.find(({ id, undoable }) => undoable && id === entry.id);
  return merge
    ? { label: '撤销合并', onPress: () => void askToUndoMerge(merge.id, merge.customerName) }
    : null;
};

/** What somebody else made of the lead, and that mine did not happen. */
function conflictWords(mine: LeadDetail, theirs: LeadDetail | null, tried: string): string {
  const owner = (lead: LeadDetail) => lead.owner?.name ?? '公海';
  return staleWords('这条线索', tried, [
    ['状态', statusLabel(mine.status), theirs && statusLabel(theirs.status)],
    ['跟进人', owner(mine), theirs && owner(theirs)],
    ['意向', intentionLabel(mine.intention), theirs && intentionLabel(theirs.intention)],
    ['名称', mine.customerName, theirs?.customerName ?? null],
  ]);
}

function Header({ lead, now }: { lead: LeadDetail; now: Instant }) {
  const open = isOpenLead(lead.status);
  const next = nextStep(lead, now);
  return (
    <RecordHeader
      name={lead.customerName}
      deleted={lead.deletedAt !== null}
      facts={placeFacts(lead)}
      tags={
        <>
          <StatusTag tone={STATUS_TONES[lead.status]}>{statusLabel(lead.status)}</StatusTag>
          <StatusTag tone={INTENTION_TONES[lead.intention]}>{intentionLabel(lead.intention)}</StatusTag>
          {lead.overdue && lead.nextDueAt && (
            <StatusTag tone="danger" icon="alarm-clock">
              {overdueWords(lead.nextDueAt, now)}
            </StatusTag>
          )}
        </>
      }
    >
      <RecordOwner name={lead.owner?.name ?? null} icon="users">
        {lead.owner ? `${lead.owner.name} 跟进` : open ? '公海，等人领取' : '没有跟进人'}
      </RecordOwner>
      {lead.acceptBy && (
        <RecordNote icon="user-check" urgency="today">
          {acceptLine(lead.acceptBy, now)}
        </RecordNote>
      )}
      {next && (
        <RecordNote icon="clock" urgency={next.urgency}>
          {lead.overdue
            ? `应在 ${formatAbsolute(next.at, now)} 前${next.what}`
            : `下次联系 ${formatAbsolute(next.at, now)} · ${next.what}`}
        </RecordNote>
      )}
      {lead.status === 'converted' && lead.dealAmount !== null && (
        <RecordNote icon="trophy" urgency="won">
          成交 {formatYuan(lead.dealAmount)} · {lead.dealDate}
        </RecordNote>
      )}
      {lead.status === 'closed' && (
        <RecordNote icon="ban">
          {[lead.outcome && OUTCOME_LABELS[lead.outcome], lead.closeReason].filter(Boolean).join('：') ||
            '已关闭'}
        </RecordNote>
      )}
    </RecordHeader>
  );
}

/** The customer that the lead became. */
function Became({ customer }: { customer: NonNullable<LeadDetail['customer']> }) {
  return (
    <Card>
      <Row
        icon="building"
        title={customer.name}
        detail="已转为客户"
        onPress={() => void Taro.navigateTo({ url: `${RECORD_PAGES.customers}?id=${customer.id}` })}
      />
    </Card>
  );
}

interface ContactProps {
  lead: LeadDetail;
  revealed: LeadContact | null;
  onReveal: () => void;
}

function Contact({ lead, revealed, onReveal }: ContactProps) {
  const masked = lead.contactMasked && !revealed;
  const offered = masked && lead.actions.find(({ action }) => action === 'reveal');
  const arrow = (icon: IconName) => (
    <View className={cx('record-contact__disc', masked && 'record-contact__disc--masked')}>
      <Icon name={masked ? 'eye-off' : icon} />
    </View>
  );
  const { phone, wechat, otherHandle, contactPerson } = revealed ?? lead;
  return (
    <Card>
      {phone && (
        <Row
          title={<Text className="record-contact__value">{masked ? phone : formatPhone(phone)}</Text>}
          detail={['电话', contactPerson, masked ? '领取后可见' : null].filter(Boolean).join(' · ')}
          trailing={arrow('phone')}
          {...(masked ? {} : { onPress: () => (revealed ? dial(phone) : callLead(lead)) })}
        />
      )}
      {wechat && (
        <Row
          title={<Text className="record-contact__value">{wechat}</Text>}
          detail={masked ? '微信 · 领取后可见' : '微信'}
          trailing={arrow('copy')}
          {...(masked ? {} : { onPress: () => copyWechat(wechat) })}
        />
      )}
      {otherHandle && (
        <Row
          title={<Text className="record-contact__value">{otherHandle}</Text>}
          detail={masked ? '其他联系方式 · 领取后可见' : '其他联系方式'}
          trailing={arrow('copy')}
          {...(masked ? {} : { onPress: () => void copy(otherHandle) })}
        />
      )}
      {revealed?.email && (
        <Row
          title={<Text className="record-contact__value">{revealed.email}</Text>}
          detail="邮箱"
          trailing={arrow('copy')}
          onPress={() => void copy(revealed.email ?? '')}
        />
      )}
      {offered && (
        <Press className="record-facts__more" label={offered.label} onPress={onReveal}>
          <Icon name="eye" size="s" />
          <Text>{offered.label}</Text>
        </Press>
      )}
    </Card>
  );
}

function Facts({ lead, now }: { lead: LeadDetail; now: Instant }) {
  const at = (instant: Instant | null) => instant && formatAbsolute(instant, now);
  const place = [lead.province, lead.city]
    .filter((part, i, parts) => part && parts.indexOf(part) === i)
    .join(' ');
  const first: KeyValue[] = [
    { label: '备注', value: lead.description },
    { label: '来源', value: [SOURCE_LABELS[lead.source], lead.sourceAccount].filter(Boolean).join(' · ') },
    { label: '公司', value: lead.company },
    {
      label: '类型',
      value: [
        lead.customerType && CUSTOMER_TYPE_LABELS[lead.customerType],
        lead.hotelRooms && `${lead.hotelRooms}间房`,
      ]
        .filter(Boolean)
        .join(' · '),
    },
    { label: '地区', value: place },
    { label: '登记', value: `${lead.registrant.name} · ${at(lead.createdAt)}` },
  ];
  const rest: KeyValue[] = [
    { label: '编号', value: lead.no },
    { label: '联系人', value: lead.phone ? null : lead.contactPerson },
    { label: '地址', value: lead.address },
    { label: '邮箱', value: lead.email },
    { label: '分派', value: at(lead.assignedAt) },
    { label: '线索时间', value: lead.leadTime === lead.createdAt ? null : at(lead.leadTime) },
    { label: '评分', value: lead.score },
    { label: '平台编号', value: lead.externalClueId },
    { label: '结束', value: at(lead.endedAt) },
    { label: '更新', value: at(lead.updatedAt) },
  ];
  return <RecordFacts first={first} rest={rest} />;
}
