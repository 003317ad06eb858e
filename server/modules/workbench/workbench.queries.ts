import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { serviceTickets, type TicketFilters } from '#shared/service-tickets/contract.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import type { tasks } from '#shared/tasks/contract.ts';
import { dateOf } from '#shared/values/time.ts';
import type {
  LeadSection,
  TaskSection,
  TicketSection,
  WorkbenchSection,
  workbench,
} from '#shared/workbench/contract.ts';
import { type Actor, may, scopeOf } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { listLeads } from '../leads/leads.queries.ts';
import { unreadCount } from '../notifications/notifications.queries.ts';
import { listTickets } from '../service-tickets/tickets.queries.ts';
import { listTasks } from '../tasks/tasks.queries.ts';

type LeadQuery = Request<typeof leads.list>['query'];
type TaskQuery = Request<typeof tasks.list>['query'];

interface Shown {
  /** Left out while there is nothing in it. */
  readonly optional?: boolean;
}

interface LeadPlan extends Shown, Pick<LeadSection, 'kind' | 'key' | 'title' | 'empty'> {
  readonly filters: Pick<
    Partial<LeadQuery>,
    'ownerId' | 'registrantId' | 'due' | 'recycle' | 'toAccept' | 'fresh' | 'pool' | 'open' | 'from'
  >;
  readonly sort: '-createdAt' | 'lastContactAt';
}

interface TaskPlan extends Shown, Pick<TaskSection, 'kind' | 'key' | 'title' | 'empty'> {
  readonly filters: Pick<Partial<TaskQuery>, 'assigneeId' | 'planned' | 'due'>;
}

interface TicketPlan extends Shown, Pick<TicketSection, 'kind' | 'key' | 'title' | 'empty'> {
  readonly filters: Pick<TicketFilters, 'assignedTo' | 'overdue'> & { readonly status?: string };
}

type Plan = LeadPlan | TaskPlan | TicketPlan;

const SHOWN = 5;

/** What somebody has to do now, most urgent first; each count is the total of the list that the filters open. */
export async function todayFor(context: Context<Actor, null>): Promise<Answer<typeof workbench.get>> {
  const { actor, now } = context;
  const date = dateOf(now);
  const unread = await unreadCount(context);
  const sections: WorkbenchSection[] = [];
  for (const { optional, ...plan } of planFor(actor, date)) {
    const section = await fill(context, plan);
    if (section.count > 0 || !optional) sections.push(section);
  }
  return { date, unread, sections };
}

function fill(context: Context<Actor, null>, plan: Plan): Promise<WorkbenchSection> {
  if (plan.kind === 'tickets') return fillTickets(context, plan);
  return plan.kind === 'tasks' ? fillTasks(context, plan) : fillLeads(context, plan);
}

async function fillLeads(
  context: Context<Actor, null>,
  { sort, ...plan }: LeadPlan,
): Promise<WorkbenchSection> {
  const reading: Context = { ...context, scope: scopeOf(context.actor, 'leads.read') };
  const page = await listLeads(reading, { ...plan.filters, page: 1, pageSize: SHOWN, sort });
  return { ...plan, count: page.pagination.total, leads: page.list };
}

async function fillTasks(context: Context<Actor, null>, plan: TaskPlan): Promise<WorkbenchSection> {
  const reading: Context = { ...context, scope: scopeOf(context.actor, 'tasks.read') };
  const page = await listTasks(reading, { ...plan.filters, page: 1, pageSize: SHOWN, sort: 'dueAt' });
  return { ...plan, count: page.pagination.total, tasks: page.list };
}

async function fillTickets(context: Context<Actor, null>, plan: TicketPlan): Promise<WorkbenchSection> {
  const reading: Context = { ...context, scope: scopeOf(context.actor, 'serviceTickets.read') };
  // As the page will ask for them.
  const query = serviceTickets.list.query.parse({ ...plan.filters, pageSize: SHOWN, sort: 'resolveDueAt' });
  const page = await listTickets(reading, query);
  return { ...plan, count: page.pagination.total, tickets: page.list };
}

/** The sections of somebody: what is late, what is for today, and then what else there is to do. */
function planFor(actor: Actor, date: string): Plan[] {
  const leads = may(actor, 'leads.read') ? leadPlans(actor, date) : [];
  const tickets = may(actor, 'serviceTickets.read') ? ticketPlans(actor) : [];
  const alone = leads.length === 0 && tickets.length === 0;
  const tasks = may(actor, 'tasks.read') ? taskPlans(actor, alone) : [];
  return [...leads, ...tickets, ...tasks].sort((a, b) => URGENCY[a.key] - URGENCY[b.key]);
}

/** Of equal ones, leads come first, and tickets before tasks. */
const URGENCY: Readonly<Record<Plan['key'], number>> = {
  teamOverdue: 0,
  overdue: 0,
  ticketsOverdue: 0,
  tasksOverdue: 0,
  ticketsToAccept: 0,
  ticketsToDispatch: 0,
  toAccept: 0,
  today: 1,
  soonRecycled: 1,
  ticketsInWork: 1,
  tasksToday: 1,
  fresh: 2,
  registered: 2,
  unassigned: 2,
  pool: 2,
};

