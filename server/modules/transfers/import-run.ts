import { sql } from 'kysely';
import {
  type DuplicatePolicy,
  type OwnerPolicy,
  type RowState,
  TRANSFER_ENTITIES,
} from '#shared/transfers/contract.ts';
import { type Actor, may, scopeOf } from '../../kernel/access.ts';
import type { Work } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/database.ts';
import { refusalOf } from '../../kernel/errors.ts';
import type { JobContext } from '../../kernel/events.ts';
import { newId } from '../../kernel/new-id.ts';
import { freshSettings } from '../../kernel/settings.ts';
import { runAlone, runFor } from '../../kernel/unit-of-work.ts';
import { loadPerson } from '../identity/actors.ts';
import { type Notice, notify } from '../notifications/notify.ts';
import type { Batch } from './imports.queries.ts';
import { type AnyTransfer, type Existing, type Filled, labelOf, type Reading, readRow } from './transfer.ts';
import { transferOf } from './transfers.ts';

// The worker takes an import in portions. A row and the record that it makes are written in one transaction, which holds
// the import: a process that dies in between has done whole portions, and whoever goes on finds the rows that are left.

const CHECKED_AT_ONCE = 500;
const WRITTEN_AT_ONCE = 200;

/** Somebody stopped the import, or another process is through with it. */
class NothingLeft extends Error {}

const batchOf = (db: Queryable, id: string) =>
  db.selectFrom('imports').selectAll().where('id', '=', id).$castTo<Batch>();

/** Does what an import waits for, whichever step that is. */
export async function workOnImport(context: JobContext, importId: string): Promise<void> {
  const { db } = context.database;
  const batch = await batchOf(db, importId).executeTakeFirst();
  if (!batch) return;
  const person = await loadPerson(db, batch.userId);
  const transfer = transferOf(batch.entity);
  if (!person || !may(person as Actor, transfer.permissions.import)) {
    await breakOff(context, batch, '导入的人已停用，或没有导入的权限了');
    return;
  }
  const actor: Actor = { ...person, sessionId: newId(), revision: 0 };
  const run = { context, batch, transfer, actor };
  if (batch.state === 'checking') await check(run);
  else if (batch.state === 'importing') await inPortions(run, writePortion, finish);
  else if (batch.state === 'undoing') await inPortions(run, undoPortion, finishUndo);
}

interface Run {
  readonly context: JobContext;
  readonly batch: Batch;
  readonly transfer: AnyTransfer;
  readonly actor: Actor;
}

interface Outcome {
  readonly rowNo: number;
  readonly state: RowState;
  readonly message?: string | null;
  readonly recordId?: string | null;
  readonly recordVersion?: number | null;
  readonly made?: boolean;
  readonly filled?: Filled | null;
}

/** Writes what became of rows. */
async function settle(db: Queryable, importId: string, outcomes: readonly Outcome[]): Promise<void> {
  if (outcomes.length === 0) return;
  await sql`
    update import_rows set state = became.state, message = became.message, record_id = became.record_id,
      record_version = became.record_version, made = became.made, filled = became.filled
    from jsonb_to_recordset(${JSON.stringify(
      outcomes.map((each) => ({
        row_no: each.rowNo,
        state: each.state,
        message: each.message ?? null,
        record_id: each.recordId ?? null,
        record_version: each.recordVersion ?? null,
        made: each.made ?? false,
        filled: each.filled ?? null,
      })),
    )}::jsonb) as became (row_no integer, state text, message text, record_id uuid, record_version integer,
      made boolean, filled jsonb)
    where import_rows.import_id = ${importId} and import_rows.row_no = became.row_no`.execute(db);
}

const rowsIn = (db: Queryable, importId: string, states: readonly RowState[]) =>
  db
    .selectFrom('importRows')
    .selectAll()
    .where('importId', '=', importId)
    .where('state', 'in', [...states]);

/** What a duplicate is told. */
const known = ({ no, ownerName }: Existing): string =>
  `已有 ${no}，${ownerName === null ? '在公海' : `由${ownerName}跟进`}`;

