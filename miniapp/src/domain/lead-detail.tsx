import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useState } from 'react';
import { CUSTOMER_TYPE_LABELS, SOURCE_LABELS } from '#shared/customers/draft.ts';
import { type LeadContact, type LeadDetail, leads, OUTCOME_LABELS } from '#shared/leads/contract.ts';
import { isOpenLead } from '#shared/leads/machine.ts';
import type { TimelineEntry } from '#shared/timeline/contract.ts';
import { formatYuan } from '#shared/values/money.ts';
import { formatCount } from '#shared/values/number.ts';
import { formatPhone } from '#shared/values/phone.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useOutbox } from '../api/outbox';
import { type DetailResult, type ListResult, useDetail, useList } from '../api/query';
import { may, useSession } from '../api/session';
import {
  ActionBar,
  ActionSheet,
  Avatar,
  Banner,
  BarButton,
  Button,
  Card,
  cx,
  DetailSkeleton,
  EmptyState,
  ErrorState,
  Icon,
  type IconName,
  type KeyValue,
  KeyValues,
  Press,
  Row,
  SectionHeader,
  type SheetAction,
  StatusTag,
} from '../ui';
import { ConnectionBanner } from './connection-banner';
import { callLead, copy, copyWechat, dial } from './contact';
import { INTENTION_TONES, intentionLabel, STATUS_TONES, statusLabel } from './labels';
import { arrangeActions, iconOfAction, useLeadActions } from './lead-actions';
import { LeadHistory } from './lead-history';
import { leadFacts, nextStep, overdueWords } from './lead-words';
import { useFollowUp } from './use-follow-up';
import { useNow } from './use-now';
import './lead-detail.scss';

export interface LeadRecord {
  detail: DetailResult<LeadDetail>;
  timeline: ListResult<TimelineEntry>;
  refresh: () => void;
}

/** A lead with what happened to it. */
export function useLead(id: string): LeadRecord {
  const detail = useDetail(leads.get, { params: { id } }, { enabled: id !== '' });
  const timeline = useList(leads.timeline, {}, { params: { id }, enabled: id !== '' });
  return {
    detail,
    timeline,
    refresh: () => {
      void detail.refresh();
      void timeline.refresh();
    },
  };
}

interface LeadDetailViewProps {
  record: LeadRecord;
  onGone: () => void;
  /** Under the facts, from outside the main package: who is reminded when. */
  reminders: (lead: LeadDetail) => ReactNode;
  /** The page puts banner and action bar where they stay in sight. */
  children: (parts: { title: string; banner: ReactNode; body: ReactNode; footer: ReactNode }) => ReactNode;
}

/** A lead in parts that a page, or the pane beside the list, arranges. */
export function LeadDetailView({ record, onGone, reminders, children }: LeadDetailViewProps) {
  const { detail } = record;
  if (detail.data) {
    return (
      <Loaded lead={detail.data} record={record} onGone={onGone} reminders={reminders}>
        {children}
      </Loaded>
    );
  }
  const body = detail.error ? (
    detail.error.status === 404 ? (
      <EmptyState
        icon="eye-off"
        title={detail.error.message}
        hint="可能已被删除，或转给了别人"
        action="返回"
        onAction={onGone}
      />
    ) : (
      <ErrorState error={detail.error} onRetry={record.refresh} />
    )
  ) : (
    <View className="lead-detail">
      <DetailSkeleton />
    </View>
  );
  return <>{children({ title: '线索详情', banner: null, body, footer: null })}</>;
}

/** In the memory of the page alone: gone with it. */
interface Revealed {
  leadId: string;
  contact: LeadContact;
}

/** Belongs to the person, not to the lead: the server offers it with none. */
const NEW_TASK = 'newTask';

const openTaskForm = ({ id, customerName }: LeadDetail) =>
  void Taro.navigateTo({
    url: `/work/task-form/index?sourceEntity=leads&sourceId=${id}&name=${encodeURIComponent(customerName)}`,
  });

