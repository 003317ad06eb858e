import { tasks } from '#shared/tasks/contract.ts';
import { type Route, read, write } from '../../kernel/route.ts';
import type { TaskSources } from './task-source.ts';
import {
  assignTask,
  cancelTask,
  completeTask,
  createTask,
  deferTask,
  removeTask,
  reopenTask,
  updateTask,
} from './tasks.commands.ts';
import { getTask, listTasks, taskStatistics } from './tasks.queries.ts';

export const taskRoutes = (sources: TaskSources): Route[] => [
  read(tasks.list, (context, { query }) => listTasks(context, query)),
  read(tasks.overdue, (context, { query }) => listTasks(context, { ...query, due: 'overdue' })),
  read(tasks.statistics, (context, { query }) => taskStatistics(context, query)),
  write(tasks.create, (work, { body }) => createTask(work, sources, body)),
  read(tasks.get, (context, { params }) => getTask(context, params.id)),
  write(tasks.update, (work, { params, body }) => updateTask(work, params.id, body)),
  write(tasks.remove, (work, { params, body }) => removeTask(work, params.id, body.version)),
  write(tasks.assign, (work, { params, body }) => assignTask(work, params.id, body)),
  write(tasks.complete, (work, { params, body }) => completeTask(work, sources, params.id, body)),
  write(tasks.defer, (work, { params, body }) => deferTask(work, sources, params.id, body)),
  write(tasks.cancel, (work, { params, body }) => cancelTask(work, sources, params.id, body)),
  write(tasks.reopen, (work, { params, body }) => reopenTask(work, params.id, body.version)),
];
