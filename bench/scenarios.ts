import { addDays, dateOf, toInstant } from '#shared/values/time.ts';
import type { BenchRequest } from './capture.ts';
import { type BenchUser, KEYWORDS, phoneOf } from './data.ts';

export interface Scenario {
  readonly name: string;
  /** At least this part of the raw requests per second; none: only told. */
  readonly target?: number;
  readonly requests: readonly BenchRequest[];
}

const LEAD = {
  customerName: '佛山祖庙悦栖酒店（千灯湖店）',
  phone: '13800138000',
  wechat: 'chenzy1986',
  contactPerson: '陈总',
  customerType: 'single_hotel',
  province: '广东',
  city: '佛山',
  hotelRooms: 86,
  source: 'douyin',
  sourceAccount: '岭南智居客控',
  intention: 'high',
  description: '想了解客控系统，86间房，明年三月开业',
};
const FOLLOW_UP = {
  method: 'phone',
  content: '电话聊了十来分钟，灯光、空调、窗帘都要，先发公司介绍和两个案例。',
};

/** What people ask for, by salespeople in turn and by the administrator; `leads` there are in the company. */
export function scenariosFor(people: readonly BenchUser[], admin: BenchUser, leads: number): Scenario[] {
  const get = (users: readonly BenchUser[], path: (user: BenchUser) => string): BenchRequest[] =>
    users.map((user) => ({ method: 'GET', path: path(user), user }));
  const list = (query: Record<string, string>, users = people) =>
    get(users, () => `/api/leads?${new URLSearchParams(query)}`);
  const ofLeads = people.flatMap((user) => user.leadIds.map((leadId) => ({ user, leadId })));
  // In an order that does not follow the table's.
  const shuffled = ofLeads.map((_, i) => ofLeads[(i * 7919) % ofLeads.length]!);
  const ago = (days: number) => addDays(dateOf(toInstant(Date.now())), -days);
  // Own leads and the pool, each page of twenty.
  const reached = leads / 10 + (leads * 9) / 10 / 150;

  return [
    { name: 'list with total', target: 0.5, requests: list({}) },
    { name: 'list, by status', requests: list({ status: 'qualified' }) },
    { name: 'list, by intention and source', requests: list({ intention: 'high', source: 'douyin,wechat' }) },
    { name: 'list, by city', requests: list({ city: '广州' }) },
    { name: 'list, of a month', requests: list({ from: ago(60), to: ago(30) }) },
    { name: 'list, page 100', requests: list({ page: '100' }) },
    { name: 'list, last page', requests: list({ page: String(Math.ceil((reached / 20) * 0.95)) }) },
    { name: 'list of all, by city', requests: list({ city: '广州' }, [admin]) },
    { name: `search ${KEYWORDS.common} (common)`, target: 0.5, requests: list({ keyword: KEYWORDS.common }) },
    { name: `search ${KEYWORDS.rare} (rare)`, target: 0.5, requests: list({ keyword: KEYWORDS.rare }) },
    { name: `search ${KEYWORDS.absent} (absent)`, target: 0.5, requests: list({ keyword: KEYWORDS.absent }) },
    { name: 'search, end of a number', target: 0.5, requests: list({ keyword: phoneOf(12_345).slice(-6) }) },
    {
      name: 'detail',
      target: 0.5,
      requests: shuffled.map(({ user, leadId }) => ({
        method: 'GET',
        path: `/api/leads/${leadId}`,
        user,
        leadId,
      })),
    },
    {
      name: 'when reminders come',
      requests: shuffled.map(({ user, leadId }) => ({
        method: 'GET',
        path: `/api/leads/${leadId}/reminders`,
        user,
        leadId,
      })),
    },
    { name: 'today', requests: get(people, () => '/api/workbench') },
    { name: 'overview', requests: get([admin], () => '/api/statistics/leads-overview') },
    {
      name: 'create',
      target: 0.3,
      requests: people.map((user) => ({
        method: 'POST',
        path: '/api/leads',
        user,
        body: JSON.stringify(LEAD),
      })),
    },
    {
      name: 'follow-up',
      target: 0.3,
      requests: shuffled.map(({ user, leadId }) => ({
        method: 'POST',
        path: `/api/leads/${leadId}/follow-up`,
        user,
        leadId,
        body: JSON.stringify(FOLLOW_UP),
      })),
    },
  ];
}
