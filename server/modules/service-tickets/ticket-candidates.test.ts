import { describe, expect, it, test } from 'vitest';
import { type Candidate, rankCandidates } from './ticket-candidates.ts';

const somebody = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  id,
  name: id,
  openTickets: 0,
  openNearby: 0,
  recentNearby: 0,
  ofCustomer: 0,
  dispatches: false,
  ...more,
});
const ranked = (...candidates: Candidate[]) => rankCandidates(candidates).map(({ id }) => id);

describe('whom to send', () => {
  test.each<[string, Candidate, Candidate]>([
    ['who has less in hand', somebody('b', { openTickets: 1 }), somebody('a', { openTickets: 2 })],
    [
      'who is in the city with one more in hand',
      somebody('b', { openTickets: 2, openNearby: 1 }),
      somebody('a', { openTickets: 1 }),
    ],
    [
      'who knows the customer rather than only the city',
      somebody('b', { ofCustomer: 1 }),
      somebody('a', { recentNearby: 5 }),
    ],
    ['who was in the city lately', somebody('b', { recentNearby: 1 }), somebody('a')],
    [
      'who is free rather than who is swamped nearby',
      somebody('b'),
      somebody('a', { openTickets: 6, openNearby: 4, recentNearby: 9 }),
    ],
    [
      'whoever else there is rather than a dispatcher',
      somebody('b', { openTickets: 9 }),
      somebody('a', { dispatches: true }),
    ],
  ])('is first %s', (_, first, second) => {
    expect(ranked(first, second)).toEqual(['b', 'a']);
    expect(ranked(second, first)).toEqual(['b', 'a']);
  });

  it('is suggested once, for a reason in words', () => {
    const list = rankCandidates([
      somebody('busy', { openTickets: 3, recentNearby: 2 }),
      somebody('near', { openTickets: 2, openNearby: 1, ofCustomer: 2 }),
      somebody('free'),
    ]);
    expect(list.map(({ id, suggested, reason }) => [id, suggested, reason])).toEqual([
      ['near', true, '同城，服务过这家客户，在手2单'],
      ['free', false, '手上没有工单'],
      ['busy', false, '最近去过同城，在手3单'],
    ]);
    expect(rankCandidates([])).toEqual([]);
  });
});
