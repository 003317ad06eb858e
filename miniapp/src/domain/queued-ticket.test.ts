import { describe, expect, test } from 'vitest';
import { files } from '#shared/files/contract.ts';
import { serviceTickets, type TicketDetail } from '#shared/service-tickets/contract.ts';
import { serviceTicketMachine, TICKET_STEPS, type TicketStep } from '#shared/service-tickets/machine.ts';
import { type QueuedWrite, withQueued } from './queued-ticket.ts';

const ME = { id: '0199aaaa-0000-7000-8000-000000000001', name: '赵磊' };
const OTHER = { id: '0199aaaa-0000-7000-8000-000000000002', name: '孙伟' };
const ASSIGNMENT = '0199aaaa-0000-7000-8000-00000000000a';
const SITE = { latitude: 22.5431, longitude: 114.0579 };

function ticket(changes: Partial<TicketDetail> = {}): TicketDetail {
  return {
    id: '0199aaaa-0000-7000-8000-0000000000ff',
    no: 'TICKET-2026-0001',
    status: 'assigned',
    coordinates: SITE,
    assignee: ME,
    assignment: { id: ASSIGNMENT, engineer: ME, assignedAt: '2026-11-20T01:00:00.000Z', reason: null },
    firstResponseAt: null,
    resolvedAt: null,
    files: [],
    logs: [],
    actions: [
      { action: 'accept', label: '接单', disabledReason: null },
      { action: 'decline', label: '退回调度', disabledReason: null },
      { action: 'transfer', label: '改派', disabledReason: null },
      { action: 'comment', label: '写备注', disabledReason: null },
    ],
    ...changes,
  } as TicketDetail;
}

const BODIES: Readonly<Record<TicketStep, object>> = {
  accept: {},
  depart: {},
  arrive: { position: { ...SITE, accuracy: 20 } },
  resolve: {
    problemAnalysis: '继电器烧坏',
    solution: '更换继电器',
    replacedParts: [{ partName: '继电器', quantity: 2, unitCost: 19.99 }],
    serviceFee: 80,
  },
  sign: { signerName: '李总', signature: { width: 1000, height: 500, strokes: [[1, 1, 2, 2]] } },
  decline: { reason: '跨城，来不及' },
};

let keys = 0;
function queued(
  endpoint: { method: string; path: string },
  input: object,
  changes: Partial<QueuedWrite> = {},
): QueuedWrite {
  return {
    key: `key-${++keys}`,
    endpoint: endpoint as QueuedWrite['endpoint'],
    input: input as QueuedWrite['input'],
    state: 'waiting',
    label: '',
    createdAt: Date.parse('2026-11-20T02:00:00.000Z'),
    ...changes,
  };
}
const step = (name: TicketStep, more: object = {}, changes: Partial<QueuedWrite> = {}) =>
  queued(
    serviceTickets[name],
    { body: { assignment: ASSIGNMENT, happenedAt: '2026-11-20T01:30:00.000Z', ...BODIES[name], ...more } },
    changes,
  );
const offered = (of: TicketDetail) => of.actions.map(({ action }) => action);

