import { defineMachine } from '../machine.ts';

/** What can be done to a task. Overdue is no state: it is an open one whose time has passed. */
export const taskMachine = defineMachine({
  states: { pending: '待处理', completed: '已完成', cancelled: '已取消' },
  initial: 'pending',
  actions: {
    complete: { from: ['pending'], to: 'completed', label: '完成', permission: 'tasks.update' },
    cancel: { from: ['pending'], to: 'cancelled', label: '取消', permission: 'tasks.update' },
    reopen: {
      from: ['completed', 'cancelled'],
      to: 'pending',
      label: '重新打开',
      permission: 'tasks.update',
    },
  },
});

export type TaskStatus = keyof typeof taskMachine.states;
export type TaskAction = keyof typeof taskMachine.actions;
