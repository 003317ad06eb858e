/** What to decide when a step that was made without a signal is refused: mine, theirs, and the choices. Pure. */
import { files } from '#shared/files/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import {
  type ServiceTicketStatus,
  serviceTicketMachine,
  type TicketStep,
} from '#shared/service-tickets/machine.ts';
import type { Position } from '#shared/values/position.ts';
import { type Instant, toInstant, wallClock } from '#shared/values/time.ts';
import type { OutboxItem } from '../api/outbox';
import { stepOf, writes } from './queued-ticket';

/** What the decision reads of a queued write. */
export type DecidedWrite = Pick<
  OutboxItem,
  'key' | 'endpoint' | 'input' | 'state' | 'label' | 'createdAt'
> & {
  readonly error: Pick<NonNullable<OutboxItem['error']>, 'code' | 'details'> | null;
};

/** The ticket as the server has it: what a refusal brought along, or a fresh answer. */
export type TicketNow = Pick<TicketDetail, 'status' | 'assignment'>;

/** A step that the server has not taken. */
export interface MadeStep {
  readonly key: string;
  readonly step: TicketStep;
  readonly label: string;
  readonly happenedAt: Instant;
  /** What was written with it; null: nothing. */
  readonly words: string | null;
  /** The assignment that it was made under. */
  readonly assignment: string;
}

export type ConflictChoice = 'reclaim' | 'skip' | 'note' | 'discard';

export interface TicketConflict {
  /** The step that was refused; it blocks what stands behind it. */
  readonly refused: string;
  readonly mine: {
    readonly steps: readonly MadeStep[];
    readonly photos: number;
    readonly comments: number;
  };
  /** Null until the ticket could be read. */
  readonly theirs: {
    /** Null: nobody. */
    readonly engineer: string | null;
    readonly since: Instant | null;
    readonly status: string;
    /** It is still ours: only the step does not fit. */
    readonly isMine: boolean;
  } | null;
  readonly choices: readonly ConflictChoice[];
  /** Why it cannot be taken back; null when it can, or need not. */
  readonly reclaimRefusal: string | null;
  /** The steps that the ticket has behind it: what `skip` leaves out, so that the rest goes on. */
  readonly skipped: readonly string[];
}

interface StepBody {
  readonly assignment: string;
  readonly happenedAt?: Instant;
  readonly position?: Position | null;
  readonly farReason?: string | null;
  readonly reason?: string;
  readonly problemAnalysis?: string;
  readonly solution?: string;
  readonly replacedParts?: readonly { readonly partName: string; readonly quantity: number }[];
  readonly serviceFee?: number;
  readonly signerName?: string;
}

const DECIDABLE = ['TICKET_REASSIGNED', 'ACTION_NOT_ALLOWED'];
/** As much as one comment of a ticket holds. */
const NOTE_LENGTH = 2000;

const { actions, can, states } = serviceTicketMachine;

const placeWords = ({ latitude, longitude, accuracy }: Position) =>
  `定位${latitude.toFixed(5)}, ${longitude.toFixed(5)}（±${Math.round(accuracy)}米）`;

/** What a step says beside its name. */
function wordsOf(body: StepBody): string | null {
  const parts = (body.replacedParts ?? []).map(({ partName, quantity }) => `${partName}×${quantity}`);
  return (
    [
      body.reason,
      body.farReason && `离现场较远：${body.farReason}`,
      body.problemAnalysis && `原因：${body.problemAnalysis}`,
      body.solution && `处理：${body.solution}`,
      parts.length > 0 && `配件：${parts.join('、')}`,
      body.serviceFee && `服务费：${body.serviceFee}元`,
      body.signerName && `签字人：${body.signerName}`,
      body.position && placeWords(body.position),
    ]
      .filter(Boolean)
      .join('；') || null
  );
}

/** The steps among the writes of one ticket, in their order. */
export function stepsOf(items: readonly DecidedWrite[]): MadeStep[] {
  return items.flatMap((item) => {
    const step = stepOf(item);
    if (step === null) return [];
    const body = item.input.body as StepBody;
    return [
      {
        key: item.key,
        step,
        label: actions[step].label,
        happenedAt: body.happenedAt ?? toInstant(item.createdAt),
        words: wordsOf(body),
        assignment: body.assignment,
      },
    ];
  });
}