const statuses = (...names: ServiceTicketStatus[]) => names.join(',');

/** The tickets of whoever is sent, and those of whoever sends: who does both sees their own only when there are some. */
function ticketPlans(actor: Actor): TicketPlan[] {
  const dispatches = may(actor, 'serviceTickets.dispatch');
  const works = may(actor, 'serviceTickets.work');
  const mine = { assignedTo: actor.userId };
  const plans: TicketPlan[] = [];
  if (dispatches || works) {
    plans.push({
      kind: 'tickets',
      key: 'ticketsOverdue',
      title: '超时工单',
      empty: '没有超时的工单',
      filters: { ...(dispatches ? {} : mine), overdue: 'any' },
      optional: true,
    });
  }
  if (dispatches) {
    plans.push({
      kind: 'tickets',
      key: 'ticketsToDispatch',
      title: '待派工',
      empty: '没有等着派工的工单',
      filters: { status: statuses('pending') },
      optional: true,
    });
  }
  if (works) {
    plans.push(
      {
        kind: 'tickets',
        key: 'ticketsToAccept',
        title: '待接单',
        empty: '没有等着接的工单',
        filters: { ...mine, status: statuses('assigned') },
        optional: dispatches,
      },
      {
        kind: 'tickets',
        key: 'ticketsInWork',
        title: '处理中',
        empty: '手上没有工单',
        filters: { ...mine, status: statuses('accepted', 'en_route', 'on_site', 'pending_acceptance') },
        optional: dispatches,
      },
    );
  }
  return plans;
}

/** What somebody has to do beside the contacts agreed with leads, which the sections of leads show. */
function taskPlans({ userId }: Actor, alone: boolean): TaskPlan[] {
  const mine = { assigneeId: userId, planned: false };
  return [
    {
      kind: 'tasks',
      key: 'tasksOverdue',
      title: '逾期待办',
      empty: '没有逾期的待办',
      filters: { ...mine, due: 'overdue' },
      optional: true,
    },
    {
      kind: 'tasks',
      key: 'tasksToday',
      title: '今天的待办',
      empty: '今天没有到期的待办',
      filters: { ...mine, due: 'today' },
      optional: !alone,
    },
  ];
}

function leadPlans(actor: Actor, date: string): LeadPlan[] {
  const { userId } = actor;
  const team = actor.grants['leads.read'] !== 'own';
  const plans: LeadPlan[] = [];
  if (team) {
    plans.push({
      kind: 'leads',
      key: 'teamOverdue',
      title: '团队超期',
      empty: '团队没有超期的线索',
      filters: { due: 'overdue' },
      sort: 'lastContactAt',
    });
  }
  if (may(actor, 'leads.progress')) {
    const mine = { ownerId: userId };
    const optional = team;
    plans.push(
      {
        kind: 'leads',
        key: 'toAccept',
        title: '待接收',
        empty: '没有等着接收的线索',
        filters: { ...mine, toAccept: true },
        sort: '-createdAt',
        optional: true,
      },
      {
        kind: 'leads',
        key: 'soonRecycled',
        title: '即将回收',
        empty: '没有快要回收的线索',
        filters: { ...mine, recycle: 'soon' },
        sort: 'lastContactAt',
        optional: true,
      },
      {
        kind: 'leads',
        key: 'overdue',
        title: '已超期',
        empty: '没有超期的线索',
        filters: { ...mine, due: 'overdue' },
        sort: 'lastContactAt',
        optional,
      },
      {
        kind: 'leads',
        key: 'today',
        title: '今天要跟进',
        empty: '今天没有约好的跟进',
        filters: { ...mine, due: 'today' },
        sort: 'lastContactAt',
        optional,
      },
      {
        kind: 'leads',
        key: 'fresh',
        title: '新分给我',
        empty: '没有新分来的线索',
        filters: { ...mine, fresh: true },
        sort: '-createdAt',
        optional,
      },
    );
  } else if (may(actor, 'leads.registered')) {
    const mine = { registrantId: userId };
    plans.push(
      {
        kind: 'leads',
        key: 'registered',
        title: '今天登记',
        empty: '今天还没有登记线索',
        filters: { ...mine, from: date },
        sort: '-createdAt',
      },
      {
        kind: 'leads',
        key: 'unassigned',
        title: '还没有人跟进',
        empty: '登记的线索都有人跟进',
        filters: { ...mine, pool: true, open: true },
        sort: '-createdAt',
      },
    );
  }
  if (may(actor, 'leads.pool')) {
    const title = may(actor, 'leads.assign') ? '公海待分派' : '公海可领取';
    plans.push({
      kind: 'leads',
      key: 'pool',
      title,
      empty: '公海里没有线索',
      filters: { pool: true, open: true },
      sort: '-createdAt',
    });
  }
  return plans;
}
