/** A service ticket as the person made it: what the server knows, with what still waits on the phone on top. Pure. */
import { type FileKind, files } from '#shared/files/contract.ts';
import {
  isFar,
  serviceTickets,
  type TicketDetail,
  type TicketLog,
  type TicketResolution,
  type TicketStepFacts,
} from '#shared/service-tickets/contract.ts';
import { costsOf } from '#shared/service-tickets/costs.ts';
import {
  type ServiceTicketStatus,
  serviceTicketMachine,
  TICKET_STEPS,
  type TicketStep,
} from '#shared/service-tickets/machine.ts';
import type { Signature } from '#shared/service-tickets/signature.ts';
import { distanceBetween } from '#shared/values/position.ts';
import { type Instant, toInstant } from '#shared/values/time.ts';
import type { OutboxItem } from '../api/outbox';

/** What the overlay reads of a write that waits. */
export type QueuedWrite = Pick<OutboxItem, 'key' | 'endpoint' | 'input' | 'state' | 'label' | 'createdAt'> & {
  readonly file?: { readonly ref: string; readonly name: string } | null;
};

/** A picture that is still on the phone only. */
export interface QueuedPhoto {
  readonly key: string;
  readonly id: string;
  readonly kind: FileKind;
  readonly takenAt: Instant | null;
  /** Where the phone keeps it. */
  readonly ref: string | null;
  readonly failed: boolean;
}

export interface QueuedTicket {
  /** As it is once everything that waits has arrived. */
  readonly ticket: TicketDetail;
  /** The rows of `ticket.logs` that wait, by id; `failed`: refused. */
  readonly waiting: ReadonlyMap<string, 'waiting' | 'failed'>;
  readonly photos: readonly QueuedPhoto[];
  /** Something was refused: a person has to decide before anything behind it is sent. */
  readonly refused: boolean;
}

interface Person {
  readonly id: string;
  readonly name: string;
}
type StepBody = TicketStepFacts & {
  readonly reason?: string;
  readonly farReason?: string | null;
  readonly fileIds?: readonly string[];
  readonly signerName?: string;
  readonly signature?: Signature;
} & Partial<TicketResolution>;

const STATUSES = Object.keys(serviceTicketMachine.states) as ServiceTicketStatus[];
const rankOf = (status: ServiceTicketStatus) => STATUSES.indexOf(status);
const isStep = (action: string): action is TicketStep => (TICKET_STEPS as readonly string[]).includes(action);
const isMachineAction = (action: string) => action in serviceTicketMachine.actions;

export const writes = (item: QueuedWrite, endpoint: { readonly method: string; readonly path: string }) =>
  item.endpoint.method === endpoint.method && item.endpoint.path === endpoint.path;

/** Which step of the engineer a write is. */
export const stepOf = (item: QueuedWrite): TicketStep | null =>
  TICKET_STEPS.find((step) => writes(item, serviceTickets[step])) ?? null;

function logOf(
  ticket: TicketDetail,
  item: QueuedWrite,
  logType: TicketLog['logType'],
  me: Person,
): TicketLog {
  const body = item.input.body as StepBody & { readonly logContent?: string };
  const position = body.position ?? null;
  const distance = position && ticket.coordinates ? distanceBetween(position, ticket.coordinates) : null;
  const ids = body.fileIds ?? [];
  return {
    id: item.key,
    logType,
    logContent: body.logContent ?? body.reason ?? body.farReason ?? body.solution ?? null,
    actor: me,
    actorName: body.signerName ?? null,
    happenedAt: body.happenedAt ?? toInstant(item.createdAt),
    createdAt: toInstant(item.createdAt),
    position,
    distance,
    far: logType === 'arrive' && position !== null && distance !== null && isFar(distance, position.accuracy),
    files: ticket.files.filter(({ id }) => ids.includes(id)),
  };
}

