import { type Grants, PERMISSIONS } from './permissions.ts';

interface RoleDefinition {
  readonly label: string;
  readonly description: string;
  readonly grants: Grants;
}

/** What everybody may do with what they have to do themselves. */
const OWN_TASKS: Grants = {
  'tasks.read': 'own',
  'tasks.create': 'all',
  'tasks.update': 'own',
  'tasks.delete': 'own',
};

const FIELD_SALES: Grants = {
  ...OWN_TASKS,
  'leads.read': 'own',
  'leads.pool': 'all',
  'leads.create': 'all',
  'leads.update': 'own',
  'leads.progress': 'own',
  'leads.claim': 'all',
  'leads.release': 'own',
  'leads.merge': 'own',
  'leads.delete': 'own',
  'leads.import': 'all',
  'customers.import': 'all',
  'customers.read': 'own',
  'customers.create': 'all',
  'customers.update': 'own',
  'customers.transfer': 'own',
  'customers.delete': 'own',
  'products.read': 'all',
  'equipment.read': 'own',
  'equipment.manage': 'own',
  'serviceTickets.read': 'own',
  'serviceTickets.create': 'all',
  'followups.create': 'all',
  'followups.update': 'own',
  'users.lookup': 'all',
};

/** The roles a company starts with. The live matrix is data; this one seeds it. */
export const roles = {
  sales: { label: '销售', description: '跟进分派给自己的线索，领取公海', grants: FIELD_SALES },
  media: {
    label: '新媒体',
    description: '登记抖音、微信来的线索并指定跟进人，查看自己登记的线索',
    grants: {
      ...OWN_TASKS,
      'leads.read': 'own',
      'leads.registered': 'own',
      'leads.create': 'all',
      'leads.dispatch': 'all',
      'leads.update': 'own',
      'leads.delete': 'own',
      'leads.import': 'all',
      'customers.read': 'own',
      'followups.create': 'all',
      'followups.update': 'own',
      'users.lookup': 'all',
    },
  },
  sales_manager: {
    label: '销售主管',
    description: '查看和调配本部门的线索',
    grants: {
      ...FIELD_SALES,
      'leads.read': 'department',
      'leads.registered': 'department',
      'leads.reveal': 'all',
      'leads.dispatch': 'all',
      'leads.update': 'department',
      'leads.progress': 'department',
      'leads.release': 'department',
      'leads.assign': 'department',
      'leads.merge': 'department',
      'leads.delete': 'department',
      'leads.export': 'department',
      'customers.read': 'department',
      'customers.update': 'department',
      'customers.transfer': 'department',
      'customers.assess': 'department',
      'customers.delete': 'department',
      'customers.export': 'department',
      'equipment.read': 'department',
      'equipment.manage': 'department',
      'serviceTickets.read': 'all',
      'serviceTickets.update': 'all',
      'serviceTickets.dispatch': 'all',
      'tasks.read': 'department',
      'tasks.update': 'department',
      'tasks.assign': 'department',
      'tasks.delete': 'department',
      'reminders.check': 'department',
      'pool.check': 'department',
      'intake.read': 'all',
    },
  },
  engineer: {
    label: '运维工程师',
    description: '处理派给自己的工单',
    grants: {
      ...OWN_TASKS,
      'customers.read': 'all',
      'products.read': 'all',
      'equipment.read': 'all',
      'equipment.manage': 'all',
      'serviceTickets.read': 'own',
      'serviceTickets.create': 'all',
      'serviceTickets.work': 'all',
      'users.lookup': 'all',
    },
  },
  finance: {
    label: '财务',
    description: '确认收款与发票',
    grants: {
      ...OWN_TASKS,
      'customers.read': 'all',
      'customers.assess': 'all',
      'products.read': 'all',
      'products.cost': 'all',
      'equipment.read': 'all',
      'serviceTickets.read': 'all',
      'users.lookup': 'all',
    },
  },
  admin: {
    label: '管理员',
    description: '管理用户、角色与全公司数据',
    grants: Object.fromEntries(PERMISSIONS.map((name) => [name, 'all'])) as Grants,
  },
} as const satisfies Record<string, RoleDefinition>;

export type RoleCode = keyof typeof roles;
export const ROLE_CODES = Object.keys(roles) as RoleCode[];
