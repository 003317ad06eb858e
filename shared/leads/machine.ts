import { defineMachine } from '../machine.ts';

export const leadMachine = defineMachine({
  states: { new: '新线索', contacted: '已联系', qualified: '有意向', converted: '已转化', closed: '已关闭' },
  initial: 'new',
  actions: {
    contact: { from: ['new'], to: 'contacted', label: '标记已联系', permission: 'leads.progress' },
    qualify: {
      from: ['new', 'contacted'],
      to: 'qualified',
      label: '确认有意向',
      permission: 'leads.progress',
    },
    convert: {
      from: ['new', 'contacted', 'qualified'],
      to: 'converted',
      label: '转化',
      permission: 'leads.progress',
    },
    close: {
      from: ['new', 'contacted', 'qualified'],
      to: 'closed',
      label: '关闭线索',
      permission: 'leads.progress',
    },
    reopen: {
      from: ['closed'],
      to: ['new', 'contacted', 'qualified'],
      label: '重新打开',
      permission: 'leads.progress',
    },
  },
});

export type LeadStatus = keyof typeof leadMachine.states;

/** The states in which a lead is somebody's work. */
export const OPEN_LEAD_STATUSES = ['new', 'contacted', 'qualified'] as const satisfies LeadStatus[];
export const isOpenLead = (status: LeadStatus): boolean =>
  (OPEN_LEAD_STATUSES as readonly LeadStatus[]).includes(status);
