import {
  type ExportItem,
  MAX_EXPORT_ROWS,
  TRANSFER_ENTITIES,
  transferErrors,
} from '#shared/transfers/contract.ts';
import { DAY_MS, toInstant, wallClock } from '#shared/values/time.ts';
import { type Actor, may, scopeOf } from '../../kernel/access.ts';
import type { Context, Work } from '../../kernel/context.ts';
import type { JobContext } from '../../kernel/events.ts';
import { newId } from '../../kernel/new-id.ts';
import type { FileAnswer } from '../../kernel/route.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { runAlone } from '../../kernel/unit-of-work.ts';
import { loadPerson } from '../identity/actors.ts';
import { notify } from '../notifications/notify.ts';
import { getExport } from './exports.queries.ts';
import type { AnyTransfer } from './transfer.ts';
import { exportRequested } from './transfers.events.ts';
import { transferOf } from './transfers.ts';
import { type Line, writeWorkbook } from './write-workbook.ts';

/** What the log calls the filters of a list. */
const FILTER_LABELS: Readonly<Record<string, string>> = {
  keyword: '关键词',
  status: '状态',
  stage: '阶段',
  intention: '意向',
  level: '等级',
  source: '来源',
  customerType: '客户类型',
  ownerId: '跟进人',
  registrantId: '登记人',
  province: '省份',
  city: '城市',
  industry: '行业',
  from: '从',
  to: '到',
  endedFrom: '结束从',
  endedTo: '结束到',
  followedFrom: '写过跟进从',
  followedTo: '写过跟进到',
  importId: '导入',
  pool: '公海',
  open: '未结束',
  due: '超期',
};

const inWords = (filters: object): string =>
  Object.entries(filters)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${FILTER_LABELS[name] ?? name} ${String(value)}`)
    .join('；') || '全部';

/** Lets the worker write a list into a file. */
export async function requestExport(work: Work, transfer: AnyTransfer, filters: object): Promise<ExportItem> {
  const total = await transfer.list.count(work, filters);
  if (total > MAX_EXPORT_ROWS)
    throw transferErrors.EXPORT_TOO_LARGE({ values: { total, max: MAX_EXPORT_ROWS } });
  const id = newId();
  const { date, time } = wallClock(work.now);
  const noun = TRANSFER_ENTITIES[transfer.entity];
  await work.db
    .insertInto('exports')
    .values({
      id,
      entity: transfer.entity,
      userId: work.actor.userId,
      filters: JSON.stringify(filters),
      fileName: `${noun}-${date}-${time.replace(':', '')}.xlsx`,
      state: 'waiting',
      total,
      createdAt: work.now,
    })
    .execute();
  work.audit({
    action: 'exports.created',
    entity: 'exports',
    entityId: id,
    changes: { kind: [null, transfer.entity], total: [null, total], filters: [null, inWords(filters)] },
  });
  work.emit(exportRequested, { exportId: id });
  return getExport(work, id);
}

/** The file, for whoever asked for it and may still take such files. */
export async function takeExport(work: Work<Actor, unknown>, id: string): Promise<FileAnswer> {
  const { entity, state, fileName, total } = await getExport(work, id);
  scopeOf(work.actor, transferOf(entity).permissions.export);
  if (state === 'expired') throw transferErrors.EXPORT_EXPIRED();
  const { content } = await work.db
    .selectFrom('exports')
    .select('content')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (state !== 'ready' || content === null) throw transferErrors.EXPORT_NOT_READY();
  work.audit({
    action: 'exports.downloaded',
    entity: 'exports',
    entityId: id,
    changes: { kind: [null, entity], total: [null, total] },
  });
  return { name: fileName, content };
}

/** Writes the file: what its asker may see now, as their list shows it. */
export async function writeExport(jobs: JobContext, exportId: string): Promise<void> {
  const { db } = jobs.database;
  const asked = await db
    .selectFrom('exports')
    .select(['entity', 'userId', 'filters', 'fileName'])
    .where('id', '=', exportId)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  if (!asked) return;
  const transfer = transferOf(asked.entity);
  const person = await loadPerson(db, asked.userId);
  if (!person || !may(person as Actor, transfer.permissions.export)) {
    await finishExport(jobs, exportId, { state: 'failed', message: '没有导出的权限了' });
    return;
  }
  const actor: Actor = { ...person, sessionId: newId(), revision: 0 };
  const context: Context = {
    ...{ db, actor, scope: scopeOf(actor, transfer.permissions.export), now: jobs.clock.now() },
    ...{ cache: jobs.cache, settings: freshSettings, signer: jobs.signer, ip: '', requestId: newId() },
  };
  const filters = asked.filters as object;
  const written = { lines: 0 };
  async function* portions(): AsyncIterable<Line[]> {
    for (let cursor: string | undefined; ; ) {
      const { lines, next } = await transfer.list.page(context, filters, cursor);
      yield lines;
      written.lines += lines.length;
      await db.updateTable('exports').set({ done: written.lines }).where('id', '=', exportId).execute();
      if (next === null) return;
      cursor = next;
    }
  }
  const { headings } = transfer.list;
  const sheet = { name: TRANSFER_ENTITIES[transfer.entity], headings, lines: portions() };
  const content = await writeWorkbook([sheet]);
  await finishExport(jobs, exportId, { state: 'ready', content, rows: written.lines });
}

type Ending =
  | { readonly state: 'ready'; readonly content: Buffer; readonly rows: number }
  | { readonly state: 'failed'; readonly message: string };

async function finishExport(jobs: JobContext, exportId: string, ending: Ending): Promise<void> {
  await runAlone(jobs, async (work) => {
    const expiresAt = toInstant(Date.parse(work.now) + DAY_MS);
    const ready = ending.state === 'ready';
    const finished = await work.db
      .updateTable('exports')
      .set(
        ready
          ? { state: 'ready', content: ending.content, done: ending.rows, total: ending.rows, expiresAt }
          : { state: 'failed', message: ending.message },
      )
      .where('id', '=', exportId)
      .where('state', '=', 'waiting')
      .returning(['userId', 'fileName'])
      .executeTakeFirst();
    const rows = ready ? ending.rows : 0;
    work.audit({
      action: ready ? 'exports.finished' : 'exports.failed',
      entity: 'exports',
      entityId: exportId,
      changes: { rows: [null, rows] },
    });
    if (!finished) return;
    const { userId, fileName } = finished;
    const title = ready ? `导出好了：${fileName}` : `导出失败：${fileName}`;
    const body = ready ? `一共 ${rows} 条，24 小时内可以下载` : ending.message;
    const target = { entity: 'exports', id: exportId } as const;
    await notify(work.db, work.now, [
      { userId, key: `export.done:${exportId}`, kind: 'transfer', title, body, target },
    ]);
  });
}
