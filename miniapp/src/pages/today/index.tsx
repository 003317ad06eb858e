import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import type { LeadFilters, LeadItem } from '#shared/leads/contract.ts';
import type { TicketFilters, TicketItem } from '#shared/service-tickets/contract.ts';
import type { TaskItem } from '#shared/tasks/contract.ts';
import { formatCount } from '#shared/values/number.ts';
import { type Instant, wallClock } from '#shared/values/time.ts';
import {
  type LeadSection,
  type TaskSection,
  type TicketSection,
  type WorkbenchSection,
  workbench,
} from '#shared/workbench/contract.ts';
import { openLogin } from '../../api/navigation';
import { useOutbox } from '../../api/outbox';
import { useDetail } from '../../api/query';
import { may, reachOf, useSession } from '../../api/session';
import { AppTabs } from '../../domain/app-tabs';
import { ConnectionBanner } from '../../domain/connection-banner';
import { LeadCard } from '../../domain/lead-card';
import { openLeads, openTickets } from '../../domain/list-views';
import { TaskRow } from '../../domain/task-row';
import { TicketCard } from '../../domain/ticket-card';
import { useBelowTheFold } from '../../domain/use-below-the-fold';
import { useFollowUp } from '../../domain/use-follow-up';
import { useNow } from '../../domain/use-now';
import { useShownAgain } from '../../domain/use-shown-again';
import { useTakeLead } from '../../domain/use-take-lead';
import { useTaskCompletion } from '../../domain/use-task-completion';
import {
  Card,
  EmptyState,
  ErrorState,
  FloatingButton,
  Icon,
  IconButton,
  type IconName,
  ListSkeleton,
  Page,
  Row,
  SectionHeader,
} from '../../ui';
import './index.scss';

const WEEKDAYS = ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'] as const;

const ICONS: Readonly<Record<WorkbenchSection['key'], IconName>> = {
  overdue: 'alarm-clock',
  today: 'calendar',
  fresh: 'flame',
  pool: 'inbox',
  registered: 'clipboard-paste',
  toAccept: 'bell',
  soonRecycled: 'clock',
  teamOverdue: 'users',
  unassigned: 'user-plus',
  ticketsOverdue: 'alarm-clock',
  ticketsToAccept: 'bell',
  ticketsToDispatch: 'user-plus',
  ticketsInWork: 'wrench',
  tasksOverdue: 'alarm-clock',
  tasksToday: 'list-checks',
};
/** What has to be done: when all of it is empty, the day is clear. */
const DUTIES: readonly WorkbenchSection['key'][] = [
  'toAccept',
  'overdue',
  'today',
  'soonRecycled',
  'ticketsOverdue',
  'ticketsToAccept',
  'ticketsToDispatch',
  'ticketsInWork',
  'tasksOverdue',
  'tasksToday',
  'fresh',
  'teamOverdue',
  'unassigned',
];

function greeting(now: Instant): string {
  const hour = Number(wallClock(now).time.slice(0, 2));
  if (hour < 5) return '夜深了';
  if (hour < 11) return '早上好';
  if (hour < 13) return '中午好';
  return hour < 18 ? '下午好' : '晚上好';
}

function dayLine(now: Instant): string {
  const { date, weekday } = wallClock(now);
  return `${Number(date.slice(5, 7))}月${Number(date.slice(8, 10))}日 ${WEEKDAYS[weekday]}`;
}

function openSection({ kind, filters, title }: WorkbenchSection): void {
  if (kind === 'leads') openLeads(filters as LeadFilters, title);
  else if (kind === 'tickets') openTickets(filters as TicketFilters, title);
  else {
    const query = Object.entries(filters).map(
      ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
    );
    void Taro.navigateTo({ url: `/work/tasks/index?${query.join('&')}` });
  }
}

const openLeadPage = (id: string) => void Taro.navigateTo({ url: `/sales/lead-detail/index?id=${id}` });
const openLead = (lead: LeadItem) => openLeadPage(lead.id);

const openTicket = (ticket: TicketItem) =>
  void Taro.navigateTo({ url: `/service/ticket/index?id=${ticket.id}` });

