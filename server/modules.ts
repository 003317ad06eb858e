import type { EventHandler, ScheduledJob } from './kernel/events.ts';
import { forgetOldKeys } from './kernel/idempotency.ts';
import type { Mailer } from './kernel/mail.ts';
import type { Route } from './kernel/route.ts';
import type { Storage } from './kernel/storage.ts';
import type { Hook } from './kernel/webhook.ts';
import { auditRoutes } from './modules/audit/audit.routes.ts';
import { workdayRoutes } from './modules/calendar/workdays.routes.ts';
import { customerFileHolder } from './modules/customers/customer-files.ts';
import { customerTarget } from './modules/customers/customer-follow-ups.ts';
import { customerHandover } from './modules/customers/customer-handover.ts';
import { customerTaskSource } from './modules/customers/customer-tasks.ts';
import { customerRoutes } from './modules/customers/customers.routes.ts';
import { duplicateRoutes } from './modules/duplicates/duplicates.routes.ts';
import { equipmentRoutes } from './modules/equipment/equipment.routes.ts';
import { equipmentFileHolder } from './modules/equipment/equipment-files.ts';
import { fileRoutes } from './modules/files/files.routes.ts';
import { sweepUploads } from './modules/files/stored-content.ts';
import { followUpRoutes } from './modules/followups/followups.routes.ts';
import { handoverHandlers } from './modules/identity/handovers.events.ts';
import type { IdentityDependencies } from './modules/identity/identity.commands.ts';
import { identityHandlers } from './modules/identity/identity.events.ts';
import { identityRoutes } from './modules/identity/identity.routes.ts';
import { teamRoutes } from './modules/identity/team.routes.ts';
import { intakeHandlers } from './modules/intake/intake.events.ts';
import { intakeRoutes } from './modules/intake/intake.routes.ts';
import { forgetIgnoredEvents } from './modules/intake/intake-events.commands.ts';
import { intakeHooks } from './modules/intake/intake-receiving.ts';
import type { IntakeFacilities } from './modules/intake/sources.queries.ts';
import { leadTarget } from './modules/leads/lead-follow-ups.ts';
import { leadHandover } from './modules/leads/lead-handover.ts';
import { forgetOldWarnings, runAcceptance, runRecycling } from './modules/leads/lead-pool.recycle.ts';
import { poolRoutes } from './modules/leads/lead-pool.routes.ts';
import { leadTaskSource } from './modules/leads/lead-tasks.ts';
import { leadRoutes } from './modules/leads/leads.routes.ts';
import { forgetOldNotifications } from './modules/notifications/notifications.commands.ts';
import { notificationRoutes } from './modules/notifications/notifications.routes.ts';
import type { WechatMessages, WechatTemplateIds } from './modules/notifications/wechat-messages.ts';
import { ownershipHandlers } from './modules/ownership/ownership.events.ts';
import { productRoutes } from './modules/products/products.routes.ts';
import { runDailyCheck } from './modules/reminders/reminder-run.ts';
import { reminderHandlers } from './modules/reminders/reminders.events.ts';
import { reminderRoutes } from './modules/reminders/reminders.routes.ts';
import { ticketFileHolder } from './modules/service-tickets/ticket-files.ts';
import { ticketHandover } from './modules/service-tickets/ticket-handover.ts';
import { reportHandlers } from './modules/service-tickets/ticket-report.events.ts';
import { ticketHandlers } from './modules/service-tickets/tickets.events.ts';
import { ticketRoutes } from './modules/service-tickets/tickets.routes.ts';
import { visitRoutes } from './modules/service-tickets/visits.routes.ts';
import { statisticsRoutes } from './modules/statistics/statistics.routes.ts';
import { taskHandlers } from './modules/tasks/tasks.events.ts';
import { taskRoutes } from './modules/tasks/tasks.routes.ts';
import { forgetOldTransfers } from './modules/transfers/imports.commands.ts';
import { transferHandlers, transferRoutes } from './modules/transfers/transfers.routes.ts';
import { workbenchRoutes } from './modules/workbench/workbench.routes.ts';

/** What the configuration lets the product do, as far as its endpoints say so. */
export interface Facilities {
  readonly mailConfigured: boolean;
  readonly templates: WechatTemplateIds;
  readonly intake: IntakeFacilities;
  /** How people and other servers reach the app, without a trailing slash. */
  readonly publicUrl: string;
  readonly storage: Storage;
}