/** The colleagues that texts name, by the text: an id, or what is wrong with it. */
async function colleaguesNamed(
  db: Queryable,
  texts: readonly string[],
): Promise<ReadonlyMap<string, { readonly id: string | null; readonly problem: string | null }>> {
  const wanted = [...new Set(texts)];
  if (wanted.length === 0) return new Map();
  const people = await db
    .selectFrom('users')
    .select(['id', 'name', 'username'])
    .where('status', '=', 'active')
    .where(({ or }) =>
      or([
        sql<boolean>`users.name = any(${wanted})`,
        sql<boolean>`lower(users.username) = any(${wanted.map((text) => text.toLowerCase())})`,
      ]),
    )
    .execute();
  return new Map(
    wanted.map((text): [string, { id: string | null; problem: string | null }] => {
      const username = people.find((person) => person.username.toLowerCase() === text.toLowerCase());
      const named = username ? [username] : people.filter((person) => person.name === text);
      if (named.length === 1) return [text, { id: (named[0] as { id: string }).id, problem: null }];
      const problem = named.length === 0 ? `没有叫“${text}”的同事` : `有几位同事叫“${text}”，请写账号`;
      return [text, { id: null, problem }];
    }),
  );
}

/** Looks at each row, from the first: what a process that died had looked at is looked at once more. */
async function check({ context, batch, transfer, actor }: Run): Promise<void> {
  const { db } = context.database;
  const now = context.clock.now();
  const scope = scopeOf(actor, transfer.permissions.import);
  const reading = {
    ...{ db, actor, scope, now, cache: context.cache, settings: freshSettings },
    ...{ signer: context.signer, ip: '', requestId: newId() },
  };
  const ownersCount = transfer.ownerPolicies(actor).includes('column');
  const first = new Map<string, number>();
  await db
    .updateTable('importRows')
    .set({ state: 'pending', message: null })
    .where('importId', '=', batch.id)
    .where('state', '!=', 'pending')
    .execute();
  for (let after = 0; ; ) {
    const rows = await rowsIn(db, batch.id, ['pending'])
      .where('rowNo', '>', after)
      .orderBy('rowNo')
      .limit(CHECKED_AT_ONCE)
      .execute();
    const read = rows.map(({ rowNo, cells }) => ({
      rowNo,
      reading: readRow(transfer, batch.mapping, cells as string[]) as Reading<object>,
    }));
    const existing = await transfer.existing(
      reading,
      read.flatMap(({ reading: { draft } }) => (draft ? transfer.keysOf(draft) : [])),
    );
    const people = await colleaguesNamed(
      db,
      ownersCount ? read.flatMap(({ reading: { owner } }) => owner ?? []) : [],
    );
    const outcomes = read.map(({ rowNo, reading: { draft, owner, error } }): Outcome => {
      const problem = error ?? (owner && people.get(owner)?.problem);
      if (problem || draft === null) return { rowNo, state: 'bad', message: problem };
      const keys = transfer.keysOf(draft);
      const there = keys.flatMap((key) => existing.get(key) ?? [])[0];
      if (there) return { rowNo, state: 'duplicate', message: known(there), recordId: there.id };
      const earlier = keys.flatMap((key) => first.get(key) ?? [])[0];
      for (const key of keys) if (!first.has(key)) first.set(key, rowNo);
      if (earlier !== undefined) return { rowNo, state: 'duplicate', message: `与第${earlier}行重复` };
      return { rowNo, state: 'ready' };
    });
    const goOn = await db.transaction().execute(async (trx) => {
      const state = await batchOf(trx, batch.id).forUpdate().executeTakeFirst();
      if (state?.state !== 'checking') return false;
      await settle(trx, batch.id, outcomes);
      if (rows.length === CHECKED_AT_ONCE) return true;
      await trx
        .updateTable('imports')
        .set((eb) => ({ state: 'checked', version: eb('version', '+', 1) }))
        .where('id', '=', batch.id)
        .execute();
      return false;
    });
    if (!goOn) return;
    after = rows.at(-1)?.rowNo ?? 0;
  }
}

/** Answers how many rows it was through with. */
type Portion = (work: Work, run: Run, atOnce: number) => Promise<number>;