type LoadedProps = LeadDetailViewProps & { lead: LeadDetail };

function Loaded({ lead, record, onGone, reminders, children }: LoadedProps) {
  const now = useNow();
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const mayCreateTask = may(useSession()?.user, 'tasks.create');
  const followUp = useFollowUp();
  const actions = useLeadActions(lead, {
    onFollowUp: () => followUp.open(lead),
    onGone,
    onRevealed: (contact) => setRevealed({ leadId: lead.id, contact }),
    onStale: (theirs, tried) => setConflict(conflictWords(lead, theirs, tried)),
  });
  const unsent = useOutbox().filter((item) => item.recordId === lead.id);
  const { error } = record.detail;

  const banner =
    conflict !== null ? (
      <Banner tone="warning" action="知道了" onAction={() => setConflict(null)}>
        {conflict}
      </Banner>
    ) : (
      <ConnectionBanner offline={error?.offline} updatedAt={record.detail.updatedAt} />
    );

  const { primary, more: offered } = arrangeActions(lead.actions);
  const others: SheetAction[] = mayCreateTask
    ? [{ key: NEW_TASK, label: '新建待办', icon: 'list-checks' }, ...offered]
    : offered;
  const reachable = !lead.contactMasked;
  const footer = (
    <ActionBar
      primary={
        primary && (
          <Button
            block
            kind="primary"
            icon={iconOfAction(primary.action)}
            pending={actions.pending}
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

  const body = (
    <View className="lead-detail">
      <Header lead={lead} now={now} />
      <Contact
        lead={lead}
        revealed={revealed?.leadId === lead.id && lead.contactMasked ? revealed.contact : null}
        onReveal={() => actions.run('reveal')}
      />
      <Facts lead={lead} now={now} />
      {reminders(lead)}
      <SectionHeader
        title="动态"
        {...(lead.followUpCount > 0 ? { count: `${formatCount(lead.followUpCount)}次跟进` } : {})}
      />
      <Card>
        <LeadHistory entries={record.timeline} unsent={unsent} now={now} />
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
        title: '线索详情',
        banner,
        body,
        footer: primary || others.length > 0 || reachable ? footer : null,
      })}
    </>
  );
}

/** What somebody else made of the lead, and that mine did not happen. */
function conflictWords(mine: LeadDetail, theirs: LeadDetail | null, tried: string): string {
  const owner = (lead: LeadDetail) => lead.owner?.name ?? '公海';
  const changes = theirs
    ? [
        ['状态', statusLabel(mine.status), statusLabel(theirs.status)],
        ['跟进人', owner(mine), owner(theirs)],
        ['意向', intentionLabel(mine.intention), intentionLabel(theirs.intention)],
        ['名称', mine.customerName, theirs.customerName],
      ].filter(([, before, after]) => before !== after)
    : [];
  const what = changes.map(([label, before, after]) => `${label} ${before} → ${after}`).join('，');
  return `刚刚有人改过${what ? `：${what}` : '这条线索'}。你的“${tried}”没有保存，看一眼再决定`;
}