/** Every endpoint of the product with its behaviour. */
export const allRoutes = (
  identity: IdentityDependencies,
  { mailConfigured, templates, intake, publicUrl, storage }: Facilities,
): Route[] => [
  ...identityRoutes(identity),
  ...teamRoutes(identity, {
    leads: leadHandover,
    customers: customerHandover,
    tickets: ticketHandover,
  }),
  ...fileRoutes({
    storage,
    holders: {
      customers: customerFileHolder,
      equipment: equipmentFileHolder,
      serviceTickets: ticketFileHolder,
    },
  }),
  ...customerRoutes,
  ...productRoutes,
  ...equipmentRoutes({ publicUrl }),
  ...visitRoutes({ publicUrl }),
  ...leadRoutes,
  ...transferRoutes,
  ...duplicateRoutes,
  ...poolRoutes,
  ...intakeRoutes(intake),
  ...ticketRoutes,
  ...followUpRoutes({ lead: leadTarget, customer: customerTarget }),
  ...taskRoutes({ leads: leadTaskSource, customers: customerTaskSource }),
  ...statisticsRoutes,
  ...workbenchRoutes,
  ...reminderRoutes({ mailConfigured, wechatConfigured: templates.overdue !== null }),
  ...workdayRoutes,
  ...notificationRoutes(templates),
  ...auditRoutes,
];

/** Every webhook of the product with its behaviour. */
export const allHooks = ({ intake }: Facilities): Hook[] => [...intakeHooks(intake.secrets)];

/** The outside world as the worker reaches it. */
export interface WorkerDependencies {
  /** Null: no mail server is configured. */
  readonly mailer: Mailer | null;
  /** Null: WeChat may not be asked to bring messages. */
  readonly messages: WechatMessages | null;
  /** How people reach the app, without a trailing slash: for links in mails. */
  readonly publicUrl: string;
  readonly storage: Storage;
}

/** Every reaction to an event. */
export const allHandlers = (outside: WorkerDependencies): EventHandler[] => [
  ...identityHandlers(outside.mailer, outside.publicUrl),
  ...taskHandlers,
  ...ticketHandlers,
  ...handoverHandlers,
  ...ownershipHandlers,
  ...reminderHandlers(outside),
  ...transferHandlers,
  ...intakeHandlers,
  ...reportHandlers(outside),
];

/** Everything that the clock starts. */
export const allScheduledJobs = ({ mailer, messages, storage }: WorkerDependencies): ScheduledJob[] => [
  {
    // Each minute, since the time of day is data and a check that was missed is owed.
    name: 'reminders.check',
    cron: '* * * * *',
    run: (context) =>
      runDailyCheck(context, {
        mailConfigured: mailer !== null,
        wechatConfigured: messages?.templateId('overdue') != null,
      }),
  },
  {
    // Each minute, so that a lead goes when its page said.
    name: 'pool.recycle',
    cron: '* * * * *',
    run: runRecycling,
  },
  {
    name: 'leads.acceptance',
    cron: '* * * * *',
    run: runAcceptance,
  },
  {
    name: 'recycle-warnings.forget',
    cron: '47 3 * * *',
    run: ({ database, clock }) => forgetOldWarnings(database.db, clock.now()),
  },
  {
    name: 'files.sweep',
    cron: '*/5 * * * *',
    run: ({ database, clock }) => sweepUploads(database.db, storage, clock.now()),
  },
  {
    name: 'idempotency-keys.forget',
    cron: '17 3 * * *',
    run: ({ database, clock }) => forgetOldKeys(database.db, clock.now()),
  },
  {
    name: 'intake-events.forget',
    cron: '27 3 * * *',
    run: ({ database, clock }) => forgetIgnoredEvents(database.db, clock.now()),
  },
  {
    name: 'transfers.forget',
    cron: '27 3 * * *',
    run: ({ database, clock }) => forgetOldTransfers(database.db, clock.now()),
  },
  {
    name: 'notifications.forget',
    cron: '37 3 * * *',
    run: ({ database, clock }) => forgetOldNotifications(database.db, clock.now()),
  },
];
