import { describe, expect, test } from 'vitest';
import type { TicketFilters, TicketItem } from '#shared/service-tickets/contract.ts';
import {
  AT_WORK,
  activeTicketFilters,
  afterWords,
  distanceWords,
  isUnfinished,
  shows,
  ticketDeadline,
  UNFINISHED,
} from './ticket-words.ts';

const NOW = '2026-11-20T02:00:00.000Z';
const ticket = (changes: Partial<TicketItem> = {}) => ({
  status: 'assigned' as const,
  responseDueAt: '2026-11-20T04:00:00.000Z',
  resolveDueAt: '2026-11-23T04:00:00.000Z',
  firstResponseAt: null,
  resolvedAt: null,
  ...changes,
});

describe('until when', () => {
  test('first the acceptance is due, then the work', () => {
    expect(ticketDeadline(ticket(), NOW)?.text).toBe('2小时后到期 · 接单');
    const accepted = ticket({ status: 'accepted', firstResponseAt: NOW });
    expect(ticketDeadline(accepted, NOW)).toMatchObject({ what: '完工', urgency: 'later' });
  });

  test('late is said in the largest unit', () => {
    const late = (responseDueAt: string) => ticketDeadline(ticket({ responseDueAt }), NOW)?.text;
    expect(late('2026-11-20T01:20:00.000Z')).toBe('已超时40分钟 · 还没接单');
    expect(late('2026-11-19T23:00:00.000Z')).toBe('已超时3小时 · 还没接单');
    expect(late('2026-11-17T02:00:00.000Z')).toBe('已超时3天 · 还没接单');
    expect(late('2026-11-20T01:59:30.000Z')).toBe('已到时间 · 还没接单');
  });

  test('nothing is due of what waits for the customer or has ended', () => {
    for (const status of ['pending_acceptance', 'resolved', 'closed', 'cancelled'] as const)
      expect(ticketDeadline(ticket({ status }), NOW)).toBeNull();
  });
});

test('what is done says what it still waits for', () => {
  const words = (status: TicketItem['status'], customerRating: number | null = null) =>
    afterWords({ status, customerRating });
  expect(words('pending_acceptance')).toBe('等客户签字验收');
  expect(words('resolved')).toBe('已验收，待关闭');
  expect(words('closed', 5)).toBe('客户评价 5星');
  expect(words('closed')).toBeNull();
});

describe('how far', () => {
  test('is said in metres near by and in kilometres further off', () => {
    expect(distanceWords(319.6)).toBe('320米');
    expect(distanceWords(1_240)).toBe('1.2公里');
    expect(distanceWords(48_900)).toBe('49公里');
  });
});

describe('the filters of the list', () => {
  test('know their chips whether they come from the page or from an address', () => {
    expect(shows({ status: [...AT_WORK] }, AT_WORK)).toBe(true);
    expect(shows({ status: AT_WORK.join(',') } as unknown as TicketFilters, AT_WORK)).toBe(true);
    expect(isUnfinished({ status: ['pending'] })).toBe(true);
    expect(isUnfinished({})).toBe(false);
    expect(isUnfinished({ status: ['closed'] })).toBe(false);
  });

  test('that have chips of their own are not said twice', () => {
    const words = (filters: TicketFilters) =>
      activeTicketFilters(filters, 'me', {}).map(({ label }) => label);
    expect(words({ status: [...UNFINISHED], overdue: 'any', assignedTo: 'me' })).toEqual([]);
    expect(words({ status: ['closed'], priority: ['urgent', 'high'], overdue: 'resolve' })).toEqual([
      '已关闭',
      '紧急、高',
      '完工超时',
    ]);
  });

  test('are taken away one by one', () => {
    const [first] = activeTicketFilters({ priority: ['low'], from: '2026-11-01' }, 'me', {});
    expect(first?.without).toEqual({ from: '2026-11-01' });
  });
});
