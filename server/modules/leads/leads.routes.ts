import { leads } from '#shared/leads/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import { convertLead } from './lead-conversion.commands.ts';
import { listDuplicateGroups } from './lead-duplicate-groups.queries.ts';
import { followUpLead } from './lead-follow-ups.ts';
import { mergeLeads, undoMerge } from './lead-merge.commands.ts';
import { assignLead, claimLead, releaseLead } from './lead-ownership.commands.ts';
import { revealLead } from './lead-reveal.ts';
import { leadStatistics } from './lead-statistics.queries.ts';
import { leadTimeline } from './lead-timeline.queries.ts';
import { changeLeadStatus, createLead, editLead, removeLead, restoreLead } from './leads.commands.ts';
import { getLead, listLeads } from './leads.queries.ts';

export const leadRoutes: Route[] = [
  read(leads.list, (context, { query }) => listLeads(context, query)),
  write(leads.create, (work, { body }) => createLead(work, body)),
  read(leads.duplicateGroups, (context, { query }) => listDuplicateGroups(context, query)),
  read(leads.statistics, (context, { query }) => leadStatistics(context, query)),
  read(leads.get, (context, { params }) => getLead(context, params.id)),
  read(leads.timeline, (context, { params, query }) => leadTimeline(context, params.id, query)),
  write(leads.update, (work, { params, body }) => editLead(work, params.id, body)),
  write(leads.remove, (work, { params, body }) => removeLead(work, params.id, body.version)),
  write(leads.restore, (work, { params, body }) => restoreLead(work, params.id, body.version)),
  write(leads.changeStatus, (work, { params, body }) => changeLeadStatus(work, params.id, body)),
  write(leads.convert, (work, { params, body }) => convertLead(work, params.id, body)),
  write(leads.merge, (work, { params, body }) => mergeLeads(work, params.id, body)),
  write(leads.undoMerge, (work, { params }) => undoMerge(work, params.id)),
  write(leads.assign, (work, { params, body }) => assignLead(work, params.id, body)),
  write(leads.claim, (work, { params }) => claimLead(work, params.id)),
  write(leads.release, (work, { params, body }) => releaseLead(work, params.id, body)),
  write(leads.reveal, (work, { params, body }) => revealLead(work, params.id, body)),
  write(leads.followUp, (work, { params, body }) => followUpLead(work, params.id, body)),
];
