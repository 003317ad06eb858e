import type { Answer, Request } from '#shared/http/endpoint.ts';
import type { leads } from '#shared/leads/contract.ts';
import { dateOf } from '#shared/values/time.ts';
import type { LeadSection, WorkbenchSection, workbench } from '#shared/workbench/contract.ts';
import { type Actor, may, scopeOf } from '../../kernel/access.ts';
import type { Context } from '../../kernel/context.ts';
import { listLeads } from '../leads/leads.queries.ts';
import { unreadCount } from '../notifications/notifications.queries.ts';

type LeadQuery = Request<typeof leads.list>['query'];

type Plan = Pick<LeadSection, 'key' | 'title' | 'empty'> & {
  readonly filters: Pick<
    Partial<LeadQuery>,
    'ownerId' | 'registrantId' | 'due' | 'fresh' | 'pool' | 'open' | 'from'
  >;
  readonly sort: '-createdAt' | 'lastContactAt';
  /** Left out while there is nothing in it. */
  readonly optional?: boolean;
};

const SHOWN = 5;

/** What somebody has to do now, most urgent first; each count is the total of the list that the filters open. */
export async function todayFor(context: Context<Actor, null>): Promise<Answer<typeof workbench.get>> {
  const { actor, now } = context;
  const date = dateOf(now);
  const unread = await unreadCount(context);
  if (!may(actor, 'leads.read')) return { date, unread, sections: [] };
  const reading: Context = { ...context, scope: scopeOf(actor, 'leads.read') };
  const sections: WorkbenchSection[] = [];
  for (const { sort, optional, ...plan } of planFor(actor, date)) {
    const page = await listLeads(reading, { ...plan.filters, page: 1, pageSize: SHOWN, sort });
    const count = page.pagination.total;
    if (count > 0 || !optional) sections.push({ kind: 'leads', ...plan, count, leads: page.list });
  }
  return { date, unread, sections };
}

function planFor(actor: Actor, date: string): Plan[] {
  const { userId } = actor;
  const team = actor.grants['leads.read'] !== 'own';
  const plans: Plan[] = [];
  if (team) {
    plans.push({
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
        key: 'overdue',
        title: '已超期',
        empty: '没有超期的线索',
        filters: { ...mine, due: 'overdue' },
        sort: 'lastContactAt',
        optional,
      },
      {
        key: 'today',
        title: '今天要跟进',
        empty: '今天没有约好的跟进',
        filters: { ...mine, due: 'today' },
        sort: 'lastContactAt',
        optional,
      },
      {
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
        key: 'registered',
        title: '今天登记',
        empty: '今天还没有登记线索',
        filters: { ...mine, from: date },
        sort: '-createdAt',
      },
      {
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
      key: 'pool',
      title,
      empty: '公海里没有线索',
      filters: { pool: true, open: true },
      sort: '-createdAt',
    });
  }
  return plans;
}
