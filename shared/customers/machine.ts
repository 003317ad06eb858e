import { defineMachine } from '../machine.ts';

/** Whether we do business with a customer. */
export const customerMachine = defineMachine({
  states: { active: '合作中', inactive: '已停用' },
  initial: 'active',
  actions: {
    deactivate: { from: ['active'], to: 'inactive', label: '停用', permission: 'customers.update' },
    activate: { from: ['inactive'], to: 'active', label: '恢复', permission: 'customers.update' },
  },
});

export type CustomerStatus = keyof typeof customerMachine.states;

const STAGES = ['lead', 'initial_contact', 'prospect', 'negotiation', 'client'] as const;

/** How far a customer is; a stage may be skipped, and may be taken back with the reason. */
export const customerStageMachine = defineMachine({
  states: {
    lead: '线索',
    initial_contact: '初步接触',
    prospect: '意向客户',
    negotiation: '商务谈判',
    client: '成交客户',
  },
  initial: 'initial_contact',
  actions: {
    moveStage: { from: [...STAGES], to: [...STAGES], label: '推进阶段', permission: 'customers.update' },
  },
});

export type CustomerStage = keyof typeof customerStageMachine.states;
