/** How the words of the contracts look: tone and icon. The words themselves stay in the contracts. */
import type { CustomerLevel } from '#shared/customers/draft.ts';
import { type CustomerStage, customerStageMachine } from '#shared/customers/machine.ts';
import { type FollowUpMethod, METHOD_LABELS } from '#shared/followups/contract.ts';
import { INTENTION_LABELS, type Intention } from '#shared/leads/contract.ts';
import { type LeadStatus, leadMachine } from '#shared/leads/machine.ts';
import type { ServiceTicketStatus } from '#shared/service-tickets/machine.ts';
import type { TicketPriority } from '#shared/service-tickets/sla.ts';
import type { ChipOption, IconName, Tone } from '../ui';

export const STATUS_TONES: Readonly<Record<LeadStatus, Tone>> = {
  new: 'accent',
  contacted: 'teal',
  qualified: 'purple',
  converted: 'success',
  closed: 'neutral',
};

export const INTENTION_TONES: Readonly<Record<Intention, Tone>> = {
  high: 'hot',
  medium: 'warning',
  low: 'neutral',
};

export const STAGE_TONES: Readonly<Record<CustomerStage, Tone>> = {
  lead: 'neutral',
  initial_contact: 'teal',
  prospect: 'purple',
  negotiation: 'warning',
  client: 'success',
};

export const LEVEL_TONES: Readonly<Record<CustomerLevel, Tone>> = { A: 'hot', B: 'accent', C: 'neutral' };

export const TICKET_STATUS_TONES: Readonly<Record<ServiceTicketStatus, Tone>> = {
  pending: 'hot',
  assigned: 'warning',
  accepted: 'accent',
  en_route: 'accent',
  on_site: 'accent',
  pending_acceptance: 'purple',
  resolved: 'success',
  closed: 'neutral',
  cancelled: 'neutral',
};

export const TICKET_PRIORITY_TONES: Readonly<Record<TicketPriority, Tone>> = {
  urgent: 'danger',
  high: 'hot',
  medium: 'neutral',
  low: 'neutral',
};

export const METHOD_ICONS: Readonly<Record<FollowUpMethod, IconName>> = {
  phone: 'phone',
  wechat: 'message-circle',
  visit: 'map-pin',
  meeting: 'users',
  email: 'mail',
  sms: 'message-square',
  other: 'sticky-note',
};

export const statusLabel = (status: LeadStatus): string => leadMachine.states[status];
export const stageLabel = (stage: CustomerStage): string => customerStageMachine.states[stage];
export const intentionLabel = (intention: Intention): string => `${INTENTION_LABELS[intention]}意向`;

/** Labels of a contract as the options of a field. */
export const optionsOf = <K extends string>(labels: Readonly<Record<K, string>>): ChipOption<K>[] =>
  (Object.keys(labels) as K[]).map((value) => ({ value, label: labels[value] }));

export const METHOD_OPTIONS: readonly ChipOption<FollowUpMethod>[] = optionsOf(METHOD_LABELS).map(
  (option) => ({
    ...option,
    icon: METHOD_ICONS[option.value],
  }),
);
