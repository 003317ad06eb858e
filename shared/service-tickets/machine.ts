import { defineMachine } from '../machine.ts';

/** The life of a service ticket: from the desk to the site, and back to the customer's word. */
export const serviceTicketMachine = defineMachine({
  states: {
    pending: '待派工',
    assigned: '待接单',
    accepted: '已接单',
    en_route: '前往中',
    on_site: '处理中',
    pending_acceptance: '待验收',
    resolved: '已解决',
    closed: '已关闭',
    cancelled: '已取消',
  },
  initial: 'pending',
  actions: {
    assign: { from: ['pending'], to: 'assigned', label: '派工', permission: 'serviceTickets.dispatch' },
    transfer: {
      from: ['assigned', 'accepted', 'en_route', 'on_site'],
      to: 'assigned',
      label: '改派',
      permission: 'serviceTickets.dispatch',
    },
    accept: { from: ['assigned'], to: 'accepted', label: '接单', permission: 'serviceTickets.work' },
    depart: { from: ['accepted'], to: 'en_route', label: '出发', permission: 'serviceTickets.work' },
    arrive: { from: ['en_route'], to: 'on_site', label: '到场签到', permission: 'serviceTickets.work' },
    /** From `accepted` only what was solved without going there. */
    resolve: {
      from: ['on_site', 'accepted'],
      to: 'pending_acceptance',
      label: '完工',
      permission: 'serviceTickets.work',
    },
    sign: {
      from: ['pending_acceptance'],
      to: 'resolved',
      label: '客户签字',
      permission: 'serviceTickets.work',
    },
    confirm: {
      from: ['pending_acceptance'],
      to: 'resolved',
      label: '电话确认验收',
      permission: 'serviceTickets.dispatch',
    },
    /** Whoever was there goes again. */
    refuse: {
      from: ['pending_acceptance'],
      to: 'accepted',
      label: '验收不通过',
      permission: 'serviceTickets.dispatch',
    },
    decline: {
      from: ['assigned', 'accepted', 'en_route', 'on_site'],
      to: 'pending',
      label: '退回调度',
      permission: 'serviceTickets.work',
    },
    /** Whoever was on it without a signal while it was given to somebody else goes on where they were. */
    reclaim: {
      from: ['pending', 'assigned', 'accepted', 'en_route'],
      to: ['assigned', 'accepted', 'en_route', 'on_site'],
      label: '继续由我处理',
      permission: 'serviceTickets.work',
    },
    close: { from: ['resolved'], to: 'closed', label: '关闭', permission: 'serviceTickets.dispatch' },
    reopen: {
      from: ['resolved', 'closed'],
      to: 'pending',
      label: '重新打开',
      permission: 'serviceTickets.dispatch',
    },
    cancel: {
      from: ['pending', 'assigned', 'accepted', 'en_route'],
      to: 'cancelled',
      label: '取消工单',
      permission: 'serviceTickets.dispatch',
    },
  },
});

export type ServiceTicketStatus = keyof typeof serviceTicketMachine.states;
export type ServiceTicketAction = keyof typeof serviceTicketMachine.actions;

/** Somebody still has to do something about it on site or at the desk. */
export const OPEN_TICKET_STATUSES = [
  'pending',
  'assigned',
  'accepted',
  'en_route',
  'on_site',
] as const satisfies ServiceTicketStatus[];

export const isOpenTicket = (status: string): boolean =>
  (OPEN_TICKET_STATUSES as readonly string[]).includes(status);

/** The steps that an engineer makes on the phone, with or without a signal, in their order. */
export const TICKET_STEPS = [
  'accept',
  'depart',
  'arrive',
  'resolve',
  'sign',
  'decline',
] as const satisfies ServiceTicketAction[];
export type TicketStep = (typeof TICKET_STEPS)[number];