const openTask = (task: TaskItem) => void Taro.navigateTo({ url: `/work/task/index?id=${task.id}` });

export default function TodayPage() {
  const user = useSession()?.user;
  const now = useNow();
  const waiting = useOutbox();
  const { data, error, loading, refreshing, refresh, updatedAt } = useDetail(workbench.get, {});
  const followUp = useFollowUp();
  const { tickOf, done } = useTaskCompletion(followUp.open);
  const below = useBelowTheFold(data !== undefined);
  const writes = may(user, 'followups.create') ? followUp.openLead : undefined;
  const take = useTakeLead(openLeadPage, writes);

  useDidShow(() => {
    if (!user) openLogin();
  });
  useShownAgain(() => user && void refresh());

  const sections = data?.sections ?? [];
  const duties = sections.filter(({ key }) => DUTIES.includes(key));
  const left = duties.reduce((sum, { count }) => sum + count, 0);
  const filled = sections.filter(({ count }) => count > 0);
  // That nothing is left to do is said once, above.
  const empty = sections.filter(({ key, count }) => count === 0 && (left > 0 || !DUTIES.includes(key)));
  const showOwner = (reachOf(user, 'leads.read') ?? 'own') !== 'own';
  // An answer that was kept from before the first notification has no number.
  const unread = data?.unread ?? 0;
  const unsent = new Set(waiting.map(({ recordId }) => recordId));

  return (
    <Page
      title="今日"
      banner={<ConnectionBanner offline={data !== undefined && error?.offline} updatedAt={updatedAt} />}
      tabBar={<AppTabs current="today" />}
      floating={
        may(user, 'leads.create') ? (
          <FloatingButton
            label="登记线索"
            onPress={() => void Taro.navigateTo({ url: '/sales/lead-form/index' })}
          />
        ) : (
          may(user, 'tasks.create') && (
            <FloatingButton
              label="新建待办"
              onPress={() => void Taro.navigateTo({ url: '/work/task-form/index' })}
            />
          )
        )
      }
      onRefresh={() => void refresh()}
      refreshing={refreshing}
    >
      <View className="today">
        <View className="today__head">
          <View className="today__words">
            <Text className="today__greeting">{`${greeting(now)}${user ? `，${user.name}` : ''}`}</Text>
            <Text className="today__day">
              {data && duties.length > 0 && left > 0
                ? `${dayLine(now)} · ${formatCount(left)} 件要做`
                : dayLine(now)}
            </Text>
          </View>
          {user && (
            <IconButton
              icon="bell"
              label={unread > 0 ? `通知，${unread}条未读` : '通知'}
              count={unread}
              onPress={() => void Taro.navigateTo({ url: '/work/notifications/index' })}
            />
          )}
        </View>
        {loading && (
          <View className="today__waiting">
            <ListSkeleton rows={4} />
          </View>
        )}
        {!data && error && <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />}
        {data && error && !error.offline && (
          <ErrorState error={error} onRetry={() => void refresh()} pending={refreshing} />
        )}
        {data && sections.length === 0 && (
          <EmptyState icon="circle-check" title="今天没有安排给你的事" hint="有新的工作时会出现在这里" />
        )}
        {data && duties.length > 0 && left === 0 && (
          <Card inset className="today__clear">
            <Icon name="circle-check" size="l" />
            <View className="today__clear-words">
              <Text className="today__clear-title">
                {duties.some(({ key }) => key === 'today') ? '今天的都跟完了' : '没有要处理的'}
              </Text>
              <Text className="today__clear-hint">{duties.map(({ empty: why }) => why).join('，')}</Text>
            </View>
          </Card>
        )}
        {(below ? filled : firstScreenOf(filled)).map((section) => (
          <View key={section.key} className="today__section">
            <SectionHeader
              title={section.title}
              count={formatCount(section.count)}
              action={section.count > shownOf(section) ? '全部' : '查看'}
              onAction={() => openSection(section)}
            />
            {section.kind === 'tickets' && (
              <TicketCards section={section} now={now} me={user?.id} unsent={unsent} />
            )}
            {section.kind === 'leads' && (
              <LeadCards
                section={section}
                now={now}
                showOwner={showOwner}
                unsent={unsent}
                onFollowUp={writes}
                onClaim={may(user, 'leads.claim') ? take.claim : undefined}
                onAccept={take.accept}
                taking={take.taking}
              />
            )}
            {section.kind === 'tasks' && (
              <TaskRows
                section={section}
                now={now}
                me={user?.id}
                unsent={unsent}
                tickOf={tickOf}
                done={done}
              />
            )}
          </View>
        ))}
        {(below || filled.length === 0) && empty.length > 0 && (
          <View className="today__nothing">
            <Card>
              {empty.map(({ key, title, empty: why }) => (
                <Row key={key} icon={ICONS[key]} title={title} detail={why} />
              ))}
            </Card>
          </View>
        )}
      </View>
      {followUp.sheet}
    </Page>
  );
}

