import { reminders } from '#shared/reminders/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { getDelivery, listDeliveries } from './deliveries.queries.ts';
import type { Outlets } from './reminder-run.ts';
import {
  addEmail,
  checkNow,
  removeEmail,
  resendDelivery,
  updateRule,
  updateSettings,
} from './reminders.commands.ts';
import { dryRun, getSettings, listEmails, listRules, previewLead } from './reminders.queries.ts';

export const reminderRoutes = (outlets: Outlets): Route[] => [
  read(reminders.rules, ({ db }) => listRules(db)),
  write(reminders.updateRule, (work, { params, body }) => updateRule(work, params.level, body)),
  read(reminders.settings, (context) => getSettings(context, outlets)),
  write(reminders.updateSettings, (work, { body }) => updateSettings(work, outlets, body)),
  write(reminders.check, (work) => checkNow(work, outlets)),
  read(reminders.dryRun, (context) => dryRun(context, outlets)),
  read(reminders.preview, (context, { params }) => previewLead(context, params.id)),
  read(reminders.emails, ({ db }) => listEmails(db)),
  write(reminders.addEmail, (work, { body }) => addEmail(work, body.email)),
  write(reminders.removeEmail, (work, { params }) => removeEmail(work, params.id)),
  read(reminders.deliveries, (context, { query }) => listDeliveries(context, query)),
  read(reminders.delivery, (context, { params }) => getDelivery(context, params.id)),
  write(reminders.resend, (work, { params, body }) => resendDelivery(work, outlets, params.id, body.version)),
];
