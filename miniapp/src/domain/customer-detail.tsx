import { View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { type ReactNode, useState } from 'react';
import { type CustomerDetail, customers } from '#shared/customers/contract.ts';
import {
  CUSTOMER_LEVEL_LABELS,
  CUSTOMER_TYPE_LABELS,
  LOYALTY_LABELS,
  SOURCE_LABELS,
} from '#shared/customers/draft.ts';
import { customerMachine } from '#shared/customers/machine.ts';
import { tasks } from '#shared/tasks/contract.ts';
import { formatYuan } from '#shared/values/money.ts';
import { formatCount } from '#shared/values/number.ts';
import { formatAbsolute, type Instant } from '#shared/values/time.ts';
import { useOutbox } from '../api/outbox';
import { useList } from '../api/query';
import { may, useSession } from '../api/session';
import {
  ActionBar,
  ActionSheet,
  BarButton,
  Button,
  Card,
  type KeyValue,
  Row,
  SectionHeader,
  type SheetAction,
  StatusTag,
} from '../ui';
import { arrangeActions, iconOf } from './arrange-actions';
import { callAbout, copyWechat } from './contact';
import { ContactList } from './contact-list';
import { CUSTOMER_LAYOUT, useCustomerActions } from './customer-actions';
import { CustomerPlace } from './customer-place';
import { CustomerEquipment, CustomerFiles, CustomerTickets, reportFault } from './customer-service';
import { agreedStep, phoneOf } from './customer-words';
import { customerTarget, RECORD_PAGES } from './follow-ups';
import { LEVEL_TONES, STAGE_TONES, stageLabel } from './labels';
import { placeFacts } from './lead-words';
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
import { TaskRow } from './task-row';
import { useFollowUp } from './use-follow-up';
import { useNow } from './use-now';
import { useTaskCompletion } from './use-task-completion';

/** A customer with what happened to it. */
export const useCustomer = (id: string) => useRecord(customers, id);

interface CustomerDetailViewProps {
  record: ReturnType<typeof useCustomer>;
  onGone: () => void;
  /** The page puts banner and action bar where they stay in sight. */
  children: (parts: RecordParts) => ReactNode;
}

const TITLE = '客户详情';
/** Belong to the person, not to the customer: the server offers them with none. */
const NEW_TASK = 'newTask';
const REPORT = 'report';
const SHOWN_TASKS = 3;

/** A customer in parts that a page, or the pane beside the list, arranges. */
export function CustomerDetailView({ record, onGone, children }: CustomerDetailViewProps) {
  return (
    <RecordView record={record} title={TITLE} onGone={onGone} parts={children}>
      {(customer) => (
        <Loaded customer={customer} record={record} onGone={onGone}>
          {children}
        </Loaded>
      )}
    </RecordView>
  );
}

const about = ({ id, customerName }: CustomerDetail) =>
  `sourceEntity=customers&sourceId=${id}&name=${encodeURIComponent(customerName)}`;

type LoadedProps = CustomerDetailViewProps & { customer: CustomerDetail };

function Loaded({ customer, record, onGone, children }: LoadedProps) {
  const now = useNow();
  const user = useSession()?.user;
  const [conflict, setConflict] = useState<string | null>(null);
  const [more, setMore] = useState(false);
  const followUp = useFollowUp();
  const actions = useCustomerActions(customer, {
    onFollowUp: () => followUp.openCustomer(customer),
    onGone,
    onStale: (theirs, tried) => setConflict(conflictWords(customer, theirs, tried)),
  });
  const unsent = useOutbox().filter((item) => item.recordId === customer.id);
  const unsentContacts = unsent.filter(({ endpoint }) => endpoint.path === customers.addContact.path);

  const { primary, more: offered } = arrangeActions(customer.actions, CUSTOMER_LAYOUT);
  const creates = may(user, 'tasks.create') && customer.deletedAt === null;
  const reports = may(user, 'serviceTickets.create') && customer.deletedAt === null;
  const others: SheetAction[] = [
    ...(reports && primary ? [{ key: REPORT, label: '报修', icon: 'wrench' as const }] : []),
    ...(creates ? [{ key: NEW_TASK, label: '新建待办', icon: 'list-checks' as const }] : []),
    ...offered,
  ];
  const newTask = () => void Taro.navigateTo({ url: `/work/task-form/index?${about(customer)}` });
  const starters: Readonly<Record<string, () => void>> = {
    [NEW_TASK]: newTask,
    [REPORT]: () => reportFault(customer),
  };
  const reached = phoneOf(customer);
  const wechat = customer.contacts.find(({ primary: first }) => first)?.wechat;
  const adds = customer.actions.some(({ action }) => action === 'addContact');

  const footer = (
    <ActionBar
      primary={
        (primary && (
          <Button
            block
            kind="primary"
            icon={iconOf(CUSTOMER_LAYOUT, primary.action)}
            pending={actions.pending}
            onPress={() => actions.run(primary.action)}
          >
            {primary.label}
          </Button>
        )) ||
        // Who writes no follow-ups comes here for the equipment.
        (reports && (
          <Button block kind="primary" icon="wrench" onPress={() => reportFault(customer)}>
            报修
          </Button>
        ))
      }
    >
      {reached.phone && (
        <BarButton
          icon="phone"
          label="打电话"
          onPress={() => callAbout(customerTarget(customer, reached.name), reached.phone)}
        />
      )}
      {wechat && <BarButton icon="message-circle" label="微信" onPress={() => copyWechat(wechat)} />}
      {others.length > 0 && <BarButton icon="ellipsis" label="更多" onPress={() => setMore(true)} />}
    </ActionBar>
  );

  const body = (
    <View className="record-detail">
      <Header customer={customer} now={now} />
      <ContactList
        customer={customer}
        unsent={unsentContacts}
        onAdd={adds ? () => actions.run('addContact') : undefined}
      />
      <SectionHeader title="资料" />
      <Facts customer={customer} now={now} />
      <CustomerPlace customer={customer} />
      {may(user, 'serviceTickets.read') && (
        <CustomerTickets customer={customer} now={now} reports={reports} />
      )}
      {may(user, 'equipment.read') && (
        <CustomerEquipment
          customer={customer}
          now={now}
          registers={may(user, 'equipment.manage') && customer.deletedAt === null}
        />
      )}
      {customer.leads.length > 0 && <SourceLeads leads={customer.leads} />}
      {may(user, 'tasks.read') && (
        <CustomerTasks
          customer={customer}
          now={now}
          me={user?.id}
          onFollowUp={followUp.open}
          onCreate={creates ? newTask : undefined}
        />
      )}
      <CustomerFiles
        customer={customer}
        now={now}
        adds={customer.actions.some(({ action }) => action === 'edit')}
      />
      <SectionHeader
        title="动态"
        {...(customer.followUpCount > 0 ? { count: `${formatCount(customer.followUpCount)}次跟进` } : {})}
      />
      <Card>
        <RecordHistory
          entries={record.timeline}
          unsent={unsent.filter((item) => !unsentContacts.includes(item))}
          now={now}
        />
      </Card>
      {followUp.sheet}
      {actions.sheets}
      <ActionSheet
        open={more}
        title="更多操作"
        actions={others}
        onAction={(action) => (starters[action] ?? (() => actions.run(action)))()}
        onClose={() => setMore(false)}
      />
    </View>
  );
  return (
    <>
      {children({
        title: TITLE,
        banner: <RecordBanner conflict={conflict} onSeen={() => setConflict(null)} detail={record.detail} />,
        body,
        footer: primary || reports || others.length > 0 || reached.phone ? footer : null,
      })}
    </>
  );
}

function conflictWords(mine: CustomerDetail, theirs: CustomerDetail | null, tried: string): string {
  return staleWords('这位客户', tried, [
    ['阶段', stageLabel(mine.stage), theirs && stageLabel(theirs.stage)],
    ['状态', customerMachine.states[mine.status], theirs && customerMachine.states[theirs.status]],
    ['负责人', mine.owner.name, theirs?.owner.name ?? null],
    ['名称', mine.customerName, theirs?.customerName ?? null],
  ]);
}

function Header({ customer, now }: { customer: CustomerDetail; now: Instant }) {
  const { level, stage, status, collaborators, owner } = customer;
  const next = agreedStep(customer, now);
  return (
    <RecordHeader
      name={customer.customerName}
      deleted={customer.deletedAt !== null}
      facts={placeFacts(customer)}
      tags={
        <>
          <StatusTag tone={STAGE_TONES[stage]}>{stageLabel(stage)}</StatusTag>
          {level && <StatusTag tone={LEVEL_TONES[level]}>{CUSTOMER_LEVEL_LABELS[level]}</StatusTag>}
          {status === 'inactive' && <StatusTag>{customerMachine.states[status]}</StatusTag>}
        </>
      }
    >
      <RecordOwner name={owner.name}>
        {[
          `${owner.name} 负责`,
          collaborators.length > 0 && `协作 ${collaborators.map(({ name }) => name).join('、')}`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </RecordOwner>
      {next && (
        <RecordNote icon="clock" urgency={next.urgency}>
          {next.urgency === 'overdue'
            ? `约了 ${formatAbsolute(next.at, now)} ${next.what}，已经过了`
            : `下次联系 ${formatAbsolute(next.at, now)} · ${next.what}`}
        </RecordNote>
      )}
      {status === 'inactive' && <RecordNote icon="ban">{customer.inactiveReason ?? '已停用'}</RecordNote>}
    </RecordHeader>
  );
}

function Facts({ customer, now }: { customer: CustomerDetail; now: Instant }) {
  const place = [customer.province, customer.city]
    .filter((part, i, parts) => part && parts.indexOf(part) === i)
    .join(' ');
  const credit = [
    customer.creditLimit !== null && `额度 ${formatYuan(customer.creditLimit)}`,
    customer.creditScore !== null && `${customer.creditScore}分`,
    customer.creditAssessedOn && `${customer.creditAssessedOn} 评`,
  ]
    .filter(Boolean)
    .join(' · ');
  const first: KeyValue[] = [
    { label: '备注', value: customer.description },
    {
      label: '类型',
      value: [
        customer.customerType && CUSTOMER_TYPE_LABELS[customer.customerType],
        customer.hotelRooms && `${customer.hotelRooms}间房`,
        customer.hotelStar,
      ]
        .filter(Boolean)
        .join(' · '),
    },
    { label: '地区', value: place },
    { label: '地址', value: customer.address },
    { label: '信用', value: credit },
    { label: '来源', value: SOURCE_LABELS[customer.source] },
    { label: '建档', value: `${customer.creator.name} · ${formatAbsolute(customer.createdAt, now)}` },
  ];
  const rest: KeyValue[] = [
    { label: '编号', value: customer.no },
    { label: '行业', value: customer.industry },
    { label: '邮箱', value: customer.email },
    { label: '网站', value: customer.website },
    { label: '税号', value: customer.taxNo },
    { label: '忠诚度', value: customer.loyaltyLevel && LOYALTY_LABELS[customer.loyaltyLevel] },
    { label: '更新', value: formatAbsolute(customer.updatedAt, now) },
  ];
  return <RecordFacts first={first} rest={rest} />;
}

function SourceLeads({ leads }: { leads: CustomerDetail['leads'] }) {
  return (
    <>
      <SectionHeader title="来源线索" {...(leads.length > 1 ? { count: String(leads.length) } : {})} />
      <Card>
        {leads.map(({ id, no, customerName }) => (
          <Row
            key={id}
            icon="flame"
            title={customerName}
            detail={no}
            onPress={() => void Taro.navigateTo({ url: `${RECORD_PAGES.leads}?id=${id}` })}
          />
        ))}
      </Card>
    </>
  );
}

interface CustomerTasksProps {
  customer: CustomerDetail;
  now: Instant;
  me: string | undefined;
  onFollowUp: ReturnType<typeof useFollowUp>['open'];
  onCreate: (() => void) | undefined;
}

/** What is still to do for a customer. */
function CustomerTasks({ customer, now, me, onFollowUp, onCreate }: CustomerTasksProps) {
  const { tickOf, done } = useTaskCompletion(onFollowUp);
  const list = useList(tasks.list, {
    sourceEntity: 'customers',
    sourceId: customer.id,
    status: ['pending'],
    sort: 'dueAt',
  });
  if (list.rows.length === 0 && !onCreate) return null;
  const all = list.total ?? list.rows.length;
  return (
    <>
      <SectionHeader
        title="待办"
        {...(all > 0 ? { count: formatCount(all) } : {})}
        {...(list.rows.length > 0
          ? {
              action: '全部',
              onAction: () =>
                void Taro.navigateTo({ url: `/work/tasks/index?status=pending&${about(customer)}` }),
            }
          : {})}
      />
      <Card>
        {list.rows.slice(0, SHOWN_TASKS).map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            now={now}
            onOpen={({ id }) => void Taro.navigateTo({ url: `/work/task/index?id=${id}` })}
            onComplete={tickOf(task)}
            done={done.has(task.id)}
            showAssignee={task.assignee.id !== me}
          />
        ))}
        {list.rows.length === 0 && <Row icon="plus" title="记一条要做的事" onPress={onCreate} />}
      </Card>
    </>
  );
}