/** A screen holds no more cards than these. */
const FIRST_SCREEN = 5;

/** The sections that the first screen shows. */
function firstScreenOf(sections: readonly WorkbenchSection[]): readonly WorkbenchSection[] {
  let cards = 0;
  const end = sections.findIndex((section) => {
    const full = cards >= FIRST_SCREEN;
    cards += shownOf(section);
    return full;
  });
  return end < 0 ? sections : sections.slice(0, end);
}

function shownOf(section: WorkbenchSection): number {
  if (section.kind === 'leads') return section.leads.length;
  return section.kind === 'tickets' ? section.tickets.length : section.tasks.length;
}

interface TicketCardsProps {
  section: TicketSection;
  now: Instant;
  me: string | undefined;
  unsent: ReadonlySet<string | null>;
}

function TicketCards({ section, now, me, unsent }: TicketCardsProps) {
  return (
    <View className="today__cards">
      {section.tickets.map((ticket) => (
        <TicketCard
          key={ticket.id}
          ticket={ticket}
          now={now}
          onOpen={openTicket}
          showAssignee={ticket.assignee?.id !== me}
          unsent={unsent.has(ticket.id)}
        />
      ))}
    </View>
  );
}

interface LeadCardsProps {
  section: LeadSection;
  now: Instant;
  showOwner: boolean;
  unsent: ReadonlySet<string | null>;
  onFollowUp: ((lead: LeadItem) => void) | undefined;
  onClaim: ((lead: LeadItem) => void) | undefined;
  onAccept: (lead: LeadItem) => void;
  /** The lead that is being claimed or accepted. */
  taking: string | null;
}

function LeadCards(props: LeadCardsProps) {
  const { section, now, showOwner, unsent, onFollowUp, onClaim, onAccept, taking } = props;
  return (
    <View className="today__cards">
      {section.leads.map((lead) => (
        <LeadCard
          key={lead.id}
          lead={lead}
          now={now}
          onOpen={openLead}
          onFollowUp={lead.owner ? onFollowUp : undefined}
          onClaim={onClaim}
          onAccept={section.key === 'toAccept' ? onAccept : undefined}
          claiming={taking === lead.id}
          soonRecycled={section.key === 'soonRecycled'}
          showOwner={section.key === 'registered' || (showOwner && lead.owner !== null)}
          unsent={unsent.has(lead.id)}
        />
      ))}
    </View>
  );
}

interface TaskRowsProps {
  section: TaskSection;
  now: Instant;
  me: string | undefined;
  unsent: ReadonlySet<string | null>;
  tickOf: (task: TaskItem) => ((task: TaskItem) => void) | undefined;
  done: ReadonlySet<string>;
}

function TaskRows({ section, now, me, unsent, tickOf, done }: TaskRowsProps) {
  return (
    <View className="today__cards">
      <Card>
        {section.tasks.map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            now={now}
            onOpen={openTask}
            onComplete={tickOf(task)}
            done={done.has(task.id)}
            showAssignee={task.assignee.id !== me}
            unsent={unsent.has(task.id)}
          />
        ))}
      </Card>
    </View>
  );
}