function Header({ lead, now }: { lead: LeadDetail; now: Instant }) {
  const open = isOpenLead(lead.status);
  const next = nextStep(lead, now);
  return (
    <Card inset>
      <Text className="lead-header__name" userSelect selectable>
        {lead.customerName}
      </Text>
      <View className="lead-header__tags">
        <StatusTag tone={STATUS_TONES[lead.status]}>{statusLabel(lead.status)}</StatusTag>
        <StatusTag tone={INTENTION_TONES[lead.intention]}>{intentionLabel(lead.intention)}</StatusTag>
        {lead.overdue && lead.nextDueAt && (
          <StatusTag tone="danger" icon="alarm-clock">
            {overdueWords(lead.nextDueAt, now)}
          </StatusTag>
        )}
        {lead.deletedAt && <StatusTag tone="danger">已删除</StatusTag>}
        <Text className="lead-header__facts">{leadFacts(lead)}</Text>
      </View>
      <View className="lead-header__owner">
        {lead.owner ? <Avatar name={lead.owner.name} size="s" /> : <Icon name="users" />}
        <Text>{lead.owner ? `${lead.owner.name} 跟进` : open ? '公海，等人领取' : '没有跟进人'}</Text>
      </View>
      {next && (
        <View className={cx('lead-header__next', `lead-header__next--${next.urgency}`)}>
          <Icon name="clock" size="s" />
          <Text>
            {lead.overdue
              ? `应在 ${formatAbsolute(next.at, now)} 前${next.what}`
              : `下次联系 ${formatAbsolute(next.at, now)} · ${next.what}`}
          </Text>
        </View>
      )}
      {lead.status === 'converted' && lead.dealAmount !== null && (
        <View className="lead-header__next lead-header__next--won">
          <Icon name="trophy" size="s" />
          <Text>
            成交 {formatYuan(lead.dealAmount)} · {lead.dealDate}
          </Text>
        </View>
      )}
      {lead.status === 'closed' && (
        <View className="lead-header__next">
          <Icon name="ban" size="s" />
          <Text>
            {[lead.outcome && OUTCOME_LABELS[lead.outcome], lead.closeReason].filter(Boolean).join('：') ||
              '已关闭'}
          </Text>
        </View>
      )}
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
    <View className={cx('lead-contact__disc', masked && 'lead-contact__disc--masked')}>
      <Icon name={masked ? 'eye-off' : icon} />
    </View>
  );
  const { phone, wechat, otherHandle, contactPerson } = revealed ?? lead;
  return (
    <Card>
      {phone && (
        <Row
          title={<Text className="lead-contact__value">{masked ? phone : formatPhone(phone)}</Text>}
          detail={['电话', contactPerson, masked ? '领取后可见' : null].filter(Boolean).join(' · ')}
          trailing={arrow('phone')}
          {...(masked ? {} : { onPress: () => (revealed ? dial(phone) : callLead(lead)) })}
        />
      )}
      {wechat && (
        <Row
          title={<Text className="lead-contact__value">{wechat}</Text>}
          detail={masked ? '微信 · 领取后可见' : '微信'}
          trailing={arrow('copy')}
          {...(masked ? {} : { onPress: () => copyWechat(wechat) })}
        />
      )}
      {otherHandle && (
        <Row
          title={<Text className="lead-contact__value">{otherHandle}</Text>}
          detail={masked ? '其他联系方式 · 领取后可见' : '其他联系方式'}
          trailing={arrow('copy')}
          {...(masked ? {} : { onPress: () => void copy(otherHandle) })}
        />
      )}
      {revealed?.email && (
        <Row
          title={<Text className="lead-contact__value">{revealed.email}</Text>}
          detail="邮箱"
          trailing={arrow('copy')}
          onPress={() => void copy(revealed.email ?? '')}
        />
      )}
      {offered && (
        <Press className="lead-facts__more" label={offered.label} onPress={onReveal}>
          <Icon name="eye" size="s" />
          <Text>{offered.label}</Text>
        </Press>
      )}
    </Card>
  );
}

function Facts({ lead, now }: { lead: LeadDetail; now: Instant }) {
  const [all, setAll] = useState(false);
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
  return (
    <Card>
      <KeyValues items={all ? [...first, ...rest] : first} />
      <Press className="lead-facts__more" label={all ? '收起资料' : '全部资料'} onPress={() => setAll(!all)}>
        <Text>{all ? '收起' : '全部资料'}</Text>
        <Icon
          name="chevron-down"
          size="s"
          className={cx('lead-facts__arrow', all && 'lead-facts__arrow--up')}
        />
      </Press>
    </Card>
  );
}