/** Takes portion after portion. A row that breaks its portion is found by itself, and is bad. */
async function inPortions(run: Run, portion: Portion, end: (run: Run) => Promise<void>): Promise<void> {
  const { context, batch, transfer, actor } = run;
  const scope = scopeOf(actor, transfer.permissions.import);
  let alone = 0;
  for (;;) {
    try {
      const done = await runFor(context, scope, actor, async (work) => {
        const locked = await batchOf(work.db, batch.id).forUpdate().executeTakeFirst();
        if (locked?.state !== batch.state) throw new NothingLeft();
        const through = await portion(work, run, alone > 0 ? 1 : WRITTEN_AT_ONCE);
        if (through === 0) throw new NothingLeft();
        work.audit({
          action: 'imports.progressed',
          entity: 'imports',
          entityId: batch.id,
          changes: { rows: [null, through] },
        });
        return through;
      });
      alone = Math.max(0, alone - done);
    } catch (error) {
      if (error instanceof NothingLeft) break;
      const refusal = refusalOf(error);
      if (refusal.status >= 500 || batch.state !== 'importing') throw error;
      if (alone > 0) {
        await refuseNext(context, batch, refusal.fields?.[0]?.message ?? refusal.message);
        alone--;
      } else alone = WRITTEN_AT_ONCE;
    }
  }
  await end(run);
}

const TO_WRITE: readonly RowState[] = ['ready', 'duplicate'];

async function refuseNext(context: JobContext, batch: Batch, message: string): Promise<void> {
  await context.database.db.transaction().execute(async (trx) => {
    const locked = await batchOf(trx, batch.id).forUpdate().executeTakeFirst();
    if (locked?.state !== 'importing') return;
    const next = await rowsIn(trx, batch.id, TO_WRITE).orderBy('rowNo').limit(1).executeTakeFirst();
    if (next) await settle(trx, batch.id, [{ rowNo: next.rowNo, state: 'bad', message }]);
  });
}

const writePortion: Portion = async (work, run, atOnce) => {
  const { batch, transfer } = run;
  const rows = await rowsIn(work.db, batch.id, TO_WRITE).orderBy('rowNo').limit(atOnce).execute();
  const read = rows.map(({ rowNo, cells }) => ({
    rowNo,
    ...(readRow(transfer, batch.mapping, cells as string[]) as Reading<object>),
  }));
  const duplicates = batch.duplicatePolicy as DuplicatePolicy;
  const existing = await transfer.existing(
    work,
    read.flatMap(({ draft }) => (draft ? transfer.keysOf(draft) : [])),
  );
  const ownerOf = await owners(work, run, read);

  const outcomes: Outcome[] = [];
  const fresh: { rowNo: number; draft: object; ownerId: string | null }[] = [];
  const seen = new Map<string, number>();
  for (const { rowNo, draft, owner, error } of read) {
    if (draft === null) {
      outcomes.push({ rowNo, state: 'bad', message: error });
      continue;
    }
    const keys = transfer.keysOf(draft);
    const there = duplicates === 'create' ? undefined : keys.flatMap((key) => existing.get(key) ?? [])[0];
    const earlier = duplicates === 'create' ? undefined : keys.flatMap((key) => seen.get(key) ?? [])[0];
    if (there) {
      outcomes.push(await meet(work, run, rowNo, draft, there, duplicates));
      continue;
    }
    if (earlier !== undefined) {
      // What it fills is there once this portion is.
      if (duplicates === 'fill') break;
      outcomes.push({ rowNo, state: 'skipped', message: `与第${earlier}行重复` });
      continue;
    }
    const { ownerId, problem } = ownerOf(owner);
    if (problem) {
      outcomes.push({ rowNo, state: 'bad', message: problem });
      continue;
    }
    for (const key of keys) seen.set(key, rowNo);
    fresh.push({ rowNo, draft, ownerId });
  }
  const ids = await transfer.create(work, fresh);
  for (const [i, { rowNo }] of fresh.entries())
    outcomes.push({ rowNo, state: 'created', recordId: ids[i] as string, recordVersion: 1, made: true });
  await settle(work.db, batch.id, outcomes);
  return outcomes.length;
};

/** Fills or skips what is there already. */
async function meet(
  work: Work,
  { batch, transfer }: Run,
  rowNo: number,
  draft: object,
  there: Existing,
  policy: DuplicatePolicy,
): Promise<Outcome> {
  const about = { rowNo, recordId: there.id };
  if (policy !== 'fill') return { ...about, state: 'skipped', message: known(there) };
  try {
    const written = await transfer.fill(work, there.id, draft);
    if (written === null) return { ...about, state: 'skipped', message: `${known(there)}，没有可补全的` };
    const { filled, version } = written;
    // Our own step is no reason to keep at an undo what this import made.
    await work.db
      .updateTable('importRows')
      .set({ recordVersion: version })
      .where('importId', '=', batch.id)
      .where('recordId', '=', there.id)
      .where('recordVersion', 'is not', null)
      .execute();
    return { ...about, state: 'updated', recordVersion: version, filled };
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal.status >= 500) throw error;
    return { ...about, state: 'skipped', message: `${known(there)}，你不能修改` };
  }
}

