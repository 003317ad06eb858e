import { describe, expect, test } from 'vitest';
import { files } from '#shared/files/contract.ts';
import { serviceTickets } from '#shared/service-tickets/contract.ts';
import {
  type ServiceTicketStatus,
  serviceTicketMachine,
  type TicketStep,
} from '#shared/service-tickets/machine.ts';
import {
  type DecidedWrite,
  goesWith,
  noteKeyOf,
  notesOf,
  stepsOf,
  type TicketNow,
  ticketConflictOf,
  ticketOfRefusal,
} from './ticket-conflict';

const MINE = '0199aaaa-0000-7000-8000-00000000000a';
const THEIRS = '0199aaaa-0000-7000-8000-00000000000b';
const PHOTO = '0199aaaa-0000-7000-8000-0000000000aa';

const now = (status: ServiceTicketStatus, assignment = THEIRS): TicketNow => ({
  status,
  assignment: {
    id: assignment,
    engineer: { id: assignment, name: '孙伟' },
    assignedAt: '2026-11-20T02:00:00.000Z',
    reason: null,
  },
});

let made = 0;
function write(
  endpoint: { method: string; path: string },
  input: object,
  error: DecidedWrite['error'] = null,
): DecidedWrite {
  return {
    key: `key-${++made}`,
    endpoint: endpoint as DecidedWrite['endpoint'],
    input: input as DecidedWrite['input'],
    state: error ? 'failed' : 'waiting',
    label: '',
    createdAt: 0,
    error,
  };
}
const step = (name: TicketStep, more: object = {}, code?: string, details: unknown = null) =>
  write(
    serviceTickets[name],
    { body: { assignment: MINE, happenedAt: '2026-11-20T03:00:00.000Z', ...more } },
    code ? { code, details } : null,
  );
const photo = (id = PHOTO) => write(files.upload, { query: { id } });
const comment = () => write(serviceTickets.addLog, { body: { logContent: '客户催了' } });
const visit = () => [step('depart', {}, 'TICKET_REASSIGNED'), photo(), step('arrive'), comment()];

describe('a step that was refused because the ticket was given to somebody else', () => {
  test('shows what was done here, and who has it now', () => {
    expect(ticketConflictOf(visit(), now('accepted'))).toMatchObject({
      mine: { steps: [{ label: '出发' }, { label: '到场签到' }], photos: 1, comments: 1 },
      theirs: { engineer: '孙伟', since: '2026-11-20T02:00:00.000Z', status: '已接单', isMine: false },
    });
  });

  test.each(Object.keys(serviceTicketMachine.states) as ServiceTicketStatus[])(
    'may be taken back while it is %s exactly when the machine says so',
    (status) => {
      const conflict = ticketConflictOf(visit(), now(status));
      const may = serviceTicketMachine.can(status, 'reclaim');
      expect(conflict?.choices.includes('reclaim')).toBe(may);
      expect(conflict?.reclaimRefusal === null).toBe(may);
      expect(conflict?.choices).toEqual(expect.arrayContaining(['note', 'discard']));
    },
  );

  test('can be decided on with what the refusal brought along, and without', () => {
    const brought = [step('depart', {}, 'TICKET_REASSIGNED', { current: now('assigned') }), step('arrive')];
    expect(ticketOfRefusal(brought)?.status).toBe('assigned');
    expect(ticketOfRefusal(visit())).toBeNull();
    expect(ticketConflictOf(visit(), null)).toMatchObject({
      theirs: null,
      choices: ['reclaim', 'note', 'discard'],
    });
  });
});

describe('a step that was refused because the ticket is further on, and still ours', () => {
  const steps = () => [step('accept', {}, 'ACTION_NOT_ALLOWED'), step('depart'), photo(), step('arrive')];

  test('is left out together with what is behind, up to where the rest fits', () => {
    const items = steps();
    const conflict = ticketConflictOf(items, now('en_route', MINE));
    expect(conflict?.choices).toEqual(['skip', 'note', 'discard']);
    expect(conflict?.skipped).toEqual([items[0]?.key, items[1]?.key]);
  });

  test('that nothing fits any more leaves only the photos and comments to go on', () => {
    const items = steps();
    expect(ticketConflictOf(items, now('cancelled', MINE))?.skipped).toHaveLength(3);
  });
});

test.each([
  ['nothing was refused', [step('depart'), photo()]],
  ['something else was refused', [step('depart', {}, 'VALIDATION')]],
  [
    'a photo was refused',
    [write(files.upload, { query: { id: PHOTO } }, { code: 'TICKET_REASSIGNED', details: null })],
  ],
])('there is nothing to decide when %s', (_case, items) => {
  expect(ticketConflictOf(items, now('accepted'))).toBeNull();
});

describe('steps that become a comment', () => {
  test('keep their times and everything that was written', () => {
    const [note] = notesOf(
      stepsOf([
        step('arrive', { farReason: '停车场', position: { latitude: 23.1, longitude: 113.3, accuracy: 25 } }),
        step('resolve', {
          happenedAt: '2026-11-20T04:30:00.000Z',
          problemAnalysis: '继电器烧坏',
          solution: '已更换',
          replacedParts: [{ partName: '继电器', quantity: 2 }],
          serviceFee: 80,
        }),
        step('sign', { happenedAt: '2026-11-20T04:40:00.000Z', signerName: '李总' }),
      ]),
    );
    expect(note?.split('\n').slice(1)).toEqual([
      '2026-11-20 11:00 到场签到 离现场较远：停车场；定位23.10000, 113.30000（±25米）',
      '2026-11-20 12:30 完工 原因：继电器烧坏；处理：已更换；配件：继电器×2；服务费：80元',
      '2026-11-20 12:40 客户签字 签字人：李总',
    ]);
  });

  test('that say more than one comment holds become several, with nothing lost', () => {
    const notes = notesOf(
      stepsOf([step('resolve', { problemAnalysis: '因'.repeat(2000), solution: '理'.repeat(2000) })]),
    );
    expect(notes.every((note) => note.length <= 2000)).toBe(true);
    expect(notes.join('').match(/因/g)).toHaveLength(2001);
    expect(notes.join('').match(/理/g)).toHaveLength(2001);
  });

  test('are the same comment when a killed app does it again', () => {
    const steps = stepsOf([step('depart')]);
    expect(noteKeyOf(steps[0]!, 0)).toBe(noteKeyOf(steps[0]!, 0));
    expect(noteKeyOf(steps[0]!, 0)).not.toBe(noteKeyOf(steps[0]!, 1));
  });
});

describe('discarding', () => {
  test('a step takes the later steps along, not the photos and comments', () => {
    const items = [step('accept'), photo(), step('depart'), comment(), step('arrive')];
    expect(goesWith(items[2]!, items)).toEqual([items[4]]);
  });

  test('a photo takes along the step that names it, and what follows that', () => {
    const items = [photo(), step('arrive', { fileIds: [PHOTO] }), comment(), step('resolve')];
    expect(goesWith(items[0]!, items)).toEqual([items[1], items[3]]);
  });

  test('a photo that nothing names, or a comment, goes alone', () => {
    const items = [photo(), comment(), step('arrive')];
    expect(goesWith(items[0]!, items)).toEqual([]);
    expect(goesWith(items[1]!, items)).toEqual([]);
  });
});