const counting = (items: readonly DecidedWrite[], endpoint: { method: string; path: string }) =>
  items.filter((item) => writes(item, endpoint)).length;

/** The ticket that came with a refusal; null when it was left out. */
export function ticketOfRefusal(items: readonly DecidedWrite[]): TicketNow | null {
  const refused = items.find(({ state }) => state === 'failed');
  return (refused?.error?.details as { current?: TicketNow } | null | undefined)?.current ?? null;
}

/** The first steps that have to go so that the next one fits the ticket as it is. */
function behind(steps: readonly MadeStep[], status: ServiceTicketStatus): MadeStep[] {
  const fits = steps.findIndex(({ step }) => can(status, step));
  return steps.slice(0, fits === -1 ? steps.length : fits);
}

/**
 * @param items the writes of one ticket that wait, oldest first
 * @param current the ticket as the server has it; null while it is not known
 * @returns null when no step was refused for what others did to the ticket
 */
export function ticketConflictOf(
  items: readonly DecidedWrite[],
  current: TicketNow | null,
): TicketConflict | null {
  const refused = items.find(({ state }) => state === 'failed');
  if (!refused || stepOf(refused) === null || !DECIDABLE.includes(refused.error?.code ?? '')) return null;
  const steps = stepsOf(items);
  const { assignment } = refused.input.body as StepBody;
  const isMine = current !== null && current.assignment?.id === assignment;
  const reclaimable = !isMine && (current === null || can(current.status, 'reclaim'));
  const skipped = current !== null && isMine ? behind(steps, current.status) : [];
  return {
    refused: refused.key,
    mine: {
      steps,
      photos: counting(items, files.upload),
      comments: counting(items, serviceTickets.addLog),
    },
    theirs: current && {
      engineer: current.assignment?.engineer.name ?? null,
      since: current.assignment?.assignedAt ?? null,
      status: states[current.status],
      isMine,
    },
    choices: [
      ...(reclaimable ? (['reclaim'] as const) : []),
      ...(skipped.length > 0 ? (['skip'] as const) : []),
      'note',
      'discard',
    ],
    reclaimRefusal:
      current === null || isMine || reclaimable
        ? null
        : `工单现在是“${states[current.status]}”，不能再接回来，请与调度商量`,
    skipped: skipped.map(({ key }) => key),
  };
}

const timeWords = (at: Instant) => {
  const { date, time } = wallClock(at);
  return `${date} ${time}`;
};

/** The steps as comments, with their times: nothing of what was written is left out, whatever its length. */
export function notesOf(steps: readonly MadeStep[]): string[] {
  const text = [
    '没有信号时做的步骤，当时工单已有变化，转为备注：',
    ...steps.map(({ happenedAt, label, words }) =>
      [timeWords(happenedAt), label, words].filter(Boolean).join(' '),
    ),
  ].join('\n');
  // By characters, so that none is cut in two; none is longer than two units.
  const letters = Array.from(text);
  const notes: string[] = [];
  for (let at = 0; at < letters.length; at += NOTE_LENGTH / 2)
    notes.push(letters.slice(at, at + NOTE_LENGTH / 2).join(''));
  return notes;
}

/** The key of a note: the same steps turned into a note again, after a killed app, are the same note. */
export const noteKeyOf = ({ key }: MadeStep, part: number): string => `${key}-note${part}`;

/** What cannot be sent without a write, and goes when it is discarded: later steps, and steps that name its photo. */
export function goesWith(item: DecidedWrite, items: readonly DecidedWrite[]): DecidedWrite[] {
  const later = items.slice(items.findIndex(({ key }) => key === item.key) + 1);
  if (stepOf(item) !== null) return later.filter((other) => stepOf(other) !== null);
  if (!writes(item, files.upload)) return [];
  const { id } = item.input.query as { id: string };
  const naming = later.filter(({ input }) =>
    (input.body as { fileIds?: readonly string[] } | undefined)?.fileIds?.includes(id),
  );
  const [step] = naming.filter((other) => stepOf(other) !== null);
  const steps = step ? [step, ...goesWith(step, items)] : [];
  return later.filter((other) => naming.includes(other) || steps.includes(other));
}