/** Who gets a new record, by what its row says. Counts down what somebody may still get. */
async function owners(
  work: Work,
  { batch, transfer, actor }: Run,
  read: readonly { readonly owner: string | null }[],
): Promise<(owner: string | null) => { ownerId: string | null; problem: string | null }> {
  const policy = batch.ownerPolicy as OwnerPolicy;
  const pooled = transfer.ownerPolicies(actor).includes('pool');
  const people = await colleaguesNamed(
    work.db,
    policy === 'column' ? read.flatMap(({ owner }) => owner ?? []) : [],
  );
  const named = [...people.values()].flatMap(({ id }) => id ?? []);
  const mine = policy === 'me' || !pooled;
  const ids = [...new Set([...named, ...(mine ? [actor.userId] : [])])];
  const states = new Map(await transfer.owners(work, ids));
  return (owner) => {
    const person = policy === 'column' && owner !== null ? people.get(owner) : undefined;
    if (person?.problem) return { ownerId: null, problem: person.problem };
    const ownerId = person?.id ?? (mine ? actor.userId : null);
    if (ownerId === null) return { ownerId, problem: null };
    const state = states.get(ownerId);
    if (!state || state.refusal) return { ownerId, problem: state?.refusal ?? '这位同事不能接收' };
    if (state.room < 1) return { ownerId, problem: '这位同事负责的线索已到上限' };
    states.set(ownerId, { ...state, room: state.room - 1 });
    return { ownerId, problem: null };
  };
}

const noun = ({ batch }: Run): string => TRANSFER_ENTITIES[batch.entity as keyof typeof TRANSFER_ENTITIES];

async function countsIn(db: Queryable, importId: string): Promise<Readonly<Record<string, number>>> {
  const rows = await db
    .selectFrom('importRows')
    .select(['state', sql<number>`count(*)`.as('count')])
    .where('importId', '=', importId)
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
}

/** Ends a step, once, and tells who asked for it. */
async function end(
  run: Run,
  {
    from,
    to,
    more,
  }: { from: 'importing' | 'undoing'; to: 'done' | 'undone'; more: (work: Work) => Promise<Notice[]> },
): Promise<void> {
  const { context, batch, transfer, actor } = run;
  try {
    await runFor(context, scopeOf(actor, transfer.permissions.import), actor, async (work) => {
      const locked = await batchOf(work.db, batch.id).forUpdate().executeTakeFirst();
      if (locked?.state !== from) throw new NothingLeft();
      await work.db
        .updateTable('imports')
        .set((eb) => ({ state: to, finishedAt: work.now, version: eb('version', '+', 1) }))
        .where('id', '=', batch.id)
        .execute();
      const counts = await countsIn(work.db, batch.id);
      work.audit({
        action: to === 'done' ? 'imports.finished' : 'imports.undoFinished',
        entity: 'imports',
        entityId: batch.id,
        changes: Object.fromEntries(Object.entries(counts).map(([state, count]) => [state, [null, count]])),
      });
      await notify(work.db, work.now, await more(work));
    });
  } catch (error) {
    if (!(error instanceof NothingLeft)) throw error;
  }
}

const target = (batch: Batch): Notice['target'] => ({ entity: 'imports', id: batch.id });

const finish = (run: Run): Promise<void> =>
  end(run, {
    from: 'importing',
    to: 'done',
    async more(work) {
      const { batch, transfer, actor } = run;
      const { created = 0, updated = 0, skipped = 0, bad = 0 } = await countsIn(work.db, batch.id);
      const body = [
        `新建 ${created} 条`,
        ...(updated ? [`补全 ${updated} 条`] : []),
        ...(skipped ? [`跳过 ${skipped} 条`] : []),
        ...(bad ? [`有误 ${bad} 条`] : []),
      ];
      const title = `${noun(run)}导入完成：${batch.fileName}`;
      const about = { kind: 'transfer', title, body: body.join('，'), target: target(batch) } as const;
      return [
        { userId: actor.userId, key: `import.done:${batch.id}`, ...about },
        ...(await toldOwners(work, run, transfer)),
      ];
    },
  });

