import type { TicketDetail } from '#shared/service-tickets/contract.ts';

/** What of a visit must be the same on the server, wherever the network was lost on the phone. */
export const outcomeOf = (ticket: TicketDetail) => ({
  status: ticket.status,
  logs: ticket.logs
    .map(({ logType, logContent, far, files }) => [logType, logContent, far, files.length])
    .reverse(),
  photos: ticket.files.map(({ kind }) => kind).sort(),
  pictures: new Set(ticket.files.map(({ hash }) => hash)).size,
  work: [ticket.problemAnalysis, ticket.solution],
  parts: ticket.replacedParts.map(({ partName, quantity, unitCost }) => [partName, quantity, unitCost]),
  costs: [ticket.serviceFee, ticket.partsCost, ticket.totalCost],
  signature: [ticket.signature?.signerName, ticket.signature?.strokes.length],
});

/** How a visit ends in which everything is written down that can be. */
export const VISIT_OUTCOME: ReturnType<typeof outcomeOf> = {
  status: 'resolved',
  logs: [
    ['create', null, false, 0],
    ['assign', '赵磊', false, 0],
    ['accept', null, false, 0],
    ['depart', null, false, 0],
    ['arrive', '园区很大', true, 1],
    ['comment', '配电箱在三楼', false, 0],
    ['resolve', '更换后正常', false, 0],
    ['sign', null, false, 0],
  ],
  photos: ['after', 'before', 'check_in'],
  pictures: 3,
  work: ['继电器烧坏', '更换后正常'],
  parts: [
    ['温控面板 TH-10', 2, 298],
    ['通讯模块 RS-485', 1, 145],
  ],
  costs: [80, 741, 821],
  signature: ['李总', 2],
};
