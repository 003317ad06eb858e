import { defineMachine } from '../machine.ts';

/** Whether a product is on offer. */
export const productMachine = defineMachine({
  states: { draft: '草稿', active: '在售', inactive: '停售' },
  initial: 'draft',
  actions: {
    activate: { from: ['draft', 'inactive'], to: 'active', label: '上架', permission: 'products.manage' },
    deactivate: { from: ['draft', 'active'], to: 'inactive', label: '停售', permission: 'products.manage' },
  },
});

export type ProductStatus = keyof typeof productMachine.states;
