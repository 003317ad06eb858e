/** A ticket of an engineer as the server answers it, and who they are. */
const ME = { id: '0199aaaa-0000-7000-8000-000000000001', name: '赵磊' };
export const TICKET = '0199aaaa-0000-7000-8000-0000000000ff';
export const ASSIGNMENT = '0199aaaa-0000-7000-8000-00000000000a';

export const session = {
  accessToken: 'access',
  refreshToken: 'refresh',
  refreshKey: 'key',
  expiresIn: 900,
  user: {
    ...ME,
    username: 'engineer',
    roles: [],
    permissions: { 'serviceTickets.read': 'own', 'serviceTickets.work': 'all', 'products.read': 'all' },
    mustChangePassword: false,
  },
};

export const action = (name: string, label: string) => ({ action: name, label, disabledReason: null });
export const ticket = {
  id: TICKET,
  no: 'TICKET-2026-0001',
  ticketType: 'repair',
  ticketTitle: '302房灯控面板没反应',
  priority: 'high',
  status: 'assigned',
  customer: { id: '0199aaaa-0000-7000-8000-0000000000cc', customerName: '地下车库酒店' },
  equipment: null,
  equipmentDetail: null,
  contactName: '前台小李',
  contactPhone: '13700001234',
  province: '广东',
  city: '深圳',
  address: '科苑路 8 号',
  coordinates: { latitude: 22.54, longitude: 114.05 },
  assignee: ME,
  assignment: { id: ASSIGNMENT, engineer: ME, assignedAt: '2026-11-20T01:00:00.000Z', reason: null },
  creator: ME,
  reportedAt: '2026-11-20T00:30:00.000Z',
  createdAt: '2026-11-20T00:30:00.000Z',
  updatedAt: '2026-11-20T01:00:00.000Z',
  responseDueAt: '2026-11-20T03:00:00.000Z',
  resolveDueAt: '2026-11-24T03:00:00.000Z',
  firstResponseAt: null,
  resolvedAt: null,
  isUnderWarranty: null,
  problemDescription: '停电之后面板不亮',
  problemAnalysis: null,
  solution: null,
  replacedParts: [],
  serviceFee: 0,
  partsCost: 0,
  totalCost: 0,
  paymentStatus: null,
  signature: null,
  customerRating: null,
  deletedAt: null,
  logs: [],
  files: [],
  report: null,
  version: 1,
  actions: [action('accept', '接单'), action('decline', '退回调度'), action('comment', '写备注')],
};

export const answered = (data: unknown) => ({
  statusCode: 200,
  data: JSON.stringify({ success: true, code: 200, message: '', data, timestamp: '' }),
});
