// Written by `npm run db:types` from the migrations.
import type { Generated } from 'kysely';

export interface AccessRevision {
  id: Generated<boolean>;
  revision: number;
}

export interface AuditEntries {
  id: string;
  at: string;
  actorId: string | null;
  action: string;
  entity: string;
  entityId: string | null;
  changes: Generated<unknown>;
  reason: string | null;
  ip: string | null;
  requestId: string;
}

export interface Departments {
  id: string;
  name: string;
  parentId: string | null;
  managerId: string | null;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
}

export interface DeviceSessions {
  id: string;
  userId: string;
  refreshHash: Uint8Array;
  device: string | null;
  ip: string | null;
  createdAt: string;
  lastUsedAt: string;
  expiresAt: string;
  endedAt: string | null;
  endedReason: string | null;
}

export interface Followups {
  id: string;
  leadId: string | null;
  method: string;
  content: string;
  result: string | null;
  customerFeedback: string | null;
  contactPerson: string | null;
  location: string | null;
  happenedAt: string;
  nextFollowUpAt: string | null;
  nextFollowUpContent: string | null;
  authorId: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
}

export interface HandoverItems {
  handoverId: string;
  recordId: string;
  changeId: string;
  cleared: unknown | null;
}

export interface Handovers {
  id: string;
  fromId: string;
  toId: string | null;
  reason: string;
  actorId: string;
  at: string;
  moved: number;
  undoneAt: string | null;
  undoneBy: string | null;
  returned: number | null;
}

export interface IdempotencyKeys {
  scope: string;
  keyHash: Uint8Array;
  fingerprint: Uint8Array;
  response: Uint8Array | null;
  createdAt: string;
}

export interface LeadOwnershipChanges {
  id: string;
  leadId: string;
  kind: string;
  fromOwnerId: string | null;
  toOwnerId: string | null;
  reason: string;
  actorId: string;
  at: string;
}

export interface Leads {
  id: string;
  no: string;
  customerName: string;
  phone: string | null;
  wechat: string | null;
  otherHandle: string | null;
  contactPerson: string | null;
  company: string | null;
  email: string | null;
  customerType: string | null;
  province: string | null;
  city: string | null;
  address: string | null;
  hotelRooms: number | null;
  source: string;
  sourceAccount: string | null;
  externalClueId: string | null;
  leadTime: string;
  intention: string;
  isContacted: boolean;
  score: number | null;
  description: string | null;
  status: string;
  outcome: string | null;
  closeReason: string | null;
  endedAt: string | null;
  dealDate: string | null;
  dealAmount: number | null;
  ownerId: string | null;
  assignedAt: string | null;
  poolEnteredAt: string | null;
  lastFollowUpAt: string | null;
  lastFollowUpContent: string | null;
  lastContactAt: string;
  nextFollowUpAt: string | null;
  nextFollowUpContent: string | null;
  followUpCount: Generated<number>;
  searchText: string;
  searchContact: string;
  searchGrams: string[];
  wechatKey: string | null;
  nameKey: string;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
}

export interface Notifications {
  id: string;
  userId: string;
  key: string;
  kind: string;
  title: string;
  body: string | null;
  entity: string | null;
  entityId: string | null;
  createdAt: string;
  readAt: string | null;
}

export interface NumberCounters {
  prefix: string;
  year: number;
  lastValue: number;
}

export interface PasswordResets {
  tokenHash: Uint8Array;
  userId: string;
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
}

export interface RemindEmails {
  id: string;
  email: string;
  createdBy: string;
  createdAt: string;
}

export interface ReminderDeliveries {
  id: string;
  runId: string;
  userId: string | null;
  address: string | null;
  channel: string;
  status: string;
  leads: number;
  attempts: Generated<number>;
  reason: string | null;
  createdAt: string;
  triedAt: string | null;
  sentAt: string | null;
  version: Generated<number>;
}

export interface ReminderRules {
  intention: string;
  intervalDays: number;
  ownerAfter: number | null;
  managerAfter: number | null;
  companyAfter: number | null;
  updatedAt: Generated<string>;
  version: Generated<number>;
}

export interface ReminderRuns {
  id: string;
  slot: string | null;
  actorId: string | null;
  at: string;
  reminders: Generated<number>;
  deliveries: Generated<number>;
}

export interface ReminderSettings {
  id: Generated<boolean>;
  sendTime: Generated<string>;
  workdaysOnly: Generated<boolean>;
  quietWeekdays: Generated<number[]>;
  updatedAt: Generated<string>;
  version: Generated<number>;
}

export interface Reminders {
  leadId: string;
  tier: string;
  cycle: string;
  recipient: string;
  runId: string;
  deliveryId: string | null;
}

export interface RolePermissions {
  roleId: string;
  permission: string;
  reach: string;
}

export interface Roles {
  id: string;
  code: string;
  name: string;
  description: Generated<string>;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
}

export interface StatusChanges {
  id: string;
  entity: string;
  entityId: string;
  action: string;
  fromStatus: string | null;
  toStatus: string;
  reason: string | null;
  actorId: string;
  at: string;
}

export interface Tasks {
  id: string;
  type: string;
  title: string;
  description: string | null;
  priority: string;
  status: string;
  sourceEntity: string | null;
  sourceId: string | null;
  assigneeId: string;
  dueAt: string;
  planned: Generated<boolean>;
  deferrals: Generated<number>;
  resultNote: string | null;
  endedAt: string | null;
  createdBy: string | null;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
}

export interface UserRoles {
  userId: string;
  roleId: string;
}

export interface Users {
  id: string;
  username: string;
  name: string;
  mobile: string | null;
  email: string | null;
  departmentId: string | null;
  status: Generated<string>;
  passwordHash: string;
  mustChangePassword: Generated<boolean>;
  wechatOpenid: string | null;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
}

export interface WechatCredits {
  userId: string;
  template: string;
  credits: number;
  updatedAt: string;
}

export interface WorkdayOverrides {
  date: string;
  workday: boolean;
  note: string;
  createdBy: string;
  createdAt: string;
}

export interface DB {
  accessRevision: AccessRevision;
  auditEntries: AuditEntries;
  departments: Departments;
  deviceSessions: DeviceSessions;
  followups: Followups;
  handoverItems: HandoverItems;
  handovers: Handovers;
  idempotencyKeys: IdempotencyKeys;
  leadOwnershipChanges: LeadOwnershipChanges;
  leads: Leads;
  notifications: Notifications;
  numberCounters: NumberCounters;
  passwordResets: PasswordResets;
  remindEmails: RemindEmails;
  reminderDeliveries: ReminderDeliveries;
  reminderRules: ReminderRules;
  reminderRuns: ReminderRuns;
  reminderSettings: ReminderSettings;
  reminders: Reminders;
  rolePermissions: RolePermissions;
  roles: Roles;
  statusChanges: StatusChanges;
  tasks: Tasks;
  userRoles: UserRoles;
  users: Users;
  wechatCredits: WechatCredits;
  workdayOverrides: WorkdayOverrides;
}
