import { defineMachine } from '../machine.ts';

/** Whether a unit is still in use at the customer's. */
export const equipmentMachine = defineMachine({
  states: { in_use: '使用中', retired: '已停用' },
  initial: 'in_use',
  actions: {
    retire: { from: ['in_use'], to: 'retired', label: '停用', permission: 'equipment.manage' },
    reuse: { from: ['retired'], to: 'in_use', label: '恢复使用', permission: 'equipment.manage' },
  },
});

export type EquipmentStatus = keyof typeof equipmentMachine.states;
