/** What speaks for and against sending somebody. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  readonly openTickets: number;
  /** Of them in the same city. */
  readonly openNearby: number;
  /** In the same city, in the last 90 days. */
  readonly recentNearby: number;
  /** Of the same customer, ever. */
  readonly ofCustomer: number;
  /** Sends others: only if there is nobody else. */
  readonly dispatches: boolean;
}

interface Ranked extends Omit<Candidate, 'dispatches'> {
  readonly suggested: boolean;
  readonly reason: string;
}

/** Somebody's way there counts like so many tickets less in hand: they are there already, they know the place. */
const NEARBY = 2;
const KNOWS_CUSTOMER = 1;
const KNOWS_CITY = 0.5;

const effort = ({ openTickets, openNearby, recentNearby, ofCustomer }: Candidate): number =>
  openTickets -
  (openNearby > 0 ? NEARBY : 0) -
  (ofCustomer > 0 ? KNOWS_CUSTOMER : 0) -
  (recentNearby > 0 ? KNOWS_CITY : 0);

const wordsOf = ({ openTickets, openNearby, recentNearby, ofCustomer }: Candidate): string =>
  [
    ...(openNearby > 0 ? ['同城'] : recentNearby > 0 ? ['最近去过同城'] : []),
    ...(ofCustomer > 0 ? ['服务过这家客户'] : []),
    openTickets > 0 ? `在手${openTickets}单` : '手上没有工单',
  ].join('，');

/** Whom to send, the best first: who has little in hand, is nearby and knows the customer. */
export function rankCandidates(candidates: readonly Candidate[]): Ranked[] {
  return [...candidates]
    .sort(
      (a, b) =>
        Number(a.dispatches) - Number(b.dispatches) ||
        effort(a) - effort(b) ||
        a.openTickets - b.openTickets ||
        (a.id < b.id ? -1 : 1),
    )
    .map((candidate, i) => {
      const { dispatches: _, ...shown } = candidate;
      return { ...shown, suggested: i === 0, reason: wordsOf(candidate) };
    });
}
