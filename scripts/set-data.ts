/** What an interaction sends from the logic of the mini-program to its view: the bridge between them is WeChat's bottleneck. */
import type { LeadDetail, LeadItem } from '#shared/leads/contract.ts';
import { type FakeRequest, MiniProgram, type MountedPage } from '../tests/miniprogram/harness.ts';

export interface SetDataRow {
  readonly interaction: string;
  /** Of the patches as JSON in UTF-8. */
  readonly kilobytes: number;
  readonly budget: number;
  /** How many times `setData` was called. */
  readonly calls: number;
}

const ME = { id: '0199aaaa-0000-7000-8000-000000000001', name: '李强' };
const NOW = new Date().toISOString();
const ROWS = 20;
const TOTAL = 1000;

const session = {
  accessToken: 'access',
  refreshToken: 'refresh',
  refreshKey: 'key',
  expiresIn: 900,
  user: {
    ...ME,
    username: 'sales',
    roles: [],
    permissions: {
      'leads.read': 'all',
      'leads.create': 'all',
      'leads.update': 'all',
      'leads.assign': 'all',
      'followups.create': 'all',
    },
    mustChangePassword: false,
  },
};

const leadOf = (index: number): LeadItem => ({
  id: `0199aaaa-0000-7000-8000-${String(index).padStart(12, '0')}`,
  no: `LEAD-2026-${String(index).padStart(4, '0')}`,
  customerName: `云栖湖畔度假酒店${index}`,
  phone: '13800138000',
  wechat: 'yunqi_hotel',
  otherHandle: null,
  contactPerson: '陈经理',
  contactMasked: false,
  customerType: 'single_hotel',
  province: '浙江',
  city: '杭州',
  hotelRooms: 120,
  source: 'douyin',
  status: 'contacted',
  intention: 'high',
  isContacted: true,
  owner: ME,
  registrant: ME,
  createdAt: NOW,
  assignedAt: NOW,
  poolEnteredAt: null,
  lastFollowUpAt: NOW,
  lastFollowUpContent: '客户要一份两百间房的方案，下周给老板看',
  nextFollowUpAt: NOW,
  nextFollowUpContent: '发方案',
  nextDueAt: NOW,
  overdue: false,
  recycleAt: null,
  acceptBy: null,
  deletedAt: null,
  version: 1,
});

const detail: LeadDetail = {
  ...leadOf(1),
  company: '云栖湖畔度假酒店有限公司',
  email: null,
  address: '云栖小镇 8 号',
  sourceAccount: '官方抖音号',
  externalClueId: null,
  leadTime: NOW,
  score: null,
  description: '问客控系统怎么收费，两百间房，明年春天重新装修',
  outcome: null,
  closeReason: null,
  endedAt: null,
  dealDate: null,
  dealAmount: null,
  customer: null,
  followUpCount: 0,
  merges: [],
  updatedAt: NOW,
  actions: ['followUp', 'edit', 'assign'].map((action) => ({ action, label: action, disabledReason: null })),
};

function dataOf({ url }: FakeRequest): unknown {
  const [path = '', query = ''] = url.replace(/^https?:\/\/[^/]+/, '').split('?');
  if (path === '/api/leads') {
    const start = Number(/cursor=(\d+)/.exec(query)?.[1] ?? 0);
    const end = start + ROWS;
    return {
      list: Array.from({ length: ROWS }, (_, index) => leadOf(start + index + 1)),
      pagination: {
        page: 1,
        pageSize: ROWS,
        total: TOTAL,
        totalPages: TOTAL / ROWS,
        nextCursor: end < TOTAL ? String(end) : null,
      },
    };
  }
  if (path.endsWith('/timeline')) return { list: [], nextCursor: null };
  return path.startsWith('/api/leads/') ? detail : null;
}

/** Counts what every page is handed, from its first moment on. */
class CountedProgram extends MiniProgram {
  bytes = 0;
  patches = 0;

  override run(target: Parameters<MiniProgram['run']>[0], method: string, ...args: unknown[]): unknown {
    const { setData } = target;
    if (method === 'onLoad' && typeof setData === 'function') {
      target.setData = (patch: unknown, done?: () => void) => {
        this.bytes += Buffer.byteLength(JSON.stringify(patch));
        this.patches++;
        return setData(patch, done);
      };
    }
    return super.run(target, method, ...args);
  }
}

/**
 * @param dist folder of the built mini-program
 * @returns the interactions in the order in which somebody makes them
 */
export async function measureSetData(dist: string): Promise<SetDataRow[]> {
  const program = new CountedProgram({
    dist,
    storage: { 'genjin:session': JSON.stringify(session) },
    answer: (request) => {
      const data = dataOf(request);
      if (data === null) return { fail: 'not a part of this' };
      return {
        statusCode: 200,
        data: JSON.stringify({ success: true, code: 200, message: '', data, timestamp: NOW }),
      };
    },
  });
  const rows: SetDataRow[] = [];
  const measure = async <T>(interaction: string, budget: number, interact: () => Promise<T>): Promise<T> => {
    await program.settle();
    program.bytes = 0;
    program.patches = 0;
    const result = await interact();
    await program.settle();
    rows.push({ interaction, kilobytes: program.bytes / 1000, budget, calls: program.patches });
    return result;
  };
  const reachEnd = async (page: MountedPage) => {
    const scroll = page.nodes().find(({ node }) => node.cl?.split(' ').includes('scroll'));
    if (scroll) page.fire(scroll.node, 'scrolltolower', { direction: 'bottom' });
    await program.settle();
  };
  try {
    const list = await measure(`open a list of ${ROWS}`, 80, () => program.open('pages/leads/index'));
    await measure('its next page', 70, () => reachEnd(list));
    for (let page = 2; page < 10; page++) await reachEnd(list);
    await measure('the page after 200 rows', 70, () => reachEnd(list));
    await measure('open a sheet over the list', 15, () => list.tap(`给${leadOf(1).customerName}写跟进`));
    await measure('type a letter in the sheet', 1, () => list.type('聊了什么，客户怎么说', '聊'));
    await measure('open a record', 20, () => program.open('sales/lead-detail/index', { id: leadOf(1).id }));
    const form = await measure('open a form', 15, () => program.open('sales/lead-form/index'));
    await measure('type a letter in the form', 1, () => form.type('酒店、公司或昵称', '云'));
  } finally {
    program.dispose();
  }
  return rows;
}
