/** How far a granted permission goes: own records, those of one's departments with their children, or all. */
export const REACHES = ['own', 'department', 'all'] as const;
export type Reach = (typeof REACHES)[number];

const REACH_LABELS: Readonly<Record<Reach, string>> = {
  own: '本人',
  department: '本部门',
  all: '全公司',
};

interface PermissionDefinition {
  readonly label: string;
  /** Scoped permissions are granted with a reach; the others are granted or not. */
  readonly scoped: boolean;
}

/** Every permission there is. `noun.verb`, grouped by noun. */
export const permissions = {
  'leads.read': { label: '查看负责的线索', scoped: true },
  'leads.registered': { label: '查看登记的线索', scoped: true },
  'leads.pool': { label: '查看公海（联系方式打码）', scoped: false },
  'leads.reveal': { label: '查看公海联系方式', scoped: false },
  'leads.create': { label: '新建线索', scoped: false },
  'leads.dispatch': { label: '新建时指定跟进人', scoped: false },
  'leads.update': { label: '编辑线索', scoped: true },
  'leads.progress': { label: '推进、关闭、成交', scoped: true },
  'leads.claim': { label: '领取公海线索', scoped: false },
  'leads.release': { label: '退回公海', scoped: true },
  'leads.assign': { label: '分派线索', scoped: true },
  'leads.merge': { label: '合并重复线索', scoped: true },
  'leads.delete': { label: '删除线索', scoped: true },
  'leads.restore': { label: '恢复已删除的线索', scoped: false },
  'leads.import': { label: '导入线索', scoped: false },
  'leads.export': { label: '导出线索', scoped: true },
  'customers.read': { label: '查看客户', scoped: true },
  'customers.create': { label: '新建客户', scoped: false },
  'customers.update': { label: '编辑客户与联系人', scoped: true },
  'customers.transfer': { label: '转移客户、设协作人', scoped: true },
  'customers.assess': { label: '信用评估', scoped: true },
  'customers.delete': { label: '删除客户', scoped: true },
  'customers.restore': { label: '恢复已删除的客户', scoped: false },
  'customers.import': { label: '导入客户', scoped: false },
  'customers.export': { label: '导出客户', scoped: true },
  'products.read': { label: '查看产品', scoped: false },
  'products.cost': { label: '查看成本价', scoped: false },
  'products.manage': { label: '管理产品', scoped: false },
  'equipment.read': { label: '查看设备', scoped: true },
  'equipment.manage': { label: '登记、编辑设备', scoped: true },
  'serviceTickets.read': { label: '查看工单', scoped: true },
  'serviceTickets.create': { label: '新建工单', scoped: false },
  'serviceTickets.update': { label: '编辑工单', scoped: true },
  'serviceTickets.dispatch': { label: '派工、验收、关闭', scoped: true },
  'serviceTickets.work': { label: '处理派给自己的工单', scoped: false },
  'serviceTickets.delete': { label: '删除工单', scoped: true },
  'serviceTickets.restore': { label: '恢复已删除的工单', scoped: false },
  'followups.create': { label: '写跟进', scoped: false },
  'followups.update': { label: '修改跟进', scoped: true },
  'tasks.read': { label: '查看待办', scoped: true },
  'tasks.create': { label: '新建待办', scoped: false },
  'tasks.update': { label: '处理待办', scoped: true },
  'tasks.assign': { label: '把待办交给别人', scoped: true },
  'tasks.delete': { label: '删除待办', scoped: true },
  'reminders.check': { label: '检查超期、查看发送记录', scoped: true },
  'reminders.manage': { label: '设置超期提醒与工作日历', scoped: false },
  'pool.check': { label: '查看公海规则与即将回收', scoped: true },
  'pool.manage': { label: '设置公海规则与分配组', scoped: false },
  'intake.read': { label: '查看线索接入记录', scoped: false },
  'intake.manage': { label: '设置线索接入、重放', scoped: false },
  'users.lookup': { label: '选择同事', scoped: false },
  'users.manage': { label: '管理员工与部门', scoped: false },
  'roles.manage': { label: '管理角色与权限', scoped: false },
  'logs.read': { label: '查看操作日志', scoped: false },
} as const satisfies Record<string, PermissionDefinition>;

export type Permission = keyof typeof permissions;
export const PERMISSIONS = Object.keys(permissions) as Permission[];

type Noun<P> = P extends `${infer N}.${string}` ? N : never;

/** Under which heading the permissions of a noun are shown. */
const GROUPS: Readonly<Record<Noun<Permission>, string>> = {
  leads: '线索',
  customers: '客户',
  products: '产品',
  equipment: '设备',
  serviceTickets: '工单',
  followups: '跟进',
  tasks: '待办',
  reminders: '超期提醒',
  pool: '公海',
  intake: '线索接入',
  users: '团队',
  roles: '系统',
  logs: '系统',
};

export const groupOf = (permission: Permission): string =>
  GROUPS[permission.split('.')[0] as Noun<Permission>];

/** How far a grant goes, in words; without one: nothing. */
export function reachLabel(permission: Permission, reach: Reach | undefined): string {
  if (!permissions[permission].scoped) return reach ? '开' : '关';
  return reach ? REACH_LABELS[reach] : '无';
}

/** What one person may do: permission → reach. Unscoped permissions carry `all`. */
export type Grants = Readonly<Partial<Record<Permission, Reach>>>;

const WIDER: Readonly<Record<Reach, number>> = { own: 1, department: 2, all: 3 };

/** The union of several roles: the wider reach wins. */
export function mergeGrants(all: readonly Grants[]): Grants {
  const merged: Partial<Record<Permission, Reach>> = {};
  for (const grants of all) {
    for (const [name, reach] of Object.entries(grants) as [Permission, Reach][]) {
      const held = merged[name];
      if (!held || WIDER[reach] > WIDER[held]) merged[name] = reach;
    }
  }
  return merged;
}
