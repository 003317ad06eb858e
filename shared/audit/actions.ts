import { customerStageMachine } from '../customers/machine.ts';
import { type LeadStatus, leadMachine } from '../leads/machine.ts';
import type { Machine } from '../machine.ts';

/** What operations are about, by the entity that they are recorded with. */
export const MODULE_LABELS = {
  leads: '线索',
  customers: '客户',
  serviceTickets: '工单',
  equipment: '设备',
  products: '产品',
  productCategories: '产品分类',
  imports: '导入',
  exports: '导出',
  followups: '跟进',
  tasks: '待办',
  reminders: '超期提醒',
  poolRules: '公海规则',
  assignmentGroups: '分配组',
  intakeSources: '接入来源',
  intakeEvents: '接入记录',
  workdays: '工作日历',
  notifications: '通知',
  deviceSessions: '登录',
  users: '员工',
  departments: '部门',
  roles: '角色',
} as const;
export type LogModule = keyof typeof MODULE_LABELS;

const stepsOf = <S extends string, A extends string>(module: LogModule, machine: Machine<S, A>) =>
  Object.fromEntries(
    (Object.keys(machine.actions) as A[]).map((action) => [
      `${module}.${action}`,
      machine.actions[action].label,
    ]),
  );

const WORDS: Readonly<Record<string, string>> = {
  ...stepsOf<LeadStatus, keyof typeof leadMachine.actions>('leads', leadMachine),
  'customers.activate': '恢复合作',
  'customers.deactivate': '停用客户',
  'customers.moveStage': customerStageMachine.actions.moveStage.label,
  'customers.assigned': '转移客户',
  'customers.collaboratorsChanged': '设置协作人',
  'customers.assessed': '信用评估',
  'customers.contactAdded': '加联系人',
  'customers.contactUpdated': '修改联系人',
  'customers.contactRemoved': '删除联系人',
  'customers.merged': '并入线索',
  'customers.located': '设置客户位置',
  'customers.followedUp': '更新联系情况',
  'files.added': '上传文件到',
  'files.removed': '删除文件，所在',
  'tasks.complete': '完成待办',
  'tasks.cancel': '取消待办',
  'tasks.reopen': '重新打开待办',
  'tasks.planned': '安排跟进待办',
  'tasks.assigned': '转交待办',
  'tasks.deferred': '延期待办',
  'reminders.ruleChanged': '修改超期规则',
  'reminders.settingsChanged': '修改提醒时间',
  'reminders.run': '检查超期线索',
  'reminders.emailAdded': '加入公司名单',
  'reminders.emailRemoved': '移出公司名单',
  'reminders.resent': '重发提醒',
  'poolRules.set': '设置公海规则',
  'poolRules.inherited': '取消部门公海规则',
  'poolRules.run': '回收线索',
  'assignmentGroups.dutySet': '调整接单状态',
  'intakeSources.secretSet': '设置接入密钥',
  'intakeSources.addressRenewed': '更换接入地址',
  'intakeSources.tested': '测试接入来源',
  'intakeEvents.received': '收到推送',
  'intakeEvents.processed': '处理推送',
  'intakeEvents.replayed': '重放推送',
  'workdays.set': '调整工作日历',
  'workdays.removed': '取消日历调整',
  'notifications.read': '读通知',
  'notifications.granted': '同意微信提醒',
  'leads.created': '登记线索',
  'leads.assigned': '分派线索',
  'leads.claimed': '从公海领取线索',
  'leads.released': '退回公海',
  'leads.recycled': '自动回收到公海',
  'leads.reassigned': '超时未接收，转给下一位',
  'leads.accepted': '接收线索',
  'leads.assignedTogether': '批量分派线索',
  'leads.releasedTogether': '批量退回公海',
  'leads.contacted': '更新联系情况',
  'leads.merged': '并入线索',
  'leads.absorbed': '并入另一条线索',
  'leads.mergeUndone': '撤销并入线索',
  'leads.separated': '从合并中恢复',
  'leads.revealed': '查看公海联系方式',
  'followups.created': '写跟进',
  'imports.uploaded': '上传导入文件',
  'imports.mapped': '设置导入的列',
  'imports.checked': '检查导入文件',
  'imports.started': '开始导入',
  'imports.progressed': '导入一批',
  'imports.finished': '导入完成',
  'imports.cancelled': '取消导入',
  'imports.failed': '导入中断',
  'imports.undone': '撤销导入',
  'imports.undoFinished': '撤销导入完成',
  'exports.created': '导出',
  'exports.finished': '导出完成',
  'exports.failed': '导出失败',
  'exports.downloaded': '下载导出的文件',
  'session.started': '登录',
  'session.refreshed': '延续登录',
  'session.refreshReused': '登录凭证被重复使用，已强制下线',
  'session.ended': '退出登录',
  'session.othersEnded': '让其他设备下线',
  'user.passwordChanged': '修改密码',
  'user.passwordForgotten': '申请找回密码',
  'user.passwordReset': '重置密码',
  'user.registered': '申请账号',
  'user.approved': '开通账号',
  'user.rejected': '拒绝账号申请',
  'user.profileChanged': '修改个人资料',
  'user.rolesChanged': '调整员工角色',
  'user.enabled': '启用员工',
  'user.disabled': '停用员工',
  'user.handedOver': '交接工作',
  'user.handoverUndone': '撤销交接',
  'user.wechatBound': '绑定微信',
  'user.wechatUnbound': '解绑微信',
  'role.permissionsChanged': '调整角色权限',
};

/** What can be done to anything. */
const VERBS: Readonly<Record<string, string>> = {
  created: '新建',
  updated: '修改',
  deleted: '删除',
  restored: '恢复',
};

/** The Chinese of an action on an entity, e.g. `修改跟进`; null when nobody has named it. */
export function actionWords(action: string, entity: string): string | null {
  if (WORDS[action]) return WORDS[action];
  const verb = VERBS[action.split('.')[1] ?? ''];
  const noun = MODULE_LABELS[entity as LogModule];
  return verb && noun ? `${verb}${noun}` : null;
}

/** What happens by itself beside something that somebody did: only shown when asked for. */
export const QUIET_ACTIONS = [
  'session.refreshed',
  'leads.contacted',
  'customers.followedUp',
  'tasks.planned',
  'notifications.read',
  'notifications.granted',
  'intakeEvents.received',
  'intakeEvents.processed',
  'imports.mapped',
  'imports.checked',
  'imports.progressed',
] as const;