/** What a step leaves on the ticket beside its status. */
function marksOf(step: TicketStep, body: StepBody, ticket: TicketDetail): Partial<TicketDetail> {
  if (step === 'accept') return { firstResponseAt: ticket.firstResponseAt ?? body.happenedAt };
  if (step === 'decline') return { assignment: null, assignee: null };
  if (step === 'resolve') {
    const replacedParts = body.replacedParts ?? [];
    const serviceFee = body.serviceFee ?? 0;
    return {
      resolvedAt: body.happenedAt,
      isRemote: body.isRemote ?? false,
      problemAnalysis: body.problemAnalysis ?? null,
      solution: body.solution ?? null,
      serviceFee,
      ...costsOf({ replacedParts, serviceFee }),
      replacedParts: replacedParts.map((part, i) => ({
        id: String(i),
        productId: part.productId ?? null,
        partName: part.partName,
        partCode: part.partCode ?? null,
        quantity: part.quantity,
        unitCost: part.unitCost,
      })),
    };
  }
  if (step === 'sign' && body.signature)
    return {
      signature: { ...body.signature, signerName: body.signerName ?? '', signedAt: body.happenedAt },
    };
  return {};
}

/**
 * Whether a step still has to be counted: not when it was made under another assignment, and not when the server has
 * taken it already and only the answer was lost.
 */
function counts(step: TicketStep, body: StepBody, ticket: TicketDetail): boolean {
  if (ticket.assignment?.id !== body.assignment) return false;
  const { to } = serviceTicketMachine.actions[step];
  return step === 'decline'
    ? serviceTicketMachine.can(ticket.status, 'decline')
    : rankOf(to as ServiceTicketStatus) > rankOf(ticket.status);
}

/** The buttons after the steps that wait: what needs the server's version is not offered before it has heard of them. */
function actionsAfter(ticket: TicketDetail, me: Person): TicketDetail['actions'] {
  const others = ticket.actions.filter(({ action }) => !isMachineAction(action));
  if (ticket.assignment?.engineer.id !== me.id) return others;
  const steps = serviceTicketMachine
    .available(ticket.status)
    .filter(isStep)
    .map((action) => ({
      action,
      label: serviceTicketMachine.actions[action].label,
      disabledReason: null,
    }));
  return [...steps, ...others];
}

/**
 * @param items the writes of this ticket that wait, oldest first
 * @param me whose phone it is
 */
export function withQueued(base: TicketDetail, items: readonly QueuedWrite[], me: Person): QueuedTicket {
  let ticket = base;
  const waiting = new Map<string, 'waiting' | 'failed'>();
  const logs: TicketLog[] = [];
  const photos: QueuedPhoto[] = [];
  let refused = false;
  for (const item of items) {
    const failed = item.state === 'failed';
    refused ||= failed;
    if (writes(item, files.upload)) {
      const query = item.input.query as { id: string; kind: FileKind; takenAt?: Instant };
      if (base.files.some(({ id }) => id === query.id)) continue;
      const { id, kind, takenAt = null } = query;
      photos.push({ key: item.key, id, kind, takenAt, ref: item.file?.ref ?? null, failed });
      continue;
    }
    const step = stepOf(item);
    const logType = step ?? (writes(item, serviceTickets.addLog) ? 'comment' : null);
    if (logType === null) continue;
    const body = item.input.body as StepBody;
    const counted = step !== null && !refused && counts(step, body, ticket);
    // Taken already: its row is among the server's own.
    const known = step !== null && !refused && !counted && ticket.assignment?.id === body.assignment;
    if (known) continue;
    logs.unshift(logOf(base, item, logType, me));
    waiting.set(item.key, failed ? 'failed' : 'waiting');
    if (step && counted) {
      const { to } = serviceTicketMachine.actions[step];
      ticket = { ...ticket, ...marksOf(step, body, ticket), status: to as ServiceTicketStatus };
    }
  }
  if (ticket !== base) ticket = { ...ticket, actions: actionsAfter(ticket, me) };
  if (logs.length > 0) ticket = { ...ticket, logs: [...logs, ...ticket.logs] };
  return { ticket, waiting, photos, refused };
}
