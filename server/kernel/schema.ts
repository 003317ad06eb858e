// Written by `npm run db:types` from the migrations.
import type { Generated, GeneratedAlways } from 'kysely';

export interface AccessRevision {
  id: Generated<boolean>;
  revision: number;
}

export interface AssignmentGroups {
  id: string;
  name: string;
  acceptMinutes: number | null;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
}

export interface AssignmentMembers {
  groupId: string;
  userId: string;
  weight: number;
  regions: Generated<string[]>;
  turn: Generated<number>;
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

export interface Contacts {
  id: string;
  customerId: string;
  name: string;
  position: string | null;
  phone: string | null;
  wechat: string | null;
  email: string | null;
  address: string | null;
  birthday: string | null;
  preferences: string | null;
  description: string | null;
  isPrimary: boolean;
  searchText: string;
  searchGrams: string[];
  wechatKey: string | null;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
}

export interface CreditAssessments {
  id: string;
  customerId: string;
  assessedOn: string;
  creditScore: number;
  creditLimit: number;
  remarks: string | null;
  actorId: string;
  createdAt: string;
}

export interface CustomerCollaborators {
  customerId: string;
  userId: string;
  createdAt: string;
}

export interface Customers {
  id: string;
  no: string;
  customerName: string;
  customerType: string | null;
  level: string | null;
  industry: string | null;
  province: string | null;
  city: string | null;
  address: string | null;
  hotelRooms: number | null;
  hotelStar: string | null;
  phone: string | null;
  email: string | null;
  website: string | null;
  taxNo: string | null;
  source: string;
  loyaltyLevel: string | null;
  description: string | null;
  stage: string;
  status: string;
  inactiveReason: string | null;
  creditLimit: number | null;
  creditScore: number | null;
  creditAssessedOn: string | null;
  ownerId: string;
  assignedAt: string;
  lastFollowUpAt: string | null;
  lastFollowUpContent: string | null;
  lastContactAt: string;
  nextFollowUpAt: string | null;
  nextFollowUpContent: string | null;
  followUpCount: Generated<number>;
  searchText: string;
  searchGrams: string[];
  nameKey: string;
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
  latitude: number | null;
  longitude: number | null;
}

export interface Departments {
  id: string;
  name: string;
  parentId: string | null;
  managerId: string | null;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
  parentSince: string | null;
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

export interface Equipment {
  id: string;
  no: string;
  code: string;
  serialNo: string;
  equipmentName: string;
  model: string | null;
  productId: string | null;
  customerId: string;
  location: string | null;
  shippedOn: string | null;
  installedOn: string | null;
  warrantyMonths: number;
  warrantyEndDate: GeneratedAlways<string | null>;
  description: string | null;
  status: string;
  searchText: string;
  searchGrams: string[];
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
}

export interface Exports {
  id: string;
  entity: string;
  userId: string;
  filters: unknown;
  fileName: string;
  state: string;
  message: string | null;
  total: number;
  done: Generated<number>;
  content: Uint8Array | null;
  createdAt: string;
  expiresAt: string | null;
}

export interface FileUploads {
  storageKey: string;
  startedAt: string;
}

export interface Files {
  id: string;
  entity: string;
  entityId: string;
  kind: string;
  name: string;
  mimeType: string;
  size: number;
  width: number | null;
  height: number | null;
  hash: string;
  storageKey: string;
  thumbnailKey: string | null;
  takenAt: string | null;
  uploadedBy: string | null;
  createdAt: string;
  deletedAt: string | null;
  version: Generated<number>;
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
  customerId: string | null;
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

export interface ImportRows {
  importId: string;
  rowNo: number;
  cells: unknown;
  state: string;
  message: string | null;
  recordId: string | null;
  recordVersion: number | null;
  made: Generated<boolean>;
  filled: unknown | null;
}

export interface Imports {
  id: string;
  entity: string;
  userId: string;
  fileName: string;
  state: string;
  message: string | null;
  columns: unknown;
  mapping: unknown;
  duplicatePolicy: string | null;
  ownerPolicy: string | null;
  totalRows: number;
  createdAt: string;
  finishedAt: string | null;
  version: Generated<number>;
}

export interface IntakeEvents {
  id: string;
  sourceId: string;
  eventKey: string;
  part: Generated<number>;
  body: Uint8Array;
  headers: unknown;
  receivedAt: string;
  deliveries: Generated<number>;
  signatureOk: boolean;
  status: string;
  reason: string | null;
  parsed: unknown | null;
  leadId: string | null;
  attempts: Generated<number>;
  processedAt: string | null;
}

export interface IntakeSources {
  id: string;
  kind: string;
  name: string;
  token: string;
  secret: string | null;
  secretSetAt: string | null;
  mapping: unknown | null;
  assignTo: string;
  ownerId: string | null;
  groupId: string | null;
  registrantId: string;
  campaign: string | null;
  leadSource: string;
  enabled: Generated<boolean>;
  refusedAt: string | null;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
}

export interface LeadMerges {
  id: string;
  survivorId: string;
  absorbedId: string;
  reason: string;
  actorId: string;
  at: string;
  taken: unknown;
  held: unknown;
  changeId: string | null;
  followupIds: string[];
  sharedIds: string[];
  taskIds: string[];
  undoneAt: string | null;
  undoneBy: string | null;
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
  customerId: string | null;
  acceptBy: string | null;
  offeredGroupId: string | null;
  offeredTo: string[] | null;
  mergedInto: string | null;
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

export interface OffDuty {
  userId: string;
  since: string;
}

export interface OwnershipChanges {
  id: string;
  entityId: string;
  kind: string;
  fromOwnerId: string | null;
  toOwnerId: string | null;
  reason: string;
  actorId: string | null;
  at: string;
  entity: string;
  rule: string | null;
}

export interface PasswordResets {
  tokenHash: Uint8Array;
  userId: string;
  createdAt: string;
  expiresAt: string;
  usedAt: string | null;
}

export interface PoolRules {
  id: string;
  departmentId: string | null;
  claimCap: number | null;
  holdingCap: number | null;
  cooldownDays: Generated<number>;
  protectionDays: Generated<number>;
  recycleHigh: number | null;
  recycleMedium: number | null;
  recycleLow: number | null;
  warnDays: Generated<number[]>;
  exemptIds: Generated<string[]>;
  recycleSince: Generated<string>;
  updatedAt: Generated<string>;
  version: Generated<number>;
}

export interface ProductCategories {
  id: string;
  categoryName: string;
  categoryCode: string;
  sortOrder: number;
  description: string | null;
  isActive: Generated<boolean>;
  createdAt: string;
  updatedAt: string;
  version: Generated<number>;
}

export interface Products {
  id: string;
  productCode: string;
  productName: string;
  brand: string | null;
  categoryId: string | null;
  supplier: string | null;
  costPrice: number | null;
  salePrice: number;
  unit: string;
  warrantyMonths: number;
  description: string | null;
  status: string;
  searchText: string;
  searchGrams: string[];
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
  version: Generated<number>;
}

export interface RecycleWarnings {
  leadId: string;
  cycle: string;
  days: number;
  at: string;
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

export interface ServiceTickets {
  id: string;
  no: string;
  ticketType: string;
  ticketTitle: string;
  priority: string;
  status: string;
  problemDescription: string | null;
  customerId: string;
  customerContactId: string | null;
  contactName: string | null;
  contactPhone: string | null;
  province: string | null;
  city: string | null;
  address: string | null;
  latitude: number | null;
  longitude: number | null;
  equipmentId: string | null;
  productId: string | null;
  expectedResolveDate: string | null;
  isUnderWarranty: boolean | null;
  warrantyEndDate: string | null;
  assignedTo: string | null;
  assignmentId: string | null;
  participantIds: string[];
  reportedAt: string;
  responseDueAt: string;
  resolveDueAt: string;
  firstResponseAt: string | null;
  responseMinutes: number | null;
  resolvedAt: string | null;
  resolveMinutes: number | null;
  lastStepAt: string;
  isRemote: Generated<boolean>;
  problemAnalysis: string | null;
  solution: string | null;
  serviceFee: Generated<number>;
  partsCost: Generated<number>;
  paymentStatus: string | null;
  signature: unknown | null;
  signerName: string | null;
  signedAt: string | null;
  customerRating: number | null;
  customerFeedback: string | null;
  ratedAt: string | null;
  closedAt: string | null;
  linkVersion: Generated<number>;
  linkExpiresAt: string | null;
  searchText: string;
  searchGrams: string[];
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  deletedAt: string | null;
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
  actorId: string | null;
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

export interface TicketAssignments {
  id: string;
  ticketId: string;
  engineerId: string;
  assignedBy: string | null;
  reason: string | null;
  assignedAt: string;
  endedAt: string | null;
  endedStatus: string | null;
}

export interface TicketLogs {
  id: string;
  ticketId: string;
  logType: string;
  logContent: string | null;
  actorId: string | null;
  actorName: string | null;
  happenedAt: string;
  createdAt: string;
  latitude: number | null;
  longitude: number | null;
  accuracy: number | null;
  distance: number | null;
  far: Generated<boolean>;
  fileIds: Generated<string[]>;
}

export interface TicketParts {
  id: string;
  ticketId: string;
  position: number;
  productId: string | null;
  partName: string;
  partCode: string | null;
  quantity: number;
  unitCost: number;
}

export interface TicketReports {
  code: string;
  ticketId: string;
  fileId: string;
  createdAt: string;
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
  departmentSince: string | null;
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
  assignmentGroups: AssignmentGroups;
  assignmentMembers: AssignmentMembers;
  auditEntries: AuditEntries;
  contacts: Contacts;
  creditAssessments: CreditAssessments;
  customerCollaborators: CustomerCollaborators;
  customers: Customers;
  departments: Departments;
  deviceSessions: DeviceSessions;
  equipment: Equipment;
  exports: Exports;
  fileUploads: FileUploads;
  files: Files;
  followups: Followups;
  handoverItems: HandoverItems;
  handovers: Handovers;
  idempotencyKeys: IdempotencyKeys;
  importRows: ImportRows;
  imports: Imports;
  intakeEvents: IntakeEvents;
  intakeSources: IntakeSources;
  leadMerges: LeadMerges;
  leads: Leads;
  notifications: Notifications;
  numberCounters: NumberCounters;
  offDuty: OffDuty;
  ownershipChanges: OwnershipChanges;
  passwordResets: PasswordResets;
  poolRules: PoolRules;
  productCategories: ProductCategories;
  products: Products;
  recycleWarnings: RecycleWarnings;
  remindEmails: RemindEmails;
  reminderDeliveries: ReminderDeliveries;
  reminderRules: ReminderRules;
  reminderRuns: ReminderRuns;
  reminderSettings: ReminderSettings;
  reminders: Reminders;
  rolePermissions: RolePermissions;
  roles: Roles;
  serviceTickets: ServiceTickets;
  statusChanges: StatusChanges;
  tasks: Tasks;
  ticketAssignments: TicketAssignments;
  ticketLogs: TicketLogs;
  ticketParts: TicketParts;
  ticketReports: TicketReports;
  userRoles: UserRoles;
  users: Users;
  wechatCredits: WechatCredits;
  workdayOverrides: WorkdayOverrides;
}