/** Whoever got records from somebody else's file hears of them together. */
async function toldOwners(work: Work, run: Run, transfer: AnyTransfer): Promise<Notice[]> {
  const { batch, actor } = run;
  const { rows } = await sql<{ ownerId: string; count: number }>`
    select record.owner_id, count(*) as count
    from import_rows join ${sql.table(transfer.entity)} as record on record.id = import_rows.record_id
    where import_rows.import_id = ${batch.id} and import_rows.state = 'created'
      and record.owner_id is not null and record.owner_id != ${actor.userId} and record.deleted_at is null
    group by record.owner_id`.execute(work.db);
  return rows.map(({ ownerId, count }) => ({
    userId: ownerId,
    key: `import.given:${batch.id}`,
    kind: 'assigned',
    title: `新${noun(run)}：${count} 条`,
    body: `${actor.name} 导入并交给你`,
    target: { entity: transfer.entity, id: null },
  }));
}

const undoPortion: Portion = async (work, { batch, transfer }, atOnce) => {
  // What was filled last comes first.
  const rows = await rowsIn(work.db, batch.id, ['created', 'updated'])
    .orderBy(sql`case state when 'updated' then 0 else 1 end`)
    .orderBy('rowNo', 'desc')
    .limit(atOnce)
    .execute();
  const made = await madeHere(
    work.db,
    batch.id,
    rows.flatMap(({ recordId }) => recordId ?? []),
  );
  const created = rows.filter(({ state }) => state === 'created');
  const removed = await transfer.removeUntouched(
    work,
    created.map(({ recordId, recordVersion }) => ({
      id: recordId as string,
      version: recordVersion as number,
    })),
  );
  const outcomes: Outcome[] = [];
  for (const row of rows) {
    const { rowNo, recordVersion, made: own } = row;
    const recordId = row.recordId as string;
    const filled = row.filled as Filled | null;
    const about = { rowNo, recordId, recordVersion, made: own, filled };
    if (row.state === 'created') {
      const gone = removed.has(recordId);
      outcomes.push({ ...about, state: gone ? 'removed' : 'kept', message: gone ? null : '导入后有人动过' });
      continue;
    }
    // A record of this import goes as a whole, or stays as it is.
    const kept = made.has(recordId) ? [] : await transfer.unfill(work, recordId, filled ?? {});
    const labels = kept.map((field) => labelOf(transfer, field)).join('、');
    outcomes.push({
      ...about,
      state: kept.length > 0 ? 'kept' : 'removed',
      message: kept.length > 0 ? `${labels}：保留，之后改过或不能为空` : null,
    });
  }
  await settle(work.db, batch.id, outcomes);
  return outcomes.length;
};

async function madeHere(db: Queryable, importId: string, recordIds: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('importRows')
    .select('recordId')
    .where('importId', '=', importId)
    .where('made', '=', true)
    .where(sql<boolean>`record_id = any(${recordIds}::uuid[])`)
    .execute();
  return new Set(rows.flatMap(({ recordId }) => recordId ?? []));
}

const finishUndo = (run: Run): Promise<void> =>
  end(run, {
    from: 'undoing',
    to: 'undone',
    async more(work) {
      const { batch, actor } = run;
      const { removed = 0, kept = 0 } = await countsIn(work.db, batch.id);
      const body = [`撤回 ${removed} 条`, ...(kept ? [`保留 ${kept} 条，之后有人动过`] : [])].join('，');
      const title = `${noun(run)}导入已撤销：${batch.fileName}`;
      const userId = actor.userId;
      return [
        { userId, key: `import.undone:${batch.id}`, kind: 'transfer', title, body, target: target(batch) },
      ];
    },
  });

async function breakOff(context: JobContext, { id, state }: Batch, message: string): Promise<void> {
  await runAlone(context, async (work) => {
    await work.db
      .updateTable('imports')
      .set((eb) => ({ state: 'failed', message, finishedAt: work.now, version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .where('state', '=', state)
      .execute();
    work.audit({ action: 'imports.failed', entity: 'imports', entityId: id, reason: message });
  });
}