describe('a ticket with what waits on the phone', () => {
  test('is the server’s when nothing waits', () => {
    const base = ticket();
    expect(withQueued(base, [], ME).ticket).toBe(base);
  });

  test('offers the next step at once, through the whole visit', () => {
    const visit: TicketStep[] = ['accept', 'depart', 'arrive', 'resolve', 'sign'];
    visit.forEach((name, i) => {
      const done = visit.slice(0, i + 1).map((one) => step(one));
      const { ticket: after } = withQueued(ticket(), done, ME);
      expect(after.status).toBe(serviceTicketMachine.actions[name].to);
      const next = visit[i + 1];
      if (next) expect(offered(after)).toContain(next);
      expect(after.logs).toHaveLength(i + 1);
      expect(after.logs[0]?.logType).toBe(name);
    });
  });

  test('offers nothing that needs the version the server has not given yet', () => {
    const { ticket: after } = withQueued(ticket(), [step('accept')], ME);
    expect(offered(after)).not.toContain('transfer');
    expect(offered(after)).toContain('comment');
  });

  test('does not go back when the server has taken a step of which only the answer was lost', () => {
    const base = ticket({ status: 'on_site' });
    const after = withQueued(base, [step('accept'), step('depart'), step('arrive')], ME);
    expect(after.ticket.status).toBe('on_site');
    expect(after.ticket.logs).toHaveLength(0);
  });

  test('goes on from an answer that was kept before the first step arrived', () => {
    // `accept` got through, the app has not read the ticket since.
    const after = withQueued(ticket(), [step('depart')], ME);
    expect(after.ticket.status).toBe('en_route');
  });

  test('keeps the work, its costs to the fen, and the signature', () => {
    const base = ticket({ status: 'on_site' });
    const { ticket: after } = withQueued(base, [step('resolve'), step('sign')], ME);
    expect(after).toMatchObject({
      solution: '更换继电器',
      partsCost: 39.98,
      totalCost: 119.98,
      resolvedAt: '2026-11-20T01:30:00.000Z',
      signature: { signerName: '李总' },
    });
  });

  test('says how far from the site somebody checked in, and whether that is far', () => {
    const base = ticket({ status: 'en_route' });
    const near = withQueued(base, [step('arrive')], ME).ticket.logs[0];
    expect(near).toMatchObject({ distance: 0, far: false });
    const away = {
      position: { latitude: 22.6, longitude: 114.0579, accuracy: 30 },
      farReason: '停车场在外面',
    };
    const far = withQueued(base, [step('arrive', away)], ME).ticket.logs[0];
    expect(far).toMatchObject({ far: true, logContent: '停车场在外面' });
    const nowhere = withQueued(base, [step('arrive', { position: null })], ME).ticket.logs[0];
    expect(nowhere).toMatchObject({ distance: null, far: false });
  });

  test('stands still at a step that was refused, and marks it and what stands behind it', () => {
    const items = [
      step('accept', {}, { state: 'failed', key: 'refused' }),
      step('depart', {}, { key: 'behind' }),
    ];
    const after = withQueued(ticket(), items, ME);
    expect(after).toMatchObject({ refused: true, ticket: { status: 'assigned' } });
    expect(Object.fromEntries(after.waiting)).toEqual({ refused: 'failed', behind: 'waiting' });
  });

  test('shows the steps but not their effect when it is somebody else’s by now', () => {
    const base = ticket({
      assignee: OTHER,
      assignment: { id: OTHER.id, engineer: OTHER, assignedAt: '2026-11-20T01:10:00.000Z', reason: null },
    });
    const after = withQueued(base, [step('accept'), step('depart')], ME);
    expect(after.ticket.status).toBe('assigned');
    expect(after.waiting.size).toBe(2);
  });

  test('is nobody’s after it was given back', () => {
    const { ticket: after } = withQueued(ticket({ status: 'accepted' }), [step('decline')], ME);
    expect(after).toMatchObject({ status: 'pending', assignee: null });
    expect(offered(after).filter((action) => (TICKET_STEPS as readonly string[]).includes(action))).toEqual(
      [],
    );
  });

  test('shows comments and pictures that wait, and each picture once', () => {
    const photo = (id: string, changes: Partial<QueuedWrite> = {}) =>
      queued(
        files.upload,
        { query: { id, entity: 'serviceTickets', entityId: ticket().id, kind: 'before' } },
        changes,
      );
    const base = ticket({ files: [{ id: 'there' }] as TicketDetail['files'] });
    const after = withQueued(
      base,
      [
        photo('there'),
        photo('new', { file: { ref: 'kept/1', name: 'a.jpg' } }),
        queued(serviceTickets.addLog, { body: { logContent: '等配件' } }),
      ],
      ME,
    );
    expect(after.photos).toEqual([
      expect.objectContaining({ id: 'new', kind: 'before', ref: 'kept/1', failed: false }),
    ]);
    expect(after.ticket.logs[0]).toMatchObject({ logType: 'comment', logContent: '等配件', actor: ME });
    expect(after.ticket.status).toBe('assigned');
  });
});
